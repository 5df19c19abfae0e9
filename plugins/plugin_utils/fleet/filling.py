# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An intended configuration with what only the deploying run and the router know: no placeholder is left in it."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import lte_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink, uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended, IntendedPackage

_OF_A_MODEM = (placeholders.MODEM_PROTOCOL, placeholders.MODEM_DEVICE, placeholders.APN)
_NETWORK = "network"


class UnfilledError(Exception):
    """Placeholders for which there is no value: a mistake in this collection, not in a fleet's files."""


def unknown_modems(wanted: Intended) -> tuple[str, ...]:
    """Return the names of the interfaces whose modem only the router knows."""
    return tuple(
        str(section.name)
        for package in wanted.packages
        if package.name == _NETWORK
        for section in package.owned.sections
        if any(value in _OF_A_MODEM for _option, value in section.options)
    )


def filled(
    wanted: Intended,
    view: SiteView,
    *,
    values: t.Mapping[str, str],
    private_key: str,
    modems: t.Mapping[str, Section],
) -> Intended:
    """Return *wanted* with secrets from *values* (by their paths), and what stands for the router's *private_key*.

    *modems* has for each of ``unknown_modems`` the interface as its modem wants it; where that is not known yet, it has
    the placeholders that it had. Raises UnfilledError for any other.
    """
    known = {placeholders.PRIVATE_KEY: private_key}

    def one(section: Section) -> Section:
        modem = modems.get(section.name or "") if section.type == "interface" else None
        if modem is not None:
            section = _of_modem(section, view, modem)
        options = tuple((option, _known(value, known)) for option, value in section.options)
        for option, value in () if modem else options:
            if isinstance(value, str) and placeholders.PLACEHOLDER.fullmatch(value) and not _is_secret(value):
                raise UnfilledError(f"{section.type} {section.name}: {option}: nothing is known for {value}")
        return placeholders.filled(Section(section.type, section.name, options), values.__getitem__)

    def package_with(package: IntendedPackage) -> IntendedPackage:
        shared = tuple(dataclasses.replace(entry, section=one(entry.section)) for entry in package.shared)
        owned = Package(package.name, tuple(map(one, package.owned.sections)))
        return dataclasses.replace(package, owned=owned, shared=shared)

    return dataclasses.replace(wanted, packages=tuple(map(package_with, wanted.packages)))


def _is_secret(value: str) -> bool:
    return value.startswith("<secret ")


def _known(value: str | tuple[str, ...], known: t.Mapping[str, str]) -> str | tuple[str, ...]:
    return known.get(value, value) if isinstance(value, str) else value


def _of_modem(section: Section, view: SiteView, resolved: Section) -> Section:
    """Return *resolved* with what ``router_uci`` has changed of the interface that *section* is."""
    given = dict(
        next(
            lte_interface(uplink, uplink_metric(uplink, index))
            for index, uplink in enumerate(view.site.uplink)
            if isinstance(uplink, LteUplink) and uplink.name == section.name
        ).options
    )
    options = {option: value for option, value in resolved.options if option not in given or section.get(option)}
    options |= {option: value for option, value in section.options if given.get(option) != value}
    return Section(section.type, section.name, tuple(options.items()))
