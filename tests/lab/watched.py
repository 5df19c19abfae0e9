# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router with a camera at the only port of its LAN, its own port to the lab left out of the bridge."""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from lab_camera import LabCamera

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_router import LabRouter

MAC = "44:19:b6:00:00:01"
ADDRESS = "192.168.1.64"
SETTINGS = f"""
delete network.@device[0].ports
add_list network.@device[0].ports=lan1
set network.lab=interface
set network.lab.device=eth0
set network.lab.proto=static
set network.lab.ipaddr={{address}}
set network.lab.netmask=255.255.255.0
set network.lan.ipaddr=192.168.1.1
add dhcp host
set dhcp.@host[0].mac={MAC}
set dhcp.@host[0].ip={ADDRESS}
commit
"""


@contextlib.contextmanager
def camera_behind(router: LabRouter) -> Iterator[LabCamera]:
    """Give *router* a camera whose address its MAC gives, until the end of the context."""
    settings = SETTINGS.format(address=router.address).encode()
    done = router.execute("ip link set eth0 nomaster; uci batch", input_data=settings)
    assert done.returncode == 0, done.stderr
    router.execute("/etc/init.d/network reload; /etc/init.d/dnsmasq restart")
    camera = LabCamera.start(f"gate-{uuid.uuid4().hex[:4]}", router, MAC)
    try:
        camera.wait_for_address()
        yield camera
    finally:
        camera.remove()
