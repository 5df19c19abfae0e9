# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

LAN = Section("interface", "lan", (("proto", "static"), ("dns", ("192.0.2.1", "192.0.2.2"))))


def test_an_option_is_found_by_its_name() -> None:
    assert LAN.get("proto") == "static"
    assert LAN.get("dns") == ("192.0.2.1", "192.0.2.2")
    assert LAN.get("mtu") is None


def test_a_section_is_found_by_its_name() -> None:
    package = Package("network", (Section("route"), LAN))
    assert package.named("lan") is LAN
    assert package.named("wan") is None


def test_documents_can_be_keys_of_a_mapping() -> None:
    assert {Package("network", (LAN,)): 1}[Package("network", (LAN,))] == 1
