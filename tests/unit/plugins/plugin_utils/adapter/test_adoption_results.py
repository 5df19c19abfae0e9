# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's reply as a found router, and the results of adopting it."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.adoption_results import (
    found_router,
    packages_to_ask,
    result,
    site_text,
    usual_tunnel,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption import adopt
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import PATHS
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import SCRIPTS, STOCK, packages
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    FLEET,
    files,
    fleet_of,
    small_files,
)

PARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "board": ((), '{"board_name": "tplink,tl-mr3020-v3"}'),
    "release": ((), "DISTRIB_RELEASE='24.10.3'\n"),
    "machine": (("mips", "6.6"), ""),
    "hostname": ((), "OpenWrt\n"),
    "configs": ((), "network\nuhttpd\n"),
    "packages": (("opkg",), "Package: a\nVersion: 1\nStatus: install user installed\n"),
} | {f"file-{number}": ((path, "-", "-"), "") for number, path in enumerate(PATHS, 1)}
KNOWN = packages(STOCK)
OBSERVATION = Observation(
    {name: Observed(KNOWN.get(name, Package(name)), "0", "-") for name in packages_to_ask(small_files(), ())},
    (),
    None,
    (),
    PARTS,
)


def test_what_is_asked_for_follows_from_the_defaults() -> None:
    raw = {"uhttpd": [{"type": "uhttpd", "name": "main"}]}
    given = files({}, {**FLEET, "defaults": {**FLEET["defaults"], "router_uci": raw, "tunnel": {"interface": "tun"}}})
    assert set(packages_to_ask(given, ["rpcd"])) > {"uhttpd", "rpcd", "network", "ddns"}
    assert "uhttpd" not in packages_to_ask(small_files(), ())
    assert (usual_tunnel(given), usual_tunnel(small_files())) == ("tun", "fleet")


def test_the_router_in_the_words_of_a_fleet() -> None:
    found, unread = found_router(OBSERVATION)
    assert (found.model, found.release, found.installed) == ("tplink_tl-mr3020-v3", "24.10", frozenset({"a"}))
    assert unread == ("uhttpd",)


def test_a_router_whose_change_may_be_undone_is_not_read() -> None:
    with pytest.raises(NotUsableError, match="has not ended yet \\(transaction 0abc\\)"):
        found_router(dataclasses.replace(OBSERVATION, pending=("armed", "0abc")))


def test_edits_that_are_staged_are_told() -> None:
    given, observation = small_files(), dataclasses.replace(OBSERVATION, staged=("network",))
    found, unread = found_router(observation)
    adopted = adopt(found, fleet_of(given), given, "shed", site_id=18, scripts=SCRIPTS)
    told = result("shed", adopted, observation, "salt", found, unread=unread, public_key="k")
    assert told["warnings"] == ["somebody has staged edits of network, which the file does not have"]


def test_the_file_and_the_result() -> None:
    given = small_files()
    found, unread = found_router(OBSERVATION)
    adopted = adopt(found, fleet_of(given), given, "shed", site_id=18, scripts=SCRIPTS)
    text = site_text(adopted)
    assert yaml.safe_load(text) == adopted.data
    assert "\n# tunnel is unmanaged: these packages are not installed: wireguard-tools\n" in text
    told = result("shed", adopted, OBSERVATION, "salt", found, unread=unread, public_key=None)
    assert told["plan"] == {"commands": [], "files": [], "packages": [], "problem": None}
    assert told["standard"]["packages"] == ["wireguard-tools"]
    assert "delete network.wan6" in told["standard"]["commands"]
    assert {"path": "/etc/dropbear/authorized_keys", "action": "create"} in told["standard"]["files"]
    assert "warnings" not in told
    assert (told["path"], told["not_read"]) == ("sites/shed.yml", ["uhttpd"])
