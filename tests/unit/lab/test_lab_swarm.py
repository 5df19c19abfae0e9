# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a swarm's fleet says, as far as it needs no router: the addresses are those of the fleet's own plan."""

from __future__ import annotations

import base64
import re
import typing as t

import lab_swarm_fleet
import pytest
from lab_swarm import parser
from lab_swarm_router import Addresses, HubPeer, SwarmRouter

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import EthernetUplink

if t.TYPE_CHECKING:
    import pathlib

NUMBERS = (1, 255, 256, 1000)
HUB = "203.0.113.10"
AUTHORIZED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxk0G7zqgU5VOzqVQnRk1hN1m3bQO3mJH4s0e0L3x7Z you@office"


def key(number: int) -> str:
    return base64.b64encode(bytes([number % 256, number // 256]) * 16).decode()


@pytest.fixture(params=[False, True], ids=["through the hub", "directly"])
def folder(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> pathlib.Path:
    lab_swarm_fleet.write_fleet(tmp_path, HUB, key(5000), AUTHORIZED, direct=request.param)
    for number in NUMBERS:
        lab_swarm_fleet.write_site(tmp_path, f"site-{number:03}", Addresses(number), key(number))
    return tmp_path


def test_the_files_say_what_the_routers_are(folder: pathlib.Path) -> None:
    loaded = load_folder(folder)
    assert loaded.fleet, "\n".join(map(str, loaded.problems))
    assert not loaded.problems
    (hub,) = loaded.fleet.hubs
    assert (str(hub.settings.address), hub.settings.port, str(hub.addresses.tunnel)) == (
        HUB,
        lab_swarm_fleet.HUB_PORT,
        lab_swarm_fleet.HUB_TUNNEL,
    )
    for number in NUMBERS:
        view, addresses = loaded.fleet.sites[f"site-{number:03}"], Addresses(number)
        assert view.addresses.tunnel == addresses.tunnel
        assert view.addresses.lan == addresses.lan
        assert view.addresses.router == addresses.lan[1]
        (uplink,) = view.site.uplink
        assert isinstance(uplink, EthernetUplink)
        assert (str(uplink.address), uplink.gateway) == (f"{addresses.uplink[2]}/30", addresses.uplink[1])


def test_a_swarm_has_more_patience_than_the_folder_that_its_settings_come_from(folder: pathlib.Path) -> None:
    assert re.findall(r"^(forks|timeout) = (\d+)$", (folder / "ansible.cfg").read_text(), re.MULTILINE) == [
        ("forks", "25"),
        ("timeout", "30"),
    ]


def test_only_a_router_that_knows_a_hub_has_a_tunnel(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab_swarm_router.run", lambda words, input_data=b"": words[-1].encode() + input_data)
    texts = {}
    for name, hub in (("with", HubPeer("KEY", HUB, 51820, "10.79.255.254")), ("without", None)):
        router = SwarmRouter("site-003", 3, tmp_path, tmp_path / name, tmp_path / "record.json")
        assert router.seed(AUTHORIZED, hub) == "pubkeygenkey"
        texts[name] = (tmp_path / name / "upper/etc/config/network").read_text()
    assert "option private_key 'genkey'" in texts["with"]
    assert "list addresses '10.79.0.3/32'" in texts["with"]
    assert texts["without"] == texts["with"].partition("config interface 'fleet'")[0]
    assert "option ipaddr '10.80.3.1'" in texts["without"]
    assert "option gateway '198.18.0.13'" in texts["without"]


@pytest.mark.parametrize("words", [["power-cut", "one"], ["start", "one", "many"], ["melt", "one", "site-001"]])
def test_what_the_command_line_does_not_know_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words)
