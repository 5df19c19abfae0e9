# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sticks with a web page of their own answer, Huawei HiLink and ZTE: tables and texts, without a socket.

Names and forms of the fields are those that E3372, E8372, MF823 and MF79U were seen to send; identities are made up.
"""

from __future__ import annotations

import html
import json
import typing as t
import urllib.parse

KINDS = ("hilink", "zte")
SCENARIOS = ("home", "roaming-refused", "no-sim", "pin", "pin-2-tries", "no-signal", "hang")
"""``roaming-refused``: abroad, and not to dial there. ``hang``: from the second request on there is no answer."""

HOME_IMSI = "262021234567890"
TEST_IMSI = "001010123456789"
ICCID = "8949001234567890123"

SESSION_PATH = "/api/webserver/SesTokInfo"
NO_SUPPORT = "100002"
WRONG_SESSION = "125002"

ZTE_PATH = "/goform/goform_get_cmd_process"

Fields = dict[str, str]

_HILINK_HOME: dict[str, Fields] = {
    "/api/device/information": {
        "DeviceName": "E3372",
        "SerialNumber": "L8FDW00000000000",
        "Imei": "860000000000001",
        "Imsi": HOME_IMSI,
        "Iccid": ICCID,
        "HardwareVersion": "CL2E3372HM",
        "SoftwareVersion": "22.333.01.00.00",
        "WebUIVersion": "17.100.20.00.03",
        "ProductFamily": "LTE",
        "Classify": "hilink",
        "workmode": "LTE",
    },
    "/api/monitoring/status": {
        "ConnectionStatus": "901",
        "WifiConnectionStatus": "",
        "SignalStrength": "",
        "SignalIcon": "3",
        "CurrentNetworkType": "19",
        "CurrentServiceDomain": "3",
        "RoamingStatus": "0",
        "simlockStatus": "0",
        "WanIPAddress": "100.72.13.5",
        "WanIPv6Address": "",
        "ServiceStatus": "2",
        "SimStatus": "1",
        "CurrentNetworkTypeEx": "101",
        "maxsignal": "5",
        "classify": "hilink",
    },
    "/api/device/signal": {
        "pci": "142",
        "sc": "",
        "cell_id": "134318388",
        "rsrq": "-9dB",
        "rsrp": "-95dBm",
        "rssi": "-67dBm",
        "sinr": "12dB",
        "rscp": "",
        "ecio": "",
        "mode": "7",
    },
    "/api/net/current-plmn": {
        "State": "0",
        "FullName": "Vodafone.de",
        "ShortName": "Vodafone",
        "Numeric": "26202",
        "Rat": "7",
    },
    "/api/pin/status": {
        "SimState": "257",
        "PinOptState": "258",
        "SimPinTimes": "3",
        "SimPukTimes": "10",
    },
}
_HILINK_NO_SERVICE: dict[str, Fields] = {
    "/api/device/information": {"Imsi": "", "Iccid": "", "workmode": "NO SERVICE"},
    "/api/monitoring/status": {
        "ConnectionStatus": "902",
        "SignalIcon": "0",
        "CurrentNetworkType": "0",
        "WanIPAddress": "",
        "ServiceStatus": "0",
        "CurrentNetworkTypeEx": "0",
    },
    "/api/device/signal": dict.fromkeys(_HILINK_HOME["/api/device/signal"], ""),
    "/api/net/current-plmn": {"FullName": "", "ShortName": "", "Numeric": "", "Rat": ""},
}
_HILINK_PIN: dict[str, Fields] = {
    **_HILINK_NO_SERVICE,
    "/api/monitoring/status": {**_HILINK_NO_SERVICE["/api/monitoring/status"], "ServiceStatus": "1", "SimStatus": "0"},
    "/api/pin/status": {"SimState": "260", "PinOptState": "259"},
}
_HILINK_CHANGES: dict[str, dict[str, Fields]] = {
    "home": {},
    "hang": {},
    "roaming-refused": {
        "/api/device/information": {"Imsi": TEST_IMSI},
        # 113 in main.js: does not dial by itself, as it is roaming.
        "/api/monitoring/status": {"ConnectionStatus": "113", "RoamingStatus": "1", "WanIPAddress": ""},
        "/api/net/current-plmn": {"FullName": "Swisscom", "ShortName": "Swisscom", "Numeric": "22801"},
    },
    "no-sim": {
        **_HILINK_NO_SERVICE,
        "/api/monitoring/status": {
            **_HILINK_NO_SERVICE["/api/monitoring/status"],
            "ServiceStatus": "1",
            "SimStatus": "255",
        },
        "/api/pin/status": {"SimState": "255", "PinOptState": "255", "SimPinTimes": "0", "SimPukTimes": "0"},
    },
    "pin": _HILINK_PIN,
    "pin-2-tries": {**_HILINK_PIN, "/api/pin/status": {**_HILINK_PIN["/api/pin/status"], "SimPinTimes": "2"}},
    "no-signal": {
        **_HILINK_NO_SERVICE,
        "/api/device/information": {"Imsi": TEST_IMSI, "workmode": "NO SERVICE"},
    },
}

_ZTE_HOME: Fields = {
    "modem_main_state": "modem_init_complete",
    "pin_status": "0",
    "pinnumber": "3",
    "puknumber": "10",
    "imei": "860000000000002",
    "sim_imsi": HOME_IMSI,
    "ziccid": ICCID,
    "wa_inner_version": "BD_MF823V1.0.0B01",
    "hardware_version": "MF823-2.0.0",
    "network_type": "LTE",
    "network_provider": "Vodafone.de",
    "simcard_roam": "Home",
    "rmcc": "262",
    "rmnc": "2",
    "rssi": "-67",
    "lte_rsrp": "-95",
    "lte_rsrq": "-9",
    "lte_snr": "12",
    "signalbar": "3",
    "ppp_status": "ppp_connected",
    "wan_ipaddr": "100.72.13.5",
    "ipv6_wan_ipaddr": "",
}
_ZTE_NO_SERVICE: Fields = {
    "sim_imsi": "",
    "ziccid": "",
    "network_type": "no_service",
    "network_provider": "",
    "simcard_roam": "",
    "rmcc": "",
    "rmnc": "",
    "rssi": "",
    "lte_rsrp": "",
    "lte_rsrq": "",
    "lte_snr": "",
    "signalbar": "",
    "ppp_status": "ppp_disconnected",
    "wan_ipaddr": "",
}
_ZTE_PIN: Fields = {
    **_ZTE_NO_SERVICE,
    "modem_main_state": "modem_waitpin",
    "pin_status": "1",
    "network_type": "limited_service",
}
_ZTE_CHANGES: dict[str, Fields] = {
    "home": {},
    "hang": {},
    "roaming-refused": {
        "sim_imsi": TEST_IMSI,
        "network_provider": "Swisscom",
        "simcard_roam": "International",
        "rmcc": "228",
        "rmnc": "1",
        "ppp_status": "ppp_disconnected",
        "wan_ipaddr": "0.0.0.0",  # noqa: S104 - what it says for none
    },
    "no-sim": {**_ZTE_NO_SERVICE, "modem_main_state": "modem_sim_undetected", "pinnumber": "", "puknumber": ""},
    "pin": _ZTE_PIN,
    "pin-2-tries": {**_ZTE_PIN, "pinnumber": "2"},
    "no-signal": {**_ZTE_NO_SERVICE, "sim_imsi": TEST_IMSI, "ziccid": ICCID},
}


def body(kind: str, scenario: str, target: str) -> str | None:
    """Return what a stick answers to the path and query *target*, asked as it wants it; None for no such page."""
    parts = urllib.parse.urlsplit(target)
    if kind == "hilink":
        if parts.path not in _HILINK_HOME:
            return hilink_error(NO_SUPPORT)
        return hilink_response({**_HILINK_HOME[parts.path], **_HILINK_CHANGES[scenario].get(parts.path, {})})
    if parts.path != ZTE_PATH:
        return None
    query = urllib.parse.parse_qs(parts.query)
    command = query.get("cmd", [""])[0]
    # Without multi_data the whole list is taken for the name of one field.
    names = command.split(",") if query.get("multi_data") == ["1"] else [command]
    fields = {**_ZTE_HOME, **_ZTE_CHANGES[scenario]}
    return json.dumps({name: fields.get(name, "") for name in names}, separators=(",", ":"))


def hilink_response(fields: t.Mapping[str, str]) -> str:
    """Return the XML of an answer."""
    lines = (f"<{name}>{html.escape(value, quote=False)}</{name}>" for name, value in fields.items())
    return "\r\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<response>", *lines, "</response>", ""])


def hilink_error(code: str) -> str:
    """Return the XML of an error."""
    lines = ('<?xml version="1.0" encoding="UTF-8"?>', "<error>", f"<code>{code}</code>", "<message></message>")
    return "\r\n".join([*lines, "</error>", ""])
