# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a router's reply to the file of its site, and the results of router_adopt as plain JSON."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import PATHS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundFile, FoundRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import site_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.tunnel import Tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import KEEP
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import DEFAULTS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.yaml_text import document
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import adoption
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption import Adopted
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

Result = dict[str, t.Any]


def packages_to_ask(files: FleetFiles, more: t.Iterable[str]) -> tuple[str, ...]:
    """Return the UCI packages to ask for: of the features, *more*, and those of the defaults' ``router_uci``."""
    return tuple(sorted({*KEEP, *more, *(_defaults(files).get("router_uci") or ())}))


def usual_tunnel(files: FleetFiles) -> str:
    """Return the name that the fleet's routers give to their tunnel to the first hub."""
    tunnel = _defaults(files).get("tunnel") or {}
    return str(tunnel.get("interface") or Tunnel().interface)


def _defaults(files: FleetFiles) -> Mapping[str, t.Any]:
    fleet = files.fleet if isinstance(files.fleet, Mapping) else {}
    return fleet.get(DEFAULTS) or {}


def found_router(observation: Observation, public_key: str | None = None) -> tuple[FoundRouter, tuple[str, ...]]:
    """Return the router that told this, and the names of its UCI packages that it was not asked for.

    *public_key* is that of the key that it has in use.

    Raises NotUsableError.
    """
    if observation.pending:
        problem = (
            f"a change of the router has not ended yet (transaction {observation.pending[1]}), and may be undone; try "
            "again in some minutes"
        )
        raise NotUsableError((problem,))
    told = adoption.read(observation, PATHS)
    found = FoundRouter(
        {name: observed.package for name, observed in observation.packages.items()},
        told.board.replace(",", "_") if told.board else None,
        ".".join(told.release.split(".")[:2]) if told.release else None,
        {path: FoundFile(file.text, file.mode or 0) for path, file in told.files.items()},
        told.installed,
        told.added,
        public_key,
    )
    return found, tuple(name for name in told.configs if name not in observation.packages)


def site_text(adopted: Adopted) -> str:
    """Return the file of the site."""
    comments = ["Read from its router by farsite.fleet.adopt."]
    comments += [f"{feature} is unmanaged: {reason}" for feature, reason in adopted.unmanaged.items()]
    comments += [f"/etc/config/{name} is left alone: {reason}" for name, reason in adopted.left.items()]
    return document("\n# ".join(" ".join(comment.split()) for comment in comments), adopted.data)


def result(  # noqa: PLR0913 # each is a thing of its own
    name: str,
    adopted: Adopted,
    observation: Observation,
    salt: str,
    found: FoundRouter,
    *,
    unread: tuple[str, ...],
    public_key: str | None,
) -> Result:
    """Return what people have to know of the site *name*; secrets are masked."""
    staged = [f"somebody has staged edits of {package}, which the file does not have" for package in observation.staged]
    return ({"warnings": staged} if staged else {}) | {
        "path": site_file(name),
        "site": adopted.data,
        "unmanaged": dict(adopted.unmanaged),
        "left_alone": dict(adopted.left),
        "not_read": list(unread),
        "secrets": [{"name": secret.name, "option": secret.option} for secret in adopted.secrets],
        "notes": list(adopted.notes),
        "public_key": public_key,
        "plan": _planned(adopted.wanted, observation, salt, found),
        "standard": _planned(adopted.standard, observation, salt, found),
    }


def _planned(wanted: Intended, observation: Observation, salt: str, found: FoundRouter) -> Result:
    """Return what would be done for *wanted*; where it would be a guess which section is meant, that is told."""
    missing = [name for name in wanted.install if found.installed is not None and name not in found.installed]
    try:
        plan = make_plan(dataclasses.replace(wanted, install=()), observation, salt)
    except IdentityError as error:
        return {"commands": [], "files": [], "packages": missing, "problem": str(error)}
    return {
        "commands": plan.uci.commands,
        "files": [{"path": file.wanted.path, "action": file.action} for file in plan.changed_files],
        "packages": missing,
        "problem": None,
    }
