# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of LANs and cameras."""

from __future__ import annotations

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import (
    CAMERA,
    GONE,
    Bad,
    D,
    F,
    Q,
)

BAD: Bad = {
    "a MAC address that is none": (
        [(Q, (*CAMERA, "mac"), "44:19:b6:00:00")],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: found '44:19:b6:00:00', expected a MAC address such as "
                '"44:19:b6:00:00:01"'
            )
        ],
    ),
    "a MAC address that YAML takes for a number": (
        [(Q, (*CAMERA, "mac"), 2659875601)],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: found a whole number, expected a MAC address such as "
                '"44:19:b6:00:00:01"; write it in quotes'
            )
        ],
    ),
    "a MAC address of a group": (
        [(Q, (*CAMERA, "mac"), "01:00:5e:00:00:01")],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: found '01:00:5e:00:00:01', which is a multicast "
                "address; expected that of one device"
            )
        ],
    ),
    "a MAC address of zeros": (
        [(Q, (*CAMERA, "mac"), "00-00-00-00-00-00")],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: found '00-00-00-00-00-00', which no device has; expected a "
                'MAC address such as "44:19:b6:00:00:01"'
            )
        ],
    ),
    "a MAC address of everybody": (
        [(Q, (*CAMERA, "mac"), "ff:ff:ff:ff:ff:ff")],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: found 'ff:ff:ff:ff:ff:ff', which is a multicast "
                "address; expected that of one device"
            )
        ],
    ),
    "a MAC address twice": (
        [(D, ("cameras",), [{"name": "a", "mac": "44-19-B6-00-00-01"}])],
        [
            (
                "sites/quarry-north.yml: cameras[0].mac: the MAC address is that of sites/depot.yml: "
                "cameras[0].mac too; every one needs its own"
            )
        ],
    ),
    "a camera without a MAC address": (
        [(Q, (*CAMERA, "mac"), GONE)],
        [('sites/quarry-north.yml: cameras[0].mac: is missing; expected a MAC address such as "44:19:b6:00:00:01"')],
    ),
    "a camera's name twice": (
        [(Q, (*CAMERA, "name"), "yard")],
        ["sites/quarry-north.yml: cameras[1].name: yard is the name of cameras[0] too; each needs its own"],
    ),
    "a camera's name that is no host name": (
        [(Q, (*CAMERA, "name"), "Gate_1")],
        [
            (
                "sites/quarry-north.yml: cameras[0].name: found 'Gate_1', expected a name of lower-case letters, "
                "digits and hyphens, at most 63"
            )
        ],
    ),
    "a camera's number twice": (
        [(Q, (*CAMERA, "number"), 2)],
        [
            (
                "sites/quarry-north.yml: cameras[1].number: 2, its position, is the number of cameras[0] too; "
                "each needs its own"
            )
        ],
    ),
    "a camera's address in no LAN": (
        [(Q, (*CAMERA, "address"), "192.168.2.20")],
        [
            (
                "sites/quarry-north.yml: cameras[0].address: 192.168.2.20 is no address of a host in "
                "192.168.1.0/24; give an address from 192.168.1.1 to 192.168.1.254 that nobody has"
            )
        ],
    ),
    "a camera's address that is the router's": (
        [(Q, (*CAMERA, "address"), "192.168.1.1")],
        [("sites/quarry-north.yml: cameras[0].address: 192.168.1.1 is that of the router too; give another address")],
    ),
    "a camera's address twice": (
        [(Q, (*CAMERA, "address"), "192.168.1.12")],
        [
            (
                "sites/quarry-north.yml: cameras[1].number: 192.168.1.12, of camera number 2, is that of "
                "cameras[0] too; give another address"
            )
        ],
    ),
    "a LAN in the prefix of another site": (
        [(Q, ("lan", "prefix"), "10.80.18.0/24")],
        [
            (
                "sites/quarry-north.yml: lan.prefix: 10.80.18.0/24 overlaps pools.sites, 10.80.0.0/12, of "
                "fleet.yml; without it the LAN has 10.80.17.0/24"
            )
        ],
    ),
    "a LAN that is too large": (
        [(Q, ("lan", "prefix"), "192.168.0.0/16")],
        ["sites/quarry-north.yml: lan.prefix: found a prefix length of /16, expected /24 to /29"],
    ),
    "a LAN with bits of a host": (
        [(Q, ("lan", "prefix"), "192.168.1.1/24")],
        [
            (
                "sites/quarry-north.yml: lan.prefix: found '192.168.1.1/24', which has bits of a host set; "
                "expected 192.168.1.0/24"
            )
        ],
    ),
    "a router outside its LAN": (
        [(Q, ("lan", "address"), "192.168.2.1")],
        [
            (
                "sites/quarry-north.yml: lan.address: 192.168.2.1 is no address of a host in 192.168.1.0/24; "
                "expected one from 192.168.1.1 to 192.168.1.254"
            )
        ],
    ),
    "a LAN too small for its cameras and leases": (
        [(Q, ("lan", "prefix"), "192.168.1.0/29")],
        [
            (
                "sites/quarry-north.yml: lan.dhcp: the addresses 100 to 199 do not fit into 192.168.1.0/29, "
                "whose last one is 6; set first and count, or enabled: false"
            ),
            (
                "sites/quarry-north.yml: cameras[0].number: 192.168.1.11, of camera number 1, is no address of a "
                "host in 192.168.1.0/29; give an address from 192.168.1.1 to 192.168.1.6 that nobody has"
            ),
            (
                "sites/quarry-north.yml: cameras[1].number: 192.168.1.12, of camera number 2, is no address of a "
                "host in 192.168.1.0/29; give an address from 192.168.1.1 to 192.168.1.6 that nobody has"
            ),
        ],
    ),
    "a range of leases that does not fit": (
        [(Q, ("lan", "dhcp"), {"first": 200, "count": 100})],
        [
            (
                "sites/quarry-north.yml: lan.dhcp: the addresses 200 to 299 do not fit into 192.168.1.0/24, "
                "whose last one is 254; set first and count, or enabled: false"
            )
        ],
    ),
    "the hub in a LAN": (
        [(F, ("hub", "address"), "192.168.1.10")],
        [
            (
                "fleet.yml: hub.address: 192.168.1.10 is not public, so only routers in the hub's own network "
                "reach it; give a public address"
            ),
            (
                "sites/quarry-north.yml: lan.prefix: 192.168.1.0/24 has the hub's address 192.168.1.10 in it, "
                "which the router then cannot reach"
            ),
        ],
    ),
    "a LAN of loopback addresses": (
        [(Q, ("lan", "prefix"), "127.0.0.0/24")],
        [
            (
                "sites/quarry-north.yml: lan.prefix: 127.0.0.0/24 overlaps 127.0.0.0/8 (loopback), which no LAN "
                "can have; expected the prefix that the LAN has"
            )
        ],
    ),
    "the last LAN of IPv4": (
        [(Q, ("lan",), {"prefix": "255.255.255.248/29", "dhcp": {"enabled": False}})],
        [
            (
                "sites/quarry-north.yml: lan.prefix: 255.255.255.248/29 overlaps 240.0.0.0/4 (nobody yet), which "
                "no LAN can have; expected the prefix that the LAN has"
            ),
            (
                "sites/quarry-north.yml: cameras[0].number: 0.0.0.3, of camera number 1, is no address of a host "
                "in 255.255.255.248/29; give an address from 255.255.255.249 to 255.255.255.254 that nobody has"
            ),
            (
                "sites/quarry-north.yml: cameras[1].number: 0.0.0.4, of camera number 2, is no address of a host "
                "in 255.255.255.248/29; give an address from 255.255.255.249 to 255.255.255.254 that nobody has"
            ),
        ],
    ),
    "a LAN in its own prefix, but not all of it": (
        [(D, ("lan",), {"prefix": "10.81.44.128/25", "dhcp": {"enabled": False}})],
        [
            (
                "sites/depot.yml: lan.prefix: 10.81.44.128/25 overlaps pools.sites, 10.80.0.0/12, of fleet.yml; "
                "without it the LAN has 10.81.44.0/24"
            )
        ],
    ),
    "a router at the address of broadcast": (
        [(Q, ("lan", "address"), "192.168.1.255")],
        [
            (
                "sites/quarry-north.yml: lan.address: 192.168.1.255 is no address of a host in 192.168.1.0/24; "
                "expected one from 192.168.1.1 to 192.168.1.254"
            )
        ],
    ),
    "a router among the leases": (
        [(Q, ("lan", "address"), "192.168.1.100")],
        [
            (
                "sites/quarry-north.yml: lan.address: 192.168.1.100 is one of the 100 addresses from "
                "192.168.1.100 on that lan.dhcp gives to unknown devices; give an address outside of them, or "
                "set first and count of lan.dhcp"
            )
        ],
    ),
    "a camera among the leases": (
        [(Q, (*CAMERA, "address"), "192.168.1.199")],
        [
            (
                "sites/quarry-north.yml: cameras[0].address: 192.168.1.199 is one of the 100 addresses from "
                "192.168.1.100 on that lan.dhcp gives to unknown devices; give an address outside of them, or "
                "set first and count of lan.dhcp"
            )
        ],
    ),
    "a camera among leases that begin early": (
        [(Q, ("lan", "dhcp"), {"first": 12, "count": 5})],
        [
            (
                "sites/quarry-north.yml: cameras[1].number: 192.168.1.12, of camera number 2, is one of the 5 "
                "addresses from 192.168.1.12 on that lan.dhcp gives to unknown devices; give an address outside "
                "of them, or set first and count of lan.dhcp"
            )
        ],
    ),
    "a camera at the lowest address": (
        [(Q, (*CAMERA, "address"), "0.0.0.1")],
        [
            (
                "sites/quarry-north.yml: cameras[0].address: 0.0.0.1 is no address of a host in 192.168.1.0/24; "
                "give an address from 192.168.1.1 to 192.168.1.254 that nobody has"
            )
        ],
    ),
    "a camera at the highest address": (
        [(Q, (*CAMERA, "address"), "255.255.255.255")],
        [
            (
                "sites/quarry-north.yml: cameras[0].address: 255.255.255.255 is no address of a host in "
                "192.168.1.0/24; give an address from 192.168.1.1 to 192.168.1.254 that nobody has"
            )
        ],
    ),
    "a camera's name twice beside another error": (
        [(Q, (*CAMERA, "name"), "yard"), (Q, ("wave",), 0)],
        [
            "sites/quarry-north.yml: cameras[1].name: yard is the name of cameras[0] too; each needs its own",
            "sites/quarry-north.yml: wave: found 0, expected a whole number from 1 to 99",
        ],
    ),
    "a camera's number that is another's position": (
        [(Q, ("cameras", 1, "number"), 1)],
        ["sites/quarry-north.yml: cameras[1].number: 1 is the number of cameras[0] too; each needs its own"],
    ),
    "a camera's number that is true": (
        [(Q, (*CAMERA, "number"), True)],
        [("sites/quarry-north.yml: cameras[0].number: found true or false, expected a whole number from 1 to 64")],
    ),
    "a MAC address twice beside another error": (
        [(D, ("cameras",), [{"name": "a", "mac": "44:19:b6:00:00:01"}]), (D, ("id",), 0)],
        [
            "sites/depot.yml: id: found 0, expected a whole number from 1 to 65535",
            (
                "sites/quarry-north.yml: cameras[0].mac: the MAC address is that of sites/depot.yml: "
                "cameras[0].mac too; every one needs its own"
            ),
        ],
    ),
}
