# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a run as records for programs: one JSON object in each line. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import STATES

Record = dict[str, t.Any]

_COLOR = re.compile(r"\x1b\[[\d;]*m")


def json_line(record: Record, moment: float) -> str:
    """Return a record as a line, with the Unix time of now."""
    return json.dumps({"event": record["event"], "time": round(moment, 3), **record}) + "\n"


def message_record(text: str, stream: str) -> Record | None:
    """Return what Ansible says as a record, without colors; None where it is an empty line."""
    bare = _COLOR.sub("", text).strip("\n")
    return {"event": "message", "stream": stream, "text": bare} if bare.strip() else None


def news_record(one: news.News) -> Record:
    """Return the record of *one* thing that has happened."""
    record: Record
    match one:
        case news.Scheduled():
            waves = [{"name": wave.name, "sites": list(wave.sites)} for wave in one.waves]
            record = {"event": "schedule", "waves": waves}
        case news.WaveBegan():
            record = {"event": "wave", **_wave(one.wave), "sites": list(one.sites), "off_line": list(one.off_line)}
        case news.SiteEnded():
            state = {"site": one.site, "state": one.state, "reason": one.reason}
            record = {"event": "site", **state, "seconds": _seconds(one.seconds)}
        case news.WaveEnded():
            counts = _counts(one.counts)
            record = {"event": "wave_end", **_wave(one.wave), "counts": counts, "seconds": _seconds(one.seconds)}
        case news.GateEnded():
            failed = dict(one.failed)
            record = {
                "event": "gate",
                **_wave(one.wave),
                "hold": one.hold,
                "passed": list(one.passed),
                "failed": failed,
            }
        case news.QueueBegan():
            record = {"event": "queue", "sites": list(one.sites), "until": one.until}
        case news.RunEnded():
            sites = {name: {"state": state, "reason": reason} for name, (state, reason) in one.sites.items()}
            end = {"counts": _counts(one.counts), "seconds": _seconds(one.seconds), "stopped": one.stopped}
            record = {"event": "end", **end, "sites": sites}
    return record


def status_record(status: news.Status) -> Record:
    """Return the record of how things are."""
    return {
        "event": "status",
        "play": status.play,
        "wave": _wave(status.wave) if status.wave else None,
        "share": _share(status.share) if status.share else None,
        "whole": _share(status.whole) if status.whole else None,
        "step": status.step,
        "step_ended": status.step_ended,
        "running": [
            {"host": one.host, "once": one.once, "step": one.step, "seconds": _seconds(one.seconds)}
            for one in status.running
        ],
    }


def _wave(title: news.Title) -> Record:
    return {"number": title.number, "of": title.of, "name": title.name}


def _share(share: news.Share) -> Record:
    times = {"seconds": _seconds(share.seconds), "left": _seconds(share.left)}
    return {"done": share.done, "total": share.total, "counts": _counts(share.counts), **times}


def _counts(counts: news.Counts) -> dict[str, int]:
    return {state: counts.get(state, 0) for state in STATES}


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
