#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plugins/plugin_utils/fleet/data/time_zones.json anew from the compiled IANA time zone database.

The last line of a TZif file is the zone's rule for the future in POSIX form (RFC 9636, 3.3). Run it after an update of
the database: ``tools/time_zones.py [FOLDER]``, by default /usr/share/zoneinfo.
"""

from __future__ import annotations

import json
import pathlib
import sys

TABLE = pathlib.Path(__file__).parents[1] / "plugins" / "plugin_utils" / "fleet" / "data" / "time_zones.json"
NOT_ZONES = ("posix", "right", "posixrules", "localtime", "Factory")
MAGIC = b"TZif"


def rules(folder: pathlib.Path) -> dict[str, str]:
    """Return the POSIX form of each zone below *folder* by its name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in NOT_ZONES or not path.is_file():
            continue
        content = path.read_bytes()
        if content.startswith(MAGIC):
            found[name] = content.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    return found


def release(folder: pathlib.Path) -> str:
    """Return the release of the database, such as 2025b, as the first line of tzdata.zi says it."""
    first = (folder / "tzdata.zi").read_text("utf-8").partition("\n")[0]
    return first.removeprefix("# version ")


def main(arguments: list[str]) -> None:
    """Write the table."""
    folder = pathlib.Path(arguments[0] if arguments else "/usr/share/zoneinfo")
    data = {"source": "IANA time zone database", "release": release(folder), "zones": rules(folder)}
    TABLE.write_text(json.dumps(data, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
