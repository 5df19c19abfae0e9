# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import in_order, network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import (
    Settings,
    commands,
    number_problems,
    parse_networks,
    parse_settings,
    read_addresses,
    same_settings,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import (
    FakeHost,
    RunningInterface,
)

LINK = json.dumps(
    [
        {},
        {
            "ifname": "fleet",
            "flags": ["POINTOPOINT", "NOARP", "UP", "LOWER_UP"],
            "mtu": 1420,
            "addr_info": [
                {"family": "inet", "local": "10.79.255.254", "prefixlen": 32, "scope": "global"},
                {"family": "inet6", "local": "fdaa::1", "prefixlen": 128, "scope": "global"},
                {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "scope": "link"},
            ],
        },
    ]
)
ROUTES = ['[{"dst":"10.80.0.0/23"},{"dst":"10.79.0.1"}]', '[{"dst":"fdaa:0:0:4::/64"}]']
WANTED = Settings(
    ("10.79.255.254/32", "fdaa::1/128"),
    1420,
    is_up=True,
    routes=in_order(map(network, ("10.79.0.1/32", "10.80.0.0/23", "fdaa:0:0:4::/64"))),
)


def test_what_ip_says_is_read() -> None:
    assert parse_settings(LINK, ROUTES) == WANTED
    assert parse_settings(LINK, ["", "[]"]).routes == ()


def test_nothing_is_done_where_nothing_differs() -> None:
    turned = dataclasses.replace(WANTED, addresses=WANTED.addresses[::-1])
    assert same_settings(turned, WANTED)
    assert commands("fleet", turned, WANTED) == []


@pytest.mark.parametrize("changed", [{"mtu": 1280}, {"is_up": False}, {"routes": ()}, {"addresses": ()}])
def test_what_differs_is_seen(changed: dict[str, object]) -> None:
    assert not same_settings(WANTED, dataclasses.replace(WANTED, **changed))  # type: ignore[arg-type]


def test_what_is_new_comes_first() -> None:
    running = Settings(("10.79.255.253/32", "fdaa::1/128"), 1400, is_up=True, routes=(network("10.80.0.0/24"),))
    wanted = dataclasses.replace(WANTED, routes=(network("10.80.0.0/23"),))
    assert commands("fleet", wanted, running) == [
        "address add 10.79.255.254/32 dev fleet",
        "link set mtu 1420 up dev fleet",
        "route add 10.80.0.0/23 dev fleet proto 171",
        "route del 10.80.0.0/24 dev fleet proto 171",
        "address del 10.79.255.253/32 dev fleet",
    ]


SETTINGS = st.builds(
    Settings,
    st.lists(st.sampled_from(["10.0.0.1/32", "10.0.0.2/24", "10.0.0.3/24", "fd00::1/128"]), unique=True).map(tuple),
    st.sampled_from([1280, 1420]),
    is_up=st.just(value=True),
    routes=st.sets(st.sampled_from(["10.1.0.0/16", "10.1.0.0/24", "fd00::/64"])).map(
        lambda texts: in_order(map(network, texts))
    ),
)


@given(SETTINGS, SETTINGS)
def test_the_commands_make_the_wanted_settings(wanted: Settings, running: Settings) -> None:
    """At once, or when they are asked for again: an address that goes may take what is wanted with it."""
    host = RunningInterface(addresses=list(running.addresses), routes=list(map(str, running.routes)), mtu=running.mtu)
    for _time in range(2):
        for line in commands("fleet", wanted, running):
            FakeHost.batch_line(host, line.split())
        found = in_order(map(network, host.routes))
        running = Settings(tuple(host.addresses), host.mtu, is_up=True, routes=found)
    assert same_settings(wanted, running)


def test_networks_of_other_interfaces_are_read() -> None:
    four = '[{"dst":"192.0.2.0/24","dev":"eth0"},{"dst":"10.79.255.0/24","dev":"fleet"},{"dst":"default","dev":"eth0"}]'
    six = '[{"dst":"2001:db8::/64","dev":"eth0"},{"dst":"2001:db8:1::5","dev":"eth1"}]'
    assert parse_networks([four, six, ""], "fleet") == {
        network("192.0.2.0/24"): "eth0",
        network("2001:db8::/64"): "eth0",
        network("2001:db8:1::5/128"): "eth1",
    }


def test_addresses_are_read_as_ip_writes_them() -> None:
    assert read_addresses(["10.79.255.254", "FDAA:0::1/128"]) == ("10.79.255.254/32", "fdaa::1/128")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ["addresses: is empty"]),
        (["x", "10.0.0.1/33"], ["addresses[0]: found 'x'", "addresses[1]: found '10.0.0.1/33'"]),
        (["10.0.0.1/32", "10.0.0.1"], ["addresses[1]: 10.0.0.1/32 is given twice"]),
    ],
)
def test_addresses_that_are_none_are_refused(texts: list[str], expected: list[str]) -> None:
    with pytest.raises(PeersError) as caught:
        read_addresses(texts)
    assert [found.startswith(start) for found, start in zip(caught.value.problems, expected, strict=True)] == (
        [True] * len(expected)
    )


def test_ports_and_mtus_have_limits() -> None:
    assert number_problems(51820, 1420) == []
    assert number_problems(0, 1279) == [
        "listen_port: found 0, expected 1 to 65535",
        "mtu: found 1279, expected 1280 to 9000",
    ]
