# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import (
    NO_KEY,
    PeersError,
    key_problem,
    name_problem,
    read_networks,
    read_peers,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, secret


def entry(number: int = 1, **changed: t.Any) -> dict[str, t.Any]:
    return {
        "name": f"site {number}",
        "public_key": key(number),
        "allowed_ips": [f"10.80.{number}.0/24"],
        "preshared_key": None,
        "endpoint": None,
        "persistent_keepalive": None,
        **changed,
    }


def problems(*entries: dict[str, t.Any], pools: t.Sequence[str] = (), own: t.Sequence[str] = ()) -> tuple[str, ...]:
    with pytest.raises(PeersError) as caught:
        read_peers(entries, [network(pool) for pool in pools], own)
    return caught.value.problems


def test_peers_are_read() -> None:
    given = entry(
        allowed_ips=["fd00::/64", "10.80.1.0/24"],
        preshared_key=secret(1),
        endpoint="[FD00:0::1]:051",
        persistent_keepalive=25,
    )
    (peer,) = read_peers([given], [network("10.80.0.0/16"), network("fd00::/48")], ["10.79.255.254/32"])
    assert peer.allowed_ips == (network("10.80.1.0/24"), network("fd00::/64"))
    assert (peer.endpoint, peer.keepalive, peer.preshared_key) == ("[fd00::1]:51", 25, secret(1))
    assert secret(1) not in repr(peer)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"public_key": "short"}, "peers[0].public_key: is no base64"),
        ({"public_key": "c2hvcnQ="}, "peers[0].public_key: has 5 bytes, expected 32"),
        ({"public_key": key(1)[:-2] + "/="}, "peers[0].public_key: is no key as wg writes it"),
        ({"public_key": NO_KEY}, "peers[0].public_key: is all zero"),
        ({"preshared_key": "c2hvcnQ="}, "peers[0].preshared_key: has 5 bytes"),
        ({"preshared_key": NO_KEY}, "peers[0].preshared_key: is all zero"),
        ({"preshared_key": key(1)}, "peers[0].preshared_key: is the public key of peers[0], which everybody knows"),
        ({"allowed_ips": []}, "peers[0].allowed_ips: is empty"),
        ({"allowed_ips": ["10.0.0.1/24"]}, "peers[0].allowed_ips[0]: found '10.0.0.1/24'"),
        ({"allowed_ips": ["x"]}, "peers[0].allowed_ips[0]: found 'x'"),
        ({"allowed_ips": ["0.0.0.0/0"]}, "peers[0].allowed_ips[0]: 0.0.0.0/0 would send all"),
        ({"allowed_ips": ["10.1.0.0/24", "10.1.0.0/25"]}, "peers[0].allowed_ips[1]: 10.1.0.0/25 overlaps 10.1.0.0/24"),
        ({"persistent_keepalive": 0}, "peers[0].persistent_keepalive: found 0"),
        ({"persistent_keepalive": 65536}, "peers[0].persistent_keepalive: found 65536"),
        ({"endpoint": "example.net:5"}, "peers[0].endpoint: found 'example.net:5'"),
        ({"endpoint": "10.0.0.1:0"}, "peers[0].endpoint: found '10.0.0.1:0'"),
        ({"endpoint": "10.0.0.1:65536"}, "peers[0].endpoint"),
        ({"endpoint": "10.0.0.256:1"}, "peers[0].endpoint"),
        ({"name": "two\nlines"}, "peers[0].name: found 'two\\nlines'"),
        ({"name": "(next key)"}, "peers[0].name: begins with '('"),
        ({"name": ""}, "peers[0].name: found ''"),
    ],
)
def test_a_malformed_peer_is_refused_with_its_path(changed: dict[str, t.Any], expected: str) -> None:
    found = problems(entry(**changed))
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_all_problems_come_at_once_and_no_secret_is_told() -> None:
    wrong = secret(5)[:-3] + "*"
    found = problems(
        entry(1),
        entry(1, preshared_key=wrong),
        entry(2, allowed_ips=["10.80.1.128/25"]),
        entry(3, allowed_ips=["10.79.255.0/24"]),
        entry(4, allowed_ips=["192.0.2.0/24"]),
        pools=["10.64.0.0/10"],
        own=["10.79.255.254/32"],
    )
    assert [problem.partition(": ")[0] for problem in found] == [
        "peers[1].public_key",
        "peers[1].name",
        "peers[1].preshared_key",
        "peers[3].allowed_ips[0]",
        "peers[4].allowed_ips[0]",
        "peers[1].allowed_ips[0]",
        "peers[2].allowed_ips[0]",
    ]
    assert wrong not in "\n".join(found)
    assert "the interface's own address 10.79.255.254" in found[3]
    assert "in none of the pools 10.64.0.0/10" in found[4]


def test_no_peers_are_refused() -> None:
    assert problems() == ("peers: is empty, which would remove every peer; expected at least one",)


@pytest.mark.parametrize("value", [None, 5, "", " " + key(1), key(1) + "\n", "ä" * 44])
def test_what_is_no_key(value: object) -> None:
    assert key_problem(value)


@pytest.mark.parametrize("value", ["quarry-north", "operator anna", "a#b", "Füße", "x" * 100])
def test_what_is_a_name(value: str) -> None:
    assert name_problem(value) is None


@pytest.mark.parametrize("value", [None, "x" * 101, " x", "x ", "\t", "a\x7fb", "a\u2028b"])
def test_what_is_no_name(value: object) -> None:
    assert name_problem(value)


def test_prefixes_are_read_with_all_problems() -> None:
    assert read_networks(["10.0.0.0/8"], "pools") == (network("10.0.0.0/8"),)
    with pytest.raises(PeersError) as caught:
        read_networks(["x", "10.0.0.0/8", "10.0.0.1/8"], "pools")
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["pools[0]", "pools[2]"]
