# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A feature's sections as text, to compare with what a test says."""

from __future__ import annotations

import textwrap
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment


def owned(fragment: Fragment, package: str, *types: str) -> str:
    """Return the UCI text of what the feature owns in a package, of these types only if any are given."""
    sections = fragment.owned.get(package, ())
    return text(render(Package(package, tuple(s for s in sections if not types or s.type in types))))


def shared(fragment: Fragment, package: str) -> str:
    """Return the UCI text of what the feature shares with the device; ``-`` marks an option that goes."""
    texts = []
    for entry in fragment.shared.get(package, ()):
        texts.append(render(Package(package, (entry.section,))).rstrip("\n"))
        texts.extend(f"\t- {option}" for option in entry.absent)
    return text("\n".join(texts))


def text(uci: str) -> str:
    """Return UCI text without what does not matter: blank lines around it, the indentation of the test."""
    return textwrap.dedent(uci.replace("\t", "    ")).strip("\n")
