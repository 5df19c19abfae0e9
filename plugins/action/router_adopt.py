# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_adopt: one exec, which changes nothing; a file of the fleet."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_adopt import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import adoption_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import fleet_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import RESERVED_NAMES, load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_results import another_router
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.wanted_files import WantedFile, bring_up_to_date
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import numbered
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption import adopt
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_data import PLANNED
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import PATHS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import key_file, site_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import adoption, keys
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question, observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

_MODE = 0o644
_GUARDS = ("tunnel_guard", "tunnels_guard")
"""The shell files that features name."""


class ActionModule(RouterAction):
    """Read a live router into the file of a site."""

    specification = ARGUMENT_SPEC

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        self._variables = task_vars or {}
        return super().run(tmp, task_vars)

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        name = arguments["site"]
        folder = pathlib.Path(arguments["folder"] or fleet_folder(self._variables.get("ansible_inventory_sources")))
        loaded = load_folder(folder)
        if loaded.fleet is None:
            raise failure([str(problem) for problem in errors(loaded.problems)])
        self._check_name(name, loaded, replace=arguments["replace"])
        salt = new_salt()
        tunnel = results.usual_tunnel(loaded.files)
        tunnels = [f"{tunnel}{numbered(hub.addresses.number)}" for hub in loaded.fleet.active_hubs]
        packages = results.packages_to_ask(loaded.files, arguments["packages"])
        observation = observe(
            transport,
            [Question(package, secret_options(package)) for package in packages],
            salt,
            more=[*adoption.commands(PATHS), *keys.commands("look", salt, tunnels, early=True)],
            sources=[*adoption.SOURCES, *keys.SOURCES],
        )
        in_use = keys.read_keys(observation).in_use
        public_key = in_use.public if in_use else None
        if public_key is not None:
            self._refuse_another_site(name, public_key, loaded.fleet)
        found, unread = results.found_router(observation, public_key)
        try:
            adopted = adopt(
                found,
                loaded.fleet,
                loaded.files,
                name,
                site_id=arguments["id"],
                scripts={script: source(script) for script in _GUARDS},
                exact=arguments["exact"],
                more=arguments["packages"],
            )
        except FleetError as error:
            raise failure([str(problem) for problem in error.problems]) from None
        result = results.result(name, adopted, observation, salt, found, unread=unread, public_key=public_key)
        files = {site_file(name): results.site_text(adopted)}
        # an active site without a key would make the fleet invalid
        if public_key is not None and adopted.data.get("state") != PLANNED and name not in loaded.files.keys:
            files[key_file(name)] = f"{public_key}\n"
        wanted = [WantedFile(folder / path, text.encode(), _MODE) for path, text in files.items()]
        shown = bring_up_to_date(wanted, check=self._task.check_mode)
        return result | {"changed": bool(shown), "diff": shown}

    @staticmethod
    def _check_name(name: str, loaded: Loaded, *, replace: bool) -> None:
        if name in RESERVED_NAMES:
            raise failure([f"site: {name} means something else in an Ansible inventory; take another name"])
        if name in loaded.files.sites and not replace:
            raise failure([f"{site_file(name)} is there already; to replace it, say replace=true"])

    @staticmethod
    def _refuse_another_site(name: str, public_key: str, fleet: Fleet) -> None:
        keys_of_sites = {site: fleet.keys[site] for site in fleet.sites if site in fleet.keys}
        problem = another_router(name, public_key, None, keys_of_sites)
        if problem is not None:
            raise failure([problem])
