# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import (
    DEVICE_KINDS,
    PROTO_PACKAGES,
    Profile,
    Proto,
)

PROTOS = t.get_args(Proto)


def test_the_tables_have_every_protocol() -> None:
    assert set(DEVICE_KINDS) == set(PROTO_PACKAGES) == set(PROTOS)


@pytest.mark.parametrize("proto", [*PROTOS, None])
def test_the_kind_of_device_follows_from_the_protocol(proto: Proto | None) -> None:
    profile = Profile(state="ok", rule="x", reason="y", proto=proto)
    assert profile.device == (DEVICE_KINDS[proto] if proto else None)
