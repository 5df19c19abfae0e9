# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document that was reviewed is read, or refused with what is wrong."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import run_start
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.reviewed_document import reviewed_document
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document, to_json
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError

if t.TYPE_CHECKING:
    import pathlib


def test_what_was_made_while_the_run_goes_on_was_not_reviewed(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, path = document([], [], 1_700_000_000), tmp_path / "drift.json"
    path.write_text(to_json(made), "utf-8")
    monkeypatch.setattr(run_start, "BEGAN", 1_700_000_000.0)
    assert reviewed_document("plan", str(path)) == made
    monkeypatch.setattr(run_start, "BEGAN", 1_699_999_999.0)
    said = f"plan: {path}: was made at 2023-11-14T22:13:20Z, after this run began at 2023-11-14T22:13:19Z, so it is not"
    with pytest.raises(NotUsableError, match=re.escape(said)):
        reviewed_document("plan", str(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"{", "is no JSON: "),
        (b"\xff", "'utf-8' codec can't decode"),
        (b'{"format": 1, "made": "2026", "hubs": {}, "sites": {}}', "made: found 2026, expected a time of ISO 8601"),
        (b'{"format": 1, "made": "2026-01-01", "hubs": {}, "sites": {}}', "made: found 2026-01-01, expected"),
    ],
)
def test_what_is_no_document(tmp_path: pathlib.Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "drift.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotUsableError, match=re.escape(f"reviewed_plan: {path}: {said}")):
        reviewed_document("reviewed_plan", str(path))


def test_an_empty_path_is_no_leave() -> None:
    with pytest.raises(NotUsableError, match=r"^plan: is empty, expected the path"):
        reviewed_document("plan", "")
