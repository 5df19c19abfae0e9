# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_manager import (
    Steps,
    complaints,
    explained,
    failed,
    sizes,
    steps,
)

Manager = t.Literal["opkg", "apk"]

OPKG = """\
Installing lab-tool (1.2-r1) to root...
Downloading https://example.org/lab-tool_1.2-r1.ipk
Installing lab-library (2.1-r1) to root...
Upgrading dnsmasq on root from 2.90-r4 to 2.90-r5...
Installing lab-library (2.1-r1) to root...
Removing package dnsmasq-old from root...
"""
APK = """\
( 1/11) Installing lab-library (2.1-r1)
(10/11) Upgrading dnsmasq (2.90-r4 -> 2.90-r5)
(11/11) Purging dnsmasq-old (1)
OK: 9 MiB in 14 packages
"""
CONFFILE = """\
Collected errors:
 * resolve_conffiles: Existing conffile /etc/config/dhcp is different from the conffile in the new package. \
The new conffile will be placed at /etc/config/dhcp-opkg.
"""
FULL = CONFFILE + " * write: Couldn't close /usr/lib/opkg/status: No space left on device.\n"


@pytest.mark.parametrize(
    ("manager", "output", "expected"),
    [
        (
            "opkg",
            OPKG,
            Steps(
                {"lab-tool": "1.2-r1", "lab-library": "2.1-r1"}, {"dnsmasq": ("2.90-r4", "2.90-r5")}, ("dnsmasq-old",)
            ),
        ),
        ("apk", APK, Steps({"lab-library": "2.1-r1"}, {"dnsmasq": ("2.90-r4", "2.90-r5")}, ("dnsmasq-old",))),
        ("opkg", "Package uci (1) installed in root is up to date.\n", Steps({}, {}, ())),
        ("apk", "OK: 9 MiB in 14 packages\n", Steps({}, {}, ())),
    ],
)
def test_steps(manager: Manager, output: str, expected: Steps) -> None:
    assert steps(manager, output) == expected


@pytest.mark.parametrize(
    ("manager", "output"), [("opkg", "Installing a;b (1) to root...\n"), ("apk", "(1/1) Installing $(x) (1)\n")]
)
def test_a_name_that_a_shell_would_read_is_refused(manager: Manager, output: str) -> None:
    with pytest.raises(NotUsableError, match="can be no name"):
        steps(manager, output)


@pytest.mark.parametrize(
    ("manager", "status", "output", "expected"),
    [
        ("opkg", 0, "Configuring a.\n", False),
        ("opkg", 255, "", True),
        ("opkg", 0, FULL, True),
        ("opkg", 0, CONFFILE, False),
        ("apk", 1, "", True),
        ("apk", 0, "OK: 1 MiB in 2 packages\n", False),
    ],
)
def test_failed(manager: Manager, status: int, output: str, expected: bool) -> None:  # noqa: FBT001
    assert failed(manager, status, output) is expected


def test_complaints_are_those_that_are_errors() -> None:
    assert complaints(FULL) == ["write: Couldn't close /usr/lib/opkg/status: No space left on device."]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            "Collected errors:\n * load: Could not lock /var/lock/opkg.lock: Resource temporarily unavailable.\n",
            "another program holds the package manager's lock (",
        ),
        ("ERROR: Unable to lock database: Resource temporarily unavailable\n", "another program holds"),
        ("Unknown package 'a'.\nUnknown package 'b'.\n", "a: no package of that name is in the router's index; b: no"),
        ("ERROR: unable to select packages:\n  a (no such package):\n    required by: world[a]\n", "a: no package of"),
        (
            "Collected errors:\n * verify: Only have 1024kb available on filesystem /overlay, pkg eee needs 4883\n",
            "the flash has no room for it: only 1024kb available on filesystem /overlay, pkg eee needs 4883 (",
        ),
        (FULL, "the flash is full ("),
        (
            "Collected errors:\n * for: Cannot satisfy the following dependencies for a:\n * \tb\n",
            "a: what it needs is not in the router's index (",
        ),
        ("Collected errors:\n * x: Failed to download x, wget returned 4.\n", "the package feeds cannot be reached ("),
        ("something else\n", "something else"),
        ("", "the package manager failed and said nothing"),
    ],
)
def test_explained(output: str, expected: str) -> None:
    assert explained(output).startswith(expected)


@pytest.mark.parametrize(
    ("manager", "text", "expected"),
    [
        ("opkg", "a 1-r1 4000\nb 2 \nc\n", {("a", "1-r1"): 4000}),
        ("apk", '[ { "name": "a", "version": "1", "installed-size": 50 } ]', {("a", "1"): 50}),
        ("apk", "", {}),
    ],
)
def test_sizes(manager: Manager, text: str, expected: dict[tuple[str, str], int]) -> None:
    assert sizes(manager, text) == expected


@pytest.mark.parametrize("text", ["{", '[{"name": "a"}]', '[{"name": "a", "version": "1", "installed-size": "x"}]'])
def test_sizes_that_make_no_sense(text: str) -> None:
    with pytest.raises(NotUsableError, match="apk query"):
        sizes("apk", text)
