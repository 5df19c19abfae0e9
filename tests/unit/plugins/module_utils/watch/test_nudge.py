# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import typing as t

if t.TYPE_CHECKING:
    import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.watch.nudge import DISCARD, nudge


def test_each_address_gets_a_datagram_and_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        monkeypatch.setattr(
            "ansible_collections.farsite.fleet.plugins.module_utils.watch.nudge.DISCARD", listener.getsockname()[1]
        )
        # to a broadcast address a socket must not send, and there is nobody at ::1
        nudge(["255.255.255.255", "::1", "127.0.0.1"])
        assert listener.recv(10) == b"\n"
    assert DISCARD == 9  # as RFC 863 says
