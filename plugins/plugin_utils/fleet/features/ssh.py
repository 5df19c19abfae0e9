# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in: keys only."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment, section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

AUTHORIZED_KEYS = "/etc/dropbear/authorized_keys"


def ssh(view: SiteView) -> Fragment:
    """Return dropbear's section and the keys of root. From where it is reached the firewall says.

    Dropbear has no option ``Interface`` here: with one that is not up it listens everywhere (24.10), or nowhere.
    """
    settings = view.site.ssh
    # A release that gives its section a name calls it so; where it has none it is this one all the same.
    server = section(
        "dropbear",
        "main",
        enable=True,
        PasswordAuth="off",  # says that there is none
        RootPasswordAuth="off",
        Port=settings.port,
    )
    keys = "".join(f"{key}\n" for key in settings.authorized_keys)
    return Fragment(owned={"dropbear": (server,)}, files=(File(AUTHORIZED_KEYS, 0o600, keys),))
