# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IP prefixes: read, ordered, and found by what they overlap, also where there are 20,000 of them. Pure."""

from __future__ import annotations

import bisect
import functools
import ipaddress
import typing as t

Network = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]  # noqa: UP007 # pylint of ansible-test knows no |

Owner = t.TypeVar("Owner")


@functools.cache
def network(text: str) -> Network:
    """Return the prefix, such as ``10.80.17.0/24``; an address alone is one of its own. Raises ValueError."""
    return ipaddress.ip_network(text)


def loose_network(text: str) -> Network:
    """Return the prefix in which the address is, as wg reads ``10.80.17.1/24``. Raises ValueError."""
    try:
        # most texts are read several times
        return network(text)
    except ValueError:
        return ipaddress.ip_network(text, strict=False)


def order(prefix: Network) -> tuple[int, int, int]:
    """Sort by this: IPv4 first, then by address, the wider prefix before what is in it."""
    return prefix.version, int(prefix.network_address), prefix.prefixlen


def in_order(prefixes: t.Iterable[Network]) -> tuple[Network, ...]:
    """Return the prefixes sorted."""
    return tuple(sorted(prefixes, key=order))


def inside(prefix: Network, pool: Network) -> bool:
    """Return whether all of *prefix* is in *pool*."""
    if isinstance(prefix, ipaddress.IPv4Network):
        return isinstance(pool, ipaddress.IPv4Network) and prefix.subnet_of(pool)
    return isinstance(pool, ipaddress.IPv6Network) and prefix.subnet_of(pool)


def collapsed(prefixes: t.Iterable[Network]) -> tuple[Network, ...]:
    """Return the fewest prefixes that cover the same addresses, in order."""
    all_of_them = tuple(prefixes)
    four = [prefix for prefix in all_of_them if isinstance(prefix, ipaddress.IPv4Network)]
    six = [prefix for prefix in all_of_them if isinstance(prefix, ipaddress.IPv6Network)]
    return (*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six))


class Prefixes(t.Generic[Owner]):
    """Prefixes with their owners; one may be in another."""

    def __init__(self, items: t.Iterable[tuple[Network, Owner]]) -> None:
        """Take prefixes with their owners."""
        self._starts: list[tuple[int, int]] = []
        self._owners: list[tuple[Network, Owner]] = []
        self._exact: dict[tuple[int, int, int], list[tuple[Network, Owner]]] = {}
        self._lengths: dict[int, set[int]] = {4: set(), 6: set()}
        for prefix, owner in sorted(items, key=lambda item: order(item[0])):
            self._starts.append(order(prefix)[:2])
            self._owners.append((prefix, owner))
            self._exact.setdefault(order(prefix), []).append((prefix, owner))
            self._lengths[prefix.version].add(prefix.prefixlen)

    def overlapping(self, prefix: Network) -> list[tuple[Network, Owner]]:
        """Return those that share an address with *prefix*: the wider ones, then it and what is in it."""
        version, start, length = order(prefix)
        bits = prefix.max_prefixlen
        found = []
        for wider in sorted(self._lengths[version]):
            if wider < length:
                masked = start >> (bits - wider) << (bits - wider)
                found += self._exact.get((version, masked, wider), [])
        first = bisect.bisect_left(self._starts, (version, start))
        last = bisect.bisect_right(self._starts, (version, int(prefix.broadcast_address)))
        return found + [item for item in self._owners[first:last] if item[0].prefixlen >= length]
