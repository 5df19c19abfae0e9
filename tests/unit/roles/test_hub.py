# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role hub: its argument spec says all that its defaults do, and its modules have the options that it sets."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import pytest
import yaml

ROLE = pathlib.Path(__file__).resolve().parents[3] / "roles" / "hub"
SPECS = "ansible_collections.farsite.fleet.plugins.module_utils.argument_spec"
MODULES = {"wireguard_key": "wireguard", "wireguard_peers": "wireguard", "hub_firewall": "firewall"}


def load(name: str) -> t.Any:
    return yaml.safe_load((ROLE / name).read_text("utf-8"))


@pytest.fixture(name="options")
def _options() -> dict[str, dict[str, t.Any]]:
    options: dict[str, dict[str, t.Any]] = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return options


def test_every_variable_is_described(options: dict[str, dict[str, t.Any]]) -> None:
    assert list(options) == list(load("defaults/main.yml"))


def test_defaults_are_those_that_are_described(options: dict[str, dict[str, t.Any]]) -> None:
    defaults = load("defaults/main.yml")
    # What is computed from other variables is described in words.
    computed = {name for name, value in defaults.items() if "{{" in str(value)}
    assert {name for name, option in options.items() if "default" not in option} == computed
    assert {name: options[name]["default"] for name in defaults if name not in computed} == {
        name: value for name, value in defaults.items() if name not in computed
    }


@pytest.mark.parametrize(("module", "file"), MODULES.items())
def test_modules_have_the_options_that_are_set(module: str, file: str) -> None:
    (arguments,) = (
        task[f"farsite.fleet.{module}"] for task in load(f"tasks/{file}.yml") if f"farsite.fleet.{module}" in task
    )
    assert set(arguments) <= set(importlib.import_module(f"{SPECS}.{module}").ARGUMENT_SPEC)


def test_the_look_asks_for_the_same_as_the_tasks() -> None:
    (look,) = (task for task in load("tasks/look.yml") if "farsite.fleet.hub_info" in task)
    for module, file, variable in (
        ("wireguard_peers", "wireguard", "hub_tunnel_options"),
        ("hub_firewall", "firewall", "hub_firewall_options"),
    ):
        (options,) = (
            task[f"farsite.fleet.{module}"] for task in load(f"tasks/{file}.yml") if f"farsite.fleet.{module}" in task
        )
        assert look["vars"][variable] == options
    assert set(look["farsite.fleet.hub_info"]) == set(importlib.import_module(f"{SPECS}.hub_info").ARGUMENT_SPEC)


def test_what_a_peer_has_is_what_the_module_takes(options: dict[str, dict[str, t.Any]]) -> None:
    pairs = {
        "hub_peers": ("wireguard_peers", "peers"),
        "hub_forwards": ("hub_firewall", "forwards"),
        "hub_operators": ("hub_firewall", "operators"),
        "hub_ports": ("hub_firewall", "ports"),
    }
    for variable, (module, option) in pairs.items():
        taken = importlib.import_module(f"{SPECS}.{module}").ARGUMENT_SPEC[option]["options"]
        described = {name: value.copy() for name, value in options[variable]["options"].items()}
        for value in described.values():
            del value["description"]
        assert described == taken, variable
