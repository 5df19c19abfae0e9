# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mobile network of the lab: a carrier that gives addresses of 100.64.0.0/10 by DHCP, and sticks in routers."""

from __future__ import annotations

import io
import pathlib
import sys
import tarfile
import tempfile
import time
import typing as t
import uuid

import lab_image
from lab_namespace import cable, has_device, inside
from lab_podman import LAB, LABEL, LabError, attempt, podman, run, state_name

if t.TYPE_CHECKING:
    from lab_internet import Internet
    from lab_router import LabRouter

sys.path.insert(0, str(LAB / "modem"))

from usb_tree import Device, plant

GATEWAY, MAC = "100.64.0.1", "02:00:64:40:00:01"
LEASES = ("100.64.3.9", "100.64.3.200", "255.192.0.0")
HILINK: Device = {
    "vid": "12d1",
    "pid": "14dc",
    "vendor": "HUAWEI_MOBILE",
    "model": "HUAWEI_MOBILE",
    "interfaces": [
        {"if": 0, "class": "02", "subclass": "06", "protocol": "00", "driver": "cdc_ether"},
        {"if": 1, "class": "0a", "subclass": "00", "protocol": "00", "driver": "cdc_ether"},
        {"if": 2, "class": "08", "subclass": "06", "protocol": "50", "driver": None},
    ],
}
"""A Huawei E3372h, as ``tests/unit/data/modems.json`` has it: a network device that leases an address."""
# What a carrier's own NAT forgets soon; Linux says 30 and 120 of itself.
TIMEOUTS = ("net.netfilter.nf_conntrack_udp_timeout=30", "net.netfilter.nf_conntrack_udp_timeout_stream=60")
NAT = """
table ip carrier {
    chain out { type nat hook postrouting priority srcnat; oifname "public" masquerade; }
    chain between {
        type filter hook forward priority filter; policy drop
        ct state established,related accept
        iifname "uplink" oifname "public" accept
    }
    chain own { type filter hook input priority filter; iifname "public" ct state new drop; }
}
"""
_SECONDS = 30


class Carrier:
    """A network that sticks lead to, none of which reaches another. ``start`` makes it, ``remove`` leaves nothing."""

    def __init__(self, container: str) -> None:
        """Take hold of one that was started."""
        self.container = container

    @classmethod
    def start(cls, name: str, *, gateway: str = GATEWAY, leases: tuple[str, str, str] = LEASES) -> Carrier:
        """Start one. *leases*: first, last address, netmask."""
        container = container_name(name)
        first, last, mask = leases
        bits = sum(int(part).bit_count() for part in mask.split("."))
        # A bridge without an address of its own has another one with every stick, and the others' packets go to nobody.
        serve = (
            f"ip link add uplink type bridge && ip link set uplink address {MAC} && "
            f"ip address add {gateway}/{bits} dev uplink && ip link set uplink up && "
            "exec dnsmasq -k -C /dev/null -p 0 -i uplink -z -x /tmp/dnsmasq.pid -l /tmp/leases -u root "
            f"--dhcp-authoritative -F {first},{last},{mask},1h -O 3,{gateway}"
        )
        podman(
            "run", "--detach", f"--name={container}", f"--label={LABEL}={state_name()}", "--network=none",
            "--systemd=false", "--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--tmpfs=/tmp", "--entrypoint=/bin/sh",
            lab_image.build(), "-c", serve,
        )  # fmt: skip
        return cls(container)

    def plug(self, router: LabRouter, device: Device, name: str = "usb0", *, mac: str = "") -> None:
        """Plug a stick into *router*: what its sysfs shows of *device*, and a network device *name* that leads here."""
        show_usb(router, [device])
        port = f"stick{uuid.uuid4().hex[:8]}"
        cable(str(router.process_id()), name, self.process_id(), port, mac=mac)
        self._inside("ip", "link", "set", port, "master", "uplink", "up")
        self._inside("ip", "link", "set", port, "type", "bridge_slave", "isolated", "on")

    def connect(self, internet: Internet, address: str) -> None:
        """Let the sticks into *internet* by NAT behind *address*; nothing from there gets to them."""
        internet.join(self.process_id(), "public", address)
        self._inside("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        # The second makes the kernel have the timeouts.
        podman("exec", "--interactive", self.container, "nft", "-f", "-", input_data=NAT.encode())
        self._inside("sysctl", "-q", "-w", *TIMEOUTS)

    def _inside(self, *command: str) -> None:
        run([*inside(self.process_id()), *command])

    def process_id(self) -> str:
        """Return the id of its process on this machine, once its network is there."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            found = podman("inspect", "--format={{.State.Pid}}", self.container).strip()
            if found != "0" and has_device(found, "uplink"):
                return found
            time.sleep(0.1)
        raise LabError(f"{self.container}: does not run: {attempt(['logs', self.container]).stderr.decode()}")

    def remove(self) -> None:
        """Remove it, and with it the sticks' network devices."""
        attempt(["rm", "--force", "--time=0", self.container])


def container_name(name: str) -> str:
    """Return the name of the container of the carrier *name*."""
    return f"farsite-lab-{state_name()}-{name}"


def show_usb(router: LabRouter, devices: t.Sequence[Device], *, loaded: t.Iterable[str] = ()) -> None:
    """Let *router*'s sysfs show *devices* on its USB ports and the *loaded* drivers, until its power goes."""
    archive = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=archive, mode="w") as tar:
        plant(pathlib.Path(folder), devices, loaded=loaded)
        for entry in ("bus/usb", "devices/platform/ehci"):
            tar.add(pathlib.Path(folder, "sys", entry), entry)
    command = (
        "for place in /sys/bus /sys/devices/platform; do umount $place 2>/dev/null; mount -t tmpfs tmpfs $place; done; "
        "tar -C /sys -xf -"
    )
    done = router.execute(command, input_data=archive.getvalue())
    if done.returncode:
        raise LabError(f"{router.name}: the USB devices cannot be shown: {done.stderr.strip()}")
