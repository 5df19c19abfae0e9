# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``router_uci``: what a site's file gives as it is, merged over what the features give."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import is_kept, keep_patterns
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import pair
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import target

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.raw_uci import RawUci


@dataclasses.dataclass(frozen=True, slots=True)
class Sections:
    """The sections of one package: those the fleet owns, and those it shares with the device."""

    owned: tuple[Section, ...] = ()
    shared: tuple[SectionData, ...] = ()


def overlay(raw: RawUci, sections: Sections) -> Sections:
    """Return *sections* with the options of *raw* set, and those that it gives as null gone.

    A section that is there already, by its name or identity, is changed where it is. A new one is shared if it is of a
    kind that stays on the device anyway (``ownership``), as such a one may be there; otherwise the fleet's own. Raises
    IdentityError where it would be a guess which section is meant.
    """
    keep = keep_patterns(raw.package)
    owned: list[SectionData] = []
    shared = list(sections.shared)
    for entry in raw.sections:
        if _place(raw.package, sections.owned, entry) is not None:
            owned.append(entry)
            continue
        place = _place(raw.package, tuple(other.section for other in shared), entry)
        if place is not None:
            shared[place] = _merged(shared[place], entry)
        elif is_kept(raw.package, entry.section, keep):
            shared.append(entry)
        else:
            owned.append(entry)
    merged = target(
        Package(raw.package, sections.owned),
        Package(raw.package, tuple(entry.section for entry in owned)),
        "merged",
        removed=tuple(entry.absent for entry in owned),
    )
    return Sections(merged.sections, tuple(shared))


def _place(package: str, sections: tuple[Section, ...], entry: SectionData) -> int | None:
    """Return the index of the section that *entry* means."""
    given = Package(package, (entry.section,))
    return pair(Package(package, sections), given, lambda _given, _found: False, absent=(entry.absent,)).get(0)


def _merged(section: SectionData, entry: SectionData) -> SectionData:
    """Return shared *section* with what *entry* sets and removes."""
    options = {**dict(section.section.options), **dict(entry.section.options)}
    kept = tuple((option, value) for option, value in options.items() if option not in entry.absent)
    given = {option for option, _value in entry.section.options}
    absent = [option for option in section.absent if option not in given and option not in entry.absent]
    name = entry.section.name or section.section.name
    return SectionData(Section(section.section.type, name, kept), (*absent, *entry.absent))
