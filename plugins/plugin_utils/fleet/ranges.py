# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranges of IPv4 that mean something by themselves (IANA, "IPv4 Special-Purpose Address Registry")."""

from __future__ import annotations

import ipaddress

Network4 = ipaddress.IPv4Network

CARRIER_NAT = Network4("100.64.0.0/10")
"""RFC 6598."""

_PRIVATE = (Network4("10.0.0.0/8"), Network4("172.16.0.0/12"), Network4("192.168.0.0/16"))
_UNUSABLE = (
    (Network4("0.0.0.0/8"), "this host"),
    (Network4("127.0.0.0/8"), "loopback"),
    (Network4("169.254.0.0/16"), "link-local addresses"),
    (Network4("224.0.0.0/4"), "multicast"),
    (Network4("240.0.0.0/4"), "nobody yet"),
)


def unusable_range(network: Network4) -> str | None:
    """Return the range for something else that *network* overlaps, such as ``127.0.0.0/8 (loopback)``, or None."""
    return next((f"{taken} ({use})" for taken, use in _UNUSABLE if network.overlaps(taken)), None)


def is_public(address: ipaddress.IPv4Address) -> bool:
    """Return whether the internet could reach an address.

    Of those for documentation it says yes: they stand for public ones in examples and in the lab.
    """
    ranges = (*_PRIVATE, CARRIER_NAT, *(taken for taken, _use in _UNUSABLE))
    return not any(address in taken for taken in ranges)


def is_host(address: ipaddress.IPv4Address, network: Network4) -> bool:
    """Return whether a host of *network* can have that address."""
    return address in network and address not in (network.network_address, network.broadcast_address)
