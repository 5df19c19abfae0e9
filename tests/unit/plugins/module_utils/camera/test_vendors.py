# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.camera.vendors import rtsp_path


@pytest.mark.parametrize(("vendor", "path"), [("hikvision", "/Streaming/Channels/101"), ("nobody", "/"), (None, "/")])
def test_where_the_first_stream_is(vendor: str | None, path: str) -> None:
    assert rtsp_path(vendor) == path
