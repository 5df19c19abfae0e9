# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``from_uci``; its documentation is in ``from_uci.yml``."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import sections_to_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse_sections


def from_uci(text: t.Any) -> list[dict[str, t.Any]]:
    """Return the sections of one package's text; raise AnsibleFilterError where uci would refuse it."""
    if not isinstance(text, str):
        raise AnsibleFilterError(f"from_uci: found a value of type {type(text).__name__}, expected text")
    try:
        return sections_to_data(Package("sections", parse_sections(text)))
    except UciSyntaxError as error:
        raise AnsibleFilterError(f"from_uci: {error}") from error


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"from_uci": from_uci}
