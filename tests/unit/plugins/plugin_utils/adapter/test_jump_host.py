# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The templates as Ansible renders them, and what ssh would make of them."""

from __future__ import annotations

import shlex
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.jump_host import SOCKETS, jump_variables

ALIAS = ["-o", "HostKeyAlias=quarry"]


def arguments(hub: dict[str, t.Any], **variables: t.Any) -> list[str]:
    """Return the words of ansible_ssh_common_args, as the connection plugin splits them."""
    templates = {
        name: trust_as_template(text) if isinstance(text, str) else text
        for name, text in jump_variables("hub-1").items()
    }
    hosts = {"hub-1": hub, "hub-2": {"ansible_host": "198.51.100.2"}}
    known = {
        **templates,
        SOCKETS: "/home/me/.ansible/cp",
        "inventory_hostname": "quarry",
        "hostvars": hosts,
        **variables,
    }
    text = Templar(loader=DataLoader(), variables=known).template(templates["ansible_ssh_common_args"])
    return shlex.split(text)


def jump(hub: dict[str, t.Any], **variables: t.Any) -> list[str]:
    """Return the words of the command by which ssh gets to the router, as the shell splits them."""
    alias, option, command = arguments(hub, **variables)[:2], *arguments(hub, **variables)[2:]
    assert (alias, option) == (ALIAS, "-o")
    name, _equals, text = command.partition("=")
    assert name == "ProxyCommand"
    return shlex.split(text)


def test_a_hub_without_settings() -> None:
    words = jump({"ansible_host": "hub.example.net"})
    assert words[:3] == ["ssh", "-o", "ControlMaster=auto"]
    assert words[-3:] == ["-W", "[%h]:%p", "hub.example.net"]
    assert "BatchMode=yes" in words
    (socket,) = [word for word in words if word.startswith("ControlPath=")]
    assert socket.startswith("ControlPath=/home/me/.ansible/cp/j-")
    assert len(socket) == len("ControlPath=/home/me/.ansible/cp/j-") + 10


def test_a_hub_is_logged_in_to_as_ansible_does() -> None:
    hub = {
        "ansible_host": "2001:db8::1",
        "ansible_user": "deploy",
        "ansible_port": 2222,
        "ansible_ssh_private_key_file": "/keys/of the fleet",
        "ansible_ssh_common_args": "-o UserKnownHostsFile=/known",
        "ansible_ssh_extra_args": "-o 'ControlPath=/own/%C'",
    }
    words = jump(hub)
    expected = [
        *("ssh", "-o", "UserKnownHostsFile=/known", "-o", "ControlPath=/own/%%C"),
        *("-o", "IdentityFile=/keys/of the fleet", "-l", "deploy", "-p", "2222"),
    ]
    assert words[: len(expected)] == expected
    assert words[-1] == "2001:db8::1"


def test_another_way_has_another_socket() -> None:
    hubs = [
        {"ansible_host": "192.0.2.1"},
        {"ansible_host": "192.0.2.2"},
        {"ansible_host": "192.0.2.1", "ansible_user": "a"},
    ]
    assert len({word for hub in hubs for word in jump(hub) if "ControlPath" in word}) == 3


def test_brackets_are_no_pattern_to_any_shell() -> None:
    assert " -W '[%h]:%p' hub.example.net" in arguments({"ansible_host": "hub.example.net"})[-1]


def test_older_names_of_variables() -> None:
    hub = {
        "ansible_ssh_host": "192.0.2.1",
        "ansible_ssh_port": 2222,
        "ansible_ssh_user": "deploy",
        "ansible_private_key_file": "/key",
    }
    words = jump(hub)
    assert words[:7] == ["ssh", "-o", "IdentityFile=/key", "-l", "deploy", "-p", "2222"]
    assert words[-1] == "192.0.2.1"


def test_a_hub_that_is_not_there_is_dialled_by_its_name() -> None:
    assert jump({}, fleet_jump_host="nope")[-1] == "nope"


def test_another_hub() -> None:
    assert jump({"ansible_host": "192.0.2.1"}, fleet_jump_host="hub-2")[-1] == "198.51.100.2"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"fleet_jump_host": ""}, ALIAS),
        ({"fleet_direct": True}, [*ALIAS, "-o", "StrictHostKeyChecking=accept-new", "-o", "ControlPath=none"]),
    ],
)
def test_directly(variables: dict[str, str], expected: list[str]) -> None:
    assert arguments({}, **variables) == expected
