# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.warm_start import load_templates
before = set(sys.modules)
load_templates()
print(*sorted(set(sys.modules) - before))
"""


def test_filters_are_loaded_by_it() -> None:
    # in a process of its own, since in this one they may be there already
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert "ansible.plugins.filter.core" in done.stdout
    assert done.stderr == ""
