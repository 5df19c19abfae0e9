# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter farsite.fleet.camera_questions: from sites to what farsite.fleet.camera_info is asked."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import site_variables
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.reading import questions


def camera_questions(sites: t.Iterable[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the cameras of *sites*, each the variables of a host; raise AnsibleFilterError for what is no host."""
    return questions(site_variables("camera_questions", sites))


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"camera_questions": camera_questions}
