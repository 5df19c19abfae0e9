# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who makes a table of the packet filter, and what to do where one of its chains stops the hub's traffic."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Flow
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Chain, Table

Owner = t.Literal["ufw", "firewalld", "Docker", "iptables", "nftables"]

_IPTABLES = {"filter", "nat", "mangle", "raw", "security"}


def owner_of(table: Table) -> Owner:
    """Return who makes the table."""
    names = table.chains
    owner: Owner = "nftables"
    if any(name.startswith(("ufw-", "ufw6-")) for name in names):
        owner = "ufw"
    elif table.name.startswith("firewalld"):
        owner = "firewalld"
    elif table.name.startswith("docker") or any(name.startswith("DOCKER") for name in names):
        owner = "Docker"
    elif table.family in ("ip", "ip6") and table.name in _IPTABLES and any(name.isupper() for name in names):
        owner = "iptables"
    return owner


def advice(owner: Owner, flow: Flow, chain: Chain, tunnel: str) -> str:
    """Return what lets *flow* pass the base *chain* of *owner*; *tunnel* is the interface's name."""
    if chain.kind == "nat":
        return f"Another program takes the port, see the chain {chain}: give one of the two another number."
    if owner == "ufw":
        return f"See 'ufw status'; allow it: ufw {_ufw(flow, tunnel)}"
    if owner == "firewalld":
        return f"See 'firewall-cmd --list-all'; {_firewalld(flow, tunnel)}, then firewall-cmd --reload"
    if owner == "Docker" and flow.purpose != "input":
        program = "ip6tables" if chain.family == "ip6" else "iptables"
        return (
            f"Docker keeps the chain DOCKER-USER for others: {program} -I DOCKER-USER -o {tunnel} -j ACCEPT, and the "
            f"same with -i {tunnel}, each time that Docker has started."
        )
    return f"Accept it in the chain {chain} before that, or do without that chain."


def _ufw(flow: Flow, tunnel: str) -> str:
    if flow.purpose == "input":
        return f"allow {flow.port}/{flow.protocol}"
    return f"route allow {f'in on {tunnel} ' if flow.purpose == 'operators' else ''}out on {tunnel}"


def _firewalld(flow: Flow, tunnel: str) -> str:
    if flow.purpose == "input":
        return f"open it: firewall-cmd --permanent --add-port={flow.port}/{flow.protocol}"
    return (
        f"trust the tunnel: firewall-cmd --permanent --zone=trusted --add-interface={tunnel}, and add a policy from "
        "the other zones to it for forwards"
    )
