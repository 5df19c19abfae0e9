# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is to be, against what it is."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.wanted_files import WantedFile, bring_up_to_date

if t.TYPE_CHECKING:
    import pathlib


def test_content_and_mode_count(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "new" / "x"
    wanted = WantedFile(path, b"text\n", 0o600)
    assert wanted.differs()
    assert wanted.difference() == {
        "before": "",
        "after": "text\n",
        "before_header": f"{path} (absent)",
        "after_header": f"{path} (mode 0600)",
    }
    wanted.write()
    assert not wanted.differs()
    path.chmod(0o640)
    assert wanted.differs()
    assert wanted.difference()["before_header"] == f"{path} (mode 0640)"
    wanted.write()
    assert not wanted.differs()
    assert WantedFile(path, b"other\n", 0o600).differs()


def test_only_what_differs_is_written_and_a_check_writes_nothing(tmp_path: pathlib.Path) -> None:
    there, new = WantedFile(tmp_path / "there", b"a", 0o600), WantedFile(tmp_path / "folder" / "new", b"b", 0o600)
    there.write()
    assert [each["after"] for each in bring_up_to_date([there, new], check=True)] == ["b"]
    assert not new.path.exists()
    assert len(bring_up_to_date([there, new], check=False)) == 1
    assert bring_up_to_date([there, new], check=False) == []
    with pytest.raises(AnsibleActionFail, match="there/below: cannot be brought up to date: Not a directory"):
        bring_up_to_date([WantedFile(there.path / "below", b"c", 0o600)], check=False)


def test_a_content_is_shown_as_it_may_be(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xff\x00")
    wanted = WantedFile(path, b"\xfe", 0o600, lambda content: f"{len(content)} bytes")
    assert (wanted.difference()["before"], wanted.difference()["after"]) == ("2 bytes", "1 bytes")
    assert "xfe" not in repr(wanted)
