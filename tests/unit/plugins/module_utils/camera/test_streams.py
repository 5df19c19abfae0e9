# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.camera.streams import MOST_STREAMS, streams

HIKVISION = """v=0
o=- 1109162014219182 1109162014219192 IN IP4 192.168.1.64
s=Media Presentation
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=420029; packetization-mode=1
m=audio 0 RTP/AVP 8
a=rtpmap:8 PCMA/8000
m=application 0 RTP/AVP 107
a=rtpmap:97 other/1
"""


def test_the_streams_of_a_camera() -> None:
    assert streams(HIKVISION.replace("\n", "\r\n")) == [
        {"media": "video", "codec": "H264", "clock_rate": 90000},
        {"media": "audio", "codec": "PCMA", "clock_rate": 8000},
        {"media": "application", "codec": None, "clock_rate": None},
    ]


def test_no_end_of_streams_has_an_end() -> None:
    assert len(streams("m=video 0 RTP/AVP 96\n" * 1000)) == MOST_STREAMS


@given(st.text(alphabet=st.sampled_from("ma=:/ \nrtpmap96H264\x1bé"), max_size=200))
def test_whatever_comes_is_plain(text: str) -> None:
    for stream in streams(text):
        assert all(word is None or str(word).isprintable() for word in stream.values())
