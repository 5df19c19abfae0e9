# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``nft -j list`` prints, as tables, chains and rules; and what of it tells one table from another."""

from __future__ import annotations

import collections
import dataclasses
import json
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TableName = tuple[str, str]
"""Family and name."""

_PASSING = {"handle", "index"}
_TABLE = re.compile(r"table (\S+) (\S+) \{")
_COUNTER = re.compile(r"counter packets \d+ bytes \d+ ?")
_MATCH = re.compile(r"xt match \S+")
_TARGET = re.compile(r"xt target \S+")
_HANDLE = re.compile(r"\s*(\S.*?) # handle (\d+)$")


class ListingError(ValueError):
    """What nft printed is not what it prints."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its statements as nft's JSON has them."""

    handle: int
    statements: tuple[t.Any, ...]


@dataclasses.dataclass(slots=True)
class Chain:
    """A chain; a base chain has a ``hook``."""

    family: str
    table: str
    name: str
    hook: str | None = None
    kind: str | None = None
    priority: int = 0
    policy: str = "accept"
    rules: list[Rule] = dataclasses.field(default_factory=list)

    def __str__(self) -> str:
        """Return the chain as nft names it: ``ip filter INPUT``."""
        return f"{self.family} {self.table} {self.name}"


@dataclasses.dataclass(slots=True)
class Table:
    """A table: its chains, and the elements of its sets and maps, by name."""

    family: str
    name: str
    chains: dict[str, Chain] = dataclasses.field(default_factory=dict)
    sets: dict[str, list[t.Any]] = dataclasses.field(default_factory=dict)

    @property
    def unread(self) -> bool:
        """Return whether there are statements of iptables in it that nft's JSON does not tell."""
        statements = (found for chain in self.chains.values() for rule in chain.rules for found in rule.statements)
        return any("xt" in statement for statement in statements if isinstance(statement, dict))


def objects(text: str) -> list[dict[str, t.Any]]:
    """Return the objects of a listing, each a dictionary with one key: ``{"rule": {…}}``. Raises ListingError."""
    try:
        found = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError) as error:
        raise ListingError(f"nft -j list printed no listing: {text[:200]!r}") from error
    return [item for item in found if isinstance(item, dict) and "metainfo" not in item]


def tables(listed: Iterable[Mapping[str, t.Any]]) -> dict[TableName, Table]:
    """Return the tables of a listing with what is in them."""
    found: dict[TableName, Table] = {}
    for item in listed:
        for kind, value in item.items():
            if kind == "table":
                found[value["family"], value["name"]] = Table(value["family"], value["name"])
            elif kind == "chain":
                table = found[value["family"], value["table"]]
                table.chains[value["name"]] = _chain(value)
            elif kind in ("set", "map"):
                found[value["family"], value["table"]].sets[value["name"]] = value.get("elem", [])
            elif kind == "rule":
                chain = found[value["family"], value["table"]].chains[value["chain"]]
                chain.rules.append(Rule(value["handle"], tuple(value["expr"])))
    return found


def _chain(value: Mapping[str, t.Any]) -> Chain:
    return Chain(
        value["family"],
        value["table"],
        value["name"],
        value.get("hook"),
        value.get("type"),
        value.get("prio", 0),
        value.get("policy", "accept"),
    )


def canonical(listed: Iterable[Mapping[str, t.Any]]) -> str:
    """Return a text that is the same for two tables that do the same.

    It is without handles, counts, and the order in which the kernel happens to give the elements of sets.
    """
    rules: dict[str, list[str]] = collections.defaultdict(list)
    others = []
    for item in listed:
        text = json.dumps(_stable(item), sort_keys=True)
        if "rule" in item:
            rules[item["rule"]["chain"]].append(text)
        else:
            others.append(text)
    return "\n".join((*sorted(others), *(rule for chain in sorted(rules) for rule in rules[chain])))


def _stable(value: t.Any) -> t.Any:
    if isinstance(value, list):
        return [_stable(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _stable(item) for key, item in value.items() if key not in _PASSING}
    for key in ("set", "elem"):
        if isinstance(kept.get(key), list):
            kept[key] = sorted(kept[key], key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(kept.get("counter"), dict):
        kept["counter"] = None
    return kept


def loadable(text: str) -> str:
    """Return a table's *text* with what nft writes but does not read, matches and targets of iptables, replaced.

    What is put there is as unknown to who judges the rule: a limit may hold or not, and who knows what a queue does.
    """
    return _TARGET.sub("queue", _MATCH.sub("limit rate 1/second", text))


def rule_texts(text: str) -> dict[tuple[str, str, int], str]:
    """Return the rules of ``nft -a list ruleset`` by family, table and handle, in their order, without counts.

    Chains and sets have handles of their own, so only lines that open no block are rules.
    """
    found = {}
    table = ("", "")
    for line in text.splitlines():
        opened = _TABLE.match(line)
        if opened:
            table = (opened[1], opened[2])
        rule = _HANDLE.match(line)
        if rule and not rule[1].endswith("{"):
            found[*table, int(rule[2])] = " ".join(_COUNTER.sub("", rule[1]).split())
    return found
