# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark gives the hub are peers; how long they take is not tested."""

from __future__ import annotations

from ansible_collections.farsite.fleet.bench.hub import PEERS, make_peers
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import read_peers


def test_its_peers_are_valid() -> None:
    count = max(PEERS)
    given = [{"endpoint": None, "persistent_keepalive": None, **peer} for peer in make_peers(count)]
    peers = read_peers(given)
    assert len({peer.preshared_key for peer in peers}) == count
    assert {len(peer.allowed_ips) for peer in peers} == {3}
