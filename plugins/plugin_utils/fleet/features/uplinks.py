# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to the internet."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import (
    EthernetUplink,
    LteUplink,
    uplink_metric,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import PROTO_PACKAGES

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import Uplink, WifiUplink
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

MODEM_DRIVERS: t.Mapping[str, tuple[str, ...]] = {
    "3g": ("kmod-usb-serial-option",),
    "dhcp": ("kmod-usb-net-cdc-ether", "kmod-usb-net-rndis"),
    "modemmanager": ("kmod-usb-net-cdc-mbim", "kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"),
}
"""By protocol, where its own package brings no driver; which one it needs only the modem says: these are used most."""

USB_PORT = re.compile(r"[0-9]+-[0-9]+(\.[0-9]+)*")
"""Where a modem is plugged in, as the kernel calls it; which device that is only the router knows."""

_DIAL = ("apn", "pincode", "username", "password")
MODEM_OPTIONS = {
    "qmi": (*_DIAL, "auth", "mtu"),
    "mbim": (*_DIAL, "auth", "allow_roaming", "mtu"),
    "ncm": (*_DIAL, "auth"),
    "3g": (*_DIAL, "mtu"),
    "directip": (*_DIAL, "auth"),
    "dhcp": ("mtu",),
    "modemmanager": (*_DIAL, "allowedauth", "allow_roaming"),
    "auto": (*_DIAL, "auth", "allow_roaming", "mtu"),
}
"""Which of our settings each protocol's handler reads (the scripts below ``/lib/netifd/proto``).

So ``roaming: false`` is enforced by MBIM and ModemManager alone, and some links have the MTU that the modem says. With
``auto`` all of them are there until the protocol is known.
"""


def uplinks(view: SiteView) -> Fragment:
    """Return an interface of each uplink, and the packages that it needs.

    All uplinks are up at once, each with a default route of its metric; the kernel uses the lowest. So when a link goes
    down (the cable is out, the modem loses its bearer, the lease is not renewed) its route goes, and the next uplink is
    used within a second; when it comes back so does its route. What metrics cannot see is a link that is up and leads
    nowhere: a carrier that drops packets, a wired router whose own internet is away. The package ``mwan3`` does that,
    by pinging; it is not used here. The tunnel moves with netifd (see ``tunnel``), and returns to the first uplink when
    the second goes down or the interface is set up anew.

    They get an IPv4 address only: IPv6 is used inside the tunnel.
    """
    sections = tuple(_interface(uplink, uplink_metric(uplink, index)) for index, uplink in enumerate(view.site.uplink))
    # Says that no address is ever leased there, whatever an interface of that name was before.
    silent = tuple(section("dhcp", None, interface=uplink.name, ignore=True) for uplink in view.site.uplink)
    install = [name for uplink in view.site.uplink for name in _packages(uplink)]
    return Fragment(owned={"network": sections, "dhcp": silent}, install=tuple(install))


def _interface(uplink: Uplink, metric: int) -> Section:
    if isinstance(uplink, LteUplink):
        return lte_interface(uplink, metric)
    if isinstance(uplink, EthernetUplink):
        return _ethernet(uplink, metric)
    return _wifi(uplink, metric)


def lte_interface(uplink: LteUplink, metric: int) -> Section:
    """Return the interface of a modem: secrets, and what only the router knows, are placeholders."""
    settings: dict[str, object] = {
        "apn": placeholders.APN if uplink.apn == "auto" else uplink.apn,
        "pincode": placeholders.secret(uplink.pin) if uplink.pin else None,
        "username": uplink.username,
        "password": placeholders.secret(uplink.password) if uplink.password else None,
        "auth": None if uplink.auth == "none" else uplink.auth,
        "allowedauth": {"none": None, "both": ("pap", "chap")}.get(uplink.auth, (uplink.auth,)),
        "allow_roaming": uplink.roaming,
        "mtu": uplink.mtu,
    }
    return section(
        "interface",
        uplink.name,
        proto=placeholders.MODEM_PROTOCOL if uplink.modem == "auto" else uplink.modem,
        device=placeholders.MODEM_DEVICE
        if uplink.device is None or USB_PORT.fullmatch(uplink.device)
        else uplink.device,
        **{option: settings[option] for option in MODEM_OPTIONS[uplink.modem]},
        metric=metric,
    )


def _ethernet(uplink: EthernetUplink, metric: int) -> Section:
    static = uplink.protocol == "static"
    return section(
        "interface",
        uplink.name,
        device=uplink.device,
        proto=uplink.protocol,
        ipaddr=(uplink.address,) if static else None,
        gateway=uplink.gateway,
        username=uplink.username,
        password=placeholders.secret(uplink.password) if uplink.password else None,
        peerdns=False if uplink.dns and not static else None,
        dns=uplink.dns,
        metric=metric,
        mtu=uplink.mtu,
    )


def _wifi(uplink: WifiUplink, metric: int) -> Section:
    # Its device is the network of the same name in `wireless`.
    return section("interface", uplink.name, proto="dhcp", metric=metric, mtu=uplink.mtu)


def _packages(uplink: Uplink) -> tuple[str, ...]:
    if isinstance(uplink, LteUplink):
        return () if uplink.modem == "auto" else (*PROTO_PACKAGES[uplink.modem], *MODEM_DRIVERS.get(uplink.modem, ()))
    if isinstance(uplink, EthernetUplink) and uplink.protocol == "pppoe":
        return ("ppp-mod-pppoe",)
    return ()
