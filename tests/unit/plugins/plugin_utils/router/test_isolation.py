# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a ruleset as nft lists it: that of the example site quarry-north, compiled by the lab's stand-in of fw4."""

from __future__ import annotations

import copy
import json
import pathlib
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import ListingError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.isolation import isolation

LISTING = json.loads((pathlib.Path(__file__).parents[3] / "data/fw4-cameras.json").read_text("utf-8"))
GATE, YARD = "44:19:b6:00:00:01", "44:19:b6:00:00:02"
HELD = {"beyond": "dropped", "router": "dropped", "refused": 0}

Rule = dict[str, t.Any]


def looked_at(change: t.Callable[[list[Rule]], None]) -> dict[str, dict[str, t.Any]]:
    """Return the verdicts after *change* of the listing's objects."""
    listing = copy.deepcopy(LISTING)
    change(listing["nftables"])
    return isolation(json.dumps(listing))


def place(objects: list[Rule], chain: str, comment: str = "") -> int:
    """Return where the first rule of *chain* is, or the one whose comment has *comment*."""
    return next(
        index
        for index, found in enumerate(objects)
        if "rule" in found and found["rule"]["chain"] == chain and comment in found["rule"].get("comment", "")
    )


def rule(chain: str, *statements: t.Any) -> Rule:
    return {"rule": {"family": "inet", "table": "fw4", "chain": chain, "handle": 999, "expr": list(statements)}}


def is_(key: str, value: str) -> Rule:
    return {"match": {"op": "==", "left": {"meta": {"key": key}}, "right": value}}


def sender(value: t.Any, operator: str = "==") -> Rule:
    left = {"payload": {"protocol": "ether", "field": "saddr"}}
    return {"match": {"op": operator, "left": left, "right": value}}


ACCEPT: Rule = {"accept": None}


def test_cameras_that_are_held() -> None:
    assert looked_at(lambda _objects: None) == {GATE: HELD, YARD: HELD}


def test_a_rule_that_is_gone() -> None:
    found = looked_at(lambda objects: objects.pop(place(objects, "input_lan", "Camera gate to the router")))  # type: ignore[arg-type]
    # ping and SSH from the LAN come after it
    assert found[GATE]["router"] == "cannot tell"
    assert found[YARD] == HELD


@pytest.mark.parametrize(
    ("statements", "beyond"),
    [
        ((ACCEPT,), "accepted"),
        ((is_("iifname", "br-lan"), ACCEPT), "accepted"),
        ((is_("iifname", "br-*"), ACCEPT), "accepted"),
        ((is_("iifname", "wan"), ACCEPT), "dropped"),
        ((is_("oifname", "wan"), ACCEPT), "cannot tell"),
        ((sender(GATE), ACCEPT), "accepted"),
        ((sender(GATE.upper()), ACCEPT), "accepted"),
        ((sender({"set": [GATE, YARD]}), ACCEPT), "accepted"),
        ((sender("@farsite_cameras"), ACCEPT), "accepted"),
        ((sender(YARD), ACCEPT), "dropped"),
        ((sender(GATE, "!="), ACCEPT), "dropped"),
        ((sender(YARD, "!="), ACCEPT), "accepted"),
        (({"limit": {"rate": 5, "per": "second"}}, ACCEPT), "cannot tell"),
    ],
)
def test_what_stands_before_the_rule(statements: tuple[t.Any, ...], beyond: str) -> None:
    def change(objects: list[Rule]) -> None:
        objects.insert(place(objects, "forward"), rule("forward", *statements))

    assert looked_at(change)[GATE]["beyond"] == beyond


def test_an_address_of_the_lan_is_no_protection() -> None:
    """A camera may give itself any address, so a rule for some addresses may be its way out."""
    net = {"prefix": {"addr": "192.168.1.0", "len": 24}}
    some = {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": net}}

    def change(objects: list[Rule]) -> None:
        objects.insert(place(objects, "forward"), rule("forward", some, ACCEPT))

    assert looked_at(change)[GATE]["beyond"] == "cannot tell"


def test_what_it_needs_of_the_router_is_no_hole_and_anything_else_is() -> None:
    def dns(objects: list[Rule]) -> None:
        port = {"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}}, "right": 53}}
        objects.insert(place(objects, "input_lan"), rule("input_lan", port, ACCEPT))

    assert looked_at(dns)[GATE] == HELD | {"router": "cannot tell"}


def test_another_chain_that_drops_is_enough() -> None:
    def change(objects: list[Rule]) -> None:
        objects.insert(place(objects, "forward"), rule("forward", ACCEPT))
        objects.insert(place(objects, "farsite_cameras_forward"), rule("farsite_cameras_forward", {"drop": None}))

    assert looked_at(change)[GATE]["beyond"] == "dropped"


def test_what_was_refused_is_counted() -> None:
    def change(objects: list[Rule]) -> None:
        for chain, number in (("forward", 40), ("input_lan", 2)):
            statements = objects[place(objects, chain, "Camera gate")]["rule"]["expr"]
            next(said for said in statements if "counter" in said)["counter"]["packets"] = number

    found = looked_at(change)
    assert (found[GATE]["refused"], found[YARD]["refused"]) == (42, 0)


def test_no_ruleset() -> None:
    assert isolation('{"nftables": [{"metainfo": {}}]}') == {}
    with pytest.raises(ListingError):
        isolation("")
