# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that every module of the collection documents; a module adds its own C(support), and C(platforms)."""

from __future__ import annotations


class ModuleDocFragment:
    """``farsite.fleet.attributes`` and, for modules of the action group, ``farsite.fleet.attributes.actiongroup_router``."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
  platform:
    description: Operating systems the target can have.
    support: full
"""

    ACTIONGROUP_ROUTER = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/farsite.fleet.router) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - farsite.fleet.router
"""
