# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark of playbooks runs: the commands, what must have become of the sites, and what its sites have."""

from __future__ import annotations

import base64
import dataclasses
import re
import typing as t

if t.TYPE_CHECKING:
    import pathlib

FLOOR_PLAYBOOK, COMMUNITY_PLAYBOOK = "floor.yml", "community_openwrt.yml"
_CAMERAS = """\
cameras:
  - {{name: gate, mac: "44:19:b6:{high:02x}:{low:02x}:01", vendor: hikvision}}
  - name: yard
    mac: "44:19:b6:{high:02x}:{low:02x}:02"
    forward: {{from: [198.51.100.0/24], port: 80}}
"""
_RULE = """\
router_uci:
  firewall:
    - {{type: rule, name: bench_rule, options: {{src: lan, proto: tcp, dest_port: '{port}', target: ACCEPT}}}}
"""
_OFF_LINE = """\
---
id: {number}
uplink: {{kind: lte, apn: internet}}
"""


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One playbook, and what its recap must say of each site, by word: at least and at most."""

    name: str
    playbook: str
    changed: tuple[int, int]
    options: tuple[str, ...] = ()
    changes_files: bool = False
    """Whether one option of each site's file is to be another one before each run."""
    off_line: bool = False
    """Whether sites may be off-line."""


SCENARIOS: t.Final = {
    scenario.name: scenario
    for scenario in (
        Scenario("floor", FLOOR_PLAYBOOK, (0, 0)),
        Scenario("right", "farsite.fleet.site", (0, 0)),
        Scenario("change", "farsite.fleet.site", (1, 1), changes_files=True),
        Scenario("first", "farsite.fleet.site", (1, 1)),
        Scenario("off-line", "farsite.fleet.site", (0, 0), ("-e", "off_line_ok=true"), off_line=True),
        Scenario("community", COMMUNITY_PLAYBOOK, (0, 0)),
    )
}


def recap(output: str) -> dict[str, dict[str, int]]:
    """Return what the recap of ansible-playbook counts, by host: ok, changed, failed, unreachable and so on."""
    lines = re.findall(r"^(\S+)\s+: (ok=\d+.*)$", output, re.MULTILINE)
    return {host: {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", words)} for host, words in lines}


def problems(scenario: Scenario, sites: t.Iterable[str], output: str) -> list[str]:
    """Return what a run's output says that must not be: a benchmark of something else would be worth nothing."""
    hosts, found = recap(output), []
    least, most = scenario.changed
    for site in sites:
        counts = hosts.get(site)
        if counts is None:
            found.append(f"{site}: it is not in the recap")
        elif counts["failed"] or counts["unreachable"] or not counts["ok"]:
            found.append(f"{site}: {counts}, expected one that is reached and does not fail")
        elif not least <= counts["changed"] <= most:
            found.append(f"{site}: changed={counts['changed']}, expected {least} to {most}")
    return found


def with_cameras(text: str, number: int) -> str:
    """Return the file of a site with two cameras more."""
    return text + _CAMERAS.format(high=number >> 8, low=number & 0xFF)


def with_port(text: str, port: int) -> str:
    """Return the file of a site with that port opened in its LAN, instead of the one before."""
    return text.partition("router_uci:")[0] + _RULE.format(port=port)


def add_off_line_sites(fleet: pathlib.Path, numbers: t.Iterable[int]) -> list[str]:
    """Write the files of sites that are nowhere into a fleet's folder; return their names."""
    names = []
    for number in numbers:
        names.append(f"site-{number:03}")
        (fleet / "sites" / f"{names[-1]}.yml").write_text(with_cameras(_OFF_LINE.format(number=number), number))
        key = base64.b64encode(b"a key of the benchmark: " + number.to_bytes(8, "big")).decode()
        (fleet / "keys" / f"{names[-1]}.pub").write_text(f"{key}\n")
    return names
