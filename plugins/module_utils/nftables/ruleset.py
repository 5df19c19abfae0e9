# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the hub's own table for ``nft -f``. It holds no secret; the names of forwards are comments in it."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import collapse

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Network, Operator, Settings

FAMILY = "inet"
TABLE = "farsite_fleet"
BEFORE_OTHERS = 5
"""How much earlier than the usual priority our address translation is, and how much later our filters are."""

REMOVAL = f"table {FAMILY} {TABLE}\ndelete table {FAMILY} {TABLE}\n"
"""Commands that remove the table, also where there is none: ``destroy`` is not known to nft 1.0.6."""

_HEADER = "# Made by farsite.fleet.hub_firewall; what is changed by hand goes at its next run.\n"
_VERSIONS = {4: "ipv4_addr", 6: "ipv6_addr"}
_WORDS = {4: "ip", 6: "ip6"}

_NEIGHBOURS = "{ nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert }"
_GROUPS = "{ mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report }"
_ERRORS = "{ destination-unreachable, time-exceeded, parameter-problem }"
_ERRORS_IPV6 = "{ destination-unreachable, packet-too-big, time-exceeded, parameter-problem }"
_ERRORS_ONLY = "meta l4proto { icmp, icmpv6 }"
"""Connections that a helper of the kernel announces, such as those of FTP, are none that were asked for."""
_ERROR_RATE = "limit rate 50/second burst 100 packets"
_PING_RATE = "limit rate 10/second burst 20 packets"


def replacement(definition: str) -> str:
    """Return the file that puts *definition*, ``table inet farsite_fleet {…}``, in the place of what there is."""
    return f"{REMOVAL}{definition}"


def ruleset(settings: Settings) -> str:
    """Return the file that makes the table what *settings* say."""
    parts = [*_sets(settings), *_chains(settings)]
    return _HEADER + replacement(f"table {FAMILY} {TABLE} {{\n" + "\n".join(parts) + "}\n")


def _elements(elements: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of elements with comments; the comment stands behind the comma."""
    found = list(elements)
    if not found:
        return
    yield "    elements = {"
    for text, comment in found:
        yield f"      {text}," + (f" # {comment}" if comment else "")
    yield "    }"


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join((f"  {head} {{", *lines, "  }", ""))


def _set(name: str, kind: str, elements: Iterable[tuple[str, str]], *, flags: str = "") -> str:
    body = [f"    type {kind}", *([f"    flags {flags}"] if flags else []), *_elements(elements)]
    return _block(f"set {name}", body)


def _sets(settings: Settings) -> Iterator[str]:
    forwards = sorted(settings.forwards, key=lambda forward: forward.port)
    yield _block(
        "map forward_targets",
        (
            "    type inet_service : ipv4_addr . inet_service",
            *_elements((f"{item.port} : {item.address} . {item.target_port}", item.name) for item in forwards),
        ),
    )
    targets = sorted({(item.address, item.target_port) for item in forwards})
    yield _set("forward_ends", "ipv4_addr . inet_service", ((f"{address} . {port}", "") for address, port in targets))
    sources = [
        (f"{_text(network)} . {item.port}", item.name) for item in forwards for network in item.sources.version(4)
    ]
    yield _set("forward_sources", "ipv4_addr . inet_service", sources, flags="interval")
    open_to_all = [(str(item.port), item.name) for item in forwards if item.sources.anywhere]
    yield _set("forwards_open_to_all", "inet_service", open_to_all)
    ports = sorted((settings.ssh, *settings.ports), key=lambda port: (port.protocol, port.port))
    open_ports = [(f"{item.protocol} . {item.port}", item.name) for item in ports if item.sources.anywhere]
    yield _set("open_ports", "inet_proto . inet_service", open_ports)
    for version, kind in _VERSIONS.items():
        elements = [
            (f"{_text(network)} . {item.protocol} . {item.port}", item.name)
            for item in ports
            for network in item.sources.version(version)
        ]
        yield _set(f"port_sources_{version}", f"{kind} . inet_proto . inet_service", elements, flags="interval")
        addresses = _addresses(settings.operators, version)
        yield _set(f"operators_{version}", kind, ((_text(address), "") for address in addresses), flags="interval")
        addresses = _addresses((item for item in settings.operators if item.hub), version)
        yield _set(f"administrators_{version}", kind, ((_text(address), "") for address in addresses), flags="interval")
        yield _set(f"reaches_{version}", f"{kind} . {kind}", _reaches(settings.operators, version), flags="interval")


def _text(network: Network) -> str:
    """Return a network as people write it: an address without its length."""
    return str(network.network_address if network.num_addresses == 1 else network)


def _addresses(operators: Iterable[Operator], version: int) -> tuple[Network, ...]:
    """Return the addresses of operators of one IP version, without overlaps."""
    found = (address for operator in operators for address in operator.addresses)
    return collapse(address for address in found if address.version == version)


def _reaches(operators: Iterable[Operator], version: int) -> Iterator[tuple[str, str]]:
    for operator in operators:
        for address in operator.addresses:
            for network in operator.reaches:
                if address.version == network.version == version:
                    yield f"{_text(address)} . {_text(network)}", operator.name


def _chains(settings: Settings) -> Iterator[str]:
    tunnel = f'"{settings.interface}"'
    yield _block(
        "chain foreign_sources",
        (
            "    type filter hook prerouting priority raw; policy accept;",
            # who sends from the internet under an address of the tunnel is nobody whom a rule means
            f'    iifname != {{ "lo", {tunnel} }} fib saddr oifname {tunnel} drop',
        ),
    )
    yield _translation(settings, tunnel)
    yield _block(
        "chain segment_size",
        (
            "    type filter hook forward priority mangle; policy accept;",
            # the smaller one of the routes of both directions counts
            f"    iifname {tunnel} tcp flags syn / syn,rst tcp option maxseg size set rt mtu",
            f"    oifname {tunnel} tcp flags syn / syn,rst tcp option maxseg size set rt mtu",
        ),
    )
    yield _block(
        "chain ports",
        (
            "    meta l4proto . th dport @open_ports accept",
            *(f"    {_WORDS[v]} saddr . meta l4proto . th dport @port_sources_{v} accept" for v in _VERSIONS),
        ),
    )
    yield _block(
        "chain from_tunnel",
        (
            "    icmp type echo-request accept",
            "    icmpv6 type echo-request accept",
            *(f"    {_WORDS[v]} saddr @administrators_{v} tcp dport {settings.ssh.port} accept" for v in _VERSIONS),
            # what the internet may use an operator may use through the tunnel; a site may not. SSH is said above
            f"    tcp dport {settings.ssh.port} drop",
            *(f"    {_WORDS[v]} saddr @operators_{v} jump ports" for v in _VERSIONS),
            "    drop",
        ),
    )
    yield _input(settings, tunnel)
    yield _forward(settings, tunnel)


def _translation(settings: Settings, tunnel: str) -> str:
    # what passes through the hub to somebody else's port of the same number is none of ours: fib
    ours = f"iifname != {tunnel} fib daddr type local meta nfproto ipv4"
    target = "dnat ip to tcp dport map @forward_targets"
    before = _block(
        "chain forward_ports",
        (
            f"    type nat hook prerouting priority dstnat - {BEFORE_OTHERS}; policy accept;",
            f"    {ours} ip saddr . tcp dport @forward_sources {target}",
            f"    {ours} tcp dport @forwards_open_to_all {target}",
        ),
    )
    if not settings.forwards:
        return before
    source = f"snat ip to {settings.forward_source}"
    after = _block(
        "chain hub_address",
        (
            f"    type nat hook postrouting priority srcnat - {BEFORE_OTHERS}; policy accept;",
            # sites have no route to viewers; operators keep their addresses
            f"    oifname {tunnel} ct status dnat ip daddr . tcp dport @forward_ends {source}",
        ),
    )
    return f"{before}\n{after}"


def _input(settings: Settings, tunnel: str) -> str:
    return _block(
        "chain input",
        (
            f"    type filter hook input priority filter + {BEFORE_OTHERS}; policy drop;",
            '    iifname "lo" accept',
            # neighbour discovery is never of a known connection; routers send with the highest hop limit
            f"    iifname != {tunnel} ip6 hoplimit 255 icmpv6 type {_NEIGHBOURS} accept",
            f"    iifname != {tunnel} ip6 saddr fe80::/10 icmpv6 type {_GROUPS} accept",
            # only answers go on by themselves: who loses a right loses the open connection too, but for logins
            "    ct direction reply ct state established accept",
            f"    tcp dport {settings.ssh.port} ct state established accept",
            f"    ct state related {_ERRORS_ONLY} accept",
            "    ct state invalid drop",
            f"    iifname {tunnel} goto from_tunnel",
            f"    udp dport {settings.wireguard_port} accept",
            "    udp sport 67 udp dport 68 accept",
            "    ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept",
            f"    icmp type {_ERRORS} {_ERROR_RATE} accept",
            f"    icmpv6 type {_ERRORS_IPV6} {_ERROR_RATE} accept",
            f"    icmp type echo-request {_PING_RATE} accept",
            f"    icmpv6 type echo-request {_PING_RATE} accept",
            "    jump ports",
        ),
    )


def _forward(settings: Settings, tunnel: str) -> str:
    forwarded = f"iifname != {tunnel} oifname {tunnel} ct status dnat ip daddr . tcp dport @forward_ends"
    others = [f"    iifname != {tunnel} oifname != {tunnel} accept"] if settings.forward_others else []
    return _block(
        "chain forward",
        (
            f"    type filter hook forward priority filter + {BEFORE_OTHERS}; policy drop;",
            *others,
            # as for the hub itself: each packet of who asks is looked at, and only sites answer
            f"    iifname {tunnel} ct direction reply ct state established accept",
            f"    ct state related {_ERRORS_ONLY} accept",
            "    ct state invalid drop",
            *(
                f"    iifname {tunnel} oifname {tunnel} {_WORDS[v]} saddr . {_WORDS[v]} daddr @reaches_{v} accept"
                for v in _VERSIONS
            ),
            f"    {forwarded} ip saddr . ct original proto-dst @forward_sources accept",
            f"    {forwarded} ct original proto-dst @forwards_open_to_all accept",
        ),
    )
