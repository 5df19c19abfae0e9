# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the cameras of a vendor have their first stream."""

from __future__ import annotations

RTSP_PATHS = {
    "axis": "/axis-media/media.amp",
    "dahua": "/cam/realmonitor?channel=1&subtype=0",
    "hikvision": "/Streaming/Channels/101",
    "reolink": "/h264Preview_01_main",
    "uniview": "/unicast/c1/s0/live",
}


def rtsp_path(vendor: str | None) -> str:
    """Return the path of the first stream; the root for a vendor that is not known."""
    return RTSP_PATHS.get(vendor or "", "/")
