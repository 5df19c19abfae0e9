#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pull one frame by RTSP over TCP, decode it, and print it as PNG.

One line of JSON on stdin says what: url, user, password, timeout. The exit status is 1 where there is no frame in time;
the reason is on stderr.
"""

from __future__ import annotations

import json
import sys
import typing as t

import gi

gi.require_version("Gst", "1.0")

from gi.repository import Gst  # noqa: E402

WORDS = (
    "rtspsrc name=source protocols=tcp latency=0 ! rtph264depay ! h264parse ! openh264dec ! videoconvert "
    "! video/x-raw,format=RGB ! pngenc snapshot=true ! appsink name=out max-buffers=1"
)


def frame(asked: dict[str, t.Any]) -> bytes:
    """Return the frame as PNG; exits with the reason where there is none."""
    line = Gst.parse_launch(WORDS)
    source = line.get_by_name("source")
    source.set_property("location", asked["url"])
    source.set_property("user-id", asked["user"])
    source.set_property("user-pw", asked["password"])
    source.set_property("tcp-timeout", int(asked["timeout"] * 1_000_000))
    line.set_state(Gst.State.PLAYING)
    try:
        return _first(line, asked["timeout"])
    finally:
        line.set_state(Gst.State.NULL)


def _first(line: Gst.Element, timeout: float) -> bytes:
    bus = line.get_bus()
    output = line.get_by_name("out")
    for _tenth in range(int(timeout * 10)):
        sample = output.emit("try-pull-sample", Gst.SECOND // 10)
        if sample is not None:
            buffer = sample.get_buffer()
            return t.cast("bytes", buffer.extract_dup(0, buffer.get_size()))
        message = bus.pop_filtered(Gst.MessageType.ERROR)
        if message is not None:
            sys.exit(message.parse_error()[0].message)
    return sys.exit(f"no frame within {timeout} s")


if __name__ == "__main__":
    Gst.init(None)
    sys.stdout.buffer.write(frame(json.loads(sys.stdin.readline())))
