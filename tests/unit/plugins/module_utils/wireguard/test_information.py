# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.information import information, never_seen
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting

KEY, SITE, OTHER = (letter * 43 + "=" for letter in "ABC")
NOW = 1795308732
DUMP = (
    f"fleet\t{'S' * 43}=\t{KEY}\t51820\toff\n"
    f"fleet\t{SITE}\t{'P' * 43}=\t198.51.100.1:40112\t10.80.17.0/24,10.79.0.17/32\t{NOW - 41}\t12041120\t918232\t25\n"
    f"fleet\t{OTHER}\t(none)\t(none)\t(none)\t0\t0\t148\toff\n"
    f"wg0\t(none)\t(none)\t0\toff\n"
)


def test_what_runs() -> None:
    fleet, other = information(DUMP, NOW, {})
    assert other == {"interface": "wg0", "public_key": None, "listen_port": 0, "peers": []}
    assert (fleet["interface"], fleet["public_key"], fleet["listen_port"]) == ("fleet", KEY, 51820)
    assert fleet["peers"][0] == {
        "public_key": SITE,
        "endpoint": "198.51.100.1:40112",
        "allowed_ips": ["10.79.0.17/32", "10.80.17.0/24"],
        "handshake_age": 41,
        "last_seen": NOW - 41,
        "received": 12041120,
        "sent": 918232,
    }
    silent = fleet["peers"][1]
    assert (silent["handshake_age"], silent["last_seen"], silent["endpoint"], silent["sent"]) == (None, None, None, 148)


def test_no_secret_is_in_it() -> None:
    text = repr(information(DUMP, NOW, {}))
    assert "SSSS" not in text
    assert "PPPP" not in text


def test_what_is_remembered_counts_where_there_is_nothing_newer() -> None:
    before = {"fleet": {SITE: Sighting(NOW - 9000), OTHER: Sighting(NOW - 9000), KEY: Sighting(5)}}
    site, other = information(DUMP, NOW, before)[0]["peers"]
    assert (site["last_seen"], other["last_seen"], other["handshake_age"]) == (NOW - 41, NOW - 9000, None)


def test_a_clock_that_was_set_back() -> None:
    assert information(DUMP, NOW - 1000, {})[0]["peers"][0]["handshake_age"] == 0


def test_who_has_never_been_seen() -> None:
    found = information(DUMP, NOW, {})
    found[0]["peers"][1]["allowed_ips"] = ["10.79.0.18/32", "10.80.18.0/24"]
    assert never_seen(found, ["10.79.0.17", "10.79.0.18", "10.79.3.3/32"]) == ["10.79.0.18/32"]
    assert never_seen(found, []) == []
    with pytest.raises(ValueError, match="nonsense"):
        never_seen(found, ["nonsense"])


def test_no_interface() -> None:
    assert information("", NOW, {}) == []


@pytest.mark.parametrize(
    "line", ["fleet\tx", f"fleet\ta\tb\t1\toff\nfleet\t{SITE}\t(none)\t(none)\t(none)\tx\ty\tz\toff"]
)
def test_what_is_no_dump(line: str) -> None:
    with pytest.raises(DumpError):
        information(line + "\n", NOW, {})
