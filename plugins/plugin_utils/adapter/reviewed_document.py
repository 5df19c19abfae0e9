# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document with the plans of a fleet that people have reviewed, as a run reads it before it carries them out."""

from __future__ import annotations

import datetime as dt
import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import run_start
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import NoPlanError, from_json, moment
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import Document


def reviewed_document(option: str, path: str) -> Document:
    """Return the document at *path*, which the user has given as *option*. Raises NotUsableError."""
    if not path:
        # an unset variable of a CI job must not mean that anything goes
        raise NotUsableError((f"{option}: is empty, expected the path of what farsite.fleet.drift has written",))
    try:
        document = from_json(pathlib.Path(path).read_text("utf-8"))
    except OSError as error:
        raise NotUsableError((f"{option}: {path}: cannot be read: {error.strerror}",)) from None
    except (NoPlanError, UnicodeDecodeError) as error:
        raise NotUsableError((f"{option}: {path}: {error}",)) from None
    if moment(document["made"]) > run_start.BEGAN:
        # a roll-out takes hours, and somebody may look for drift meanwhile: that is not what was reviewed
        began = dt.datetime.fromtimestamp(run_start.BEGAN, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        problem = (
            f"{option}: {path}: was made at {document['made']}, after this run began at {began}, so it is not what was "
            "reviewed, and nothing was done; let drift write to another file (drift_report), or set the clocks right"
        )
        raise NotUsableError((problem,))
    return document
