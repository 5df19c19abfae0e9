# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a packet in a base chain of nftables: every end that it may have, and which rule brings it there."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import expressions

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Packet
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Chain, Rule, Table

End = t.Literal["accepted", "dropped", "elsewhere", "unknown", "returned"]
"""``elsewhere``: sent to another address or port; ``unknown``: a statement that is not known decides."""

Verdict = t.Literal["accepted", "dropped", "cannot tell"]

_ENDS: dict[str, End] = {
    "accept": "accepted",
    "drop": "dropped",
    "reject": "dropped",
    "return": "returned",
    "dnat": "elsewhere",
    "redirect": "elsewhere",
    # the packet goes on, from another address
    "snat": "accepted",
    "masquerade": "accepted",
    "queue": "unknown",
    "tproxy": "unknown",
    "fwd": "unknown",
    "synproxy": "unknown",
}
_GOING_ON = {
    "counter",
    "log",
    "mangle",
    "set",
    "map",
    "notrack",
    "dup",
    "flow",
    "comment",
    "ct helper",
    "ct timeout",
    "ct expectation",
    "continue",
    "secmark",
    "last",
}
_SOMETIMES = {"limit", "quota", "ct count", "meter"}

_IPTABLES_TARGETS: dict[str, End] = {
    "REJECT": "dropped",
    "DNAT": "elsewhere",
    "REDIRECT": "elsewhere",
    "SNAT": "accepted",
    "MASQUERADE": "accepted",
}
_IPTABLES_GOING_ON = {"LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT", "CHECKSUM", "DSCP", "TOS", "CLASSIFY", "SET"}


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """An end that the packet may have: by the rule *handle* of *chain*, or by the chain's policy (None)."""

    end: End
    chain: str
    handle: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What a base chain does with a packet; ``cause`` is what drops it, or what cannot be told."""

    verdict: Verdict
    cause: Outcome | None = None


def judge(chain: Chain, table: Table, packet: Packet) -> Judgement:
    """Return what the base *chain* does with *packet*."""
    outcomes = list(_outcomes(chain, table, packet))
    ends = {outcome.end for outcome in outcomes}
    if ends == {"accepted"}:
        return Judgement("accepted")
    # what drops for sure is worth more than what is not known
    order: tuple[End, ...] = ("dropped", "elsewhere", "unknown")
    cause = next(outcome for end in order for outcome in outcomes if outcome.end == end)
    return Judgement("dropped" if ends == {"dropped"} else "cannot tell", cause)


def _outcomes(chain: Chain, table: Table, packet: Packet) -> Iterator[Outcome]:
    for outcome in _Walk(table, packet).through(chain):
        if outcome.end != "returned":
            yield outcome
        else:
            yield Outcome("dropped" if chain.policy == "drop" else "accepted", chain.name, None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Walk:
    table: Table
    packet: Packet

    def through(self, chain: Chain) -> list[Outcome]:
        """Return how the packet may leave *chain*; ``returned`` is its end."""
        found: list[Outcome] = []
        for rule in chain.rules:
            outcomes, certain = self._rule(chain, rule)
            found += [outcome for outcome in outcomes if outcome not in found]
            if certain:
                return found
        found.append(Outcome("returned", chain.name, None))
        return found

    def _rule(self, chain: Chain, rule: Rule) -> tuple[list[Outcome], bool]:
        """Return the ends that the rule may bring, and whether it brings one for sure."""
        certain = True
        found: list[Outcome] = []
        for statement in rule.statements:
            kind, value = _kind(statement)
            if kind in _GOING_ON:
                continue
            if kind == "match":
                answer = expressions.matches(value, self.packet, self.table.sets)
            elif kind in _SOMETIMES or (kind == "xt" and (value or {}).get("type") == "match"):
                answer = None
            else:
                ended, always = self._statement(chain, rule, kind, value)
                found += ended
                if always:
                    return found, certain
                # what is not known may have been a condition of what follows
                certain = certain and not any(outcome.end == "unknown" for outcome in ended)
                continue
            if answer is False:
                return found, False
            certain = certain and answer is True
        return found, False

    def _statement(self, chain: Chain, rule: Rule, kind: str, value: t.Any) -> tuple[list[Outcome], bool]:
        if kind in _ENDS:
            return [Outcome(_ENDS[kind], chain.name, rule.handle)], True
        if kind in ("jump", "goto"):
            return self._other_chain(chain, kind, value["target"])
        if kind == "vmap":
            return self._verdict_map(chain, rule, value)
        name = (value or {}).get("name") if kind == "xt" else None
        if name in _IPTABLES_GOING_ON:
            return [], False
        if name in _IPTABLES_TARGETS:
            return [Outcome(_IPTABLES_TARGETS[name], chain.name, rule.handle)], True
        # a statement of iptables, or of a later nft: it may end here, or go on
        return [Outcome("unknown", chain.name, rule.handle)], False

    def _other_chain(self, chain: Chain, kind: str, target: str) -> tuple[list[Outcome], bool]:
        outcomes = self.through(self.table.chains[target])
        ended = [outcome for outcome in outcomes if outcome.end != "returned"]
        comes_back = len(ended) < len(outcomes)
        if kind == "goto" and comes_back:
            # the end of that chain is the end of this one
            return [*ended, Outcome("returned", chain.name, None)], True
        return ended, not comes_back

    def _verdict_map(self, chain: Chain, rule: Rule, value: Mapping[str, t.Any]) -> tuple[list[Outcome], bool]:
        data = value["data"]
        elements = self.table.sets.get(data[1:]) if isinstance(data, str) else data.get("set", data)
        if elements is None:
            return [Outcome("unknown", chain.name, rule.handle)], False
        found: list[Outcome] = []
        for key, verdict in elements:
            answer = expressions.contains(value["key"], {"set": [key]}, self.packet, self.table.sets)
            if answer is False:
                continue
            kind, content = _kind(verdict)
            always = False
            if kind != "continue":
                ended, always = self._statement(chain, rule, kind, content)
                found += ended
            if answer:
                return found, always
        return found, False


def _kind(statement: t.Any) -> tuple[str, t.Any]:
    if isinstance(statement, str):
        return statement, None
    kind, value = next(iter(statement.items()))
    return str(kind), value
