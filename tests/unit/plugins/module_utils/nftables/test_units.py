# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import configparser

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.units import (
    SERVICE,
    UNDO_SERVICE,
    Paths,
    unit_texts,
)

PATHS = Paths("/root")


def parsed(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit_texts(PATHS, "/sbin/nft", "/bin/mv")[name])
    return parser


def test_the_undo_takes_the_pending_file_before_it_loads_anything() -> None:
    service = parsed(UNDO_SERVICE)["Service"]
    assert service["ExecCondition"] == (
        "/bin/mv -T /root/etc/farsite-fleet/firewall.pending /root/etc/farsite-fleet/firewall.undone"
    )
    assert service["ExecStart"] == "/sbin/nft -f /root/etc/farsite-fleet/firewall.previous"


def test_the_table_is_loaded_at_start_and_after_nftables() -> None:
    unit = parsed(SERVICE)
    assert (
        unit["Service"]["ExecStart"]
        == unit["Service"]["ExecReload"]
        == "/sbin/nft -f /root/etc/farsite-fleet/firewall.nft"
    )
    assert unit["Unit"]["ConditionPathExists"] == PATHS.file
    for key in ("After", "PartOf", "ReloadPropagatedFrom"):
        assert unit["Unit"][key] == "nftables.service"
    assert unit["Install"]["WantedBy"] == "sysinit.target nftables.service"


def test_what_ends_with_a_restart_is_not_on_disk() -> None:
    assert PATHS.record.startswith("/root/run/")
    assert {path.rpartition("/")[0] for path in (PATHS.file, PATHS.pending, PATHS.previous, PATHS.undone)} == {
        "/root/etc/farsite-fleet"
    }
