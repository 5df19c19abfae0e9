# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import ssh
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    AUTHORIZED_KEY,
    DEPOT,
    site_view,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, text


def test_only_keys_log_in() -> None:
    keys = [AUTHORIZED_KEY, "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 ci"]
    fragment = ssh(site_view({**DEPOT, "ssh": {"port": 2222, "authorized_keys": keys}}))
    assert owned(fragment, "dropbear") == text("""
    config dropbear 'main'
        option enable '1'
        option PasswordAuth 'off'
        option RootPasswordAuth 'off'
        option Port '2222'
    """)
    assert fragment.files == (File("/etc/dropbear/authorized_keys", 0o600, f"{keys[0]}\n{keys[1]}\n"),)
