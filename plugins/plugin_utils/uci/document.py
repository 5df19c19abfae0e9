# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frozen UCI documents: what one file below ``/etc/config`` says.

Text is ``str``. Bytes that are no UTF-8 are kept as surrogates (``surrogateescape``), so every file can be read and
written back unchanged.
"""

from __future__ import annotations

import dataclasses

Value = str | tuple[str, ...]
"""A ``str`` is an ``option``, a tuple is a ``list`` (in the file's order, at least one element)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One ``config TYPE ['NAME']`` stanza; ``name`` is None for an anonymous one.

    ``options`` keeps the file's order; every name occurs once and no ``option`` is empty (uci drops those on reading).
    """

    type: str
    name: str | None = None
    options: tuple[tuple[str, Value], ...] = ()

    def get(self, option: str) -> Value | None:
        """Return the value of *option*, or None where the section does not have it."""
        for name, value in self.options:
            if name == option:
                return value
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """One file below ``/etc/config``: its name and its sections in the file's order; section names are unique."""

    name: str
    sections: tuple[Section, ...] = ()

    def named(self, name: str) -> Section | None:
        """Return the section called *name*, or None."""
        return next((section for section in self.sections if section.name == name), None)
