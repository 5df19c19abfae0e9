# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router that is to be adopted tells, from a recorded reply."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.adoption import commands, read
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

BOARD = '{"board_name": "tplink,tl-mr3020-v3"}'
OPKG = """\
Package: a
Version: 1
Status: install user installed

Package: b
Version: 1
Provides: c (= 2), d
Status: install ok installed
Auto-Installed: yes

Package: base
Version: 1
Status: install ok installed
"""
APK = "P:a\nV:1\n\nP:b\nV:1\np:c=2 d\n\nP:base\nV:1\n"
Parts = dict[str, tuple[tuple[str, ...], str]]
PARTS: Parts = {
    "board": ((), BOARD),
    "release": ((), "DISTRIB_RELEASE='24.10.3'\n"),
    "machine": (("mips", "6.6"), ""),
    "hostname": ((), "OpenWrt\n"),
    "configs": ((), "network\nuhttpd\n"),
    "file-1": (("/a", "0abc", "-rw-------"), "text\n"),
    "file-2": (("/b", "-", "-"), ""),
}


def observation(**parts: tuple[tuple[str, ...], str]) -> Observation:
    return Observation({}, (), None, (), PARTS | parts)


def test_what_is_asked() -> None:
    asked = commands(["/a"])
    assert asked[:3] == ["facts_system", "adoption_configs", "adoption_image"]
    assert asked[-1] == "observe_file /a -"


def test_what_is_told() -> None:
    told = read(observation(packages=(("opkg",), OPKG), image=((), "base\n")), ["/a", "/b"])
    assert (told.board, told.release, told.configs) == ("tplink,tl-mr3020-v3", "24.10.3", ("network", "uhttpd"))
    assert {path: (file.text, file.mode) for path, file in told.files.items()} == {"/a": ("text\n", 0o600)}
    assert told.installed == frozenset({"a", "b", "c", "d", "base"})
    assert told.added == ("a",)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, None),
        ({"packages": (("opkg",), OPKG)}, None),
        ({"packages": (("apk",), APK), "image": ((), "base\n"), "world": ((), "a>1 base b@feed gone\n")}, ("a", "b")),
    ],
)
def test_what_was_added_to_the_image(parts: Parts, expected: tuple[str, ...] | None) -> None:
    assert read(observation(**parts), ["/a", "/b"]).added == expected
    assert (read(observation(**parts), ["/a", "/b"]).installed is None) == (not parts)
