# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modems of a router, from the parts that ``shell/modem_probe.sh`` prints. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile, Proto, Router
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.rules import decide, named
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, from_probe

_BROKEN_NCM = "24.10"
"""The releases whose script may have that fault."""

Parts = t.Mapping[str, tuple[tuple[str, ...], str]]

PROBE = "modem_probe"
"""The shell command, and the name of its file."""


@dataclasses.dataclass(frozen=True, slots=True)
class Modem:
    """One device with the decision on it."""

    device: UsbDevice
    profile: Profile


def modems(parts: Parts, proto: Proto | None = None) -> tuple[Modem, ...]:
    """Return every USB device that is no hub, by port; those that are no modems at all are ``unsupported``.

    *proto*: the protocol that people have named.
    """
    router = router_of(parts)
    texts = (parts.get(name, ((), ""))[1] for name in ("usb", "usb-descriptors", "usb-paths"))
    return tuple(
        Modem(device, named(device, proto, router) if proto else decide(device, router))
        for device in from_probe(*texts)
    )


def router_of(parts: Parts) -> Router:
    """Return what the decision has to know of the router."""
    (known, switchable) = parts.get("modem-switch", ((), ""))
    dialled = [line.replace("\\", "").strip('"') for line in parts.get("modem-ncm", ((), ""))[1].splitlines()]
    return Router(
        switchable=frozenset(switchable.lower().split()) if known == ("known",) else None,
        dialled=frozenset(dialled) if dialled else None,
        drivers=frozenset(parts["usb-drivers"][1].split()) if "usb-drivers" in parts else None,
    )


def ncm_breaks_huawei(parts: Parts) -> bool:
    """Return whether the router's ``ncm.sh`` takes the CR in a modem's answer for part of it (openwrt#17448)."""
    words, _keys = parts.get("modem-ncm", ((), ""))
    return words[-1:] == ("0",) and words[0].startswith(_BROKEN_NCM)
