# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document of plans as lines for a terminal, at most 100 letters wide. Pure."""

from __future__ import annotations

import textwrap
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.table import WIDTH
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable, shortened

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import Document, Entry, SitePlan

MOST_STEPS = 6
_STATE, _NAME = 8, 26
_INDENT = " " * _STATE + " - "


def drift_table(made: Document) -> list[str]:
    """Return the lines: the hubs, then each site, the worst first, with what is to be done, and what it adds up to."""
    lines = [_line("state", "host", "to be done")]
    for name, hub in made["hubs"].items():
        lines.append(_line(hub["state"], name, "nothing" if hub["state"] == "right" else ""))
        lines += [*_wrapped(", ".join(hub["parts"])), *_wrapped(hub["reason"] or "")]
    for state in STATES:
        for name, entry in made["sites"].items():
            if entry["state"] == state:
                lines += _site(name, entry)
    counts = {state: sum(entry["state"] == state for entry in made["sites"].values()) for state in STATES}
    summary = ", ".join(f"{count} {state.replace('_', '-')}" for state, count in counts.items() if count)
    return [*lines, "", f"{len(made['sites'])} sites: {summary}" if made["sites"] else "no sites", made["made"]]


def _site(name: str, entry: Entry) -> Iterator[str]:
    yield _line(entry["state"], name, _amount(entry["plan"]) if entry["plan"] else "")
    yield from _wrapped(entry["reason"] or "")
    todo = list(_todo(entry["plan"])) if entry["plan"] else []
    for line in todo[:MOST_STEPS]:
        yield from _wrapped(line)
    if len(todo) > MOST_STEPS:
        yield f"{_INDENT}and {len(todo) - MOST_STEPS} more"


def _todo(plan: SitePlan) -> Iterator[str]:
    yield from (f"install {name}" for name in plan["install"])
    yield from plan["commands"]
    # what of UCI is to be done, the commands say
    yield from (
        f"{file['action']} {file['path']}" for file in plan["files"] if not file["path"].startswith("/etc/config/")
    )
    yield from (f"reload {name}" for name in plan["services"])


def _line(state: str, name: str, what: str) -> str:
    return f"{state.replace('_', '-'):{_STATE}} {shortened(printable(name), _NAME):{_NAME}} {what}".rstrip()


def _amount(plan: SitePlan) -> str:
    counts = (("command", plan["commands"]), ("file", plan["files"]), ("package", plan["install"]))
    words = [f"{len(items)} {noun}{'s' * (len(items) > 1)}" for noun, items in counts if items]
    return ", ".join(words) or "nothing"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=" " * len(_INDENT),
        max_lines=3,
        placeholder="…",
    )
