# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a hub's firewall, read and checked: settings, or everything that is wrong with them."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Network = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]  # noqa: UP007 # pylint of ansible-test knows no |
Protocol = t.Literal["tcp", "udp"]

ANYWHERE = "anywhere"
SHORTEST_UNDO, LONGEST_UNDO = 15, 3600
"""Seconds that an unconfirmed change may have."""
EVERY_IPV4 = ipaddress.IPv4Network("0.0.0.0/0")

_INTERFACE = re.compile(r"[A-Za-z0-9_.-]{1,15}")
_HIGHEST_PORT = 65535


class SettingsError(ValueError):
    """Options that are refused; ``problems`` has a line for each, at least one."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Take all the problems."""
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """Who may come: ``networks``, sorted and without overlaps, or everybody."""

    networks: tuple[Network, ...] = ()
    anywhere: bool = False

    def version(self, version: int) -> tuple[Network, ...]:
        """Return the networks of one IP version."""
        return tuple(network for network in self.networks if network.version == version)


@dataclasses.dataclass(frozen=True, slots=True)
class Port:
    """A port of the hub itself that is open to *sources*."""

    name: str
    protocol: Protocol
    port: int
    sources: Sources


@dataclasses.dataclass(frozen=True, slots=True)
class Forward:
    """A TCP port of the hub that leads to a camera."""

    name: str
    port: int
    address: ipaddress.IPv4Address
    target_port: int
    sources: Sources


@dataclasses.dataclass(frozen=True, slots=True)
class Operator:
    """A person's VPN peer; ``hub`` is whether SSH of the hub may be used through the tunnel."""

    name: str
    addresses: tuple[Network, ...]
    reaches: tuple[Network, ...]
    hub: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What the firewall is made from; ``warnings`` are lines about what was read but cannot be."""

    interface: str
    wireguard_port: int
    ssh: Port
    ports: tuple[Port, ...]
    forwards: tuple[Forward, ...]
    operators: tuple[Operator, ...]
    tunnel_addresses: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]
    forward_others: bool
    warnings: tuple[str, ...] = ()

    @property
    def forward_source(self) -> ipaddress.IPv4Address:
        """Return the address that sites see behind a forward: the hub's first IPv4 one in the tunnel."""
        return next(address for address in self.tunnel_addresses if isinstance(address, ipaddress.IPv4Address))


def read(arguments: Mapping[str, t.Any]) -> Settings:
    """Return the settings of the module's validated *arguments*.

    Raises SettingsError with all problems, each with the path of its option.
    """
    return _Reader(arguments).settings()


def collapse(networks: Iterable[Network]) -> tuple[Network, ...]:
    """Return *networks* without overlaps, IPv4 first, each version in order."""
    given = list(networks)
    four = [network for network in given if isinstance(network, ipaddress.IPv4Network)]
    six = [network for network in given if isinstance(network, ipaddress.IPv6Network)]
    return (*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six))


class _Reader:
    def __init__(self, arguments: Mapping[str, t.Any]) -> None:
        self._arguments = arguments
        self._problems: list[str] = []
        self._warnings: list[str] = []
        self._taken: dict[tuple[str, int], str] = {}

    def settings(self) -> Settings:
        given = self._arguments
        interface = given["tunnel_interface"]
        if not _INTERFACE.fullmatch(interface):
            self._problem("tunnel_interface", f"found {interface!r}; a name of 1 to 15 letters, digits, '_', '.', '-'")
        if not SHORTEST_UNDO <= given["rollback_timeout"] <= LONGEST_UNDO:
            self._problem("rollback_timeout", f"found {given['rollback_timeout']}; {SHORTEST_UNDO} to {LONGEST_UNDO} s")
        wireguard_port = self._claimed_port("wireguard_port", "udp", given["wireguard_port"])
        ssh = self._ssh(given["ssh"])
        ports = tuple(self._port(f"ports[{index}]", port) for index, port in enumerate(given["ports"]))
        addresses = self._tunnel_addresses(given["tunnel_addresses"])
        sites = self._networks("site_networks", given["site_networks"])
        forwards = [self._forward(f"forwards[{index}]", item, sites) for index, item in enumerate(given["forwards"])]
        if forwards and not any(address.version == 4 for address in addresses):  # noqa: PLR2004
            self._problem("tunnel_addresses", "has no IPv4 address; forwards need the hub's own one in the tunnel")
        operators = self._operators(given["operators"], sites)
        if self._problems:
            raise SettingsError(self._problems)
        return Settings(
            interface=interface,
            wireguard_port=wireguard_port,
            ssh=ssh,
            ports=ports,
            forwards=tuple(forward for forward in forwards if forward),
            operators=operators,
            tunnel_addresses=addresses,
            forward_others=given["forward_others"],
            warnings=tuple(self._warnings),
        )

    def _problem(self, path: str, message: str) -> None:
        self._problems.append(f"{path}: {message}")

    def _number(self, path: str, port: int) -> int:
        if not 1 <= port <= _HIGHEST_PORT:
            self._problem(path, f"found {port}; a port is 1 to {_HIGHEST_PORT}")
        return port

    def _claimed_port(self, path: str, protocol: str, port: int) -> int:
        owner = self._taken.setdefault((protocol, port), path)
        if owner != path:
            self._problem(path, f"{protocol} port {port} is that of {owner} too; every one needs its own")
        return self._number(path, port)

    def _name(self, path: str, name: str) -> str:
        # names become comments of the ruleset, which end with the line
        if not name or not name.isprintable():
            self._problem(f"{path}.name", f"found {name!r}; a text in one line without control characters")
        return name

    def _network(self, path: str, text: object) -> Network | None:
        try:
            return ipaddress.ip_network(text)  # type: ignore[arg-type]
        except ValueError:
            pass
        try:
            loose = ipaddress.ip_network(text, strict=False)  # type: ignore[arg-type]
        except ValueError:
            self._problem(path, f"found {text!r}; an address or a network such as 198.51.100.0/24")
        else:
            self._problem(path, f"found {text!r}, an address inside of a network; write {loose} or the address alone")
        return None

    def _networks(self, path: str, texts: Sequence[object]) -> tuple[Network, ...]:
        found = [self._network(f"{path}[{index}]", text) for index, text in enumerate(texts)]
        return collapse(network for network in found if network is not None)

    def _sources(self, path: str, given: object) -> Sources | None:
        """Return the sources; None where they are refused."""
        if given == ANYWHERE:
            return Sources(anywhere=True)
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            self._problem(path, f"found {given!r}; a list of networks, or the word {ANYWHERE}")
            return None
        if not given:
            self._problem(path, f"is empty; list the networks that may come, or say {ANYWHERE}")
            return None
        before = len(self._problems)
        networks = self._networks(path, given)
        return Sources(networks) if len(self._problems) == before else None

    def _ssh(self, given: Mapping[str, t.Any]) -> Port:
        port = self._claimed_port("ssh.port", "tcp", given["port"])
        networks = self._networks("ssh.from", given["from"])
        return Port("SSH", "tcp", port, Sources(networks, anywhere=not given["from"]))

    def _port(self, path: str, given: Mapping[str, t.Any]) -> Port:
        port = self._claimed_port(f"{path}.port", given["protocol"], given["port"])
        sources = self._sources(f"{path}.from", given["from"])
        return Port(self._name(path, given["name"]), given["protocol"], port, sources or Sources())

    def _tunnel_addresses(self, texts: list[str]) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
        found = []
        for index, text in enumerate(texts):
            try:
                # as of an interface: 10.79.255.254/32 is the address and what it is in
                found.append(ipaddress.ip_interface(text).ip)
            except ValueError:
                self._problem(f"tunnel_addresses[{index}]", f"found {text!r}; an address such as 10.79.255.254")
        return tuple(found)

    def _forward(self, path: str, given: Mapping[str, t.Any], sites: tuple[Network, ...]) -> Forward | None:
        name = self._name(path, given["name"])
        port = self._claimed_port(f"{path}.port", "tcp", given["port"])
        target_port = self._number(f"{path}.target_port", given["target_port"])
        address = self._target(f"{path}.address", given["address"], sites)
        sources = self._forward_sources(f"{path}.from", name, given["from"])
        if sources and sources.anywhere and given["default_password"]:
            self._problem(
                f"{path}.default_password",
                f"{name} has a default password and is forwarded from {ANYWHERE}; change its password and say false "
                "here, or list the networks that may come",
            )
        if sources is None or address is None:
            return None
        return Forward(name, port, address, target_port, sources)

    def _target(self, path: str, text: str, sites: tuple[Network, ...]) -> ipaddress.IPv4Address | None:
        try:
            address = ipaddress.IPv4Address(text)
        except ValueError:
            self._problem(path, f"found {text!r}; the IPv4 address of a camera")
            return None
        if not any(address in network for network in sites):
            names = ", ".join(str(network) for network in sites) or "empty"
            self._problem(path, f"{address} is outside of the sites; site_networks is {names}")
        return address

    def _forward_sources(self, path: str, name: str, given: object) -> Sources | None:
        sources = self._sources(path, given)
        if sources is None or sources.anywhere:
            return sources
        four, six = sources.version(4), sources.version(6)
        if EVERY_IPV4 in four:
            self._problem(path, f"is every address; where that is meant, say {ANYWHERE}")
            return None
        if not four:
            self._problem(path, "has IPv6 networks only; a camera is reached by IPv4, so nobody could use this forward")
            return None
        if six:
            ignored = ", ".join(str(network) for network in six)
            self._warnings.append(f"{path}: {ignored} cannot use the forward {name}, which is IPv4 only; ignored")
        return Sources(four)

    def _operators(self, given: list[Mapping[str, t.Any]], sites: tuple[Network, ...]) -> tuple[Operator, ...]:
        owners: dict[Network, str] = {}
        found = []
        for index, item in enumerate(given):
            path = f"operators[{index}]"
            name = self._name(path, item["name"])
            addresses = self._networks(f"{path}.addresses", item["addresses"])
            if not item["addresses"]:
                self._problem(f"{path}.addresses", "is empty; the operator's addresses in the tunnel")
            for address in addresses:
                owner = next((owner for other, owner in owners.items() if _overlap(address, other)), None)
                if owner:
                    self._problem(f"{path}.addresses", f"{address} is that of the operator {owner} too")
                elif any(_overlap(address, site) for site in sites):
                    self._problem(f"{path}.addresses", f"{address} is inside of site_networks; sites are no operators")
                owners[address] = name
            reaches = self._networks(f"{path}.reaches", item["reaches"])
            for network in reaches:
                if not any(_inside(network, site) for site in sites):
                    self._problem(f"{path}.reaches", f"{network} is outside of site_networks")
            found.append(Operator(name, addresses, reaches, item["hub"]))
        return tuple(found)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _inside(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]
