# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in for ``get-pip.py``: starts from the wheel bundled with Python and needs no host but the package index."""

from __future__ import annotations

import ensurepip
import pathlib
import runpy
import sys

(wheel,) = pathlib.Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")
sys.path.insert(0, str(wheel))
sys.argv = ["pip", "install", *(arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel"))]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
