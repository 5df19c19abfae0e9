# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reaches what: real packets through real tunnels (wireguard-go), with everybody around the hub that there is."""

from __future__ import annotations

import json
import typing as t

import pytest
from hub_fleet import ANNA, OTHER, RTSP, WEB, HubFleet, start
from neighbours import PATIENCE, WAIT, ask_from
from small_fleet import SITE

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import operator_view

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SSH, WIREGUARD = 22, 51820
SSH_FILE = "/etc/ssh/sshd_config.d/00-farsite-fleet.conf"


@pytest.fixture(scope="module")
def fleet(router_image: str, hub_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubFleet]:
    assert router_image
    assert hub_image
    fleet = start(tmp_path_factory.mktemp("fleet") / "lab")
    try:
        yield fleet
    finally:
        fleet.remove()


def targets(protocol: str, address: str, ports: Iterable[int], source: str = "") -> list[str]:
    end = f",{source}" if source else ""
    return [f"{protocol},{address},{port}{end}" for port in ports]


def camera(fleet: HubFleet, site: str) -> str:
    (only,) = fleet.view(site).addresses.cameras
    return str(only.address)


def forward_ports(fleet: HubFleet) -> list[int]:
    (only,) = fleet.view().addresses.cameras
    assert [forward.port for forward in only.forwards] == [WEB, RTSP]
    return [forward.hub_port for forward in only.forwards]


def scan(fleet: HubFleet, source: str, but: Iterable[int]) -> dict[str, str]:
    """Return what answers to a scan from outside, other than the ports of which it is known."""
    ports = {*range(1, 1025), *forward_ports(fleet), 8080, 8443, 8554, WIREGUARD} - set(but)
    asked = targets("tcp", fleet.hub.address, sorted(ports), source)
    asked += targets("udp", fleet.hub.address, [WIREGUARD, 53, 67, 123, 161, 500, 4500, 5353], source)
    return {target: answer for target, answer in fleet.outside.ask(*asked).items() if answer != "silent"}


def check_everything(fleet: HubFleet) -> None:
    hub, own = fleet.hub.address, str(fleet.fleet.hubs[0].addresses.tunnel)
    # A stranger sees SSH and nothing else; WireGuard does not answer.
    (banner,) = fleet.outside.told(*targets("tcp", hub, [SSH], fleet.unlisted))
    assert banner.startswith("SSH-2.0-")
    assert scan(fleet, fleet.unlisted, [SSH]) == {}
    # Who is listed is let to the camera, which sees the hub, and to nothing else.
    assert fleet.outside.told(*targets("tcp", hub, forward_ports(fleet), fleet.listed)) == {own}
    assert scan(fleet, fleet.listed, [SSH, *forward_ports(fleet)]) == {}
    # A person reaches what the files say, as herself.
    (way,) = operator_view(fleet.fleet, ANNA)
    reached = targets("tcp", camera(fleet, SITE), [WEB, RTSP])
    assert set(ask_from(fleet.person, *reached, seconds=WAIT).values()) == {str(way.address.ip)}
    fleet.person.output(f"ip route replace {camera(fleet, OTHER)} dev {ANNA}")
    allowed = f"{own}/32,10.80.0.0/12"
    fleet.person.output(f"wg set {ANNA} peer {fleet.public_key('hub-1')} allowed-ips {allowed}")
    refused = [*targets("tcp", camera(fleet, OTHER), [WEB, RTSP]), *targets("tcp", own, [SSH])]
    assert set(ask_from(fleet.person, *refused).values()) == {"silent"}


def test_everybody_reaches_what_was_asked_for_also_after_a_restart(fleet: HubFleet) -> None:
    check_everything(fleet)
    endpoints = sorted(fleet.hub.output("wg show fleet endpoints").splitlines())
    fleet.hub.reboot()
    assert sorted(fleet.hub.output("wg show fleet endpoints").splitlines()) == endpoints
    # No router calls by itself (SILENT): the hub knows where they are.
    for view in fleet.fleet.sites.values():
        assert fleet.answers(fleet.hub, str(view.addresses.tunnel))
    check_everything(fleet)


def test_a_site_reaches_no_other_whatever_its_router_is_told(fleet: HubFleet) -> None:
    evil, other = fleet.routers[SITE], str(fleet.view(OTHER).addresses.tunnel)
    evil.output(f"wg set fleet peer {fleet.public_key('hub-1')} allowed-ips 0.0.0.0/0")
    for target in (other, camera(fleet, OTHER)):
        evil.output(f"ip route add {target} dev fleet")
    assert fleet.answers(evil, str(fleet.fleet.hubs[0].addresses.tunnel))
    before = fleet.forwarded()
    asked = [*targets("tcp", camera(fleet, OTHER), [WEB]), *targets("tcp", other, [SSH, WEB])]
    assert set(ask_from(evil, *asked).values()) == {"silent"}
    assert not fleet.answers(evil, other, PATIENCE)
    assert fleet.forwarded() == before
    # Without the hub's table the same packets are sent on: it was the table that dropped them.
    fleet.hub.output("nft delete table inet farsite_fleet")
    assert not fleet.answers(evil, other, PATIENCE)
    assert fleet.forwarded() > before
    fleet.hub.output("systemctl restart farsite-fleet-firewall.service")
    before = fleet.forwarded()
    assert not fleet.answers(evil, other, PATIENCE)
    assert fleet.forwarded() == before


def test_drift_tells_what_the_hub_has_otherwise_and_leaves_it(fleet: HubFleet) -> None:
    def drift(*options: str) -> tuple[int, dict[str, t.Any]]:
        done = fleet.playbook("farsite.fleet.drift", "--limit", "hub", *options)
        assert done.stdout.count("TASK [farsite.fleet.hub : ") == 2, done.stdout
        return done.returncode, json.loads((fleet.folder / "report/drift.json").read_text())["hubs"]["hub-1"]

    fleet.set_up()
    assert drift() == (0, {"state": "right", "reason": None, "parts": []})
    fleet.hub.output(f"rm {SSH_FILE}")
    packages = json.dumps({"hub_packages": ["nftables", "farsite-no-such-package"]})
    assert drift("-e", packages) == (2, {"state": "differs", "reason": None, "parts": ["packages", "SSH server"]})
    assert fleet.hub.execute(f"cat {SSH_FILE}").returncode
    fleet.set_up()
    assert drift()[0] == 0
