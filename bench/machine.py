# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On what was measured, in a few words, so that nobody takes one machine's seconds for another's."""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import platform
import re
import subprocess


def describe_machine() -> dict[str, str]:
    """Return processor, memory and versions, and how busy the machine was before."""
    version = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr  # noqa: S607
    return {
        "processor": f"{os.cpu_count()} x {processor(pathlib.Path('/proc/cpuinfo').read_text('ascii', 'replace'))}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "Linux": platform.release(),
        "Python": platform.python_version(),
        "ansible-core": importlib.metadata.version("ansible-core"),
        "OpenSSH": re.split(r"[_ ,]", version)[1],
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def processor(text: str) -> str:
    """Return the name of the processor in what /proc/cpuinfo says; not every architecture has one there."""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()
