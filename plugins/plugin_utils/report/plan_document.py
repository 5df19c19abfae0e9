# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plans of many sites as one document: what a check found, for people to review, and for a run to keep to. Pure.

``docs/drift.md`` describes its JSON.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import RESULT, outcomes
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMAT = 1
"""Number of the JSON's shape; it changes when a reader of the last one would be misled."""

State = t.Literal["failed", "off_line", "differs", "right"]
STATES: tuple[State, ...] = ("failed", "off_line", "differs", "right")
"""The worst first."""

MOST_LINES = 60
"""Lines of a difference that a message has."""

WITHOUT_PLAN: tuple[State, ...] = ("failed", "off_line")


class FileStep(t.TypedDict):
    """What is to be done with a file, ``create``, ``replace``, ``remove`` or ``mode``, and a unified diff of it."""

    path: str
    action: str
    diff: list[str]


class SitePlan(t.TypedDict):
    """What is to be done on a router, and the digests of what that was made from: its configuration and the files'.

    Each as a whole, and by what it is of, such as ``/etc/config/network`` and ``packages``.
    """

    running: str
    running_parts: dict[str, str]
    intended: str
    intended_parts: dict[str, str]
    commands: list[str]
    files: list[FileStep]
    install: list[str]
    services: list[str]


class Entry(t.TypedDict):
    """One site of a document: its plan, as far as there is one, and why there is none.

    In the JSON the plan's keys stand beside the others.
    """

    state: State
    reason: str | None
    plan: SitePlan | None


class HubEntry(t.TypedDict):
    """One hub of a document: what the role hub would change, by the names of its parts. Nobody reviews that.

    Where it differs the reason says as much of firewall and tunnel as can be told.
    """

    state: State
    reason: str | None
    parts: list[str]


class Document(t.TypedDict):
    """A document; ``made`` is a time of ISO 8601 in UTC."""

    format: int
    made: str
    hubs: dict[str, HubEntry]
    sites: dict[str, Entry]


class NoPlanError(Exception):
    """A text that is no document."""


def document(
    sites: Iterable[tuple[str, reading.Data]],
    tunnels: Iterable[reading.Data],
    moment: int,
    hubs: Iterable[tuple[str, reading.Data]] = (),
) -> Document:
    """Return the document of *sites*: names with variables, among them the result of the role router in check mode.

    *hubs* are names with what the playbook drift has noted of them. *tunnels* are results of wireguard_info, each with
    the hub's name as ``item``; *moment* is now, as Unix time.
    """
    known = dict(sites)
    found = outcomes(known.items(), tunnels, moment)
    entries: dict[str, Entry] = {name: _without_plan("failed", why) for name, why in found["failed"].items()}
    entries |= {name: _without_plan("off_line", why) for name, why in found["off_line"].items()}
    entries |= {name: _entry("differs", known[name][RESULT]) for name in found["changed"]}
    entries |= {name: _entry("right", known[name][RESULT]) for name in found["right"]}
    made = dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found_hubs = {name: _hub_entry(data) for name, data in sorted(hubs)}
    return {"format": FORMAT, "made": made, "hubs": found_hubs, "sites": dict(sorted(entries.items()))}


def _hub_entry(data: reading.Data) -> HubEntry:
    if data.get("failed"):
        state: State = "off_line" if data.get("unreachable") else "failed"
        return {"state": state, "reason": printable(reading.error_of(data) or ""), "parts": []}
    parts = [str(part) for part in data["parts"]]
    return {
        "state": "differs" if parts else "right",
        "reason": printable(data.get("reason") or "") or None,
        "parts": parts,
    }


def _without_plan(state: State, reason: str) -> Entry:
    return {"state": state, "reason": reason, "plan": None}


def _entry(state: State, result: Mapping[str, t.Any]) -> Entry:
    plan = result.get("plan")
    if plan is None:
        return _without_plan("failed", "the run was no check, so there is no plan")
    return {"state": state, "reason": None, "plan": plan}


def to_json(made: Document) -> str:
    """Return the JSON of a document, the same for the same document."""
    sites = {
        name: {"state": entry["state"], "reason": entry["reason"], **(entry["plan"] or {})}
        for name, entry in made["sites"].items()
    }
    return json.dumps({**made, "sites": sites}, indent=1, ensure_ascii=True) + "\n"


def from_json(text: str) -> Document:
    """Return the document in *text*. Raises NoPlanError that says what was found and what was expected."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NoPlanError(f"is no JSON: {error}") from None
    kinds = {"made": str, "hubs": dict, "sites": dict}
    if not isinstance(found, dict) or not all(isinstance(found.get(key), kind) for key, kind in kinds.items()):
        raise NoPlanError("has no made, hubs and sites, which farsite.fleet.drift writes")
    if found.get("format") != FORMAT:
        raise NoPlanError(f"has the format {found.get('format')!r}, expected {FORMAT}; make it with this version")
    try:
        moment(found["made"])
    except ValueError:
        raise NoPlanError(
            f"made: found {printable(found['made'])}, expected a time of ISO 8601 with its zone"
        ) from None
    sites = {name: _read_entry(name, data) for name, data in found["sites"].items()}
    return {"format": FORMAT, "made": found["made"], "hubs": found["hubs"], "sites": sites}


def moment(made: str) -> float:
    """Return when a document was *made*, as Unix time. Raises ValueError."""
    found = dt.datetime.fromisoformat(made)
    if found.tzinfo is None:
        raise ValueError(made)
    return found.timestamp()


def _read_entry(name: str, data: object) -> Entry:
    problem = NoPlanError(f"sites.{name}: is not what farsite.fleet.drift writes")
    if not isinstance(data, dict) or data.get("state") not in STATES:
        raise problem
    plan = {key: value for key, value in data.items() if key not in ("state", "reason")}
    if data["state"] in WITHOUT_PLAN:
        if plan or not isinstance(data.get("reason"), str):
            raise problem
        return _without_plan(data["state"], data["reason"])
    if plan.keys() != SitePlan.__annotations__.keys() or not _is_plan(plan):
        raise problem
    return {"state": data["state"], "reason": None, "plan": t.cast("SitePlan", plan)}


def _is_plan(plan: dict[str, t.Any]) -> bool:
    return (
        all(isinstance(plan[key], str) for key in ("running", "intended"))
        and all(isinstance(plan[key], dict) for key in ("running_parts", "intended_parts"))
        and all(_are_texts(plan[key]) for key in ("commands", "install", "services"))
        and isinstance(plan["files"], list)
        and all(map(_is_file, plan["files"]))
    )


def _is_file(file: object) -> bool:
    return (
        isinstance(file, dict)
        and isinstance(file.get("path"), str)
        and isinstance(file.get("action"), str)
        and _are_texts(file.get("diff"))
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def steps(plan: SitePlan) -> list[str]:
    """Return in lines what is to be done."""
    lines = [f"install {name}" for name in plan["install"]]
    lines += plan["commands"]
    for file in plan["files"]:
        lines += [f"{file['action']} {file['path']}", *(f"    {line.expandtabs(4)}" for line in file["diff"])]
    return [*lines, *(f"reload {name}" for name in plan["services"])]


def objections(reviewed: Entry, now: SitePlan) -> list[str]:
    """Return what has changed since the plan was *reviewed*: nothing where *now* it is still the same."""
    then = reviewed["plan"]
    if then is None:
        was = "was off-line" if reviewed["state"] == "off_line" else "could not be compared"
        return [f"the router {was} when the plan was made, so there is none: {printable(reviewed['reason'] or '')}"]
    found = []
    if then["running"] != now["running"]:
        found.append(f"the router has changed ({_others(then['running_parts'], now['running_parts'])})")
    if then["intended"] != now["intended"]:
        others = _others(then["intended_parts"], now["intended_parts"])
        found.append(f"the fleet's files say something else ({others})")
    if not found and steps(then) != steps(now):
        found.append("a secret has changed, or what the router knows of its modem")
    return found


def _others(then: dict[str, str], now: dict[str, str]) -> str:
    return ", ".join(printable(name) for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name))


def difference(reviewed: Entry, now: SitePlan) -> list[str]:
    """Return a unified diff of the steps that were *reviewed* and those that were to be done *now*."""
    then = steps(reviewed["plan"]) if reviewed["plan"] else []
    lines = list(difflib.unified_diff(then, steps(now), "reviewed", "now", n=1, lineterm=""))
    shown = [line[:1] + printable(line[1:]) for line in lines[:MOST_LINES]]
    left = len(lines) - len(shown)
    return [*shown, f"… and {left} lines more"] if left else shown
