# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elements of HTML and SVG in which whatever is put is text, never markup. Pure."""

from __future__ import annotations

import html
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable

_VOID = {"meta", "use", "path", "rect", "circle", "line"}


class Markup(str):
    """Text that is markup already; only :func:`element` and :func:`joined` make it of what is none."""

    __slots__ = ()


Content = str | Markup | None


def text(content: Content) -> Markup:
    """Return *content* as markup that shows it; control characters of strangers are left out."""
    return content if isinstance(content, Markup) else Markup(html.escape(printable(content or "")))


def element(tag: str, /, *content: Content, **attributes: str | float | None) -> Markup:
    """Return an element; a trailing ``_`` of an attribute's name is dropped, others become hyphens."""
    words = [tag]
    for key, value in attributes.items():
        if value is not None:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            words.append(f'{key.rstrip("_").replace("_", "-")}="{html.escape(printable(shown))}"')
    opened = " ".join(words)
    if tag in _VOID and not content:
        return Markup(f"<{opened}/>" if tag != "meta" else f"<{opened}>")
    return Markup(f"<{opened}>{joined(content)}</{tag}>")


def joined(parts: t.Iterable[Content], separator: str = "") -> Markup:
    """Return the parts one after the other; what is no markup becomes text."""
    return Markup(separator.join(text(part) for part in parts))
