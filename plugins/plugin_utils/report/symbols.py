# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The symbols of the states: each has a shape of its own, so that nobody needs to see its colour. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.markup import Markup, element, joined

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import State

_SHAPES: dict[State, str] = {
    "ok": '<circle class="f" cx="8" cy="8" r="7.5"/><path class="k" d="M4.5 8.3l2.4 2.6 4.6-5.4"/>',
    "degraded": '<path class="f" d="M8 .8l7.6 14H.4z"/><path class="k" d="M8 5.6v4.4M8 12v.8"/>',
    "off-line": '<path class="f" d="M4.8.5h6.4l4.3 4.3v6.4l-4.3 4.3H4.8L.5 11.2V4.8z"/>'
    '<path class="k" d="M5 5l6 6M11 5l-6 6"/>',
    "unknown": '<circle class="f" cx="8" cy="8" r="7" stroke-dasharray="2.6 1.8"/>'
    '<path class="k" d="M5.9 6.2c0-3 4.4-3 4.4 0 0 1.7-2.2 1.7-2.2 3.6M8.1 12v.7"/>',
}


def symbol_definitions() -> Markup:
    """Return an SVG that is not seen and has the shapes for :func:`symbol`."""
    shapes = [
        element("symbol", Markup(shape), id=f"s-{state}", class_=state, viewBox="0 0 16 16")
        for state, shape in _SHAPES.items()
    ]
    return element("svg", joined(shapes), width="0", height="0", class_="hidden", aria_hidden="true")


def symbol(state: State, x: float, y: float, size: float = 16) -> Markup:
    """Return the symbol of *state* within a drawing."""
    return element("use", href=f"#s-{state}", x=x, y=y, width=size, height=size)


def inline_symbol(state: State) -> Markup:
    """Return the symbol of *state* within text."""
    return element("svg", symbol(state, 0, 0), class_="symbol", viewBox="0 0 16 16", aria_hidden="true")
