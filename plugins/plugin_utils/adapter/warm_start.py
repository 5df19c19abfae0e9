# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every worker would load and compile for itself, done once where Ansible loads an action's class.

Ansible does that in its main process, and makes a process for each host and task out of it. The first template of a
process costs many times of what any other does: filters and tests are looked for in all files there are.
"""

from __future__ import annotations

import functools

from ansible.template import Templar, trust_as_template

# those of the connection to a site (see jump_host), and of the role's arguments
_TEMPLATE = (
    "{% set words = ['a', '' | default('', true)] %}"
    "{{ (words | select | join(' ') ~ '%') | replace('%', '%%') | hash('sha1') | truncate(10, true, '', 0) | quote"
    " if words is defined else omit }}"
)


@functools.cache
def load_templates() -> None:
    """Let this process, and all that are made out of it, have what templates need."""
    Templar().template(trust_as_template(_TEMPLATE))
