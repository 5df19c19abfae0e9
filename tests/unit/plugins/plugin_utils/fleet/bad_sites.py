# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of a site's own data."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import (
    GONE,
    KEY4,
    Bad,
    D,
    F,
    K,
    Q,
)

BAD: Bad = {
    "a key with a typo": (
        [(Q, ("camera",), [])],
        ["sites/quarry-north.yml: camera: unknown key; did you mean cameras?"],
    ),
    "a key with a typo below": (
        [(Q, ("uplink", "appn"), "internet")],
        ["sites/quarry-north.yml: uplink.appn: unknown key; did you mean apn?"],
    ),
    "a key like none": (
        [(Q, ("xyzzy",), 1)],
        [
            (
                "sites/quarry-north.yml: xyzzy: unknown key; expected one of id, state, description, labels, "
                "wave, router, system, ssh, uplink, tunnel, lan, cameras, wifi, ddns, packages, unmanaged, router_uci"
            )
        ],
    ),
    "a site that is no mapping": (
        [(Q, (), ["id"])],
        [
            (
                "sites/quarry-north.yml: found a list, expected a mapping with id, state, description, labels, "
                "wave, router, system, ssh, uplink, tunnel, lan, cameras, wifi, ddns, packages, unmanaged, router_uci"
            )
        ],
    ),
    "an empty site": (
        [(Q, (), None)],
        [
            (
                "sites/quarry-north.yml: found nothing, expected a mapping with id, state, description, labels, "
                "wave, router, system, ssh, uplink, tunnel, lan, cameras, wifi, ddns, packages, unmanaged, router_uci"
            )
        ],
    ),
    "a release that YAML takes for a number": (
        [(Q, ("router",), {"model": "x86", "release": 24.10})],
        [
            (
                "sites/quarry-north.yml: router.release: found a number with a fraction, expected one of 23.05, "
                "24.10, 25.12; write it in quotes"
            )
        ],
    ),
    "a release that is not supported": (
        [(Q, ("router",), {"release": "22.03"})],
        [
            (
                "sites/quarry-north.yml: router.release: found '22.03', expected one of 23.05, 24.10, 25.12; did "
                "you mean 24.10?"
            )
        ],
    ),
    "a wave that is true": (
        [(Q, ("wave",), True)],
        ["sites/quarry-north.yml: wave: found true or false, expected a whole number from 1 to 99"],
    ),
    "a label that is no group": (
        [(Q, ("labels",), ["North"])],
        [("sites/quarry-north.yml: labels[0]: found 'North', expected a word of lower-case letters, digits and _")],
    ),
    "a label twice": (
        [(Q, ("labels",), ["a", "b", "a"])],
        ["sites/quarry-north.yml: labels[2]: is the same as [0] of this list; remove one"],
    ),
    "nobody may log in": (
        [(F, ("defaults", "ssh"), GONE)],
        [
            (
                "sites/depot.yml: ssh.authorized_keys: is empty, so nobody could log in; give one, best in the "
                "fleet's defaults"
            ),
            (
                "sites/quarry-north.yml: ssh.authorized_keys: is empty, so nobody could log in; give one, best "
                "in the fleet's defaults"
            ),
        ],
    ),
    "a private key in place of a public one": (
        [(Q, ("ssh",), {"authorized_keys": ["-----BEGIN OPENSSH PRIVATE KEY-----"]})],
        [
            (
                "sites/quarry-north.yml: ssh.authorized_keys[0]: found something else, expected a public key in "
                "OpenSSH's format, such as ssh-ed25519 AAAA… name"
            )
        ],
    ),
    "a time zone that is none": (
        [(Q, ("system",), {"time_zone": "Europe/Berln"})],
        [
            (
                "sites/quarry-north.yml: system.time_zone: Europe/Berln is no time zone of the IANA database; "
                "did you mean Europe/Berlin?"
            )
        ],
    ),
    "a template where none can be": (
        [(Q, ("system",), {"hostname": "{{ name }}"})],
        [
            (
                "sites/quarry-north.yml: system.hostname: found a template or an encrypted value, expected a "
                "host name of letters, digits and hyphens: the plan is made without Ansible, so only secrets may "
                "be left for later"
            )
        ],
    ),
    "raw UCI that is none": (
        [(Q, ("router_uci",), {"network": [{"type": "interface", "options": {"mtu": 1.5}}]})],
        [
            (
                "sites/quarry-north.yml: router_uci.network[0].options.mtu: found a number with a fraction, "
                "expected text, a whole number, true or false, a list of these, or null; write it in quotes to "
                "say which digits are meant"
            )
        ],
    ),
    "raw UCI without a type": (
        [(Q, ("router_uci",), {"network": [{"options": {}}]})],
        ["sites/quarry-north.yml: router_uci.network[0].type: is missing; every section needs a type"],
    ),
    "raw UCI with a template": (
        [(Q, ("router_uci",), {"system": [{"type": "system", "options": {"notes": "{{ x }}"}}]})],
        [
            (
                "sites/quarry-north.yml: router_uci.system[0].options.notes: found a template, expected the "
                "value: only secrets may be left for later"
            )
        ],
    ),
    "raw UCI of a bad package": (
        [(Q, ("router_uci",), {"a/b": []})],
        [
            (
                "sites/quarry-north.yml: router_uci['a/b']: is no name of a uci package; expected printable "
                "ASCII without blanks, dots and slashes"
            )
        ],
    ),
    "a site whose file's name is no host name": (
        [(K, ("Shed!",), KEY4), ("Shed!", (), {"id": 5, "uplink": {"kind": "ethernet"}})],
        [("sites/Shed!.yml: found 'Shed!', expected a name of lower-case letters, digits and hyphens, at most 63")],
    ),
    "an SSH server on the port of DNS": (
        [(Q, ("ssh",), {"port": 53})],
        [("sites/quarry-north.yml: ssh.port: 53 is the port of the router's DNS server; expected another, such as 22")],
    ),
    "two routers of one name": (
        [(D, ("system",), {"hostname": "Quarry-North"})],
        [
            (
                "sites/quarry-north.yml: system.hostname: the host name is that of sites/depot.yml: "
                "system.hostname too; every one needs its own"
            )
        ],
    ),
    "a description of two lines": (
        [(Q, ("description",), "a\nb")],
        [("sites/quarry-north.yml: description: found a line break or another control character, expected text")],
    ),
    "a text that is encrypted": (
        [(Q, ("description",), Encrypted("$ANSIBLE_VAULT;1.1;AES256"))],
        [
            (
                "sites/quarry-north.yml: description: found a template or an encrypted value, expected text: the "
                "plan is made without Ansible, so only secrets may be left for later"
            )
        ],
    ),
    "a release that stands for two": (
        [(Q, ("router",), {"release": ["23.05", "24.10"]})],
        ["sites/quarry-north.yml: router.release: found a list, expected one of 23.05, 24.10, 25.12"],
    ),
    "a default taken away": (
        [(Q, ("router",), None)],
        [
            (
                "sites/quarry-north.yml: router: is missing, since its value is empty or null; expected a mapping "
                "with model, release"
            )
        ],
    ),
    "a text over two lines": (
        [(Q, ("system",), {"hostname": "a\nb"})],
        [
            (
                "sites/quarry-north.yml: system.hostname: found a line break or another control character, "
                "expected a host name of letters, digits and hyphens"
            )
        ],
    ),
    "UCI with a secret that is a number": (
        [(Q, ("router_uci",), {"wireless": [{"type": "wifi-iface", "options": {"key": 12345678}}]})],
        [
            (
                "sites/quarry-north.yml: router_uci.wireless[0].options.key: found a whole number, expected a "
                "secret: a template such as {{ vault_pins.north }}, or a vault value; write it in quotes"
            )
        ],
    ),
}
