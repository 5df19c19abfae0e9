# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import units
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.look import look
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import SettingsError
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import FakeDevice, arguments


class Hub(FakeDevice):
    """A hub whose only table is the fleet's, and on which an old iptables has rules."""

    def all_objects(self) -> list[dict[str, t.Any]]:
        return []

    def legacy_tables(self) -> list[str]:
        return ["filter"]

    def default_interfaces(self, version: int) -> frozenset[str]:
        return frozenset({f"eth{version}"})


def test_a_look_changes_nothing_and_tells_all() -> None:
    hub = Hub()
    hub.files[units.Paths().undone] = ""
    seen = look(t.cast("t.Any", hub), arguments())
    assert seen.difference.any
    assert seen.undone_before
    assert [finding["owner"] for finding in seen.foreign] == ["iptables"]
    assert seen.warnings[0].startswith("The last change of the firewall was undone")
    assert hub.running is None
    assert list(hub.files) == [units.Paths().undone]


def test_what_is_wrong_with_the_options_is_said() -> None:
    with pytest.raises(SettingsError, match="rollback_timeout"):
        look(t.cast("t.Any", Hub()), arguments(rollback_timeout=1))
