# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of the lab's modems: how to load them, and how to lay them out for the stand-ins in ``tools``."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

FOLDER = pathlib.Path(__file__).resolve().parent / "answers"


def load(source: str, scenario: str) -> dict[str, dict[str, t.Any]]:
    """Return the answers of a scenario, by the query: ``{"status": 0, "text": "…"}``.

    *source* names a file in ``answers``, such as ``qmi``. Raises KeyError when it has no such scenario.
    """
    scenarios: dict[str, dict[str, dict[str, t.Any]]] = json.loads((FOLDER / f"{source}.json").read_text("utf-8"))
    return scenarios[scenario]


def scenarios(source: str) -> tuple[str, ...]:
    """Return the names of the scenarios that a source has."""
    return tuple(json.loads((FOLDER / f"{source}.json").read_text("utf-8")))


def file_name(query: str) -> str:
    """Return the name of the file that a stand-in reads its answer to *query* from."""
    return re.sub(r"[^A-Za-z0-9]", "_", query)


def unpack(scenario_answers: t.Mapping[str, t.Mapping[str, t.Any]], folder: pathlib.Path) -> None:
    """Write one file per query into *folder*: the exit status on the first line, then the text.

    Raises ValueError when two queries would share a file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [file_name(query) for query in scenario_answers]
    if len(set(names)) != len(names):
        raise ValueError(f"Two queries share a file: {sorted(names)}")
    for name, answer in zip(names, scenario_answers.values(), strict=True):
        (folder / name).write_bytes(f"{answer['status']}\n{answer['text']}".encode())
