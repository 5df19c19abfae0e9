# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For the unit tests: the lab and its modems can be imported, as they import each other."""

from __future__ import annotations

import pathlib
import sys

LAB = pathlib.Path(__file__).resolve().parents[2] / "lab"
sys.path[:0] = [str(LAB / "modem"), str(LAB)]
