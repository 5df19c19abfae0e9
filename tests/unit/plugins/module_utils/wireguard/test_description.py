# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.description import Picture, describe
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import Settings
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

ONE = peer(1, "10.80.1.0/24", preshared_key=secret(1), endpoint="192.0.2.1:5", keepalive=25)
SETTINGS = Settings(("10.79.255.254/32",), 1420, is_up=True, routes=(network("10.80.1.0/24"),))


def test_only_what_differs_is_shown_and_no_secret() -> None:
    other = dataclasses.replace(ONE, preshared_key=secret(2), name="yard")
    same = peer(2, "10.80.2.0/24")
    wide = dataclasses.replace(SETTINGS, mtu=1280, routes=(network("10.80.1.0/24"), network("10.80.2.0/24")))
    before = Picture(("file: other",), 51820, SETTINGS, {key(1): ONE, key(2): same, key(3): peer(3)})
    found = describe(before, Picture(("file: as wanted",), 51821, wide, {key(1): other, key(2): same}))
    assert found["before"] == (
        "file: other\nlisten port: 51820\naddress: 10.79.255.254/32\nmtu: 1420\n"
        f"peer: site 1\n  public key: {key(1)}\n  allowed ips: 10.80.1.0/24\n  preshared key: (set)\n"
        "  endpoint: 192.0.2.1:5\n  persistent keepalive: 25\n"
        f"peer: site 3\n  public key: {key(3)}\n  allowed ips: none, waiting\n"
    )
    assert found["after"] == (
        "file: as wanted\nlisten port: 51821\naddress: 10.79.255.254/32\nmtu: 1280\nroute: 10.80.2.0/24\n"
        f"peer: yard\n  public key: {key(1)}\n  allowed ips: 10.80.1.0/24\n  preshared key: (set, other)\n"
        "  endpoint: 192.0.2.1:5\n  persistent keepalive: 25\n"
    )


def test_the_first_time_there_is_nothing_before() -> None:
    role = dataclasses.replace(ONE, role="next", preshared_key=None, allowed_ips=())
    down = dataclasses.replace(SETTINGS, is_up=False)
    found = describe(Picture(("x",), None, None, {}), Picture(("x",), 1, down, {key(1): role}))
    assert found["before"] == "x\n"
    assert "mtu: 1420, down\nroute: 10.80.1.0/24\n" in found["after"]
    assert "  is: next key\n  allowed ips: none, waiting\n" in found["after"]
    assert "preshared" not in found["after"]


def test_nothing_differs_nothing_is_shown() -> None:
    same = Picture(("x",), 1, SETTINGS, {key(1): ONE})
    assert describe(same, same)["before"] == describe(same, same)["after"]
    assert "peer" not in describe(same, same)["after"]
