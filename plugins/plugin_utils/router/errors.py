# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a router unfit to be changed."""

from __future__ import annotations


class NotUsableError(Exception):
    """The router cannot be planned for; ``problems`` are sentences that name the element. Nothing was changed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep *problems*, at least one."""
        super().__init__("; ".join(problems))
        self.problems = problems


class NoRoomError(NotUsableError):
    """The only problem is that the flash has no room for it."""
