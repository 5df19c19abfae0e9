# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in an intended configuration for a value that only the router, or only the deploying run, knows.

So a plan is rendered without any secret, is the same whoever renders it, and a secret cannot get into it.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import path_text
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import SecretPath

PLACEHOLDER = re.compile(r"<(secret|router|public) [^<>\n]+>")
"""A whole value that is one: its first word says who knows the value, or that nobody does yet."""

_SECRET = re.compile(r"<secret (?P<path>[^<>\n]+)>")

PRIVATE_KEY = "<router WireGuard private key>"
"""Made on the router, and never anywhere else."""
MODEM_PROTOCOL = "<router modem protocol>"
MODEM_DEVICE = "<router modem device>"
APN = "<router APN of the SIM card>"


def secret(where: SecretPath) -> str:
    """Return what stands for the secret at that path of the site's data."""
    return f"<secret {path_text(where.path)}>"


def public_key(name: str) -> str:
    """Return what stands for the WireGuard public key of a hub that has none yet."""
    return f"<public key of {name}>"


def filled(section: Section, value_of: t.Callable[[str], str]) -> Section:
    """Return *section* with the secrets themselves: *value_of* has each by its path, such as ``uplink.pin``."""

    def one(text: str) -> str:
        found = _SECRET.fullmatch(text)
        return value_of(found["path"]) if found else text

    return Section(
        section.type,
        section.name,
        tuple(
            (name, one(value) if isinstance(value, str) else tuple(map(one, value))) for name, value in section.options
        ),
    )
