# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter farsite.fleet.lte_profile: from a USB device to how OpenWrt drives it."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import DeviceError, device_from_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.rules import decide


def lte_profile(device: t.Any) -> dict[str, t.Any]:
    """Return state, proto, device, packages and reason; raise AnsibleFilterError with all that is wrong in *device*."""
    try:
        profile = decide(device_from_data(device))
    except DeviceError as error:
        raise AnsibleFilterError(f"lte_profile: {'; '.join(error.problems)}") from error
    return {
        "state": profile.state,
        "proto": profile.proto,
        "device": profile.device,
        "packages": list(profile.packages),
        "reason": profile.reason,
    }


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"lte_profile": lte_profile}
