# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which features fit a router, and what the rest of it is as router_uci."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import (
    compare,
    features_of,
    filler,
    installs,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import References
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import AUTHORIZED_KEYS
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import (
    PRIVATE_KEY,
    SCRIPTS,
    set_up,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, files, fleet_of

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import Comparison
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter

FILES = files({"depot": DEPOT})
VIEW = fleet_of(FILES).sites["depot"]
FOUND = set_up(FILES, VIEW)


def compared(found: FoundRouter, *, arranged: t.Collection[str] = (), more: t.Collection[str] = ()) -> Comparison:
    fill = filler({}, PRIVATE_KEY)
    references = References("depot", found)
    return compare(VIEW, found, fill, references, scripts=SCRIPTS, arranged=arranged, more=more)


def changed(package: str, change: t.Callable[[Section], Section | None], *new: Section) -> FoundRouter:
    sections = tuple(filter(None, map(change, FOUND.package(package).sections)))
    return dataclasses.replace(FOUND, packages={**FOUND.packages, package: Package(package, (*sections, *new))})


def without(name: str) -> t.Callable[[Section], Section | None]:
    return lambda section: None if section.name == name else section


def test_a_router_that_was_set_up_has_no_rest() -> None:
    assert (compared(FOUND).missing, compared(FOUND).rest) == ({}, {})


def test_the_features_of_a_package() -> None:
    assert features_of(VIEW, "network") == {"lan", "uplink", "tunnel"}
    assert features_of(VIEW, "wireless") == {"wifi"}
    assert features_of(VIEW, "snmpd") == set()
    assert installs(VIEW) == {"wireguard-tools"}


def test_a_section_that_is_gone_makes_its_feature_missing() -> None:
    found = changed("network", without("wan"))
    assert compared(found).missing == {"uplink": "the router has no interface 'wan' in /etc/config/network"}


def test_a_section_of_another_name_is_another_one() -> None:
    found = changed(
        "firewall", lambda section: dataclasses.replace(section, name=None) if section.name == "wan" else section
    )
    assert compared(found).missing == {"firewall": "the router has no zone 'wan' in /etc/config/firewall"}


def test_files_and_packages_have_to_be_there() -> None:
    keys = FOUND.files[AUTHORIZED_KEYS]
    open_keys = dataclasses.replace(FOUND, files={AUTHORIZED_KEYS: dataclasses.replace(keys, mode=0o644)})
    assert compared(open_keys).missing == {
        "ssh": f"{AUTHORIZED_KEYS} is another one, or has another mode, on the router"
    }
    assert compared(dataclasses.replace(FOUND, files={})).missing == {"ssh": f"the router has no {AUTHORIZED_KEYS}"}
    assert set(compared(dataclasses.replace(FOUND, installed=None)).missing) == {"tunnel"}


def test_what_differs_and_what_is_more_is_the_rest() -> None:
    def other(section: Section) -> Section:
        if section.name != "wan" or section.type != "interface":
            return section
        return Section("interface", "wan", (("device", "eth9"), ("proto", "dhcp"), ("hostname", "*")))

    guest = Section("interface", "guest", (("proto", "none"), ("password", "token")))
    found = changed("network", other, guest, Section("device", None, (("name", "br-guest"),)))
    assert compared(found).rest == {
        "network": [
            {"type": "interface", "name": "wan", "options": {"device": "eth9", "metric": None, "hostname": "*"}},
            {
                "type": "interface",
                "name": "guest",
                "options": {"proto": "none", "password": "{{ vault_depot.network_guest_password }}"},
            },
        ]
    }


def test_of_a_shared_section_only_what_the_fleet_says_counts() -> None:
    def other(section: Section) -> Section:
        options = {**dict(section.options), "log_size": "99", "ttylogin": "1", "description": "x"}
        return Section(section.type, section.name, tuple(options.items())) if section.type == "system" else section

    assert compared(changed("system", other)).rest == {
        "system": [{"type": "system", "options": {"log_size": "99", "description": "x"}}]
    }


def test_an_anonymous_section_is_named_by_its_identity() -> None:
    def other(section: Section) -> Section:
        return (
            dataclasses.replace(section, options=(*section.options, ("ra", "server")))
            if section.get("ignore")
            else section
        )

    assert compared(changed("dhcp", other)).rest == {
        "dhcp": [{"type": "dhcp", "options": {"interface": "wan", "ra": "server"}}]
    }


def test_the_order_is_said_where_it_is_asked_for() -> None:
    mine = Section("rule", None, (("name", "mine"), ("src", "wan")))
    found = changed("firewall", lambda section: section, mine)
    assert compared(found).rest == {"firewall": [{"type": "rule", "options": {"name": "mine", "src": "wan"}}]}
    arranged = compared(found, arranged=("firewall",)).rest["firewall"]
    rules = FOUND.sections("firewall", "rule")
    assert [entry.get("name") for entry in arranged if entry["type"] == "rule"] == [
        *(rule.name for rule in rules),
        None,
    ]
    assert {"type": "zone", "name": "lan"} in arranged


def test_a_package_that_no_feature_knows_is_there_whole_if_asked_for() -> None:
    web = Package("uhttpd", (Section("uhttpd", "main", (("home", "/www"),)), Section("cert")))
    found = dataclasses.replace(FOUND, packages={**FOUND.packages, "uhttpd": web})
    assert compared(found).rest == {}
    assert compared(found, more=("uhttpd",)).rest == {
        "uhttpd": [{"type": "uhttpd", "name": "main", "options": {"home": "/www"}}, {"type": "cert"}]
    }
