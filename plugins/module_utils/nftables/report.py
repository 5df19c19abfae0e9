# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of other firewalls on the hub: read from the device, evaluated, put into words."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import foreign, listing
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Place
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import FAMILY, TABLE

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import Device
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.foreign import RuleTexts
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Table, TableName
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Settings

_IPV6 = 6


def foreign_findings(device: Device, settings: Settings) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Return what other tables do to the hub's traffic, as plain data, and who else forwards packets here."""
    tables, texts = foreign_tables(device)
    tunnel = {settings.interface}
    four, six = (device.default_interfaces(version) - tunnel for version in (4, 6))
    # a hub without a default route may be reached by any other interface
    place = Place(four | six or device.interfaces() - tunnel, (4, _IPV6) if six else (4,))
    found = (*foreign.legacy(device.legacy_tables()), *foreign.findings(settings, place, tables, texts))
    return [dataclasses.asdict(finding) for finding in found], foreign.container_runtimes(tables.values())


def foreign_tables(device: Device) -> tuple[dict[TableName, Table], RuleTexts]:
    """Return the tables of others and the texts of their rules.

    nft's JSON tells only the names of what iptables has added; its text has most of it in nft's own words. So such a
    table is loaded from its text into an empty network and read again.
    """
    tables = listing.tables(device.all_objects())
    tables.pop((FAMILY, TABLE), None)
    texts = listing.rule_texts(device.all_texts()) if tables else {}
    unread = {name: listing.loadable(device.table_text(*name)) for name, table in tables.items() if table.unread}
    for name, text in unread.items():
        with device.empty_network():
            try:
                device.load(text)
            except DeviceError:
                # it stays as JSON tells it
                continue
            tables |= listing.tables(device.all_objects())
            handles = [key for key in listing.rule_texts(device.all_texts()) if key[:2] == name]
        lines = [texts.pop(key) for key in list(texts) if key[:2] == name]
        texts |= dict(zip(handles, lines, strict=True))
    return tables, texts


def warnings(
    settings: Settings, findings: list[dict[str, str]], runtimes: tuple[str, ...], *, undone_before: bool
) -> Iterator[str]:
    """Yield what a person should know."""
    if undone_before:
        yield ("The last change of the firewall was undone: nobody confirmed it in time, or the hub restarted before.")
    yield from settings.warnings
    for finding in findings:
        yield str(foreign.Finding(**finding))  # type: ignore[arg-type]
    if runtimes and not settings.forward_others:
        yield (
            f"{', '.join(runtimes)} forwards packets on this host, and this firewall drops them: set forward_others "
            "where that is not meant."
        )
