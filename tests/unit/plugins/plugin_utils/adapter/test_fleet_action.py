# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fleet a task is about; the rest is tested with the actions and the playbooks."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import fleet_folder

if t.TYPE_CHECKING:
    import pathlib


def test_the_folder_of_the_only_fleet(tmp_path: pathlib.Path) -> None:
    (tmp_path / "fleet.yml").write_text("", "utf-8")
    for sources in (["/a/fleet.yml"], ["host,", "/a/fleet.yml", "/a/other.yml"], ["/a/fleet.yml", "/a/fleet.yml"]):
        assert fleet_folder(sources) == "/a"
    assert fleet_folder([str(tmp_path)]) == str(tmp_path)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (None, r"^folder: found no fleet\.yml among the inventory's sources, expected one; name the fleet's folder$"),
        (["host,", "/a/hosts.yml"], r"found no fleet\.yml"),
        (["/b/fleet.yml", "/a/fleet.yml"], r"found the fleets /a, /b among"),
    ],
)
def test_none_or_several(sources: list[str] | None, message: str) -> None:
    with pytest.raises(AnsibleActionFail, match=message):
        fleet_folder(sources)
