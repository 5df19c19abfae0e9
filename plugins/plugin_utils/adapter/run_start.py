# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When this run of Ansible began: the inventory, read first, loads this, and workers are copies of its process."""

from __future__ import annotations

import time

BEGAN = time.time()
"""Unix time. Without our inventory it is when the first action that asks for it was loaded."""
