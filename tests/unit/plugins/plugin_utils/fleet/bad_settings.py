# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of ``fleet.yml``, ids and keys."""

from __future__ import annotations

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import (
    GONE,
    KEY4,
    ROUTER,
    SSH,
    Bad,
    D,
    F,
    K,
    Q,
)

BAD: Bad = {
    "a site without an id": (
        [(Q, ("id",), GONE)],
        ["sites/quarry-north.yml: id: is missing; expected a whole number from 1 to 65535"],
    ),
    "a hub that uplinks cannot reach": (
        [(F, ("hub", "address"), "2001:db8::10")],
        [
            (
                "fleet.yml: hub.address: 2001:db8::10 is IPv6, but uplinks get IPv4 addresses only; give the hub's "
                "IPv4 one or its name"
            )
        ],
    ),
    "an id that is text": (
        [(Q, ("id",), "17")],
        ["sites/quarry-north.yml: id: found text, expected a whole number from 1 to 65535"],
    ),
    "an id out of range": (
        [(Q, ("id",), 0)],
        ["sites/quarry-north.yml: id: found 0, expected a whole number from 1 to 65535"],
    ),
    "an id that two sites have": (
        [(D, ("id",), 17)],
        [
            (
                "sites/quarry-north.yml: id: 17 is the id of sites/depot.yml too; every site needs one of its "
                "own, 16 is free"
            )
        ],
    ),
    "an id that is retired": (
        [(F, ("retired_ids",), [300])],
        [("sites/depot.yml: id: 300 is one of retired_ids of fleet.yml; every site needs one of its own, 299 is free")],
    ),
    "an id beyond the pools": (
        [(D, ("id",), 5000)],
        [
            (
                "sites/depot.yml: id: found 5000, but pools.sites 10.80.0.0/12 of fleet.yml ends at 4095; take a "
                "lower one, or a larger pool"
            )
        ],
    ),
    "an id in the defaults": (
        [(F, ("defaults", "id"), 5)],
        [("fleet.yml: defaults.id: cannot be a default, since no two sites share it; give it in the sites' files")],
    ),
    "unmanaged features in the defaults": (
        [(F, ("defaults", "unmanaged"), ["ssh"])],
        [
            (
                "fleet.yml: defaults.unmanaged: cannot be a default, since it is for one router that is taken over; "
                "give it in the sites' files"
            )
        ],
    ),
    "a key of the defaults with a typo": (
        [(F, ("defaults", "rooter"), {})],
        ["fleet.yml: defaults.rooter: unknown key; did you mean router?"],
    ),
    "a release of the defaults": (
        [(F, ("defaults", "router", "release"), "24.01")],
        [
            (
                "fleet.yml: defaults.router.release: found '24.01', expected one of 23.05, 24.10, 25.12; did you "
                "mean 24.10?"
            )
        ],
    ),
    "a LAN in a pool": (
        [(Q, ("lan", "prefix"), "10.79.5.0/24")],
        [
            (
                "sites/quarry-north.yml: lan.prefix: 10.79.5.0/24 overlaps pools.tunnel, 10.79.0.0/16, of "
                "fleet.yml; without it the LAN has 10.80.17.0/24"
            )
        ],
    ),
    "the hub in a pool": (
        [(F, ("hub", "address"), "10.79.0.1")],
        ["fleet.yml: hub.address: 10.79.0.1 is in pools.tunnel 10.79.0.0/16; expected a public address"],
    ),
    "the hub's address is missing": (
        [(F, ("hub", "address"), GONE)],
        ["fleet.yml: hub.address: is missing; expected an IP address or a domain name"],
    ),
    "a hub called like a site": (
        [(F, ("hub", "name"), "depot")],
        [
            "fleet.yml: hub.name: depot is the name of a site too; name the hub otherwise",
            ("keys/hub-1.pub: there is no site or hub called hub-1; remove the key, or name it as the site is named"),
        ],
    ),
    "pools that overlap": (
        [(F, ("pools",), {"tunnel": "10.80.0.0/16"})],
        ["fleet.yml: pools.sites: 10.80.0.0/12 overlaps pools.tunnel 10.80.0.0/16; give each its own range"],
    ),
    "a pool in the carriers' range": (
        [(F, ("pools",), {"tunnel": "100.64.0.0/16"})],
        [
            (
                "fleet.yml: pools.tunnel: 100.64.0.0/16 overlaps 100.64.0.0/10, which carriers use for their "
                "NAT; take another"
            )
        ],
    ),
    "an IPv6 prefix that is not local": (
        [(F, ("pools",), {"ula": "2001:db8::/48"})],
        ["fleet.yml: pools.ula: 2001:db8::/48 is not local; expected a /48 below fd00::/8"],
    ),
    "a site without a key": (
        [(K, ("depot",), GONE)],
        [
            (
                "sites/depot.yml: there is no keys/depot.pub; add the router's public key, or say state: planned "
                "until it has one"
            )
        ],
    ),
    "a key without a site": (
        [(K, ("barn",), KEY4)],
        [("keys/barn.pub: there is no site or hub called barn; remove the key, or name it as the site is named")],
    ),
    "no key of the hub": (
        [(K, ("hub-1",), GONE)],
        [
            (
                "fleet.yml: hub: there is no keys/hub-1.pub; put the hub's public key there (there: wg show "
                "INTERFACE public-key)"
            )
        ],
    ),
    "a key that is too short": (
        [(K, ("depot",), "AAAA")],
        ["keys/depot.pub: found a key of 3 bytes, expected the 32 of a WireGuard public key"],
    ),
    "a key that is no base64": (
        [(K, ("depot",), "no key!")],
        [("keys/depot.pub: found something that is not base64, expected a WireGuard public key of 44 characters")],
    ),
    "a key that two have": (
        [(K, ("depot",), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=")],
        ["keys/hub-1.pub: the public key is that of keys/depot.pub too; every one needs its own"],
    ),
    "two keys in a file": (
        [(K, ("depot",), KEY4 + "\n" + KEY4)],
        ["keys/depot.pub: found several lines, expected one public key"],
    ),
    "a key of zeros": (
        [(K, ("depot",), "A" * 43 + "=")],
        ["keys/depot.pub: found a key of zeros, expected the output of wg pubkey"],
    ),
    "the wrong plugin": (
        [(F, ("plugin",), "community.general.proxmox")],
        ["fleet.yml: plugin: found 'community.general.proxmox', expected one of farsite.fleet.sites"],
    ),
    "no name of the fleet": (
        [(F, ("name",), GONE)],
        ["fleet.yml: name: is missing; expected a name of lower-case letters, digits and hyphens, at most 63"],
    ),
    "no settings": (
        [(F, (), None)],
        [
            (
                "fleet.yml: found nothing, expected a mapping with plugin, name, domain, hub, pools, "
                "forward_ports, retired_ids, operator_groups, defaults"
            )
        ],
    ),
    "three sites of one id": (
        [(D, ("id",), 17), ("barn", (), {"id": 17, "uplink": {"kind": "ethernet"}}), (K, ("barn",), KEY4)],
        [
            ("sites/depot.yml: id: 17 is the id of sites/barn.yml too; every site needs one of its own, 16 is free"),
            (
                "sites/quarry-north.yml: id: 17 is the id of sites/barn.yml too; every site needs one of its "
                "own, 15 is free"
            ),
        ],
    ),
    "an id that a site with other errors has": (
        [(D, ("id",), 17), (Q, ("uplink",), GONE)],
        [
            (
                "sites/quarry-north.yml: uplink: is missing; expected a mapping whose kind is one of lte, "
                "ethernet, wifi, or a list of such"
            ),
            (
                "sites/quarry-north.yml: id: 17 is the id of sites/depot.yml too; every site needs one of its "
                "own, 16 is free"
            ),
        ],
    ),
    "the lowest id, which is taken": (
        [(D, ("id",), 1), (Q, ("id",), 1)],
        [
            (
                "sites/quarry-north.yml: id: 1 is the id of sites/depot.yml too; every site needs one of its "
                "own, 2 is free"
            )
        ],
    ),
    "an id twice in pools that are full": (
        [
            (F, ("pools",), {"sites": "10.80.0.0/22"}),
            (F, ("retired_ids",), [3]),
            (Q, ("id",), 1),
            (D, ("id",), 2),
            ("barn", (), {"id": 2, "uplink": {"kind": "ethernet"}}),
            (K, ("barn",), KEY4),
        ],
        [
            (
                "sites/depot.yml: id: 2 is the id of sites/barn.yml too; every site needs one of its own, and none to "
                "3 is free: the pools have to be larger"
            )
        ],
    ),
    "an id beyond two pools": (
        [(D, ("id",), 300), (F, ("pools",), {"tunnel": "10.79.0.0/24", "sites": "10.80.0.0/17"})],
        [
            (
                "sites/depot.yml: id: found 300, but pools.tunnel 10.79.0.0/24 of fleet.yml ends at 253, "
                "pools.sites 10.80.0.0/17 of fleet.yml ends at 127; take a lower one, or a larger pool"
            )
        ],
    ),
    "cameras in the defaults": (
        [
            (F, ("defaults", "cameras"), [{"name": "a", "mac": "44:19:b6:00:00:09"}]),
            (Q, ("cameras",), []),
            (D, ("cameras",), []),
        ],
        [
            (
                "fleet.yml: defaults.cameras: cannot be a default, since no two sites share it; give it in the "
                "sites' files"
            )
        ],
    ),
    "a host name in the defaults": (
        [
            (F, ("defaults", "system"), {"hostname": "router"}),
            (Q, ("system",), {"hostname": "q"}),
            (D, ("system",), {"hostname": "d"}),
        ],
        [
            (
                "fleet.yml: defaults.system.hostname: cannot be a default, since no two sites share it; give it "
                "in the sites' files"
            )
        ],
    ),
    "a name for all sites at one service": (
        [(F, ("defaults", "ddns"), {"domain": "all.example.net"}), (Q, ("ddns",), False), (D, ("ddns",), False)],
        [
            (
                "fleet.yml: defaults.ddns.domain: cannot be a default, since no two sites share it; give it in "
                "the sites' files"
            )
        ],
    ),
    "defaults that are no mapping": (
        [
            (F, ("defaults",), ["ssh"]),
            (Q, ("router",), ROUTER),
            (Q, ("ssh",), SSH),
            (D, ("router",), ROUTER),
            (D, ("ssh",), SSH),
        ],
        [
            (
                "fleet.yml: defaults: found a list, expected a mapping with id, state, description, labels, "
                "wave, router, system, ssh, uplink, tunnel, lan, cameras, wifi, ddns, packages, unmanaged, router_uci"
            )
        ],
    ),
    "a wrong default that no site uses": (
        [
            (F, ("defaults", "lan"), {"internet": "yes"}),
            (Q, ("lan", "internet"), True),
            (D, ("lan",), {"internet": False}),
        ],
        ["fleet.yml: defaults.lan.internet: found text, expected true or false"],
    ),
    "an uplink without a kind in the defaults": (
        [(F, ("defaults", "uplink"), {"metric": 7})],
        ["fleet.yml: defaults.uplink.kind: is missing; expected one of lte, ethernet, wifi"],
    ),
    "more ports for a camera than for a site": (
        [(F, ("forward_ports",), {"per_site": 1, "per_camera": 2}), (Q, ("cameras", 1, "forward"), GONE)],
        [
            (
                "fleet.yml: forward_ports.per_camera: found 2, more than the 1 that per_site gives to a whole "
                "site; lower it, or raise per_site"
            )
        ],
    ),
    "a pool of loopback addresses": (
        [(F, ("pools",), {"operators": "127.0.0.0/20"})],
        ["fleet.yml: pools.operators: 127.0.0.0/20 overlaps 127.0.0.0/8 (loopback); take a private range"],
    ),
    "a pool that is too small": (
        [(F, ("pools",), {"tunnel": "10.79.0.0/30"})],
        ["fleet.yml: pools.tunnel: found a prefix length of /30, expected /8 to /28"],
    ),
    "a pool of IPv6": (
        [(F, ("pools",), {"tunnel": "fd00::/48"})],
        ["fleet.yml: pools.tunnel: found 'fd00::/48', expected a prefix such as 192.0.2.0/24"],
    ),
    "the hub in the fleet's own IPv6 prefix": (
        [(F, ("pools",), {"ula": "fd00:1:2::/48"}), (F, ("hub", "address"), "fd00:1:2::5")],
        ["fleet.yml: hub.address: fd00:1:2::5 is in pools.ula fd00:1:2::/48; expected a public address"],
    ),
    "a hub of nowhere": (
        [(F, ("hub", "address"), "127.0.0.1")],
        ["fleet.yml: hub.address: 127.0.0.1 is in 127.0.0.0/8 (loopback); expected a public address"],
    ),
    "a hub's address that is nearly one": (
        [(F, ("hub", "address"), "203.0.113.256")],
        ["fleet.yml: hub.address: found '203.0.113.256', expected an IP address or a domain name"],
    ),
    "a hub's name that is a list": (
        [(F, ("hub", "name"), ["hub-1"])],
        [("fleet.yml: hub.name: found a list, expected a name of lower-case letters, digits and hyphens, at most 63")],
    ),
    "no hub": (
        [(F, ("hub",), GONE)],
        [
            (
                "fleet.yml: hub: is missing; expected a mapping with name, address, public_addresses, port, number, "
                "state, or a list of such"
            )
        ],
    ),
    "a hub called like a site, beside other errors": (
        [(F, ("hub", "name"), "depot"), (F, ("name",), 5)],
        [
            (
                "fleet.yml: name: found a whole number, expected a name of lower-case letters, digits and "
                "hyphens, at most 63; write it in quotes"
            ),
            "fleet.yml: hub.name: depot is the name of a site too; name the hub otherwise",
            ("keys/hub-1.pub: there is no site or hub called hub-1; remove the key, or name it as the site is named"),
        ],
    ),
    "a bad key without a site": (
        [(K, ("barn",), "AAAA")],
        [
            "keys/barn.pub: found a key of 3 bytes, expected the 32 of a WireGuard public key",
            ("keys/barn.pub: there is no site or hub called barn; remove the key, or name it as the site is named"),
        ],
    ),
    "a broken site without a key": (
        [(D, ("uplink",), GONE), (K, ("depot",), GONE)],
        [
            (
                "sites/depot.yml: uplink: is missing; expected a mapping whose kind is one of lte, ethernet, "
                "wifi, or a list of such"
            ),
            (
                "sites/depot.yml: there is no keys/depot.pub; add the router's public key, or say state: planned "
                "until it has one"
            ),
        ],
    ),
    "a key that is empty": (
        [(K, ("depot",), "\n")],
        ["keys/depot.pub: found a key of 0 bytes, expected the 32 of a WireGuard public key"],
    ),
    "a domain with capitals": (
        [(F, ("domain",), "Example.net")],
        ["fleet.yml: domain: found 'Example.net', expected a domain name such as fleet.example.net"],
    ),
}
