# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, Transport, UnreachableError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.replayed import ReplayedTransport


def test_a_replayed_transport_is_one() -> None:
    transport: Transport = ReplayedTransport(b"out", UnreachableError("x"))
    assert transport.run(b"x", fresh=True, host="h") == Reply(0, b"out", b"")
    assert t.cast("ReplayedTransport", transport).hosts == ["h"]
