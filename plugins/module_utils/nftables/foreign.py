# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of other tables that would stop what the hub needs: found, named, and what to do about each."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.advice import advice, owner_of
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.chains import judge
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import flows
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import FAMILY, TABLE

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.advice import Owner
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.chains import Outcome
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Place, Step
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Chain, Table, TableName
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Settings

RuleTexts = dict[tuple[str, str, int], str]
"""Rules as nft writes them, by family, table and handle."""

_SEEN_BY: Mapping[str, tuple[str, ...]] = {"ip": ("ip", "inet", "netdev"), "ip6": ("ip6", "inet", "netdev")}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A base chain that drops a flow, or of which it cannot be told."""

    flow: str
    chain: str
    verdict: str
    rule: str
    """The rule's text, or ``policy drop``, with the chain it stands in where that is another one."""
    owner: Owner
    advice: str

    def __str__(self) -> str:
        """Return a line for people."""
        what = "drops it" if self.verdict == "dropped" else "may drop it, which cannot be told"
        return f"{self.flow}: the chain {self.chain} ({self.owner}) {what}: {self.rule}. {self.advice}"


def findings(
    settings: Settings,
    place: Place,
    tables: Mapping[TableName, Table],
    texts: RuleTexts,
) -> tuple[Finding, ...]:
    """Return what the tables of others do to what *settings* need, in the order in which packets meet their chains."""
    others = [table for name, table in tables.items() if name != (FAMILY, TABLE)]
    found: dict[tuple[str, str], Finding] = {}
    for flow in flows(settings, place):
        for step in flow.steps:
            for chain, table in _passed(step, others):
                judgement = judge(chain, table, step.packet)
                if judgement.cause:
                    rule, owner = _rule(table, chain, judgement.cause, texts), owner_of(table)
                    what = advice(owner, flow, chain, settings.interface)
                    finding = Finding(flow.name, str(chain), judgement.verdict, rule, owner, what)
                    known = found.setdefault((flow.name, str(chain)), finding)
                    if known.verdict != "dropped" and judgement.verdict == "dropped":
                        found[flow.name, str(chain)] = finding
    return tuple(found.values())


def legacy(names: Collection[str]) -> tuple[Finding, ...]:
    """Return the finding for *names*, tables of the old iptables, which nft does not list."""
    if not names:
        return ()
    return (
        Finding(
            "everything",
            f"iptables-legacy {' '.join(sorted(names))}",
            "cannot tell",
            "nft does not list these tables",
            "iptables",
            "Look at iptables-legacy-save, or move the rules to nftables (iptables-nft).",
        ),
    )


def container_runtimes(tables: Iterable[Table]) -> tuple[str, ...]:
    """Return who forwards packets of their own on this host."""
    owners = {owner_of(table) for table in tables}
    names = {chain for table in tables for chain in table.chains}
    found = {"Docker"} & owners
    if any(name.startswith(("NETAVARK", "CNI-", "LIBVIRT_", "KUBE-")) for name in names):
        found.add("another container or machine runtime")
    return tuple(sorted(found))


def _passed(step: Step, tables: Iterable[Table]) -> Iterator[tuple[Chain, Table]]:
    """Yield the base chains of *tables* that the packet meets, in the kernel's order."""
    found = [
        (chain, table)
        for table in tables
        if table.family in _SEEN_BY[step.packet.family]
        for chain in table.chains.values()
        if chain.hook == step.hook
        and step.lowest <= chain.priority <= step.highest
        # address translation looks at the first packet of a connection only
        and (chain.kind != "nat" or step.packet.state == "new")
    ]
    return iter(sorted(found, key=lambda pair: pair[0].priority))


def _rule(table: Table, chain: Chain, cause: Outcome, texts: RuleTexts) -> str:
    if cause.handle is None:
        return f"policy {chain.policy}"
    rule = texts.get((table.family, table.name, cause.handle), f"rule {cause.handle}")
    return rule if cause.chain == chain.name else f"{rule} (in {cause.chain})"
