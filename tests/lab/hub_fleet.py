# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole fleet in the lab: a hub, two sites with the same LAN and a camera each, a person, and people outside.

The lab's network is the internet. Everything is as the fleet's files say: the hub by its playbook, the routers with the
tunnel and the firewall that are rendered for them. Only LAN and uplink are the lab's own, and IPv4.
"""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from lab_hub import LabHub
from lab_network import bridge_name, subnet
from lab_router import LabRouter
from neighbours import WAIT, Host
from small_fleet import HUB, SITE, SmallFleet

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.firewall import firewall
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import operator_view
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView

OTHER, ANNA = "quarry-south", "anna"
IDS = {SITE: 17, OTHER: 18}
CAMERA, ROUTER = "192.168.1.11", "192.168.1.1"
CAMERA_MACS = {SITE: "44:19:b6:00:00:01", OTHER: "44:19:b6:00:00:02"}
WEB, RTSP = 80, 554
LISTED, UNLISTED = 240, 241
"""Last bytes of the addresses outside; only cameras of SITE are forwarded, and only to LISTED."""
SILENT = 3600
"""Seconds between keepalives of the routers: whoever wants to reach one has to know where it is."""


class HubFleet(SmallFleet):
    """The machines and the folder; ``connect`` brings all up, ``remove`` leaves nothing of them."""

    def __init__(self, name: str, folder: pathlib.Path) -> None:
        super().__init__(name, folder)
        self.others = contextlib.ExitStack()
        try:
            self.routers = {SITE: self.router, OTHER: LabRouter.start(f"{name}-other")}
            self.others.callback(self.routers[OTHER].remove)
            self.person = LabHub.start(f"{name}-person")
            self.others.callback(self.person.remove)
            self.cameras = {site: self._host("camera") for site in IDS}
            self.outside = self._host("outside")
        except BaseException:
            self.remove()
            raise
        network = subnet()
        self.listed, self.unlisted = str(network[LISTED]), str(network[UNLISTED])
        self.outside.join(bridge_name(), [f"{address}/{network.prefixlen}" for address in (self.listed, self.unlisted)])
        for site, camera in self.cameras.items():
            camera.link(self.routers[site], "camera", "eth0", [f"{CAMERA}/24"], CAMERA_MACS[site])
            camera.route("default", "via", ROUTER)
            camera.serve(WEB, RTSP)

    def _host(self, purpose: str) -> Host:
        host = Host(purpose)
        self.others.callback(host.remove)
        return host

    def remove(self) -> None:
        self.others.close()
        super().remove()

    def connect(self) -> None:
        """Give everybody keys, write the fleet's files, and bring them to the devices."""
        private = {name: self.routers[name].output("wg genkey").strip() for name in IDS}
        keys = {name: self._public(key) for name, key in private.items()}
        self.hub.output("umask 077; wg genkey >/etc/wireguard/fleet.key")
        keys[HUB] = self._public(self.hub.read("/etc/wireguard/fleet.key").decode())
        persons = self.person.output("wg genkey").strip()
        for name, key in keys.items():
            self.write_text(f"keys/{name}.pub", f"{key}\n")
        self.write_text(f"operators/{ANNA}.pub", f"{self._public(persons)}\n")
        cameras: dict[str, dict[str, t.Any]] = {site: {"name": "gate", "mac": mac} for site, mac in CAMERA_MACS.items()}
        cameras[SITE]["forward"] = {"from": [f"{self.listed}/32"], "port": [WEB, RTSP]}
        common = {"uplink": {"kind": "ethernet"}, "lan": {"prefix": "192.168.1.0/24"}, "tunnel": {"keepalive": SILENT}}
        for site, number in IDS.items():
            self.write(f"sites/{site}.yml", {"id": number, "cameras": [cameras[site]], **common})
        self.write(f"operators/{ANNA}.yml", {"id": 5, "access": {"sites": [SITE]}})
        self.write("group_vars/hub.yml", {"ansible_pipelining": True})
        self.set_up()
        for name in IDS:
            self._configure(name, private[name])
        self._connect_person(persons, keys[HUB])

    def _public(self, private: str) -> str:
        return self.hub.output("wg pubkey", input_data=f"{private.strip()}\n".encode()).strip()

    def write_text(self, name: str, text: str) -> None:
        """Write a file of the fleet's folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def set_up(self) -> None:
        """Run the hub's playbook."""
        done = self.playbook("farsite.fleet.hub")
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def fleet(self) -> Fleet:
        """Return what the files say."""
        loaded = load_folder(self.folder)
        assert loaded.fleet, "\n".join(map(str, loaded.problems))
        return loaded.fleet

    def view(self, name: str = SITE) -> SiteView:
        """Return what the files say of a site."""
        return self.fleet.sites[name]

    def _configure(self, name: str, key: str) -> None:
        router, view = self.routers[name], self.view(name)
        sections = (
            section("device", None, name="br-lan", type="bridge", ports=["camera"]),
            section("interface", "lan", device="br-lan", proto="static", ipaddr=[f"{ROUTER}/24"]),
            section("interface", "wan", device="eth0", proto="static", ipaddr=[f"{router.address}/24"]),
            *tunnel(view).owned["network"],
        )
        text = render(Package("network", sections)).replace(placeholders.PRIVATE_KEY, key)
        router.output("ip link set eth0 nomaster")
        router.write("/etc/config/network", text.encode(), 0o600)
        rules = firewall(view)
        for file in rules.files:
            router.write(file.path, file.content.encode(), file.mode)
        router.write("/etc/config/firewall", render(Package("firewall", rules.owned["firewall"])).encode())
        router.output("sysctl -q -w net.ipv4.ip_forward=1; /etc/init.d/network reload && fw4 reload")
        # With a keepalive this long it has to be told to call.
        router.output(f"ping -c 1 -W 10 {self.fleet.hubs[0].addresses.tunnel}")

    def _connect_person(self, private: str, hub_key: str) -> None:
        (way,) = operator_view(self.fleet, ANNA)
        allowed = ", ".join(map(str, way.allowed))
        text = f"[Interface]\nPrivateKey = {private}\nAddress = {way.address}\n[Peer]\nPublicKey = {hub_key}\n"
        text += f"Endpoint = {way.endpoint}\nAllowedIPs = {allowed}\n"
        self.person.write(f"/etc/wireguard/{ANNA}.conf", text.encode(), 0o600)
        self.person.output(["wg-quick", "up", ANNA])

    def forwarded(self) -> int:
        """Return how many packets the hub has sent into the tunnel; WireGuard's own are not among them."""
        return int(self.hub.read("/sys/class/net/fleet/statistics/tx_packets"))

    def answers(self, machine: LabRouter | LabHub, address: str, seconds: float = WAIT) -> bool:
        """Whether an address answers a machine's ping."""
        return machine.execute(["ping", "-c", "1", "-W", str(round(seconds)), address]).returncode == 0


def start(folder: pathlib.Path) -> HubFleet:
    """Start a fleet and bring it up."""
    fleet = HubFleet(f"whole-{uuid.uuid4().hex[:6]}", folder)
    try:
        fleet.connect()
    except BaseException:
        fleet.remove()
        raise
    return fleet
