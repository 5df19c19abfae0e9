# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import os
import pathlib

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import rollout_journal as files
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Entry, Journal, Owner
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.journal import render

JOURNAL = Journal(fleet="f", began=1, updated=0, asked="", waves=(), sites={"a": Entry(digest="1")})

DAMAGED = render(dataclasses.replace(JOURNAL, owner=Owner("h", 10**30, "1"))).encode()


def owned(owner: Owner | None) -> Journal:
    return dataclasses.replace(JOURNAL, owner=owner)


def test_what_is_written_is_read_and_nothing_else_is_left(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report" / "rollout.json"
    assert files.read_journal(path) is None
    files.write_journal(path, JOURNAL)
    files.write_journal(path, owned(files.this_run()))
    assert files.read_journal(path) == owned(files.this_run())
    assert list(path.parent.iterdir()) == [path]


def test_a_run_writes_its_own_journal_and_no_other(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rollout.json"
    with pytest.raises(AnsibleActionFail, match=r"rollout\.json: is not there; farsite\.fleet\.rollout_schedule opens"):
        files.own_journal(path)
    files.write_journal(path, owned(files.this_run()))
    assert files.own_journal(path, ["a"]) == owned(files.this_run())
    with pytest.raises(AnsibleActionFail, match=r"rollout\.json: has no b; "):
        files.own_journal(path, ["a", "b"])
    for owner, whose in ((Owner("elsewhere", 7, "1"), "process 7 on elsewhere"), (None, "nobody, since it ended")):
        files.write_journal(path, owned(owner))
        with pytest.raises(AnsibleActionFail, match=f"is not that of this run any more, but of {whose}; this run does"):
            files.own_journal(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"{", "is no JSON"), (b"\xff", "cannot be read"), (b"{}", "format: "), (DAMAGED, "owner.process: ")],
)
def test_what_is_no_journal_is_refused_and_what_to_do_is_said(
    tmp_path: pathlib.Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "rollout.json"
    path.write_bytes(content)
    with pytest.raises(AnsibleActionFail) as caught:
        files.read_journal(path)
    assert f"journal: {path}: {problem}" in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "report").write_text("")
    with pytest.raises(AnsibleActionFail, match=r"report/rollout\.json: cannot be written: "):
        files.write_journal(tmp_path / "report" / "rollout.json", JOURNAL)


def test_a_journal_is_free_unless_its_run_may_be_there() -> None:
    mine = files.this_run()
    other = dataclasses.replace(mine, process=os.getpid(), born="another")
    assert files.in_the_way(None) is None
    for owner in (None, mine, other, dataclasses.replace(mine, process=2**22 + 1)):
        assert files.in_the_way(owned(owner)) is None
    # process 1 is there, whoever may signal it
    init = files._born(1)
    assert init
    problem = files.in_the_way(owned(dataclasses.replace(mine, process=1, born=init)))
    assert problem == (
        "it is that of a run that is under way, process 1, which wrote it last at 1970-01-01 00:00:00 UTC; "
        "wait for it, or end it"
    )
    # so may one of which nobody tells when it began
    assert files.in_the_way(owned(dataclasses.replace(mine, process=1, born=""))) == problem
    problem = files.in_the_way(owned(Owner("elsewhere", 7, "1")))
    assert problem is not None
    assert problem.startswith("it is that of a run on elsewhere, process 7, ")


def test_a_process_that_tells_nobody_when_it_began_may_be_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = dataclasses.replace(files.this_run(), process=1, born="17")
    assert files.in_the_way(owned(owner)) is None
    monkeypatch.setattr(files, "_born", lambda _process: "")
    assert files.in_the_way(owned(owner)) is not None


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError, ProcessLookupError, OSError])
def test_a_process_that_is_hidden_is_told_from_one_that_has_just_ended(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    def hidden(*_arguments: object) -> str:
        raise error

    signalled: list[int] = []

    def ended_meanwhile(process: int, _signal: int) -> None:
        if signalled:
            raise ProcessLookupError
        signalled.append(process)

    monkeypatch.setattr(pathlib.Path, "read_text", hidden)
    assert files._born(os.getpid()) == ""
    assert files.in_the_way(owned(dataclasses.replace(files.this_run(), process=os.getpid(), born="17"))) is not None
    monkeypatch.setattr(os, "kill", ended_meanwhile)
    assert files._born(17) is None
    assert signalled == [17]
