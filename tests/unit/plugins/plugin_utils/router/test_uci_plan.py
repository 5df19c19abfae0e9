# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import conceal, token
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import (
    UciPlan,
    Wanted,
    make_plan,
    questions,
    to_change,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse

SALT = "salt"
NETWORK = Package(
    "network",
    (
        Section("interface", "lan", (("proto", "static"), ("ipaddr", "192.168.1.1/24"))),
        Section("interface", "wg0", (("proto", "wireguard"), ("private_key", "own"))),
        Section("wireguard_wg0", None, (("public_key", "p"), ("preshared_key", "shared"))),
    ),
)


def observed(*packages: Package, staged: tuple[str, ...] = ()) -> Observation:
    names = frozenset({"private_key", "preshared_key"})
    seen = {item.name: Observed(conceal(item, names, SALT)[0], f"digest-{item.name}", "-") for item in packages}
    return Observation(seen, staged, None, (), {})


def wanting(package: str, section_type: str, name: str | None, /, **options: Value) -> Wanted:
    return Wanted(Package(package, (Section(section_type, name, tuple(options.items())),)), ((),))


def planned(wanted: Wanted, *packages: Package, staged: tuple[str, ...] = ()) -> UciPlan:
    return make_plan([wanted], "merged", observed(*packages, staged=staged), SALT)


def changed(plan: UciPlan, **arguments: t.Any) -> t.Any:
    defaults: dict[str, t.Any] = {"rollback_timeout": None, "confirm": True, "staged": "refuse", "moves_to": None}
    return to_change(plan, SALT, **defaults | arguments)


def test_nothing_to_do_is_nothing() -> None:
    plan = planned(wanting("network", "interface", "lan", proto="static"), NETWORK)
    assert (plan.changed, plan.services, plan.commands, plan.tunnels) == ((), (), [], ())


def test_a_known_secret_that_is_the_same_changes_nothing() -> None:
    assert not planned(
        wanting("network", "wireguard_wg0", None, public_key="p", preshared_key="shared"), NETWORK
    ).changed


def test_own_secrets_stay_on_the_router_and_new_ones_are_sent() -> None:
    plan = planned(wanting("network", "wireguard_wg0", None, public_key="p", preshared_key="new"), NETWORK)
    change = changed(plan)
    (file,) = change.files
    sent = parse(file.content, "network")
    assert sent.sections[2].get("preshared_key") == "new"
    assert sent.sections[1].get("private_key") == token(SALT, "own")
    assert b"own" not in file.content.replace(b"network", b"")
    assert (file.path, file.digest) == ("/etc/config/network", "digest-network")
    assert change.tunnels == ("wg0",)
    assert change.rollback_timeout == 300
    assert "new" not in " ".join(plan.commands).replace("(new)", "")
    assert "private_key" in change.secret_options


def test_keys_that_change_places_are_a_change_that_people_see() -> None:
    first, second = (
        Section("wifi-iface", name, (("ssid", name), ("key", token(SALT, key))))
        for name, key in (("one", "secret1"), ("two", "secret2"))
    )
    wireless = Package("wireless", (first, second))
    swapped = Wanted(
        Package(
            "wireless",
            (
                Section("wifi-iface", "one", (("key", "secret2"),)),
                Section("wifi-iface", "two", (("key", "secret1"),)),
            ),
        )
    )
    plan = planned(swapped, wireless)
    assert plan.commands == ["set wireless.one.key='******** (2)'", "set wireless.two.key='******** (1)'"]


def test_a_plain_change_has_two_minutes() -> None:
    system = Package("system", (Section("system", None, (("hostname", "a"),)),))
    plan = planned(wanting("system", "system", None, hostname="b"), system)
    assert changed(plan).rollback_timeout == 120
    assert changed(plan, rollback_timeout=33).rollback_timeout == 33
    assert "system" in plan.services
    assert plan.tunnels == ()


@pytest.mark.parametrize(
    ("staged", "mode", "refused"),
    [
        (("network",), "refuse", True),
        (("network",), "discard", False),
        (("network",), "commit", False),
        (("wireless",), "discard", True),
        (("uhttpd",), "refuse", False),
    ],
)
def test_staged_edits_that_the_reload_would_put_into_effect(staged: tuple[str, ...], mode: str, refused: bool) -> None:  # noqa: FBT001
    plan = planned(wanting("network", "interface", "lan", proto="dhcp"), NETWORK, staged=staged)
    if refused:
        with pytest.raises(NotUsableError, match=staged[0]):
            changed(plan, staged=mode)
    else:
        assert changed(plan, staged=mode).staged == mode


def test_staged_edits_are_the_base_where_they_are_to_be_committed() -> None:
    edited = Package("network", (Section("interface", "lan", (("proto", "dhcp"),)), *NETWORK.sections[1:]))
    seen = Observation({"network": Observed(NETWORK, "d", "s", edited)}, ("network",), None, (), {})
    plan = make_plan([wanting("network", "interface", "lan", metric="5")], "merged", seen, SALT)
    assert plan.packages[0].before == NETWORK
    assert plan.packages[0].after.sections[0].options == (("proto", "dhcp"), ("metric", "5"))
    same = make_plan([wanting("network", "interface", "lan", proto="dhcp")], "merged", seen, SALT)
    assert same.changed


def test_a_zone_is_checked_against_the_networks_there_are() -> None:
    firewall = Package("firewall", (Section("zone", None, (("name", "lan"), ("network", ("lan",)))),))
    asked = [question.package for question in questions([wanting("firewall", "zone", None, name="vpn")])]
    assert asked == ["firewall", "network"]
    plan = planned(wanting("firewall", "zone", None, name="vpn", network=("nowhere",)), firewall, NETWORK)
    assert [finding for finding in plan.findings if finding.severity == "error" and "nowhere" in str(finding)]
