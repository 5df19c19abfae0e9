# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Installed, installed_packages

OPKG = """\
Package: libc
Version: 1.2.5-r4
Status: install user installed
Essential: yes
Auto-Installed: yes

Package: dnsmasq
Version: 2.90-r4
Depends: libc, libubus20230605 (>= 1) | libubus
Provides: dhcp-server, dns (= 1)
Status: install ok unpacked

Package: gone
Version: 1
Status: deinstall ok not-installed

"""
APK = """\
C:Q1abc=
P:dnsmasq
V:2.90-r5
D:libc so:libubus.so.20230605>=1
p:dhcp-server=2.90 cmd:dnsmasq

P:libc
V:1.2.5-r4
"""


def test_opkg() -> None:
    assert installed_packages("opkg", OPKG) == {
        "libc": Installed("libc", "1.2.5-r4", automatic=True, essential=True),
        "dnsmasq": Installed(
            "dnsmasq",
            "2.90-r4",
            needs=(("libc",), ("libubus20230605", "libubus")),
            provides=frozenset({"dhcp-server", "dns"}),
            configured=False,
        ),
    }


def test_apk() -> None:
    assert installed_packages("apk", APK) == {
        "dnsmasq": Installed("dnsmasq", "2.90-r5", provides=frozenset({"dhcp-server", "cmd:dnsmasq"})),
        "libc": Installed("libc", "1.2.5-r4"),
    }


@pytest.mark.parametrize("manager", ["opkg", "apk"])
def test_nothing_installed(manager: t.Literal["opkg", "apk"]) -> None:
    assert installed_packages(manager, "") == {}


@pytest.mark.parametrize(
    ("manager", "text", "name"),
    [
        ("opkg", OPKG + "Package: cut\nVersion: 1\n", "cut"),
        ("opkg", OPKG + "Package: cut\nStatus: install user installed\n", "cut"),
        ("apk", APK + "\nP:cut\n", "cut"),
    ],
)
def test_a_file_that_is_cut_off_is_found(manager: t.Literal["opkg", "apk"], text: str, name: str) -> None:
    with pytest.raises(NotUsableError, match=f"the paragraph of {name} is not complete"):
        installed_packages(manager, text)
