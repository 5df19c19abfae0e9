# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.filter.camera_questions import FilterModule, camera_questions


def test_the_cameras_of_hosts() -> None:
    site = {"inventory_hostname": "north", "cameras": [{"name": "gate", "address": "10.80.17.11"}]}
    assert camera_questions([site, {"inventory_hostname": "hub-1"}]) == [
        {"name": "north/gate", "address": "10.80.17.11"}
    ]
    assert FilterModule().filters() == {"camera_questions": camera_questions}


@pytest.mark.parametrize("wrong", ["north", {"cameras": []}, None])
def test_what_is_no_host(wrong: object) -> None:
    with pytest.raises(AnsibleFilterError, match="expected variables of hosts"):
        camera_questions([wrong])  # type: ignore[list-item]
