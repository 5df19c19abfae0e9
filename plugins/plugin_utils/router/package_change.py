# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing or removing packages in one exec: the router does it by itself, supervised, and records how it ended."""

from __future__ import annotations

import dataclasses
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_manager import explained
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import here_document, source, whole, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import PackagePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Transport

End = t.Literal["done", "refused", "failed", "unknown"]

_MOST_SECONDS = 900
"""How long the exec waits; the router goes on after that."""


@dataclasses.dataclass(frozen=True, slots=True)
class PackageOutcome:
    """How it ended, why where it is not ``done``, and what is different on the router since.

    ``installed`` and ``removed`` have versions, ``upgraded`` (old, new); ``free`` is bytes, None where it was not told.
    """

    end: End
    reason: str
    identifier: str
    installed: dict[str, str]
    upgraded: dict[str, tuple[str, str]]
    removed: dict[str, str]
    free: int | None


def carry_out(transport: Transport, plan: PackagePlan) -> PackageOutcome:
    """Hand *plan* to the router and return how it ended. A broken connection is an end that is not known."""
    identifier = secrets.token_hex(8)
    try:
        reply = transport.run(submission(plan, identifier))
    except UnreachableError as error:
        return _read("", f"the connection broke: {error}", identifier)
    return _read(reply.output.decode("utf-8", "replace"), "the router did not tell the end in time", identifier)


def submission(plan: PackagePlan, identifier: str) -> bytes:
    """Return the script that fills the work folder, starts the runner and waits for its end."""
    delimiter = f"END-{identifier}"
    work = f"/tmp/farsite/packages-{identifier}"  # noqa: S108 # on the router: tmpfs, mode 0700
    lines = [
        f"id={identifier}",
        f"manager={plan.manager}",
        f"action={plan.action}",
        f"names={words(' '.join(plan.names))}",
        f"expect={words(' '.join(plan.expected))}",
    ]
    body = [
        f"umask 077\nfull=\nwork={work}\n".encode(),
        b'mkdir -p "$work" || { printf "farsite end refused\\nfarsite reason /tmp is full\\n"; return; }\n',
        here_document('"$work/tx"', source("manager", "package_steps", "package_run").encode(), delimiter),
        here_document('"$work/plan"', "".join(f"{line}\n" for line in lines).encode(), delimiter),
        f"package_submit {identifier} {_MOST_SECONDS}\n".encode(),
    ]
    return whole(body, "package_submit")


def _read(text: str, otherwise: str, identifier: str) -> PackageOutcome:
    end: End = "unknown"
    reasons: list[str] = []
    installed: dict[str, str] = {}
    upgraded: dict[str, tuple[str, str]] = {}
    removed: dict[str, str] = {}
    free = None
    for line in text.splitlines():
        match line.split(" "):
            case "farsite", "end", ("done" | "refused" | "failed") as word:
                end = t.cast("End", word)
            case "farsite", "reason", *rest:
                reasons.append(" ".join(rest).strip().removeprefix("* "))
            case "farsite", "added", name, version:
                installed[name] = version
            case "farsite", "changed", name, old, new:
                upgraded[name] = (old, new)
            case "farsite", "removed", name, version:
                removed[name] = version
            case "farsite", "free", number:
                free = int(number) * 1024
    reason = {"done": "", "refused": "\n".join(reasons), "unknown": otherwise}.get(end, explained("\n".join(reasons)))
    return PackageOutcome(end, reason, identifier, installed, upgraded, removed, free)
