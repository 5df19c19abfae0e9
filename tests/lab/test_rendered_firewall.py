# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall that the fleet renders, loaded into a kernel, with real packets of everybody around the router.

Its compiler is the lab's stand-in for fw4; a link called as the tunnel's interface stands for WireGuard.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import typing as t
import uuid

import pytest
from lab_router import LabRouter
from neighbours import PATIENCE, TALK, WAIT, Conversation, Host, ready
from test_lab_router import output

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features import camera_flows, lan_mapping
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.firewall import firewall
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import site_view

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

FILES = (camera_flows.PATH, lan_mapping.PATH)
CAMERA_MAC = "44:19:b6:00:00:01"
MAPPED: dict[str, t.Any] = {
    "id": 17,
    "uplink": {"kind": "ethernet"},
    "lan": {"prefix": "192.168.1.0/24"},
    "cameras": [{"name": "gate", "mac": CAMERA_MAC}],
}
SHARING = MAPPED | {
    "lan": {"prefix": "192.168.1.0/24", "internet": True},
    "ssh": {"from_lan": False},
    "system": {"ntp": {"serve_lan": True}},
}
"""As much open as can be, apart from SSH in the LAN."""
NO_CAMERA = SHARING | {"cameras": []}
SAME_LAN = MAPPED | {"id": 18}
OTHER_CAMERA, OTHER_WEB = "10.80.18.11", 81

WEB, SSH, DNS, NTP, SERVICE = 80, 22, 53, 123, 8080
"""SERVICE: one of the router's that no rule names."""
CAMERA, CAMERA_CHANGED, DEVICE = "192.168.1.11", "192.168.1.77", "192.168.1.50"
CAMERA_MAPPED, CAMERA6 = "10.80.17.11", "fdaa:bbcc:dd00:11::b"
ROUTER, ROUTER_MAPPED, ROUTER6, ROUTER_LINK_LOCAL = "192.168.1.1", "10.80.17.1", "fdaa:bbcc:dd00:11::1", "fe80::1%eth0"
ROUTER_TUNNEL, ROUTER_TUNNEL6 = "10.79.0.17", "fdaa:bbcc:dd00::11"
ROUTER_WAN, ROUTER_WAN6 = "192.0.2.2", "2001:db8::2"
OPERATOR, OPERATOR6 = "10.78.0.5", "fdaa:bbcc:dd00::1:0"
OUTSIDE, OUTSIDE6 = "192.0.2.1", "2001:db8::1"


def view_of(site: dict[str, t.Any]) -> SiteView:
    return site_view(site, pools={"ula": "fdaa:bbcc:dd00::/48"})


class Plant:
    """A site: its router with a camera and another device in the LAN, the uplink, and people behind the tunnel."""

    def __init__(self, site: dict[str, t.Any], hosts: contextlib.ExitStack) -> None:
        self.addresses = view_of(site).addresses
        self.hosts = hosts
        self.router = LabRouter.start(f"firewall-{uuid.uuid4().hex[:6]}")
        hosts.callback(self.router.remove)
        output(
            self.router,
            "sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0 "
            "net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0",
        )
        self.camera, self.device, self.outside = (host(hosts, name) for name in ("camera", "device", "outside"))
        own6 = self.addresses.prefix6
        self.camera.link(
            self.router, "camera", "eth0", [f"{CAMERA}/24", f"{CAMERA_CHANGED}/24", f"{own6[11]}/64"], CAMERA_MAC
        )
        self.device.link(self.router, "device", "eth0", [f"{DEVICE}/24", f"{own6[50]}/64"])
        for neighbour in (self.camera, self.device):
            neighbour.route("default", "via", ROUTER)
            neighbour.route("::/0", "via", str(own6[1]))
        self.outside.link(self.router, "wan", "eth0", [f"{OUTSIDE}/24", f"{OUTSIDE6}/64"])
        for prefix in (self.addresses.lan, self.addresses.prefix, "10.78.0.0/15"):
            self.outside.route(str(prefix), "via", ROUTER_WAN)
        self.outside.route("fd00::/8", "via", ROUTER_WAN6)

    def connect(self, people: Host) -> None:
        """Link people by the tunnel, and give the router its interfaces; its port to the lab is no part of the LAN."""
        addresses = self.addresses
        name = f"site{addresses.tunnel.packed[-1]}"
        people.tunnel(self.router, "fleet", name, [f"{OPERATOR}/32", f"{OPERATOR6}/128"])
        for prefix in (addresses.prefix, addresses.tunnel, addresses.prefix6, addresses.tunnel6):
            people.route(str(prefix), "dev", name)
        sections = (
            section("device", None, name="br-lan", type="bridge", ports=["camera", "device"]),
            section("interface", "lan", device="br-lan", proto="static", ipaddr=[f"{addresses.router}/24"]),
            section("interface", "fleet", device="fleet", proto="static", ipaddr=[f"{addresses.tunnel}/32"]),
            section("route", None, interface="fleet", target="10.78.0.0/20"),
            section("interface", "wan", device="wan", proto="static", ipaddr=[f"{ROUTER_WAN}/24"], gateway=OUTSIDE),
        )
        self.router.write("/etc/config/network", render(Package("network", sections)).encode())
        commands = (
            "ip link set eth0 nomaster",
            "/etc/init.d/network reload",
            "sysctl -q -w net.ipv6.conf.br-lan.disable_ipv6=0 net.ipv6.conf.br-lan.accept_dad=0",
            f"ip address add {addresses.router6}/64 dev br-lan",
            "ip address add fe80::1/64 dev br-lan",
            f"ip address add {ROUTER_WAN6}/64 dev wan",
            f"ip address add {addresses.tunnel6}/128 dev fleet",
            f"ip route add {OPERATOR6} dev fleet",
            f"ip route add default via {OUTSIDE6}",
        )
        output(self.router, " && ".join(commands))

    def serve(self) -> None:
        """Run servers: on the router itself, and where a camera might want to go."""
        self.outside.serve(WEB)
        network = f"--net=/proc/{self.router.process_id()}/ns/net"
        command = ["nsenter", network, sys.executable, str(TALK), "serve", str(SERVICE), str(NTP)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.hosts.callback(process.wait)
        self.hosts.callback(process.kill)
        ready(process)

    def load(self, site: dict[str, t.Any]) -> None:
        """Have the router use a site's firewall."""
        fragment = firewall(view_of(site))
        output(self.router, f"rm -f {' '.join(FILES)}")
        for file in fragment.files:
            self.router.write(file.path, file.content.encode(), file.mode)
        text = render(Package("firewall", fragment.owned["firewall"]))
        self.router.write("/etc/config/firewall", text.encode())
        checked = self.router.execute("fw4 check")
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "Ruleset passes nftables check.\n", "")
        output(self.router, "fw4 reload")

    def counted(self, text: str) -> int:
        """Return how many packets met the rules whose line has *text* in it."""
        lines = [line for line in output(self.router, "nft list table inet fw4").splitlines() if text in line]
        return sum(int(packets) for line in lines for packets in re.findall(r"counter packets (\d+)", line))


def host(hosts: contextlib.ExitStack, purpose: str) -> Host:
    made = Host(purpose)
    hosts.callback(made.remove)
    return made


@pytest.fixture(scope="module")
def people(router_image: str) -> Iterator[Host]:
    """Operators, and the hub."""
    assert router_image
    with contextlib.ExitStack() as hosts:
        people = host(hosts, "people")
        people.serve(WEB)
        yield people


@pytest.fixture(scope="module")
def plant(people: Host) -> Iterator[Plant]:
    with contextlib.ExitStack() as hosts:
        plant = Plant(MAPPED, hosts)
        plant.connect(people)
        plant.serve()
        plant.camera.serve(WEB)
        people.route("192.0.2.0/24", "dev", "site17")
        people.route(ROUTER, "dev", "site17")
        people.route(CAMERA, "dev", "site17")
        yield plant


def each(protocols: str, addresses: t.Iterable[str], *ports: int, source: str = "") -> list[str]:
    """Return targets for ``talk.py``."""
    end = f",{source}" if source else ""
    return [
        f"{protocol},{address},{port}{end}" for protocol in protocols.split() for address in addresses for port in ports
    ]


def test_people_reach_cameras_and_are_seen_as_themselves(plant: Plant, people: Host) -> None:
    plant.load(MAPPED)
    assert people.told(*each("tcp udp", [CAMERA_MAPPED, CAMERA], WEB)) == {OPERATOR}
    assert people.told(*each("tcp udp", [CAMERA6], WEB)) == {OPERATOR6}


def test_people_reach_of_the_router_ssh_and_ping_only(plant: Plant, people: Host) -> None:
    plant.load(SHARING)
    addresses = [ROUTER_TUNNEL, ROUTER_TUNNEL6, ROUTER_MAPPED, ROUTER6]
    assert all(answer.startswith("SSH-2.0-dropbear") for answer in people.told(*each("tcp", addresses, SSH)))
    assert people.pings(plant.router, *addresses, seconds=WAIT) == addresses
    assert set(people.ask(*each("tcp udp", addresses, SERVICE, NTP, DNS)).values()) == {"refused"}
    assert people.ask(f"tcp,{OUTSIDE},{WEB}") == {f"tcp,{OUTSIDE},{WEB}": "silent"}


@pytest.mark.parametrize("site", [MAPPED, SHARING], ids=["closed", "sharing"])
def test_a_camera_reaches_nothing_whatever_its_address(plant: Plant, site: dict[str, t.Any]) -> None:
    plant.load(site)
    beyond, own = [OPERATOR, OUTSIDE], [ROUTER, ROUTER_TUNNEL, ROUTER_WAN]
    targets = [
        *each("tcp udp", [OPERATOR6, OUTSIDE6], WEB),
        *each("tcp udp", [ROUTER6, ROUTER_LINK_LOCAL, ROUTER_TUNNEL6, ROUTER_WAN6], SSH, DNS, SERVICE),
    ]
    for source in (CAMERA, CAMERA_CHANGED):
        targets += each("tcp udp", beyond, WEB, source=source)
        targets += each("tcp udp", own, SSH, DNS, SERVICE, source=source)
    assert set(plant.camera.ask(*targets).values()) == {"silent"}
    assert plant.camera.pings(plant.router, ROUTER, ROUTER6, OUTSIDE, OUTSIDE6) == []
    assert plant.counted("Camera gate beyond the LAN") > 0
    assert plant.counted("Camera gate to the router") > 0


def test_a_camera_gets_the_time_where_the_router_gives_it(plant: Plant) -> None:
    target = f"udp,{ROUTER},{NTP},{CAMERA}"
    plant.load(SHARING)
    assert plant.camera.told(target) == {CAMERA}
    plant.load(MAPPED)
    assert plant.camera.ask(target) == {target: "silent"}


def test_a_camera_gets_a_lease(plant: Plant) -> None:
    plant.load(MAPPED)
    client = ["udhcpc", "-f", "-n", "-q", "-t", "20", "-T", "1", "-i", "eth0", "-s", "/bin/true"]
    told, _ = plant.camera.with_tools_of(plant.router, *client).communicate()
    assert re.search(r"lease of 192\.168\.1\.\d+ obtained", told), told


def test_devices_reach_the_router_and_nothing_else_without_internet(plant: Plant) -> None:
    plant.load(MAPPED)
    assert all(answer.startswith("SSH-2.0") for answer in plant.device.told(*each("tcp", [ROUTER, ROUTER6], SSH)))
    assert plant.device.pings(plant.router, ROUTER, ROUTER6, seconds=WAIT) == [ROUTER, ROUTER6]
    assert set(plant.device.ask(*each("tcp udp", [ROUTER, ROUTER6], DNS, NTP, SERVICE)).values()) == {"refused"}
    assert set(plant.device.ask(*each("tcp udp", [OUTSIDE, OUTSIDE6, OPERATOR, OPERATOR6], WEB)).values()) == {"silent"}


def test_devices_use_the_uplink_and_the_services_of_the_router_where_allowed(plant: Plant) -> None:
    plant.load(SHARING)
    assert plant.device.told(*each("tcp udp", [OUTSIDE], WEB)) == {ROUTER_WAN}
    assert plant.device.told(f"udp,{ROUTER},{NTP}") == {DEVICE}
    told, _ = plant.device.with_tools_of(plant.router, "nslookup", "localhost", ROUTER).communicate()
    assert "127.0.0.1" in told, told
    assert set(plant.device.ask(*each("tcp", [ROUTER, ROUTER6], SSH, SERVICE)).values()) == {"refused"}
    assert set(plant.device.ask(*each("tcp udp", [OPERATOR, OPERATOR6], WEB)).values()) == {"silent"}


def test_outside_nothing_answers(plant: Plant) -> None:
    plant.load(SHARING)
    routers = [ROUTER_WAN, ROUTER_WAN6, ROUTER, ROUTER6, ROUTER_TUNNEL]
    others = [CAMERA, CAMERA_MAPPED, CAMERA6, OPERATOR, OPERATOR6]
    targets = [*each("tcp udp", routers, SSH, DNS, NTP, SERVICE), *each("tcp udp", others, WEB)]
    assert set(plant.outside.ask(*targets).values()) == {"silent"}
    assert plant.outside.pings(plant.router, ROUTER_WAN, ROUTER_WAN6, CAMERA, CAMERA6) == []


def test_what_a_camera_began_before_it_was_known_ends(plant: Plant, people: Host) -> None:
    plant.load(NO_CAMERA)
    outside = f"tcp,{OUTSIDE},{WEB}"
    of_camera, of_device = Conversation(plant.camera, outside), Conversation(plant.device, outside)
    to_camera = Conversation(people, f"tcp,{CAMERA_MAPPED},{WEB}")
    assert (of_camera.ask(), of_device.ask(), to_camera.ask()) == (ROUTER_WAN, ROUTER_WAN, OPERATOR)
    plant.load(SHARING)
    assert (of_camera.ask(PATIENCE), of_device.ask(), to_camera.ask()) == ("silent", ROUTER_WAN, OPERATOR)
    assert plant.counted("ct direction original") > 0


def test_two_sites_have_the_same_lan(plant: Plant, people: Host) -> None:
    plant.load(MAPPED)
    with contextlib.ExitStack() as hosts:
        other = Plant(SAME_LAN, hosts)
        other.connect(people)
        other.load(SAME_LAN)
        other.camera.serve(OTHER_WEB)
        assert people.told(*each("tcp udp", [CAMERA_MAPPED], WEB), *each("tcp udp", [OTHER_CAMERA], OTHER_WEB)) == {
            OPERATOR
        }
        assert set(
            people.ask(*each("tcp", [CAMERA_MAPPED], OTHER_WEB), *each("tcp", [OTHER_CAMERA], WEB)).values()
        ) == {"refused"}
