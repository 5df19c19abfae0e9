# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``to_uci``; its documentation is in ``to_uci.yml``."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import sections_from_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render


def to_uci(sections: t.Any) -> str:
    """Return the text of a package with these sections; raise AnsibleFilterError with everything wrong in them."""
    try:
        return render(Package("sections", sections_from_data(sections, "sections")))
    except DataError as error:
        raise AnsibleFilterError(f"to_uci: {error}") from error


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"to_uci": to_uci}
