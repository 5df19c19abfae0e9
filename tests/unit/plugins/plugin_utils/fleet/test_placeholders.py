# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands for values that are not known."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import SecretPath
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section


def test_a_secret_is_named_by_its_path() -> None:
    assert placeholders.secret(SecretPath(("uplink", 0, "pin"))) == "<secret uplink[0].pin>"


@pytest.mark.parametrize(
    "text",
    [
        placeholders.PRIVATE_KEY,
        placeholders.MODEM_PROTOCOL,
        placeholders.MODEM_DEVICE,
        placeholders.APN,
        placeholders.public_key("hub-1"),
        placeholders.secret(SecretPath(("wifi", "key"))),
    ],
)
def test_each_is_recognised(text: str) -> None:
    assert placeholders.PLACEHOLDER.fullmatch(text)


@pytest.mark.parametrize("text", ["x", "<b>", "<secret >", "a <secret x>"])
def test_nothing_else_is(text: str) -> None:
    assert not placeholders.PLACEHOLDER.fullmatch(text)


def test_secrets_come_in_where_they_are_meant() -> None:
    section = Section("interface", "lte", (("apn", "<router APN of the SIM card>"), ("pincode", "<secret uplink.pin>")))
    listed = Section("x", None, (("keys", ("<secret a.b>", "plain")),))
    known = {"uplink.pin": "1234", "a.b": "hidden"}
    assert placeholders.filled(section, known.__getitem__).options == (
        ("apn", "<router APN of the SIM card>"),
        ("pincode", "1234"),
    )
    assert placeholders.filled(listed, known.__getitem__).options == (("keys", ("hidden", "plain")),)
