# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain data as YAML that people read in a diff: block style, an entry per line, lists of short values in one line."""

from __future__ import annotations

import json
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]+)?")
_NOT_ASCII = re.compile(r"[^ -~]")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""Which YAML 1.1 takes for something else than text."""


def document(comment: str, data: dict[str, object]) -> str:
    """Return a YAML document with a comment above it.

    *data* may have dicts with texts as keys, lists, whole numbers, booleans, None, texts, and what has a text, such as
    addresses.
    """
    return "\n".join([f"# {comment}", "---", *_mapping(data, "")]) + "\n"


def _mapping(data: dict[str, object], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{_scalar(key)}:"
            yield from _mapping(value, f"{indent}  ")
        elif isinstance(value, list) and any(isinstance(element, dict) for element in value):
            yield f"{indent}{_scalar(key)}:"
            for element in value:
                first, *others = _mapping(element, f"{indent}    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from others
        else:
            yield f"{indent}{_scalar(key)}: {_inline(value)}"


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return f"[{', '.join(_scalar(element) for element in value)}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _NOT_ASCII.sub(lambda match: f"\\U{ord(match[0]):08x}", json.dumps(text, ensure_ascii=False))
