# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one feature gives to a router's intended configuration: UCI sections, packages to install, files."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file of the router outside ``/etc/config``: absolute *path*, octal *mode*, and its content.

    *content* is its text; or *script* names a file of shell that the layer ``router`` has, without its suffix.
    """

    path: str
    mode: int
    content: str = ""
    script: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Fragment:
    """Sections by UCI package: of ``owned`` ones nothing else stays.

    Of ``shared`` ones the options that they have are set, those that they call absent are removed, all others stay.
    """

    owned: t.Mapping[str, tuple[Section, ...]] = dataclasses.field(default_factory=dict)
    shared: t.Mapping[str, tuple[SectionData, ...]] = dataclasses.field(default_factory=dict)
    install: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


Option = object
"""What an option's value is made from by ``section``."""


def section(section_type: str, section_name: str | None, /, **options: Option) -> Section:
    """Return a section: None and what is empty are left out, true is ``1``, tuples and lists become UCI lists.

    Anything else is its text: numbers, addresses, prefixes.
    """
    given = ((option, value) for option, value in options.items() if value not in (None, "", (), []))
    return Section(section_type, section_name, tuple((option, _value(value)) for option, value in given))


def _value(value: Option) -> Value:
    return tuple(map(_text, value)) if isinstance(value, (tuple, list)) else _text(value)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
