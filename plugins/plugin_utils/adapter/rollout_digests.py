# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each site is to become, as a digest: a site that is to become something else is tried again.

No secret is in it. What encrypts them is, and the templates that stand for them in a site's file: who changes a vault
changes the digests of all sites, which costs a look at each router and no more.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_yaml import VAULT_HEADER
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.plan_digests import intended_digest
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.reviewed_document import reviewed_document
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import is_template
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import Entry

VARIABLES = ("group_vars", "host_vars")


def digests(
    fleet: Fleet, loaded: Loaded, folder: pathlib.Path, plan: str | None, names: Sequence[str]
) -> dict[str, str]:
    """Return the digests of the sites *names* of a fleet in *folder*; *plan* is a plan that was reviewed.

    Raises AnsibleActionFail where the plan or a file of variables cannot be read.
    """
    vaults = _vaults(folder)
    reviewed = {} if plan is None else _reviewed(plan)
    return {
        name: _digest(
            [
                intended_digest(intended(fleet.sites[name])),
                sorted(_references(merged_site(loaded.files, name)[0])),
                vaults,
                reviewed.get(name),
            ]
        )
        for name in names
    }


def _vaults(folder: pathlib.Path) -> list[list[str]]:
    """Return the digests of the files of variables that have something encrypted, by path."""
    files = sorted(file for below in VARIABLES for file in (folder / below).rglob("*") if file.is_file())
    found = []
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise failure([f"{file}: cannot be read: {error.strerror}"]) from error
        if VAULT_HEADER.encode() in content:
            found.append([str(file.relative_to(folder)), hashlib.sha256(content).hexdigest()])
    return found


def _reviewed(path: str) -> dict[str, Entry]:
    """Return what was reviewed of each site, read as each site's own run reads it later."""
    try:
        return reviewed_document("plan", path)["sites"]
    except NotUsableError as error:
        raise failure(error.problems) from None


def _references(value: object, path: str = "") -> Iterator[str]:
    """Return what stands for secrets, templates and what is encrypted, each with its path: two may change places."""
    if isinstance(value, str):
        if is_template(value):
            yield f"{path}: {value}"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, f"{path}[{index}]")


def _digest(data: list[t.Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
