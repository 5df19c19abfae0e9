# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change in a zone for it to have the wanted records, and nobody else's to be touched.

A name is ours if it has our marker, a TXT record. At such a name the A and AAAA records are ours; all other records
there, and other TXT records too, belong to whoever made them.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import (
    ADDRESS_TYPES,
    MARKER_TYPE,
    Names,
    Node,
    RecordSet,
    marker,
    owners,
)
from ansible_collections.farsite.fleet.plugins.module_utils.shares import most

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TYPES = (*ADDRESS_TYPES, MARKER_TYPE)
"""Types that a change looks at."""

BATCH = 32_000
"""Estimated bytes of one message; DNS ends at 65,535."""

_SHOWN = 10
_FIXED = 16
"""Bytes of a record besides its name and value (RFC 1035, 4.1.3), and some for a string's length."""

Kind = t.Literal["added", "updated", "removed"]


class PlanError(ValueError):
    """A change that is refused; ``problems`` has every reason, at least one."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take all the problems."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """Of one type at a name: values that go, values that come, and the TTL of these in seconds."""

    kind: str
    ttl: int
    delete: tuple[str, ...]
    add: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One name, with the records of ``TYPES`` that it has before and after."""

    name: str
    kind: Kind
    before: Node
    after: Node
    is_new: bool
    """Whether the zone has nothing at all at this name, of no type."""

    def edits(self) -> Iterator[Edit]:
        """Yield what to do, by type."""
        for kind in TYPES:
            old, new = self.before.get(kind), self.after.get(kind)
            if old == new:
                continue
            had, has = old.values if old else frozenset(), new.values if new else frozenset()
            # a set has one TTL: with another, all of it is written anew
            kept = had & has if old and new and old.ttl == new.ttl else frozenset()
            yield Edit(kind, new.ttl if new else 0, tuple(sorted(had - kept)), tuple(sorted(has - kept)))

    def size(self) -> int:
        """Return about how many bytes of a message this takes."""
        # each value that was there is asked for, and may go; each new one may come
        values = [value for node in (self.before, self.before, self.after) for value in _values(node)]
        return (len(TYPES) + len(values)) * (len(self.name) + _FIXED) + sum(map(len, values))


def plan(  # noqa: PLR0913 # each says another thing
    wanted: Names, present: Names, *, zone: str, owner: str, adopt: bool, max_removals: str
) -> tuple[Change, ...]:
    """Return the changes that bring the *wanted* records (of ``ADDRESS_TYPES``) into a zone that has *present* ones.

    Names come first that are added or updated, then those that are removed, each by name. Raises PlanError for
    names that are not ours (*adopt* takes them over), and for more removals than *max_removals* of the names that are
    ours.
    """
    ours = {name for name, node in present.items() if owner in owners(node)}
    removed = sorted(ours - wanted.keys())
    problems = [
        problem
        for name in sorted(wanted)
        for problem in (*_delegated(name, present, zone), *_refused(name, present.get(name, {}), owner, adopt=adopt))
    ]
    try:
        allowed = most(max_removals, len(ours))
    except ValueError as error:
        raise PlanError((f"max_removals: {error}",)) from error
    if len(removed) > allowed:
        problems.append(
            f"max_removals: {len(removed)} of {len(ours)} names of {owner} would go, and {allowed} may "
            f"(max_removals: {max_removals}): {_some(removed)}; if that is meant, raise max_removals for this run"
        )
    if problems:
        raise PlanError(tuple(problems))
    changes = [_set(name, wanted[name], present.get(name, {}), owner) for name in sorted(wanted)]
    changes += [_remove(name, present[name], owner) for name in removed]
    return tuple(change for change in changes if change.before != change.after)


def batches(changes: Iterable[Change], limit: int = BATCH) -> tuple[tuple[Change, ...], ...]:
    """Return the *changes* in their order, as many together as fit into *limit* bytes; one always does."""
    found: list[list[Change]] = []
    room = 0
    for change in changes:
        size = change.size()
        if not found or size > room:
            found.append([])
            room = limit
        found[-1].append(change)
        room -= size
    return tuple(tuple(batch) for batch in found)


def lines(nodes: Iterable[tuple[str, Node]]) -> str:
    """Return records as lines of a master file, in the order of the names given."""
    return "".join(
        f"{name}. {node[kind].ttl} IN {kind} {value}\n"
        for name, node in nodes
        for kind in TYPES
        if kind in node
        for value in sorted(node[kind].values)
    )


def _set(name: str, addresses: Node, node: Node, owner: str) -> Change:
    before = _looked_at(node)
    texts = before.get(MARKER_TYPE)
    others = {marker(other) for other in owners(node) if other != owner}
    # the TTL of the texts of others is theirs
    ttl = texts.ttl if texts else max(entry.ttl for entry in addresses.values())
    kept = texts.values - others if texts else frozenset()
    after = {**addresses, MARKER_TYPE: RecordSet(ttl, kept | {marker(owner)})}
    return Change(name, "updated" if owner in owners(node) else "added", before, after, is_new=not node)


def _remove(name: str, node: Node, owner: str) -> Change:
    texts = node[MARKER_TYPE]
    kept = texts.values - {marker(owner)}
    after = {MARKER_TYPE: RecordSet(texts.ttl, kept)} if kept else {}
    before = _looked_at(node)
    if owners(node) != {owner}:
        # the addresses are somebody else's too
        after = {**before, **after}
    return Change(name, "removed", before, after, is_new=False)


def _looked_at(node: Node) -> Node:
    return {kind: node[kind] for kind in TYPES if kind in node}


def _delegated(name: str, present: Names, zone: str) -> Iterator[str]:
    """Yield why a name cannot be in this zone: another one begins at it or above it."""
    above = name
    while above != zone and above:
        node = present.get(above, {})
        if "NS" in node:
            yield f"{name}: {above} is delegated to other servers (NS), so the record belongs there"
        elif above != name and "DNAME" in node:
            yield f"{name}: {above} has a DNAME record, so nothing below it is seen; remove that first"
        above = above.partition(".")[2]


def _refused(name: str, node: Node, owner: str, *, adopt: bool) -> Iterator[str]:
    """Yield why the addresses of a name cannot be ours."""
    others = sorted(owners(node) - {owner})
    if "CNAME" in node:
        yield f"{name}: has a CNAME record, which can have no other beside it; remove that first"
    elif adopt:
        return
    elif others:
        yield f"{name}: belongs to {', '.join(others)} by its TXT record; adopt: true takes it over"
    elif node and owner not in owners(node):
        kinds = ", ".join(sorted(node))
        yield f"{name}: is there already ({kinds}), without the marker of {owner}; adopt: true takes it over"


def _values(node: Node) -> Iterator[str]:
    for entry in node.values():
        yield from entry.values


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
