# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a roll-out on disk, and whose it is: one run at a time writes it."""

from __future__ import annotations

import os
import pathlib
import socket
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import write_whole
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import timestamp
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Owner
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.journal import JournalError, parse, render

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Journal

_BORN = 19
"""Place of the start time after the name's bracket in ``/proc/<pid>/stat``: field 22 of proc_pid_stat(5)."""


def read_journal(path: pathlib.Path) -> Journal | None:
    """Return the journal at *path*; None where there is none. Raises AnsibleActionFail where it cannot be read."""
    try:
        return parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise failure([f"journal: {path}: cannot be read: {error}"]) from error
    except JournalError as error:
        problem = f"journal: {path}: {error}; repair it, or remove it, then every site is tried again"
        raise failure([problem]) from error


def own_journal(path: pathlib.Path, names: Iterable[str] = ()) -> Journal:
    """Return the journal at *path*, which this run has opened and which has the sites *names*.

    Raises AnsibleActionFail where another run has it by now.
    """
    journal = read_journal(path)
    missing = [name for name in names if journal is None or name not in journal.sites]
    if journal is None or missing:
        found = f"has no {', '.join(missing)}" if missing else "is not there"
        raise failure([f"journal: {path}: {found}; farsite.fleet.rollout_schedule opens it"])
    if journal.owner != this_run():
        whose = (
            f"process {journal.owner.process} on {journal.owner.host}" if journal.owner else "nobody, since it ended"
        )
        problem = f"journal: {path}: is not that of this run any more, but of {whose}; this run does nothing more"
        raise failure([problem])
    return journal


def write_journal(path: pathlib.Path, journal: Journal) -> None:
    """Write *journal* so that whoever looks, and a run after a power cut, sees the last one or this one, whole."""
    write_whole(path, render(journal), "journal")


def this_run() -> Owner:
    """Return the run that this action is of: the parent of the process that Ansible has made for it."""
    process = os.getppid()
    return Owner(socket.gethostname(), process, _born(process) or "")


def in_the_way(journal: Journal | None) -> str | None:
    """Return why *journal* is not to be written, since another run may be under way; None if it may be."""
    owner = journal.owner if journal else None
    if journal is None or owner is None or owner == this_run():
        return None
    last = f"which wrote it last at {timestamp(journal.updated)}"
    if owner.host != socket.gethostname():
        return (
            f"it is that of a run on {owner.host}, process {owner.process}, {last} and has not said that it ended; "
            "if it has, say -e rollout_take_over=true"
        )
    born = _born(owner.process)
    # where nothing tells when a process began, one of that number may be the run
    if born is not None and (born == owner.born or not born or not owner.born):
        return f"it is that of a run that is under way, process {owner.process}, {last}; wait for it, or end it"
    return None


def _born(process: int) -> str | None:
    """Return when a process began, as the kernel counts; None where there is none, empty where nothing tells."""
    if not _is_there(process):
        return None
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[_BORN]
    except OSError:
        # there is no /proc, or it hides what is another user's; or the process has ended just now
        return "" if _is_there(process) else None


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # that of another user
        pass
    return True
