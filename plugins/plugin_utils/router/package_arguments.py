# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task says of packages, checked as a whole: every problem is found, each with its path. Pure."""

from __future__ import annotations

import re
import typing as t

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
"""A package's name in opkg and apk. It has no blank, no wildcard and no other character that a shell reads."""


def name_problems(names: t.Sequence[str]) -> t.Iterator[str]:
    """Yield what is wrong with *names*, such as ``name[1]: …``."""
    if not names:
        yield "name: there is no package in the list; name at least one"
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if not NAME.fullmatch(name):
            yield (
                f"name[{index}]: {name!r} is no name of a package; expected letters, digits and + . _ -, "
                f"beginning with a letter or digit, without a version, an address or a wildcard"
            )
        elif name in first:
            yield f"name[{index}]: {name} is given already by name[{first[name]}]; leave one of them out"
        first.setdefault(name, index)
