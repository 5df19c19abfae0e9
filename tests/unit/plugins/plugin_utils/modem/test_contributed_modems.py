# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modems that operators have contributed by ``lte_modem_info save_to=…``: each is still decided as it was."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import device_from_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.rules import decide

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "data" / "contributed_modems"
MODEMS: list[tuple[str, dict[str, t.Any]]] = [
    (path.name, modem)
    for path in sorted(FOLDER.glob("*.json"))
    for modem in json.loads(path.read_text("utf-8"))["modems"]
]


def test_there_are_some() -> None:
    assert MODEMS


@pytest.mark.parametrize(("name", "modem"), MODEMS, ids=[name for name, _modem in MODEMS])
def test_it_is_decided_as_it_was(name: str, modem: dict[str, t.Any]) -> None:
    profile = decide(device_from_data(modem["device"]))
    assert {"state": profile.state, "proto": profile.proto} == modem["expected"], name
