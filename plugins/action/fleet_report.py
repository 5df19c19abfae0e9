# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.fleet_report, and all of it: variables in, files for people out."""

from __future__ import annotations

import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.fleet_report import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, plain, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading, to_json
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.page import page
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.state import report
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.table import table

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Report

NEEDED = (
    "site", "tunnel_address", "site_prefix", "uplinks", "cameras", "report_router", "report_modem", "router_run"
)  # fmt: skip
"""The variables of a site that a report is made of."""


class ActionModule(ActionBase):
    """Report on a fleet. Connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = validated(self._task.args, ARGUMENT_SPEC)
        variables = task_vars or {}
        made = _report(arguments, variables, arguments["sites"] or _sites_of_play(variables))
        try:
            written = _write(arguments["dest"], made)
        except OSError as error:
            raise failure([f"dest: {error.filename}: cannot be written: {error.strerror}"]) from error
        return result | {
            "changed": bool(written),
            "table": table(made),
            "summary": to_json.plain(made)["summary"],
            "states": {state: [site.name for site in made.sites if site.state == state] for state in STATES},
            "written": written,
        }


def _sites_of_play(variables: dict[str, t.Any]) -> list[str]:
    hosts = plain(variables.get("ansible_play_hosts_all", []))
    sites = set(plain(variables.get("groups", {}).get("sites", [])))
    return [name for name in hosts if name in sites]


def _report(arguments: dict[str, t.Any], variables: dict[str, t.Any], names: list[str]) -> Report:
    hostvars = variables["hostvars"]
    unknown = [name for name in names if name not in hostvars]
    if unknown:
        raise failure([f"sites: {name} is no host of the inventory" for name in unknown])
    fleet = plain(variables.get("fleet") or {})
    tunnels = arguments["tunnels"]
    peers = reading.peers(tunnels)
    answers = {camera["name"]: camera for camera in arguments["cameras"]}
    sites = [reading.site(name, _needed(hostvars[name]), peers, answers) for name in names]
    hubs = reading.hubs(fleet.get("hubs", ()), tunnels)
    return report(fleet.get("name", "without a name"), int(time.time()), hubs, sites)


def _needed(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what a report needs of a host's *variables*: not all, since each is templated when it is read."""
    return {name: plain(variables[name]) for name in NEEDED if name in variables}


def _write(dest: str | None, made: Report) -> list[str]:
    if dest is None:
        return []
    folder = pathlib.Path(dest)
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / "report.html": page(made), folder / "report.json": to_json.to_json(made)}
    for path, content in files.items():
        # whoever looks while it is written sees the last one, whole
        new = path.with_name(f".{path.name}.new")
        new.write_text(content, "utf-8")
        new.replace(path)
    return [str(path) for path in files]
