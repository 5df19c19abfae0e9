# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router's uplinks, its access point and its dynamic DNS are, in the words of a site's file."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import flag, number, text, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_site import address_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import INTERFACE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.wifi import COUNTRY, WIFI_ENCRYPTIONS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import PROTO_PACKAGES

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter, References
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

Data = dict[str, t.Any]

_WIRED = ("dhcp", "static", "pppoe")
_MODEM_DEVICE = re.compile(r"(?:usb|wwan)[0-9]+")
"""How the kernel calls what a USB modem that speaks DHCP gives; others call themselves eth1, as a network card does."""
_STEP = 10


def uplinks(found: FoundRouter, references: References) -> list[Data]:
    """Return ``uplink`` as a list, by their metrics: the interfaces of zones that masquerade; else any that may be one.

    Empty where there is none.
    """
    given = [section for section in found.sections("network", "interface") if _may_be(section)]
    outside = {
        name
        for zone in found.sections("firewall", "zone")
        if flag(zone, "masq")
        for name in words("firewall", zone, "network")
    }
    chosen = [section for section in given if section.name in outside] or given
    chosen.sort(key=lambda section: number(section, "metric") or 0)
    return [_uplink(found, section, place, references) for place, section in enumerate(chosen)]


def _may_be(section: Section) -> bool:
    proto, device = text(section, "proto"), text(section, "device") or ""
    if section.name in (None, INTERFACE, "loopback") or device.startswith("@"):
        return False
    if proto == "static":
        return text(section, "gateway") is not None
    return proto in _WIRED or proto in PROTO_PACKAGES


def _uplink(found: FoundRouter, section: Section, place: int, references: References) -> Data:
    proto, device = text(section, "proto"), text(section, "device")
    metric = number(section, "metric")
    common: Data = {
        "name": section.name,
        "metric": None if metric == _STEP * (place + 1) else metric,
        "mtu": number(section, "mtu"),
    }
    client = _client(found, str(section.name))
    if client is not None:
        return {"kind": "wifi", **common, **_wifi(found, client, references)}
    if proto == "dhcp" and _MODEM_DEVICE.fullmatch(device or ""):
        return {"kind": "lte", **common, "modem": proto, "device": device}
    if proto not in _WIRED:
        return {"kind": "lte", **common, **_modem(section, references)}
    return {"kind": "ethernet", **common, **_ethernet(section, references)}


def _client(found: FoundRouter, name: str) -> Section | None:
    for section in found.sections("wireless", "wifi-iface"):
        if text(section, "mode") == "sta" and name in words("wireless", section, "network"):
            return section
    return None


def _wifi(found: FoundRouter, section: Section, references: References) -> Data:
    radio = text(section, "device")
    key = references.option("wireless", section, "key")
    country = _country(found, radio)
    data: Data = {"ssid": text(section, "ssid"), "key": key, "encryption": _encryption(section) if key else "none"}
    return data | ({"radio": radio} if radio else {}) | ({"country": country} if country else {})


def _encryption(section: Section) -> str:
    """Return what the model has for the encryption of a network with a key; its cipher is not told."""
    word = (text(section, "encryption") or "").partition("+")[0]
    return word if word in WIFI_ENCRYPTIONS and word != "none" else "psk2"


def _country(found: FoundRouter, radio: str | None) -> str | None:
    country = text(found.section("wireless", "wifi-device", radio), "country") if radio else None
    return country if country and re.fullmatch(COUNTRY.pattern, country) else None


def _modem(section: Section, references: References) -> Data:
    username, password = text(section, "username"), references.option("network", section, "password")
    methods = (text(section, "auth"), *words("network", section, "allowedauth"))
    auth = "both" if {"pap", "chap"} <= set(methods) else next((word for word in methods if word), "none")
    return {
        "modem": text(section, "proto"),
        "device": text(section, "device"),
        "apn": text(section, "apn") or "auto",
        "pin": references.option("network", section, "pincode"),
        "username": username,
        "password": password,
        "auth": auth if username and password and auth in ("pap", "chap", "both") else "none",
        "roaming": flag(section, "allow_roaming"),
    }


def _ethernet(section: Section, references: References) -> Data:
    proto, device = text(section, "proto"), text(section, "device")
    static, pppoe = proto == "static", proto == "pppoe"
    address = address_of(section) if static else None
    data: Data = {
        "protocol": proto,
        "address": str(address) if address else None,
        "gateway": text(section, "gateway") if static else None,
        "dns": list(words("network", section, "dns")),
        "username": text(section, "username") if pppoe else None,
        "password": references.option("network", section, "password") if pppoe else None,
    }
    return data | ({"device": device} if device else {})


def access_point(found: FoundRouter, references: References) -> Data | None:
    """Return ``wifi``: the first network of the router's own in its LAN that is on and has a key."""
    networks = found.sections("wireless", "wifi-iface")
    networks.sort(key=lambda section: section.name != "access_point")
    for section in networks:
        radio = text(section, "device")
        device = found.section("wireless", "wifi-device", radio) if radio else None
        country, key = _country(found, radio), references.option("wireless", section, "key")
        in_lan = INTERFACE in words("wireless", section, "network") and text(section, "mode") in (None, "ap")
        on = not flag(section, "disabled") and not flag(device, "disabled")
        if not (in_lan and on and country and key and text(section, "ssid")):
            continue
        shared = any(
            text(other, "mode") == "sta" and text(other, "device") == radio
            for other in found.sections("wireless", "wifi-iface")
        )
        channel = "auto" if shared else text(device, "channel") or "auto"
        ssid, encryption = text(section, "ssid"), _encryption(section)
        return {
            "ssid": ssid,
            "key": key,
            "encryption": encryption,
            "radio": radio,
            "country": country,
            "channel": channel,
        }
    return None


def ddns(found: FoundRouter, references: References) -> Data | None:
    """Return ``ddns``: the first service that is on."""
    services = found.sections("ddns", "service")
    services.sort(key=lambda section: section.name != "site")
    for section in services:
        password = references.option("ddns", section, "password")
        if flag(section, "enabled") and password and text(section, "service_name") and text(section, "domain"):
            return {
                "service": text(section, "service_name"),
                "domain": text(section, "domain"),
                "username": text(section, "username"),
                "password": password,
                "uplink": text(section, "interface"),
                "https": flag(section, "use_https"),
            }
    return None
