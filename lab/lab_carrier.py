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

import lab_image
from lab_podman import LAB, LABEL, LabError, attempt, podman, run, state_name

if t.TYPE_CHECKING:
    from lab_router import LabRouter

sys.path.insert(0, str(LAB / "modem"))

from usb_tree import Device, plant

GATEWAY = "100.64.0.1"
LEASES = ("100.64.3.9", "100.64.3.200", "255.192.0.0")
_SECONDS = 30


class Carrier:
    """A network that a stick leads to. ``start`` makes one, ``remove`` leaves nothing of it."""

    def __init__(self, container: str) -> None:
        """Take hold of one that was started."""
        self.container = container

    @classmethod
    def start(cls, name: str, *, gateway: str = GATEWAY, leases: tuple[str, str, str] = LEASES) -> Carrier:
        """Start one; it serves the first stick that is plugged in. *leases*: first, last address, netmask."""
        container = f"farsite-lab-{state_name()}-{name}"
        first, last, mask = leases
        bits = sum(int(part).bit_count() for part in mask.split("."))
        serve = (
            f"until ip address add {gateway}/{bits} dev uplink; do sleep 1; done 2>/dev/null; "
            "ip link set uplink up; "
            "exec dnsmasq -k -C /dev/null -p 0 -i uplink -z -x /tmp/dnsmasq.pid -l /tmp/leases -u root "
            f"--dhcp-authoritative -F {first},{last},{mask},1h -O 3,{gateway}"
        )
        podman(
            "run", "--detach", f"--name={container}", f"--label={LABEL}={state_name()}", "--network=none",
            "--systemd=false", "--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--tmpfs=/tmp", "--entrypoint=/bin/sh",
            lab_image.build(), "-c", serve,
        )  # fmt: skip
        return cls(container)

    def plug(self, router: LabRouter, device: Device, name: str = "usb0") -> None:
        """Plug a stick into *router*: what its sysfs shows of *device*, and a network device *name* that leads here."""
        show_usb(router, [device])
        ends = ["name", "uplink", "netns", self._process_id(), "type", "veth"]
        run(["ip", "link", "add", *ends, "peer", "name", name, "netns", str(router.process_id())])

    def _process_id(self) -> str:
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            found = podman("inspect", "--format={{.State.Pid}}", self.container).strip()
            if found != "0":
                return found
            time.sleep(0.1)
        raise LabError(f"{self.container}: does not run: {attempt(['logs', self.container]).stderr.decode()}")

    def remove(self) -> None:
        """Remove it, and with it the stick's network device."""
        attempt(["rm", "--force", "--time=0", self.container])


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
