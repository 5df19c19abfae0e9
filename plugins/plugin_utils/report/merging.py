# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what each of several runs has made of its part of a fleet to what one run of all would have told. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import Outcomes


HANDED_ON = "farsite_site_outcomes"
"""What the playbook site calls its outcomes among Ansible's custom statistics."""

Kind = t.Literal["changed", "right", "failed", "off_line"]
_HEADINGS: dict[Kind, str] = {
    "changed": "changed",
    "right": "right already",
    "failed": "failed",
    "off_line": "off-line",
}
_NOTHING_TOLD = "no run told of it"


@dataclasses.dataclass(frozen=True, slots=True)
class Shard:
    """A run for a part of the sites.

    ``status`` is the exit status of its playbook, None where it ended before it could tell; ``outcomes`` what it handed
    on, None where nothing came; ``check`` says that nothing was done.
    """

    name: str
    status: int | None
    outcomes: Outcomes | None
    check: bool = False

    def kinds(self) -> dict[str, Kind]:
        """Return what became of each site that it told of."""
        return {name: kind for kind in _HEADINGS for name in self.outcomes[kind]} if self.outcomes else {}

    @property
    def end(self) -> str:
        """How it ended, after its name."""
        return f"{self.name} ended " + ("before it could tell" if self.status is None else f"with {self.status}")


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """What became of all; ``problems`` are those of the runs themselves, that no site's outcome explains."""

    outcomes: Outcomes
    problems: tuple[str, ...]
    check: bool

    def status(self, *, off_line_ok: bool) -> int:
        """Return the exit status that one run of all would have had: 0 or 2."""
        missed = self.outcomes["failed"] or (self.outcomes["off_line"] and not off_line_ok)
        return 2 if missed or self.problems else 0


def shard(name: str, status: int | None, statistics: t.Mapping[str, t.Any]) -> Shard:
    """Return the run that ended with *status* and these custom *statistics*. Raise ValueError for a shape unknown."""
    if HANDED_ON not in statistics:
        return Shard(name, status, None)
    told = statistics[HANDED_ON]
    try:
        found: Outcomes = {
            "changed": [str(site) for site in told["changed"]],
            "right": [str(site) for site in told["right"]],
            "failed": {str(site): str(reason) for site, reason in told["failed"].items()},
            "off_line": {str(site): str(reason) for site, reason in told["off_line"].items()},
            "again": [str(site) for site in told["again"]],
        }
        return Shard(name, status, found, bool(told["check"]))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"{name}: {HANDED_ON} is not as the playbook site of this version writes it: {error}"
        ) from error


def merge(shards: Sequence[Shard], sites: Sequence[str]) -> Merged:
    """Return what became of *sites*, all that the *shards* were to deal with, in this order.

    A site that nobody told of has failed. One that several told of has the worst that was told.
    """
    found: Outcomes = {"changed": [], "right": [], "failed": {}, "off_line": {}, "again": []}
    silent = "; ".join([_NOTHING_TOLD, *(one.end for one in shards if one.outcomes is None)])
    told = [(one, one.kinds()) for one in shards]
    for site in sites:
        kinds = {kinds[site]: one for one, kinds in told if site in kinds}
        if not kinds:
            found["failed"][site] = silent
        elif outcomes := (kinds["failed"].outcomes if "failed" in kinds else None):
            found["failed"][site] = outcomes["failed"][site]
        elif outcomes := (kinds["off_line"].outcomes if "off_line" in kinds else None):
            found["off_line"][site] = outcomes["off_line"][site]
        else:
            found["changed" if "changed" in kinds else "right"].append(site)
    found["again"] = [*found["failed"], *found["off_line"]]
    return Merged(found, tuple(_problems(told, sites)), any(one.check for one in shards))


def _problems(told: Sequence[tuple[Shard, Mapping[str, Kind]]], sites: Sequence[str]) -> Iterator[str]:
    for one, kinds in told:
        if one.status != 0 and not {"failed", "off_line"} & {*kinds.values()}:
            yield f"{one.end}, which none of its sites explains"
        if strangers := [site for site in kinds if site not in sites]:
            yield f"{one.name} told of {', '.join(map(printable, strangers))}, which it was not for"
    for site in sites:
        names = [one.name for one, kinds in told if site in kinds]
        if len(names) > 1:
            yield f"{site} was in {' and '.join(names)}; give each site to one run"


def table(merged: Merged) -> list[str]:
    """Return the lines for people: what became of each site, how many there are of each kind, and the problems."""
    lines = []
    width = max((len(site) for kind in _HEADINGS for site in merged.outcomes[kind]), default=0)
    for kind, heading in _HEADINGS.items():
        for site in merged.outcomes[kind]:
            reason = merged.outcomes[kind][site] if kind in ("failed", "off_line") else ""
            lines.append(f"{heading:13}  {site:{width}}  {printable(reason)}".rstrip())
    counts = ", ".join(f"{len(merged.outcomes[kind])} {heading}" for kind, heading in _HEADINGS.items())
    return [*lines, counts, *(f"problem: {printable(problem)}" for problem in merged.problems)]
