# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import (
    ListingError,
    canonical,
    loadable,
    objects,
    rule_texts,
    tables,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import RULESETS, foreign_ruleset

if t.TYPE_CHECKING:
    import random

BY_HAND = json.loads((RULESETS / "by_hand.json").read_text("utf-8"))["listing"]


def listed() -> list[dict[str, t.Any]]:
    return objects(json.dumps(BY_HAND))


def test_chains_rules_and_sets() -> None:
    found, _text = foreign_ruleset("by_hand")
    table = found["inet", "filter"]
    chain = table.chains["input"]
    assert (chain.hook, chain.kind, chain.priority, chain.policy, str(chain)) == (
        "input",
        "filter",
        0,
        "drop",
        "inet filter input",
    )
    assert table.chains["strangers"].hook is None
    assert len(chain.rules) == 7
    assert table.sets["banned"] == ["192.0.2.1", {"prefix": {"addr": "203.0.113.64", "len": 26}}]
    assert found["ip", "raw_filter"].chains["early"].priority == -300
    assert not table.unread


def test_what_iptables_made_is_not_read() -> None:
    assert foreign_ruleset("ufw")[0]["ip", "filter"].unread


@pytest.mark.parametrize("text", ["", "[]", '{"x": 1}', "Error: syntax"])
def test_no_listing(text: str) -> None:
    with pytest.raises(ListingError, match="printed no listing"):
        objects(text)


@given(st.randoms(use_true_random=False))
def test_order_of_elements_handles_and_counts_do_not_matter(chance: random.Random) -> None:
    def shuffled(value: t.Any) -> t.Any:
        if isinstance(value, list):
            return [shuffled(item) for item in value]
        if not isinstance(value, dict):
            return value
        new = {key: shuffled(item) for key, item in value.items()}
        for key in ("set", "elem"):
            if isinstance(new.get(key), list):
                chance.shuffle(new[key])
        if "handle" in new:
            new["handle"] = chance.randrange(1000)
        if "counter" in new:
            new["counter"] = {"packets": chance.randrange(9), "bytes": 7}
        return new

    assert canonical([shuffled(item) for item in listed()]) == canonical(listed())


def test_the_order_of_rules_matters() -> None:
    changed = listed()
    rules = [index for index, item in enumerate(changed) if item.get("rule", {}).get("chain") == "input"]
    changed[rules[0]], changed[rules[1]] = changed[rules[1]], changed[rules[0]]
    assert canonical(changed) != canonical(listed())


@given(st.data())
def test_whatever_is_missing_is_noticed(data: st.DataObject) -> None:
    changed = listed()
    del changed[data.draw(st.integers(0, len(changed) - 1))]
    assert canonical(changed) != canonical(listed())


def test_a_changed_policy_is_noticed() -> None:
    changed = copy.deepcopy(listed())
    next(item for item in changed if item.get("chain", {}).get("policy") == "drop")["chain"]["policy"] = "accept"
    assert canonical(changed) != canonical(listed())


def test_rules_by_handle() -> None:
    _found, text = foreign_ruleset("docker")
    texts = rule_texts(text)
    assert 'iifname != "docker0" tcp dport 8554 dnat to 172.17.0.2:8554' in texts.values()
    assert {key[:2] for key in texts} == {("ip", "filter"), ("ip", "nat")}
    assert not any("{" in line and "type" in line for line in texts.values())


def test_what_nft_does_not_read_becomes_something_unknown() -> None:
    text = "meta l4proto tcp xt match string counter packets 0 bytes 0 xt target TARPIT\n"
    assert loadable(text) == "meta l4proto tcp limit rate 1/second counter packets 0 bytes 0 queue\n"


def test_tables_are_kept_apart() -> None:
    found = tables(
        [
            {"table": {"family": "ip", "name": "a"}},
            {"table": {"family": "ip6", "name": "a"}},
            {"map": {"family": "ip6", "name": "m", "table": "a"}},
        ]
    )
    assert (found["ip", "a"].sets, found["ip6", "a"].sets) == ({}, {"m": []})
