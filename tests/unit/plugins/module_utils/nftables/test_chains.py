# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.chains import Outcome, judge
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Packet
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Chain, Rule, Table

PACKET = Packet("ip", "udp", "new", incoming=frozenset({"eth0"}), ports=((51820, 51820),), local=True)

YES = {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "eth0"}}
NO = {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}
MAYBE = {"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}}
STATE = {"ct": {"key": "state"}}


def verdict(*rules: list[t.Any], policy: str = "accept", **chains: list[list[t.Any]]) -> tuple[str, Outcome | None]:
    table = Table("inet", "other", sets={"known": [["new", {"drop": None}]]})
    for name, content in {"base": list(rules), **chains}.items():
        found = Chain("inet", "other", name, "input" if name == "base" else None, "filter", 0, policy)
        found.rules = [Rule(index, tuple(statements)) for index, statements in enumerate(content)]
        table.chains[name] = found
    judgement = judge(table.chains["base"], table, PACKET)
    return judgement.verdict, judgement.cause


ACCEPT: dict[str, t.Any] = {"accept": None}
DROP: dict[str, t.Any] = {"drop": None}
POLICY = ("base", None)


@pytest.mark.parametrize(
    ("rules", "policy", "expected", "cause"),
    [
        ([], "accept", "accepted", None),
        ([], "drop", "dropped", POLICY),
        ([[DROP]], "accept", "dropped", ("base", 0)),
        ([[{"reject": {"type": "icmpx"}}]], "accept", "dropped", ("base", 0)),
        ([[{"reject": None}]], "accept", "dropped", ("base", 0)),
        ([[YES, ACCEPT], [DROP]], "drop", "accepted", None),
        ([[NO, ACCEPT]], "drop", "dropped", POLICY),
        ([[NO, DROP]], "accept", "accepted", None),
        ([[YES, NO, DROP]], "accept", "accepted", None),
        ([[MAYBE, NO, DROP]], "accept", "accepted", None),
        ([[MAYBE, ACCEPT]], "drop", "cannot tell", POLICY),
        ([[MAYBE, DROP]], "drop", "dropped", ("base", 0)),
        ([[MAYBE, DROP], [ACCEPT]], "drop", "cannot tell", ("base", 0)),
        ([[{"limit": {"rate": 1}}, ACCEPT]], "drop", "cannot tell", POLICY),
        ([[{"counter": {"packets": 1}}, {"log": None}, "notrack", {"mangle": {}}, ACCEPT]], "drop", "accepted", None),
        ([[{"return": None}], [DROP]], "accept", "accepted", None),
        ([[{"queue": None}]], "accept", "cannot tell", ("base", 0)),
        ([[{"dnat": {"addr": "1.2.3.4"}}]], "accept", "cannot tell", ("base", 0)),
        ([[{"masquerade": None}]], "drop", "accepted", None),
        ([[{"new statement": None}, DROP]], "accept", "cannot tell", ("base", 0)),
        ([[{"xt": None}, ACCEPT]], "drop", "cannot tell", POLICY),
        ([[{"xt": {"type": "match", "name": "recent"}}, DROP]], "accept", "cannot tell", ("base", 0)),
        ([[{"xt": {"type": "target", "name": "LOG"}}], [ACCEPT]], "drop", "accepted", None),
        ([[{"xt": {"type": "target", "name": "REJECT"}}]], "accept", "dropped", ("base", 0)),
        ([[{"xt": {"type": "target", "name": "TARPIT"}}]], "accept", "cannot tell", ("base", 0)),
        ([[{"vmap": {"key": STATE, "data": {"set": [["new", DROP]]}}}]], "accept", "dropped", ("base", 0)),
        ([[{"vmap": {"key": STATE, "data": "@known"}}]], "accept", "dropped", ("base", 0)),
        ([[{"vmap": {"key": STATE, "data": "@unknown"}}]], "accept", "cannot tell", ("base", 0)),
        ([[{"vmap": {"key": STATE, "data": {"set": [["invalid", DROP]]}}}], [ACCEPT]], "drop", "accepted", None),
        ([[{"vmap": {"key": STATE, "data": {"set": [["new", {"continue": None}]]}}}]], "drop", "dropped", POLICY),
        (
            [[{"vmap": {"key": {"meta": {"key": "mark"}}, "data": {"set": [[1, DROP]]}}}]],
            "accept",
            "cannot tell",
            ("base", 0),
        ),
    ],
)
def test_rules(rules: list[list[t.Any]], policy: str, expected: str, cause: tuple[str, int | None] | None) -> None:
    found, why = verdict(*rules, policy=policy)
    assert (found, why and (why.chain, why.handle)) == (expected, cause)


@pytest.mark.parametrize(
    ("base", "other", "third", "expected"),
    [
        ([[{"jump": {"target": "other"}}], [ACCEPT]], [], [], "accepted"),
        ([[{"jump": {"target": "other"}}], [ACCEPT]], [[DROP]], [], "dropped"),
        ([[{"jump": {"target": "other"}}], [ACCEPT]], [[{"return": None}], [DROP]], [], "accepted"),
        ([[{"goto": {"target": "other"}}], [ACCEPT]], [], [], "dropped"),
        ([[{"goto": {"target": "other"}}], [ACCEPT]], [[{"return": None}]], [], "dropped"),
        ([[{"goto": {"target": "other"}}]], [[YES, ACCEPT]], [], "accepted"),
        # the end of what a called chain goes to is the end of the called chain
        ([[{"jump": {"target": "other"}}], [ACCEPT]], [[{"goto": {"target": "third"}}], [DROP]], [], "accepted"),
        (
            [[{"jump": {"target": "other"}}]],
            [[{"jump": {"target": "third"}}], [ACCEPT]],
            [[MAYBE, DROP]],
            "cannot tell",
        ),
        ([[MAYBE, {"jump": {"target": "other"}}], [ACCEPT]], [[DROP]], [], "cannot tell"),
        ([[MAYBE, {"goto": {"target": "other"}}], [ACCEPT]], [[ACCEPT]], [], "accepted"),
        (
            [[{"vmap": {"key": STATE, "data": {"set": [["new", {"goto": {"target": "other"}}]]}}}]],
            [[ACCEPT]],
            [],
            "accepted",
        ),
    ],
)
def test_calls(base: list[t.Any], other: list[t.Any], third: list[t.Any], expected: str) -> None:
    assert verdict(*base, policy="drop", other=other, third=third)[0] == expected


def test_a_cause_in_a_called_chain_names_that_chain() -> None:
    assert verdict([{"jump": {"target": "other"}}], other=[[NO, ACCEPT], [YES, DROP]])[1] == Outcome(
        "dropped", "other", 1
    )
