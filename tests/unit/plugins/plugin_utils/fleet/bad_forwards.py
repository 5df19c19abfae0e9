# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of forwards."""

from __future__ import annotations

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import CAMERA, Bad, D, F, Q

BAD: Bad = {
    "a forward without sources": (
        [(Q, (*CAMERA, "forward"), {"from": [], "port": 80})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from: has no sources; expected prefixes such as "
                "198.51.100.0/24, or anywhere"
            )
        ],
    ),
    "a forward whose sources are missing": (
        [(Q, (*CAMERA, "forward"), {"port": 80})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from: is missing; expected prefixes such as "
                "198.51.100.0/24, or anywhere"
            )
        ],
    ),
    "a forward open to all by number": (
        [(Q, (*CAMERA, "forward"), {"from": "0.0.0.0/0", "port": 80})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from: opens the forward to everybody; if that is "
                "meant, write anywhere"
            )
        ],
    ),
    "a forward to all of a camera with its factory password": (
        [(Q, (*CAMERA, "forward"), {"from": "anywhere", "port": 80}), (Q, (*CAMERA, "default_password"), True)],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from: is anywhere, of a camera with its factory "
                "password; change the password, then default_password"
            )
        ],
    ),
    "a forward from an address without a prefix length": (
        [(Q, (*CAMERA, "forward"), {"from": "198.51.100.7", "port": 80})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from: found '198.51.100.7', expected a prefix such "
                "as 192.0.2.0/24"
            )
        ],
    ),
    "a source with bits of a host": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.7/24"], "port": 80})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.from[0]: found '198.51.100.7/24', which has bits of "
                "a host set; expected 198.51.100.0/24"
            )
        ],
    ),
    "a port that is none": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.0/24"], "port": 70000})],
        [("sites/quarry-north.yml: cameras[0].forward.port: found 70000, expected a whole number from 1 to 65535")],
    ),
    "ports of the hub that are too few": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.0/24"], "port": [80, 554], "hub_port": 8080})],
        [("sites/quarry-north.yml: cameras[0].forward.hub_port: has 1 ports for 2 of the camera; give one for each")],
    ),
    "ports of the hub that collide": (
        [
            (
                D,
                ("cameras",),
                [
                    {
                        "name": "a",
                        "mac": "44:19:b6:00:00:03",
                        "forward": {"from": ["198.51.100.0/24"], "port": 80, "hub_port": 20162},
                    }
                ],
            )
        ],
        [
            (
                "sites/quarry-north.yml: cameras[1].forward.port: the port 20162 of the hub is that of "
                "sites/depot.yml: cameras[0].forward.hub_port too; every one needs its own"
            )
        ],
    ),
    "a forward on the hub's own port": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.0/24"], "port": 80, "hub_port": 22})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.hub_port: 22 is the hub's own port for SSH; give "
                "another hub_port"
            )
        ],
    ),
    "more forwards than a camera has ports": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.0/24"], "port": [80, 443, 554]})],
        [
            (
                "sites/quarry-north.yml: cameras[0].forward.port[2]: camera number 1 has no port number 3: "
                "forward_ports of fleet.yml gives 10 to each site, 2 to each camera; give hub_port"
            )
        ],
    ),
    "a forward beyond the last port": (
        [
            (F, ("forward_ports",), {"first": 65500}),
        ],
        [
            (
                "sites/quarry-north.yml: cameras[1].forward.port: its port of the hub would be 65662, and the "
                "last one is 65535; give hub_port"
            )
        ],
    ),
    "a fleet that gives no ports": (
        [(F, ("forward_ports",), {"per_site": 0})],
        [
            (
                "sites/quarry-north.yml: cameras[1].forward.port: camera number 2 has no port number 1: "
                "forward_ports of fleet.yml gives 0 to each site, 2 to each camera; give hub_port"
            )
        ],
    ),
    "a port of the hub twice in a forward": (
        [(Q, (*CAMERA, "forward"), {"from": "anywhere", "port": [80, 81], "hub_port": [8080, 8080]})],
        [("sites/quarry-north.yml: cameras[0].forward.hub_port[1]: is the same as [0] of this list; remove one")],
    ),
    "two forwards on a port": (
        [(Q, (*CAMERA, "forward"), {"from": ["198.51.100.0/24"], "port": 80, "hub_port": 20162})],
        [
            (
                "sites/quarry-north.yml: cameras[1].forward.port: the port 20162 of the hub is that of "
                "cameras[0].forward.hub_port too; every one needs its own"
            )
        ],
    ),
    "a default that every forward breaks": (
        [(F, ("forward_ports",), {"first": 70000})],
        ["fleet.yml: forward_ports.first: found 70000, expected a whole number from 1 to 65535"],
    ),
}
