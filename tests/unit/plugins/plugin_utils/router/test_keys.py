# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import (
    Key,
    RouterKeys,
    argument_problems,
    commands,
    one_key,
    read_keys,
    switch_change,
    switch_plan,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import conceal, token
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import UciPlan

SALT = "salt"
NAMES = frozenset({"private_key", "preshared_key"})
HUB = (("public_key", "hub"), ("endpoint_host", "192.0.2.1"))
NETWORK = Package(
    "network",
    (
        Section("interface", "lan", (("proto", "static"),)),
        Section("interface", "fleet", (("proto", "wireguard"), ("private_key", "own"), ("mtu", "1280"))),
        Section("wireguard_fleet", "wireguard_hub_peer", (*HUB, ("preshared_key", "shared"))),
        Section("wireguard_fleet", None, (("public_key", "phone"),)),
        Section("interface", "fleet2", (("proto", "wireguard"), ("private_key", "own"))),
        Section("wireguard_fleet2", None, HUB),
    ),
)
PSK = base64.b64encode(bytes(range(32))).decode()
OWN, NEXT = Key("P1", token(SALT, "own")), Key("P2", token(SALT, "next"))
READY = RouterKeys({"fleet": OWN}, None, NEXT, frozenset())


def seen(package: Package = NETWORK, keys: str = "", staged: tuple[str, ...] = ()) -> Observation:
    concealed = conceal(package, NAMES, SALT)[0]
    return Observation({"network": Observed(concealed, "digest", "-")}, staged, None, (), {"keys": ((), keys)})


def told(key: Key) -> str:
    return f"{key.public} {key.token.removeprefix('@farsite-')}"


def planned(
    keys: RouterKeys = READY,
    interfaces: t.Sequence[str] = ("fleet",),
    preshared_keys: t.Mapping[str, str] | None = None,
    package: Package = NETWORK,
) -> UciPlan:
    return switch_plan(seen(package), keys, interfaces, preshared_keys or {}, SALT)


def sent(plan: UciPlan) -> Package:
    (file,) = switch_change(plan, SALT, 60).files
    assert file.content
    return parse(file.content, "network")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", RouterKeys({}, None, None, frozenset())),
        (f"made current\nstored current {told(OWN)}\n", RouterKeys({}, OWN, None, frozenset({"current"}))),
        (f"interface fleet {told(OWN)}\nstored next {told(NEXT)}\n", READY),
        (
            f"interface fleet {told(OWN)}\nstored next {told(OWN)}\n",
            RouterKeys({"fleet": OWN}, None, None, frozenset()),
        ),
        (
            f"interface fleet {told(NEXT)}\ninterface fleet2 {told(OWN)}\nstored next {told(NEXT)}\n",
            RouterKeys({"fleet": NEXT, "fleet2": OWN}, None, NEXT, frozenset()),
        ),
    ],
)
def test_what_a_router_tells(text: str, expected: RouterKeys) -> None:
    assert read_keys(seen(keys=text)) == expected


def test_the_key_in_use() -> None:
    assert READY.in_use == OWN
    assert RouterKeys({}, OWN, NEXT, frozenset()).in_use == OWN
    assert RouterKeys({"fleet": OWN}, NEXT, None, frozenset()).in_use == OWN
    assert RouterKeys({}, None, None, frozenset()).in_use is None


def test_a_router_has_one_key() -> None:
    assert one_key(READY) is READY
    with pytest.raises(NotUsableError, match="fleet2 of the router has another private key than fleet"):
        one_key(RouterKeys({"fleet": OWN, "fleet2": NEXT}, None, None, frozenset()))


def test_the_question() -> None:
    assert commands("next", "5a17", ["fleet", "fleet2"]) == ["keys next 5a17 fleet fleet2"]
    assert commands("look", "5a17", ["fleet"], early=True) == ["keys_early=yes", "keys look 5a17 fleet"]


def test_a_router_without_the_tools_tells_no_public_key() -> None:
    digest = "0" * 64
    keys = read_keys(seen(keys=f"interface fleet - {digest}\n"))
    assert keys.in_use == Key(None, f"@farsite-{digest}")


@pytest.mark.parametrize(
    ("interfaces", "preshared_keys", "expected"),
    [
        (["fleet"], {}, []),
        (["fleet", "fleet2"], {"fleet": PSK}, []),
        (["fleet"], {"fleet": ""}, []),
        ([], {}, ["interfaces: is empty"]),
        (["a b", "fleet-2", "*", "x" * 16], {}, [f"interfaces[{index}]: found" for index in range(4)]),
        (["fleet", "fleet"], {}, ["interfaces[1]: fleet is there twice"]),
        (["fleet"], {"other": PSK}, ["preshared_keys.other: is none of interfaces"]),
        (["fleet"], {"fleet": "secret"}, ["preshared_keys.fleet: is no WireGuard key"]),
        (["fleet"], {"fleet": PSK[:-2] + "9="}, ["preshared_keys.fleet: is no WireGuard key"]),
        (["fleet"], {"fleet": None}, ["preshared_keys.fleet: is no WireGuard key"]),
    ],
)
def test_options(interfaces: list[str], preshared_keys: dict[str, object], expected: list[str]) -> None:
    problems = list(argument_problems(interfaces, preshared_keys))
    assert len(problems) == len(expected)
    for problem, start in zip(problems, expected, strict=True):
        assert problem.startswith(start)
        assert "secret" not in problem


def test_a_switch_sends_the_token_of_the_key_and_nothing_else_changes() -> None:
    plan = planned()
    assert plan.commands == ["set network.fleet.private_key='******** (new)'"]
    after = sent(plan)
    assert after.sections[1] == Section(
        "interface", "fleet", (("proto", "wireguard"), ("private_key", NEXT.token), ("mtu", "1280"))
    )
    assert after.sections[4].get("private_key") == OWN.token
    assert [after.sections[at] for at in (0, 3, 5)] == [NETWORK.sections[at] for at in (0, 3, 5)]


def test_a_switch_is_live_and_needs_an_answer_to_be_confirmed() -> None:
    change = switch_change(planned(), SALT, 77)
    assert (change.services, change.tunnels) == (("-",), ("fleet", "fleet2"))
    assert (change.answered, change.confirm, change.rollback_timeout) == (True, True, 77)
    assert "private_key" in change.secret_options


def test_all_interfaces_and_their_preshared_keys_change_at_once() -> None:
    after = sent(planned(interfaces=("fleet", "fleet2"), preshared_keys={"fleet": PSK, "fleet2": PSK}))
    assert {after.sections[at].get("private_key") for at in (1, 4)} == {NEXT.token}
    assert {after.sections[at].get("preshared_key") for at in (2, 5)} == {PSK}
    assert after.sections[3] == NETWORK.sections[3]


def test_an_empty_preshared_key_removes_what_is_there() -> None:
    after = sent(planned(interfaces=("fleet", "fleet2"), preshared_keys={"fleet": "", "fleet2": ""}))
    assert after.sections[2] == Section("wireguard_fleet", "wireguard_hub_peer", HUB)
    assert after.sections[5] == NETWORK.sections[5]


def test_a_new_preshared_key_is_not_shown() -> None:
    plan = planned(preshared_keys={"fleet": PSK})
    assert PSK not in str(plan.commands)
    assert PSK not in str([package.shown for package in plan.packages])


@pytest.mark.parametrize(
    "keys",
    [RouterKeys({"fleet": OWN}, None, None, frozenset()), RouterKeys({"fleet": OWN}, None, OWN, frozenset())],
)
def test_without_a_next_key_nothing_is_to_do(keys: RouterKeys) -> None:
    assert not planned(keys).changed


@pytest.mark.parametrize(
    ("keys", "interfaces", "preshared_keys", "expected"),
    [
        (READY, ("lan",), {}, ("interfaces: the router has no WireGuard interface lan",)),
        (READY, ("fleet3", "lan"), {}, ("interface fleet3", "interface lan")),
        (RouterKeys({"fleet": OWN}, None, None, frozenset()), ("fleet",), {"fleet": PSK}, ("no next key",)),
    ],
)
def test_what_would_be_a_guess(
    keys: RouterKeys, interfaces: tuple[str, ...], preshared_keys: dict[str, str], expected: tuple[str, ...]
) -> None:
    with pytest.raises(NotUsableError) as caught:
        planned(keys, interfaces, preshared_keys)
    assert len(caught.value.problems) == len(expected)
    for problem, text in zip(caught.value.problems, expected, strict=True):
        assert text in problem


def test_the_hub_is_the_only_peer_that_is_dialled() -> None:
    two = Package("network", (*NETWORK.sections, Section("wireguard_fleet", None, HUB)))
    with pytest.raises(NotUsableError, match="2 peers that it dials, expected one: the hub"):
        planned(preshared_keys={"fleet": PSK}, package=two)
    none = Package("network", NETWORK.sections[:2])
    with pytest.raises(NotUsableError, match="no peer that it dials"):
        planned(preshared_keys={"fleet": PSK}, package=none)


def test_staged_edits_stand_in_the_way() -> None:
    plan = switch_plan(seen(staged=("network",)), READY, ("fleet",), {}, SALT)
    with pytest.raises(NotUsableError, match="staged edits"):
        switch_change(plan, SALT, 60)
