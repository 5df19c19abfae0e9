# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traffic that the hub needs, as packets at the hooks where other tables can stop them."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import BEFORE_OTHERS
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Sources

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Network, Port, Settings

Ranges = tuple[tuple[int, int], ...]
"""Numbers as first and last of each stretch, in order."""

TRANSLATED = -100 - BEFORE_OTHERS
"""The priority of our translation: what hooks before it sees the hub's port, what hooks later sees the camera's."""

_CLIENT_PORTS: Ranges = ((1024, 65535),)


@dataclasses.dataclass(frozen=True, slots=True)
class Packet:
    """A packet, or one of several: a field has all the values that it may have; None is not known."""

    family: t.Literal["ip", "ip6"]
    protocol: str
    state: t.Literal["new", "established"]
    incoming: frozenset[str] | None = None
    outgoing: frozenset[str] | None = None
    sources: Ranges | None = None
    destinations: Ranges | None = None
    source_ports: Ranges | None = None
    ports: Ranges | None = None
    translated: bool = False
    """Whether its destination was translated by us."""
    local: bool | None = None
    """Whether its destination is the hub; None where that is not known."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A hook that the packet passes; only chains whose priority is of ``lowest`` to ``highest``."""

    hook: str
    packet: Packet
    lowest: float = float("-inf")
    highest: float = float("inf")


@dataclasses.dataclass(frozen=True, slots=True)
class Flow:
    """Traffic that has to pass; ``purpose`` is what advice depends on."""

    name: str
    purpose: t.Literal["input", "forward", "operators"]
    steps: tuple[Step, ...]
    protocol: str = ""
    port: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """What the settings do not say of the hub: names of the interfaces to the internet, and its IP versions."""

    outside: frozenset[str]
    versions: tuple[int, ...]


def flows(settings: Settings, place: Place) -> Iterator[Flow]:
    """Yield what has to pass, and the answers to it."""
    wireguard = (settings.wireguard_port, "udp", Sources(anywhere=True))
    yield from _input("WireGuard", *wireguard, place)
    for port in (settings.ssh, *settings.ports):
        yield from _input(_port_name(port), port.port, port.protocol, port.sources, place)
    if settings.forwards:
        yield _forwards(settings, place)
    yield from _operators(settings)


def _port_name(port: Port) -> str:
    return port.name if port.name == "SSH" else f"{port.name} ({port.protocol} {port.port})"


def _input(name: str, port: int, protocol: str, sources: Sources, place: Place) -> Iterator[Flow]:
    for version in place.versions:
        networks = sources.version(version)
        if not networks and not sources.anywhere:
            continue
        packet = Packet(
            _family(version),
            protocol,
            "new",
            incoming=place.outside or None,
            sources=None if sources.anywhere else network_ranges(networks),
            source_ports=_CLIENT_PORTS,
            ports=((port, port),),
            local=True,
        )
        steps = (*_arriving(packet), Step("input", packet), Step("output", _answer(packet)))
        yield Flow(f"{name}, IPv{version}", "input", steps, protocol, port)


def _arriving(packet: Packet) -> tuple[Step, ...]:
    return Step("ingress", packet), Step("prerouting", packet)


def _answer(packet: Packet) -> Packet:
    """Return a packet of the other direction."""
    return dataclasses.replace(
        packet,
        state="established",
        incoming=packet.outgoing,
        outgoing=packet.incoming,
        sources=packet.destinations,
        destinations=packet.sources,
        source_ports=packet.ports,
        ports=packet.source_ports,
        local=False,
    )


def _forwards(settings: Settings, place: Place) -> Flow:
    forwards = settings.forwards
    anywhere = any(forward.sources.anywhere for forward in forwards)
    networks = [network for forward in forwards for network in forward.sources.version(4)]
    tunnel = frozenset({settings.interface})
    arriving = Packet(
        "ip",
        "tcp",
        "new",
        incoming=place.outside or None,
        sources=None if anywhere else network_ranges(networks),
        source_ports=_CLIENT_PORTS,
        ports=merged((forward.port, forward.port) for forward in forwards),
        local=True,
    )
    inside = dataclasses.replace(
        arriving,
        destinations=merged((int(forward.address), int(forward.address)) for forward in forwards),
        ports=merged((forward.target_port, forward.target_port) for forward in forwards),
        translated=True,
        local=False,
    )
    through = dataclasses.replace(inside, outgoing=tunnel)
    steps = (
        Step("ingress", arriving),
        Step("prerouting", arriving, highest=TRANSLATED - 1),
        Step("prerouting", inside, lowest=TRANSLATED),
        Step("forward", through),
        Step("forward", _answer(through)),
        Step("postrouting", through),
    )
    return Flow("forwards to cameras", "forward", steps, "tcp")


def _operators(settings: Settings) -> Iterator[Flow]:
    tunnel = frozenset({settings.interface})
    for version in (4, 6):
        people = [network for operator in settings.operators if operator.reaches for network in operator.addresses]
        goals = [network for operator in settings.operators for network in operator.reaches]
        sources = network_ranges(network for network in people if network.version == version)
        destinations = network_ranges(network for network in goals if network.version == version)
        if not sources or not destinations:
            continue
        packet = Packet(
            _family(version),
            "tcp",
            "new",
            incoming=tunnel,
            sources=sources,
            destinations=destinations,
            source_ports=_CLIENT_PORTS,
            local=False,
        )
        through = dataclasses.replace(packet, outgoing=tunnel)
        steps = (
            Step("prerouting", packet),
            Step("forward", through),
            Step("forward", _answer(through)),
            Step("postrouting", through),
        )
        yield Flow(f"operators to sites, IPv{version}", "operators", steps, "tcp")


def _family(version: int) -> t.Literal["ip", "ip6"]:
    return "ip" if version == 4 else "ip6"  # noqa: PLR2004


def network_ranges(networks: Iterable[Network]) -> Ranges:
    """Return the addresses of networks of one IP version as numbers."""
    return merged((int(network.network_address), int(network.broadcast_address)) for network in networks)


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return *ranges* in order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)
