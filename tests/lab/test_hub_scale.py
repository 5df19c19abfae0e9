# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand peers on the hub in one task, and one more without a packet lost on a tunnel that is in use.

How long it takes is what ``bench/hub.py`` measures; here it only must not be of another order on a busy machine.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
import typing as t
import uuid

import pytest
from small_fleet import HUB_TUNNEL, PEERS, SmallFleet

if t.TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 1000
PATIENCE = 10
"""Times the three seconds for all, and the one for one more, that a machine of its own needs at most."""
FIRST = ipaddress.IPv4Address("10.84.0.0")


@pytest.fixture(scope="module")
def fleet(router_image: str, hub_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallFleet]:
    assert router_image
    assert hub_image
    small = SmallFleet(f"many-{uuid.uuid4().hex[:6]}", tmp_path_factory.mktemp("fleet") / "lab")
    try:
        small.connect()
        yield small
    finally:
        small.remove()


def peers(count: int) -> list[dict[str, t.Any]]:
    return [
        {
            "name": f"site-{number}",
            "public_key": base64.b64encode(number.to_bytes(32, "big")).decode(),
            "allowed_ips": [f"10.79.{16 + number // 256}.{number % 256}/32", f"{FIRST + 256 * number}/24"],
        }
        for number in range(1, count + 1)
    ]


def seconds(fleet: SmallFleet, count: int) -> float:
    """Bring the hub to its own peers and *count* more by one task; how long the task took."""
    file = fleet.folder.parent / "peers.json"
    file.write_text(json.dumps(peers(count)))
    clock = "{{ now(utc=True).timestamp() }}"
    arguments = PEERS["farsite.fleet.wireguard_peers"] | {
        "peers": f"{{{{ hub_peers + lookup('ansible.builtin.file', '{file}') | from_json }}}}"
    }
    done = fleet.tasks(
        "hub",
        {"ansible.builtin.ping": {}},
        {"ansible.builtin.set_fact": {"begun": clock}},
        {"farsite.fleet.wireguard_peers": arguments, "vars": {"ansible_pipelining": True}},
        {"ansible.builtin.debug": {"msg": f"took [{{{{ {clock[3:-3]} - begun | float }}}}]"}},
    )
    (found,) = re.findall(r"took \[([\d.]+)\]", done.stdout)
    return float(found)


def test_many_peers_and_one_more(fleet: SmallFleet) -> None:
    with fleet.pinging() as meanwhile:
        all_at_once = seconds(fleet, MANY)
    assert len(fleet.hub.output("wg show fleet peers").split()) == MANY + 1
    assert meanwhile["sent"] > 0
    assert meanwhile["answered"] == meanwhile["sent"]
    with fleet.pinging() as meanwhile:
        one_more = seconds(fleet, MANY + 1)
    assert len(fleet.hub.output("wg show fleet peers").split()) == MANY + 2
    assert meanwhile["answered"] == meanwhile["sent"]
    assert all_at_once < 3 * PATIENCE
    assert one_more < PATIENCE
    assert fleet.router.execute(f"ping -c 1 -W 10 {HUB_TUNNEL}").returncode == 0
