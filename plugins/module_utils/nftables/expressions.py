# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an expression of an nftables rule matches a packet: yes, no, or it cannot be told."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import merged

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Packet, Ranges

Possible = t.Union[frozenset[str], tuple[tuple[int, int], ...]]  # noqa: UP007 # pylint of ansible-test knows no |
"""All values that something may have: words, or numbers as ranges."""

Sets = dict[str, list[t.Any]]
"""The elements of the named sets and maps of a table."""

TYPICAL_SHARE = 8
"""A typical address of the internet is taken to be in no list that has less than one of so many addresses."""

_PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "ipv6-icmp": 58}
"""Numbers, which nft prints where there is no /etc/protocols."""
_ALIASES = {"icmpv6": "ipv6-icmp", "host": "unicast"}
_VERSIONS = {"ip": "ipv4", "ip6": "ipv6"}
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}


def matches(expression: Mapping[str, t.Any], packet: Packet, sets: Sets) -> bool | None:
    """Return whether nft's ``{"match": …}`` *expression* is true of *packet*; None where it cannot be told."""
    left, operator = expression["left"], expression["op"]
    if _of_another_kind(left, packet):
        return False
    if operator in _COMPARED:
        return _ordered(_value(left, packet), operator, expression["right"])
    found = contains(left, expression["right"], packet, sets)
    return found if operator in ("==", "in") or found is None else not found


def contains(left: t.Any, right: t.Any, packet: Packet, sets: Sets) -> bool | None:
    """Return whether the value of the expression *left* is the one, or one of those, of *right*."""
    if _of_another_kind(left, packet):
        return False
    elements = _elements(right, sets)
    if elements is None or (_key(left, "ct") == "status" and elements != ["dnat"]):
        # the other bits of the status are set by time
        return None
    if isinstance(left, dict) and "concat" in left:
        return any_of(_joined(left["concat"], element, packet) for element in elements)
    if _is_address_from_anywhere(left, packet):
        return _typical(elements, packet)
    value = _value(left, packet)
    return None if value is None else _inside(value, elements)


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return whether one is true; None if only one that cannot be told may be."""
    unknown = False
    for answer in answers:
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def _joined(parts: list[t.Any], element: t.Any, packet: Packet) -> bool | None:
    values = element.get("concat") if isinstance(element, dict) else None
    if values is None or len(values) != len(parts):
        return None
    answers = [contains(part, value, packet, {}) for part, value in zip(parts, values, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def _elements(right: t.Any, sets: Sets) -> list[t.Any] | None:
    """Return the single values of the right side; None if there is no such set."""
    if isinstance(right, str) and right.startswith("@"):
        found = sets.get(right[1:])
        return None if found is None else [_plain(item) for item in found]
    if isinstance(right, dict) and "set" in right:
        return _elements(right["set"], sets)
    if isinstance(right, list):
        return [_plain(item) for item in right]
    return [_plain(right)]


def _plain(element: t.Any) -> t.Any:
    """Return the key of an element, without its comment, time-out, counter or the value it stands for."""
    if isinstance(element, list) and element:
        return _plain(element[0])
    if isinstance(element, dict) and "elem" in element:
        return _plain(element["elem"]["val"])
    return element


def _of_another_kind(left: t.Any, packet: Packet) -> bool:
    """Return whether the packet cannot have the field: a UDP packet has no TCP port."""
    if not isinstance(left, dict):
        return False
    if "payload" in left:
        protocol = left["payload"].get("protocol")
        if protocol in _VERSIONS:
            return bool(protocol != packet.family)
        return protocol in ("tcp", "udp", "icmp", "icmpv6", "sctp", "dccp", "arp", "esp", "ah") and (
            protocol != packet.protocol
        )
    parts = left.get("concat") or left.get("&") or ()
    return any(_of_another_kind(part, packet) for part in parts)


def _key(left: t.Any, kind: str) -> str | None:
    return left.get(kind, {}).get("key") if isinstance(left, dict) else None


def _is_address_from_anywhere(left: t.Any, packet: Packet) -> bool:
    field = left.get("payload", {}).get("field") if isinstance(left, dict) else None
    if packet.state == "new":
        return field == "saddr" and packet.sources is None
    return field == "daddr" and packet.destinations is None


def _typical(elements: list[t.Any], packet: Packet) -> bool | None:
    """Return whether a typical address of the internet is one of *elements*: a list of banned ones has none of them."""
    ranges: list[tuple[int, int]] = []
    for element in elements:
        found = _possible(element)
        if not isinstance(found, tuple):
            return None
        ranges += found
    covered = sum(last - first + 1 for first, last in merged(ranges))
    everything = 2 ** (32 if packet.family == "ip" else 128)
    if covered * TYPICAL_SHARE < everything:
        return False
    return True if (everything - covered) * TYPICAL_SHARE < everything else None


def _inside(value: Possible, elements: list[t.Any]) -> bool | None:
    words: set[str] = set()
    ranges: list[tuple[int, int]] = []
    for element in elements:
        found = _possible(element)
        if found is None:
            return None
        if isinstance(found, tuple):
            ranges += found
        else:
            words |= found
    if isinstance(value, tuple):
        return _within(value, merged(ranges))
    if ranges and not value <= _PROTOCOLS.keys():
        return None
    numbers = {word for word in value if ranges and _within(((_PROTOCOLS[word],) * 2,), merged(ranges))}
    hits = numbers | {word for word in value if any(_same_word(word, other) for other in words)}
    if not hits:
        return False
    return True if hits == value else None


def _same_word(word: str, pattern: str) -> bool:
    # only interface names end so
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _within(value: Ranges, ranges: Ranges) -> bool | None:
    if all(any(first <= low and high <= last for first, last in ranges) for low, high in value):
        return True
    return None if any(low <= last and first <= high for low, high in value for first, last in ranges) else False


def _ordered(value: Possible | None, operator: str, right: t.Any) -> bool | None:
    limit = _possible(right)
    if not isinstance(value, tuple) or not isinstance(limit, tuple) or len(limit) != 1 or limit[0][0] != limit[0][1]:
        return None
    answers = {_COMPARED[operator](number, limit[0][0]) for pair in value for number in pair}
    return answers.pop() if len(answers) == 1 else None


def _possible(element: t.Any) -> Possible | None:
    """Return the values of one element of a right side; None if it is of a kind that is not known."""
    if isinstance(element, bool):
        return frozenset({str(element)})
    if isinstance(element, int):
        return ((element, element),)
    if isinstance(element, str):
        return _possible_text(element)
    if isinstance(element, dict) and "prefix" in element:
        prefix = element["prefix"]
        network = ipaddress.ip_network(f"{prefix['addr']}/{prefix['len']}", strict=False)
        return ((int(network.network_address), int(network.broadcast_address)),)
    if isinstance(element, dict) and "range" in element:
        first, last = (_possible(end) for end in element["range"])
        if isinstance(first, tuple) and isinstance(last, tuple):
            return ((first[0][0], last[0][1]),)
    return None


def _possible_text(text: str) -> Possible:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return frozenset({_ALIASES.get(text, text)})
    return ((int(network.network_address), int(network.broadcast_address)),)


def _value(left: t.Any, packet: Packet) -> Possible | None:
    """Return what the expression may be for the packet; None if that cannot be told."""
    if not isinstance(left, dict):
        return None
    for kind, read in _READERS.items():
        if kind in left:
            return read(left[kind], packet)
    return None


def _meta(expression: Mapping[str, t.Any], packet: Packet) -> Possible | None:
    values: dict[str, Possible | None] = {
        "iifname": packet.incoming,
        "iif": packet.incoming,
        "oifname": packet.outgoing,
        "oif": packet.outgoing,
        "l4proto": frozenset({packet.protocol}),
        "nfproto": frozenset({_VERSIONS[packet.family]}),
        "protocol": frozenset({packet.family}),
        "pkttype": frozenset({"unicast"}),
    }
    return values.get(expression["key"])


def _payload(expression: Mapping[str, t.Any], packet: Packet) -> Possible | None:
    values: dict[str, Possible | None] = {
        "saddr": packet.sources,
        "daddr": packet.destinations,
        "sport": packet.source_ports,
        "dport": packet.ports,
        "protocol": frozenset({packet.protocol}),
        "nexthdr": frozenset({packet.protocol}),
        # not a fragment
        "frag-off": ((0, 0),),
        "flags": frozenset({"syn"}) if packet.protocol == "tcp" and packet.state == "new" else None,
    }
    return values.get(expression.get("field", ""))


def _tracking(expression: Mapping[str, t.Any], packet: Packet) -> Possible | None:
    key = expression["key"]
    if key == "state":
        return frozenset({packet.state})
    if key == "direction":
        return frozenset({"original" if packet.state == "new" else "reply"})
    if key == "status":
        return frozenset({"dnat"} if packet.translated else {"untranslated"})
    return None


def _routing(expression: Mapping[str, t.Any], packet: Packet) -> Possible | None:
    flags = expression.get("flags", [])
    if expression.get("result") == "type" and "daddr" in flags and packet.local is not None:
        return frozenset({"local" if packet.local else "unicast"})
    if expression.get("result") == "oif" and "saddr" in flags:
        # the reverse path: taken to be there, as it is for what comes by the way that answers go
        return frozenset({"True"})
    return None


def _masked(expression: list[t.Any], packet: Packet) -> Possible | None:
    value = _value(expression[0], packet)
    mask = expression[1]
    if isinstance(value, tuple) and len(value) == 1 and value[0][0] == value[0][1] and isinstance(mask, int):
        return ((value[0][0] & mask,) * 2,)
    flags = mask.get("|") if isinstance(mask, dict) else mask
    if isinstance(value, frozenset) and isinstance(flags, list):
        return value if value <= set(flags) else None
    return None


_READERS: dict[str, Callable[[t.Any, Packet], Possible | None]] = {
    "meta": _meta,
    "payload": _payload,
    "ct": _tracking,
    "fib": _routing,
    "&": _masked,
}
