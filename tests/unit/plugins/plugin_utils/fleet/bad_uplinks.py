# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of uplinks, tunnels, radios and names that follow them."""

from __future__ import annotations

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import (
    DDNS,
    GONE,
    STATIC,
    Bad,
    D,
    F,
    Q,
)

BAD: Bad = {
    "no uplink": (
        [(Q, ("uplink",), [])],
        [
            (
                "sites/quarry-north.yml: uplink: is empty, expected a mapping whose kind is one of lte, "
                "ethernet, wifi, or a list of such"
            )
        ],
    ),
    "an uplink of no kind": (
        [(Q, ("uplink",), {"kind": "satellite"})],
        ["sites/quarry-north.yml: uplink.kind: found 'satellite', expected one of lte, ethernet, wifi"],
    ),
    "an uplink without a kind": (
        [(Q, ("uplink", "kind"), GONE)],
        ["sites/quarry-north.yml: uplink.kind: is missing; expected one of lte, ethernet, wifi"],
    ),
    "an uplink whose kind is null": (
        [(Q, ("uplink", "kind"), None)],
        [
            (
                "sites/quarry-north.yml: uplink.kind: is missing, since its value is empty or null; expected one of "
                "lte, ethernet, wifi"
            )
        ],
    ),
    "an interface name that is too long": (
        [(Q, ("uplink", "name"), "mobile_network_1")],
        [
            (
                "sites/quarry-north.yml: uplink.name: 'mobile_network_1' has 16 characters, at most 15 are "
                "possible; shorten it"
            )
        ],
    ),
    "a tunnel interface name that is too long": (
        [(Q, ("tunnel",), {"interface": "wireguard_tunnel"})],
        [
            (
                "sites/quarry-north.yml: tunnel.interface: 'wireguard_tunnel' has 16 characters, at most 15 are "
                "possible; shorten it"
            )
        ],
    ),
    "an uplink called like the tunnel": (
        [(Q, ("uplink", "name"), "fleet")],
        ["sites/quarry-north.yml: uplink.name: fleet is the name of tunnel.interface too; give another"],
    ),
    "two uplinks called alike": (
        [(D, ("uplink",), [{"kind": "ethernet"}, {"kind": "lte", "name": "wan"}])],
        ["sites/depot.yml: uplink[1].name: wan is the name of uplink[0] too; give another"],
    ),
    "two uplinks of one metric": (
        [(D, ("uplink",), [{"kind": "ethernet", "metric": 20}, {"kind": "lte"}])],
        [("sites/depot.yml: uplink[1].metric: 20 is the metric of uplink[0] too; of two alike none is preferred")],
    ),
    "a PIN that YAML takes for a number": (
        [(Q, ("uplink", "pin"), 1234)],
        [
            (
                "sites/quarry-north.yml: uplink.pin: found a whole number, expected a secret: a template such as "
                "{{ vault_pins.north }}, or a vault value; write it in quotes"
            )
        ],
    ),
    "a modem of no protocol": (
        [(Q, ("uplink", "modem"), "qmmi")],
        [
            (
                "sites/quarry-north.yml: uplink.modem: found 'qmmi', expected one of auto, qmi, mbim, ncm, 3g, "
                "directip, dhcp, modemmanager; did you mean qmi?"
            )
        ],
    ),
    "authentication without a user": (
        [(Q, ("uplink", "auth"), "pap")],
        [
            (
                "sites/quarry-north.yml: uplink.auth: found 'pap' without user name and password; give both, or "
                "leave auth out"
            )
        ],
    ),
    "a static uplink without an address": (
        [(D, ("uplink",), {"kind": "ethernet", "protocol": "static"})],
        [
            "sites/depot.yml: uplink.address: is missing; protocol static needs address, gateway, dns",
            "sites/depot.yml: uplink.gateway: is missing; protocol static needs address, gateway, dns",
            "sites/depot.yml: uplink.dns: is missing; protocol static needs address, gateway, dns",
        ],
    ),
    "a gateway that is no neighbour": (
        [(D, ("uplink",), STATIC | {"gateway": "203.0.113.1"})],
        [("sites/depot.yml: uplink.gateway: 203.0.113.1 is not in 198.51.100.0/30; expected a neighbour of address")],
    ),
    "an address that DHCP would give": (
        [(D, ("uplink",), {"kind": "ethernet", "address": "198.51.100.2/30"})],
        ["sites/depot.yml: uplink.address: has a meaning only with protocol static, found dhcp; remove it"],
    ),
    "a static uplink in the LAN": (
        [(D, ("uplink",), STATIC | {"address": "10.81.44.9/24", "gateway": "10.81.44.1"})],
        [
            (
                "sites/depot.yml: uplink.address: 10.81.44.9/24 overlaps the LAN, 10.81.44.0/24, so replies "
                "would take the wrong way; one of them has to change"
            )
        ],
    ),
    "an open network with a key": (
        [(D, ("uplink",), {"kind": "wifi", "ssid": "x", "encryption": "none", "key": "{{ k }}"})],
        ["sites/depot.yml: uplink.key: found one with encryption none, expected no key with encryption none"],
    ),
    "a network without its key": (
        [(D, ("uplink",), {"kind": "wifi", "ssid": "x"})],
        [
            (
                "sites/depot.yml: uplink.key: found none with encryption psk2, expected a key, or encryption "
                "none for an open network"
            )
        ],
    ),
    "an access point without a country": (
        [(Q, ("wifi",), {"ssid": "x", "key": "{{ k }}"})],
        [
            (
                "sites/quarry-north.yml: wifi.country: is missing; expected a country of two capital letters, as "
                "in ISO 3166"
            )
        ],
    ),
    "a radio in two countries": (
        [
            (D, ("uplink",), {"kind": "wifi", "ssid": "x", "key": "{{ k }}", "country": "DE"}),
            (D, ("wifi",), {"ssid": "y", "key": "{{ k }}", "country": "FR"}),
        ],
        [
            (
                "sites/depot.yml: wifi.country: found FR, but the uplink wwan uses radio0 with DE; a radio has "
                "one country"
            ),
            (
                "sites/depot.yml: wifi.radio: the uplink wwan uses radio0 too: while its network is out of reach "
                "the access point is off; take another radio if the router has one"
            ),
        ],
    ),
    "ddns behind a carrier's NAT": (
        [(Q, ("ddns",), {"service": "duckdns.org", "domain": "q.duckdns.org", "password": "{{ p }}"})],
        [
            (
                "sites/quarry-north.yml: ddns: the uplink lte has no public address, so nothing reaches the name "
                "it would keep; remove ddns and use the tunnel, or say public_address: true if it has one"
            )
        ],
    ),
    "ddns of an unknown uplink": (
        [
            (
                D,
                ("ddns",),
                {"service": "duckdns.org", "domain": "q.duckdns.org", "password": "{{ p }}", "uplink": "wann"},
            )
        ],
        ["sites/depot.yml: ddns.uplink: wann is no uplink; expected one of wan; did you mean wan?"],
    ),
    "ddns of a private address": (
        [
            (D, ("ddns",), {"service": "duckdns.org", "domain": "q.duckdns.org", "password": "{{ p }}"}),
            (D, ("uplink",), STATIC | {"address": "100.64.3.2/24", "gateway": "100.64.3.1"}),
        ],
        [
            (
                "sites/depot.yml: ddns: the uplink wan has the address 100.64.3.2, which is not public, so "
                "nothing reaches the name that would follow it; remove ddns and use the tunnel"
            )
        ],
    ),
    "a tunnel called like the LAN": (
        [(Q, ("tunnel",), {"interface": "lan"})],
        ["sites/quarry-north.yml: tunnel.interface: lan is the name of the LAN too; give another"],
    ),
    "an uplink called like a section of its own": (
        [(D, ("uplink", "name"), "globals")],
        ["sites/depot.yml: uplink.name: globals is the name of OpenWrt's section globals too; give another"],
    ),
    "a tunnel called like a device": (
        [(D, ("tunnel",), {"interface": "eth1"}), (D, ("uplink", "device"), "eth1")],
        ["sites/depot.yml: tunnel.interface: eth1 is the device of uplink too; give another name"],
    ),
    "a tunnel called like a port of the LAN": (
        [(D, ("tunnel",), {"interface": "eth1"}), (D, ("lan",), {"ports": ["eth0", "eth1"]})],
        ["sites/depot.yml: tunnel.interface: eth1 is the device of lan.ports[1] too; give another name"],
    ),
    "a tunnel called lo": (
        [(D, ("tunnel",), {"interface": "lo"})],
        [("sites/depot.yml: tunnel.interface: lo is the device of OpenWrt's own loopback too; give another name")],
    ),
    "an uplink on a port of the LAN": (
        [(D, ("lan",), {"ports": ["lan1", "wan"]})],
        ["sites/depot.yml: uplink.device: wan is the device of lan.ports[1] too; expected one of its own"],
    ),
    "an uplink on the bridge": (
        [(D, ("uplink", "device"), "br-lan")],
        ["sites/depot.yml: uplink.device: br-lan is the device of lan.device too; expected one of its own"],
    ),
    "a PPPoE interface whose device has too long a name": (
        [
            (
                D,
                ("uplink",),
                {"kind": "ethernet", "name": "fibre_link", "protocol": "pppoe", "username": "u", "password": "{{ p }}"},
            )
        ],
        [
            (
                "sites/depot.yml: uplink.name: 'fibre_link' has 10 characters, at most 9 are possible: its "
                "device is called pppoe-fibre_link; shorten it"
            )
        ],
    ),
    "a 3G interface whose device has too long a name": (
        [(Q, ("uplink",), {"kind": "lte", "modem": "3g", "name": "mobile_modem1"})],
        [
            (
                "sites/quarry-north.yml: uplink.name: 'mobile_modem1' has 13 characters, at most 12 are "
                "possible: its device is called 3g-mobile_modem1; shorten it"
            )
        ],
    ),
    "a static uplink at the address of its network": (
        [(D, ("uplink",), STATIC | {"address": "198.51.100.0/30"})],
        ["sites/depot.yml: uplink.address: 198.51.100.0 is no address of a host in 198.51.100.0/30"],
    ),
    "a static uplink that is its own gateway": (
        [(D, ("uplink",), STATIC | {"gateway": "198.51.100.2"})],
        [("sites/depot.yml: uplink.gateway: 198.51.100.2 is the router's own address; expected that of its gateway")],
    ),
    "a static uplink of loopback addresses": (
        [(D, ("uplink",), STATIC | {"address": "127.0.0.2/30", "gateway": "127.0.0.1"})],
        [
            (
                "sites/depot.yml: uplink.address: 127.0.0.2/30 overlaps 127.0.0.0/8 (loopback); expected an "
                "address of the uplink's network"
            )
        ],
    ),
    "a static uplink in the range of the operators": (
        [(D, ("uplink",), STATIC | {"address": "10.78.1.2/24", "gateway": "10.78.1.1"})],
        [
            (
                "sites/depot.yml: uplink.address: 10.78.1.2/24 overlaps pools.operators of fleet.yml, "
                "10.78.0.0/20, so replies would take the wrong way; one of them has to change"
            )
        ],
    ),
    "two static uplinks in one network": (
        [
            (
                D,
                ("uplink",),
                [
                    STATIC,
                    STATIC
                    | {"name": "wan2", "device": "eth2", "address": "198.51.100.1/30", "gateway": "198.51.100.2"},
                ],
            )
        ],
        [
            (
                "sites/depot.yml: uplink[1].address: 198.51.100.1/30 overlaps the uplink wan, 198.51.100.0/30, "
                "so replies would take the wrong way; one of them has to change"
            )
        ],
    ),
    "PPPoE without a user": (
        [(D, ("uplink",), {"kind": "ethernet", "protocol": "pppoe"})],
        [
            "sites/depot.yml: uplink.username: is missing; protocol pppoe needs username, password",
            "sites/depot.yml: uplink.password: is missing; protocol pppoe needs username, password",
        ],
    ),
    "a radio of two uplinks in two countries": (
        [
            (
                D,
                ("uplink",),
                [
                    {"kind": "wifi", "ssid": "a", "key": "{{ k }}", "country": "DE"},
                    {"kind": "wifi", "ssid": "b", "key": "{{ k }}", "country": "FR", "name": "wwan2"},
                ],
            )
        ],
        [
            (
                "sites/depot.yml: uplink[1].radio: the uplink wwan uses radio0 too; most radios are the client "
                "of one network at a time"
            ),
            (
                "sites/depot.yml: uplink[1].country: found FR, but the uplink wwan uses radio0 with DE; a radio "
                "has one country"
            ),
        ],
    ),
    "a channel of a radio that is a client": (
        [
            (D, ("uplink",), {"kind": "wifi", "ssid": "x", "key": "{{ k }}"}),
            (D, ("wifi",), {"ssid": "y", "key": "{{ k }}", "country": "DE", "channel": "6"}),
        ],
        [
            (
                "sites/depot.yml: wifi.channel: found 6, but the uplink wwan uses radio0 too, on the channel of "
                "its network; say auto"
            ),
            (
                "sites/depot.yml: wifi.radio: the uplink wwan uses radio0 too: while its network is out of reach "
                "the access point is off; take another radio if the router has one"
            ),
        ],
    ),
    "a name that two sites keep": (
        [
            (F, ("defaults", "uplink"), {"kind": "ethernet"}),
            (Q, ("uplink",), {"kind": "ethernet"}),
            (Q, ("ddns",), DDNS),
            (D, ("ddns",), DDNS),
        ],
        [
            (
                "sites/quarry-north.yml: ddns.domain: the name is that of sites/depot.yml: ddns.domain too; "
                "every one needs its own"
            )
        ],
    ),
    "a network's name that is too long": (
        [(D, ("uplink",), {"kind": "wifi", "ssid": "x" * 33, "key": "{{ k }}"})],
        [
            (
                "sites/depot.yml: uplink.ssid: found 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', expected the name of a "
                "network, at most 32 characters"
            )
        ],
    ),
    "an MTU for which IPv6 is too large": (
        [(Q, ("tunnel",), {"mtu": 1200})],
        ["sites/quarry-north.yml: tunnel.mtu: found 1200, expected a whole number from 1280 to 1440"],
    ),
}
