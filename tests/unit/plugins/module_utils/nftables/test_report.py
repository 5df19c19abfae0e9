# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import report
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import DeviceError
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import RULESETS, forward, settings


class Listed:
    """A hub with a recorded ruleset; in the empty network it has what was *translated* from its text."""

    def __init__(self, name: str, translated: str | None, gateways: tuple[str, ...] = ("eth0",)) -> None:
        self.recorded = json.loads((RULESETS / f"{name}.json").read_text("utf-8"))
        self.translated = translated and json.loads((RULESETS / f"{translated}.json").read_text("utf-8"))
        self.inside = False
        self.gateways = frozenset(gateways)

    def _now(self) -> t.Any:
        return self.translated if self.inside else self.recorded

    def all_objects(self) -> list[dict[str, t.Any]]:
        return [item for item in self._now()["listing"]["nftables"] if "metainfo" not in item]

    def all_texts(self) -> str:
        return str(self._now()["text"])

    def table_text(self, family: str, name: str) -> str:
        return f"table {family} {name}"

    def load(self, text: str) -> None:
        assert self.inside, "nothing is loaded where it has an effect"
        if self.translated is None:
            raise DeviceError(text)

    @contextlib.contextmanager
    def empty_network(self) -> t.Iterator[None]:
        self.inside = True
        yield
        self.inside = False

    def legacy_tables(self) -> list[str]:
        return []

    def default_interfaces(self, version: int) -> frozenset[str]:
        return self.gateways if version == 4 else frozenset()

    def interfaces(self) -> frozenset[str]:
        return frozenset({"eth0", "fleet"})


def verdicts(device: Listed) -> set[tuple[str, str]]:
    found, _runtimes = report.foreign_findings(t.cast("t.Any", device), settings())
    return {(item["flow"], item["verdict"]) for item in found}


def test_what_cannot_be_translated_stays_as_it_is_told() -> None:
    assert ("SSH, IPv4", "cannot tell") in verdicts(Listed("unknown_match", None))


def test_a_table_of_iptables_is_read_from_its_text() -> None:
    device = Listed("unknown_match", "unknown_match")
    tables, texts = report.foreign_tables(t.cast("t.Any", device))
    assert list(tables) == [("ip", "filter")]
    assert list(texts.values()) == ["meta l4proto tcp xt match string drop", "tcp dport 22 accept"]


def test_a_hub_without_a_default_route_is_reached_by_any_interface() -> None:
    assert verdicts(Listed("firewalld", None, ())) == verdicts(Listed("firewalld", None))
    assert verdicts(Listed("firewalld", None)) >= {("WireGuard, IPv4", "dropped")}


def test_warnings() -> None:
    found, runtimes = report.foreign_findings(t.cast("t.Any", Listed("docker", None)), settings())
    ipv6 = settings(forwards=[forward(**{"from": ["198.51.100.1", "2001:db8::/32"]})])
    lines = list(report.warnings(ipv6, found, runtimes, undone_before=True))
    assert "was undone" in lines[0]
    assert "2001:db8::/32" in lines[1]
    assert len(lines) == 3 + len(found)
    assert lines[-1].startswith("Docker forwards packets on this host")
    quiet = settings(forward_others=True)
    assert list(report.warnings(quiet, [], runtimes, undone_before=False)) == []
