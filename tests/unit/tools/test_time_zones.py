# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of time zones from a database like those that machines have."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.farsite.fleet.tools import time_zones

if t.TYPE_CHECKING:
    import pathlib

    import pytest


def test_each_zone_has_the_last_line_of_its_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, table = tmp_path / "zoneinfo", tmp_path / "table.json"
    for name, content in {
        "tzdata.zi": b"# version 2031c\n# more\n",
        "zone.tab": b"DE +5230+01322 Europe/Berlin\n",
        "UTC": b"TZif2\0data\nmore\nUTC0\n",
        "Europe/Berlin": b"TZif2\0\n\n\nCET-1CEST,M3.5.0,M10.5.0/3\n",
        "Factory": b"TZif2\0\n-00\n",
        "right/UTC": b"TZif2\0\nUTC0\n",
        "posix/UTC": b"TZif2\0\nUTC0\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setattr(time_zones, "TABLE", table)
    time_zones.main([str(folder)])
    assert json.loads(table.read_text("utf-8")) == {
        "source": "IANA time zone database",
        "release": "2031c",
        "zones": {"Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3", "UTC": "UTC0"},
    }
