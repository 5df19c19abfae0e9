# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of sites that are left to do, ``report/again.txt``, for ``--limit``. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def left_to_do(
    before: Iterable[str], active: Collection[str], tried: Collection[str], again: Iterable[str]
) -> list[str]:
    """Return the names for the list: those of *before* that this run was not for, then *again*.

    *active* are the fleet's sites that are not planned; what else is in an old list is gone.
    """
    others = [site for site in before if site in active and site not in tried]
    return list(dict.fromkeys([*others, *again]))


def as_text(names: Iterable[str]) -> str:
    """Return the text of the file; empty where there is to be none, since an empty list is no limit to Ansible."""
    return "".join(f"{name}\n" for name in names)
