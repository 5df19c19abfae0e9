# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import (
    SettingsError,
    Sources,
    collapse,
    read,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import (
    NOTHING,
    arguments,
    forward,
    operator,
    port,
    settings,
)


def test_what_is_read() -> None:
    found = settings(ssh={"port": 2222, "from": ["198.51.100.128/25", "198.51.100.0/25", "2001:db8::/32"]})
    assert found.ssh.sources == Sources(
        (ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("2001:db8::/32")), anywhere=False
    )
    assert str(found.forward_source) == "10.79.255.254"
    assert found.forwards[0].sources.networks == (ipaddress.ip_network("198.51.100.0/24"),)
    assert (found.ports[0].sources.anywhere, found.warnings) == (True, ())


def test_a_hub_needs_no_options() -> None:
    assert read(NOTHING).ssh.sources == Sources(anywhere=True)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tunnel_interface": 'a" accept'}, "tunnel_interface: found"),
        ({"tunnel_interface": "sixteen-letters-"}, "tunnel_interface: found"),
        ({"wireguard_port": 0}, "wireguard_port: found 0; a port is 1 to 65535"),
        ({"rollback_timeout": 5}, "rollback_timeout: found 5; 15 to 3600 s"),
        ({"ssh": {"port": 22, "from": ["nowhere"]}}, "ssh.from[0]: found 'nowhere'; an address or a network"),
        ({"tunnel_addresses": ["10.79.0.1", "x"]}, "tunnel_addresses[1]: found 'x'"),
        ({"tunnel_addresses": ["fd00::1"]}, "tunnel_addresses: has no IPv4 address"),
        ({"ports": [port(port=22)]}, "ports[0].port: tcp port 22 is that of ssh.port too"),
        ({"ports": [port(port=51820, protocol="udp")]}, "ports[0].port: udp port 51820 is that of wireguard_port too"),
        ({"ports": [port(), port()]}, "ports[1].port: tcp port 8554 is that of ports[0].port too"),
        ({"ports": [port(**{"from": []})]}, "ports[0].from: is empty; list the networks"),
        ({"ports": [port(**{"from": "everywhere"})]}, "ports[0].from: found 'everywhere'; a list of networks"),
        ({"forwards": [forward(**{"from": []})]}, "forwards[0].from: is empty; list the networks"),
        ({"forwards": [forward(**{"from": None})]}, "forwards[0].from: found None; a list of networks"),
        ({"forwards": [forward(**{"from": [7]})]}, "forwards[0].from: found [7]; a list of networks"),
        ({"forwards": [forward(**{"from": ["0.0.0.0/0"]})]}, "forwards[0].from: is every address; where that is meant"),
        ({"forwards": [forward(**{"from": ["0.0.0.0/1", "128.0.0.0/1"]})]}, "forwards[0].from: is every address"),
        ({"forwards": [forward(**{"from": ["2001:db8::/32"]})]}, "forwards[0].from: has IPv6 networks only"),
        (
            {"forwards": [forward(**{"from": ["198.51.100.7/24"]})]},
            "forwards[0].from[0]: found '198.51.100.7/24', an address inside of a network; write 198.51.100.0/24",
        ),
        (
            {"forwards": [forward(default_password=True, **{"from": "anywhere"})]},
            "forwards[0].default_password: quarry-north/yard has a default password and is forwarded from anywhere",
        ),
        ({"forwards": [forward(), forward()]}, "forwards[1].port: tcp port 18001 is that of forwards[0].port too"),
        ({"forwards": [forward(port=22)]}, "forwards[0].port: tcp port 22 is that of ssh.port too"),
        ({"forwards": [forward(port=8554)]}, "forwards[0].port: tcp port 8554 is that of ports[0].port too"),
        ({"forwards": [forward(target_port=65536)]}, "forwards[0].target_port: found 65536"),
        ({"forwards": [forward(address="192.0.2.1")]}, "forwards[0].address: 192.0.2.1 is outside of the sites"),
        ({"forwards": [forward(address="fd00::1")]}, "forwards[0].address: found 'fd00::1'; the IPv4 address"),
        ({"forwards": [forward(name="a\n} evil")]}, "forwards[0].name: found"),
        ({"operators": [operator(addresses=[])]}, "operators[0].addresses: is empty"),
        (
            {"operators": [operator(), operator(name="bo")]},
            "operators[1].addresses: 10.78.0.5/32 is that of the operator anna too",
        ),
        ({"operators": [operator(addresses=["10.80.0.1"])]}, "operators[0].addresses: 10.80.0.1/32 is inside of site"),
        ({"operators": [operator(reaches=["10.64.0.0/10"])]}, "operators[0].reaches: 10.64.0.0/10 is outside of site"),
        ({"operators": [operator(reaches=["0.0.0.0/0"])]}, "operators[0].reaches: 0.0.0.0/0 is outside of site"),
    ],
)
def test_what_is_refused(changes: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(arguments(**changes))
    assert [line[: len(problem)] for line in caught.value.problems] == [problem]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read(arguments(wireguard_port=70000, forwards=[forward(address="x"), forward(port=1, **{"from": []})]))
    paths = [line.partition(":")[0] for line in caught.value.problems]
    assert paths == ["wireguard_port", "forwards[0].address", "forwards[1].from"]


def test_ipv6_sources_of_a_forward_are_ignored_with_a_word() -> None:
    found = settings(forwards=[forward(**{"from": ["198.51.100.9", "2001:db8::/32"]})])
    assert [str(network) for network in found.forwards[0].sources.networks] == ["198.51.100.9/32"]
    assert found.warnings == (
        "forwards[0].from: 2001:db8::/32 cannot use the forward quarry-north/yard, which is IPv4 only; ignored",
    )


NETWORKS = st.one_of(
    st.builds(lambda a, n: ipaddress.IPv4Network((a, n), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32)),
    st.builds(
        lambda a, n: ipaddress.IPv6Network((a, n), strict=False), st.integers(0, 2**128 - 1), st.integers(0, 128)
    ),
)


@given(st.lists(NETWORKS, max_size=8), st.integers(0, 2**32 - 1))
def test_collapsed_networks_have_the_same_addresses_once(networks: list[t.Any], number: int) -> None:
    collapsed = collapse(networks)
    probes = [ipaddress.IPv4Address(number), *(network[0] for network in networks), *(net[-1] for net in networks)]
    for address in probes:
        assert any(address in network for network in networks) == (sum(address in net for net in collapsed) == 1)
