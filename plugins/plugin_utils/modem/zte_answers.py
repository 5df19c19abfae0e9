# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web API of a ZTE stick answers, read. Pure.

The API is not published. The fields and values are those that ZTE's own web page works with (``service.js`` and
``status.js`` of MF823, MF79U and MF283 firmware, ``goform_get_cmd_process``). Each question is a path with its query,
asked with a Referer header of the stick's own address: without one it says nothing, some firmware with every field
there and empty. There are three, as sticks were seen to hang when asked for many fields at once.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Signal, Sim, silent
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import (
    addresses,
    identity,
    level,
    tries,
    words,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
        Answer,
        Answers,
        Registration,
        SimState,
    )

PATH = "/goform/goform_get_cmd_process"


def _query(*fields: str) -> str:
    return f"{PATH}?isTest=false&multi_data=1&cmd={','.join(fields)}"


DEVICE = _query(
    "modem_main_state",
    "pinnumber",
    "puknumber",
    "imei",
    "imsi",
    "sim_imsi",
    "iccid",
    "ziccid",
    "wa_inner_version",
    "hardware_version",
)
NETWORK = _query(
    "network_type",
    "network_provider",
    "simcard_roam",
    "rmcc",
    "rmnc",
    "rssi",
    "lte_rssi",
    "lte_rsrp",
    "lte_rsrq",
    "lte_snr",
)
BEARER = _query("ppp_status", "wan_ipaddr", "ipv6_wan_ipaddr")
QUERIES = (DEVICE, NETWORK, BEARER)

# modem_imsi_waitnck (locked to another operator) and the states of a start are none of these.
_SIM_STATES: t.Mapping[str, SimState] = {
    "modem_init_complete": "ready",
    "modem_waitpin": "pin",
    "modem_waitpuk": "puk",
    "modem_puk_lock": "blocked",
    "modem_sim_destroy": "blocked",
    "modem_sim_undetected": "absent",
}
_NO_SERVICE: t.Mapping[str, Registration] = {"no service": "searching", "limited service": "denied"}
_TECHNOLOGIES: t.Mapping[str, str] = {
    **dict.fromkeys(("gsm", "gprs", "edge"), "gsm"),
    **dict.fromkeys(("umts", "wcdma", "hsdpa", "hsupa", "hspa", "hspa+", "dc", "dc-hspa", "dc-hspa+"), "umts"),
    **dict.fromkeys(("td-scdma", "tdscdma", "td-hsdpa", "td-hsupa", "td-hspa", "td-hspa+"), "umts"),
    **dict.fromkeys(("lte", "lte ca", "lte+", "lte-a"), "lte"),
    **dict.fromkeys(("endc", "nsa", "lte-nsa", "sa", "5g"), "nr"),
}


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the paths in QUERIES; a path may be missing, or have failed.

    The text is the HTTP body, a flat JSON object of texts. One that is none tells nothing, nor does an answer with a
    status other than 0.
    """
    fields = {name: text for query in QUERIES for name, text in _fields(answers.get(query)).items()}
    sim = _sim(fields)
    network_type = fields.get("network_type", "").lower().replace("_", " ")
    registration = _registration(network_type, fields.get("simcard_roam", ""), sim.state)
    registered = registration not in ("searching", "denied", "none")
    firmware = words(fields.get("wa_inner_version", ""))
    return ModemStatus(
        source="zte",
        manufacturer="ZTE" if firmware else None,  # whose API this is; operators put other names on the case
        model=words(re.sub(r"-[0-9.]+\Z", "", fields.get("hardware_version", ""))),
        firmware=firmware,
        imei=identity("imei", fields.get("imei", "")),
        sim=sim,
        registration=registration,
        operator=words(fields.get("network_provider", "")) if registered else None,
        operator_code=_operator_code(fields) if registered else None,
        signal=_signal(fields, _TECHNOLOGIES.get(network_type)),
        addresses=_addresses(fields),
        silent=silent(answers),
    )


def _fields(answer: Answer | None) -> dict[str, str]:
    if answer is None or answer.status != 0:
        return {}
    try:
        data = json.loads(answer.text)
    except (ValueError, RecursionError):  # RecursionError: brackets without end
        return {}
    if not isinstance(data, dict):
        return {}
    # Newer firmware has numbers among the texts; bool is an int too, but says nothing here.
    return {name: str(value).strip() for name, value in data.items() if type(value) in (str, int, float)}


def _sim(fields: dict[str, str]) -> Sim:
    state = _SIM_STATES.get(fields.get("modem_main_state", ""), "unknown")
    puk_tries = tries(fields.get("puknumber", ""))
    if state == "puk" and puk_tries == 0:
        state = "blocked"
    there = state != "absent"
    return Sim(
        state=state,
        pin_tries=tries(fields.get("pinnumber", "")) if there else None,
        puk_tries=puk_tries if there else None,
        imsi=identity("imsi", fields.get("sim_imsi", "")) or identity("imsi", fields.get("imsi", "")),
        iccid=identity("iccid", fields.get("iccid", "")) or identity("iccid", fields.get("ziccid", "")),
    )


def _registration(network_type: str, roam: str, sim: SimState) -> Registration:
    if network_type in _NO_SERVICE:
        # Without a card every network offers emergency calls only, which is no refusal.
        return _NO_SERVICE[network_type] if sim in ("ready", "unknown") else "none"
    if network_type not in _TECHNOLOGIES or not roam:
        return "unknown"
    return "home" if roam.lower() == "home" else "roaming"  # Roaming, Internal (in the own country), International


def _operator_code(fields: dict[str, str]) -> str | None:
    """Return MCC and MNC; an MNC of one digit lost its zero."""
    country, network = fields.get("rmcc", ""), fields.get("rmnc", "")
    return identity("plmn", country + network.zfill(2)) if len(country) == 3 and network else None  # noqa: PLR2004


def _signal(fields: dict[str, str], technology: str | None) -> Signal:
    if technology not in ("lte", "nr"):  # the values of LTE are then left over, or 0
        return Signal(technology=technology, rssi=level("rssi", fields.get("rssi", "")))
    rssi = level("rssi", fields.get("lte_rssi", ""))
    return Signal(
        technology=technology,
        rssi=level("rssi", fields.get("rssi", "")) if rssi is None else rssi,
        rsrp=level("rsrp", fields.get("lte_rsrp", "")),
        rsrq=level("rsrq", fields.get("lte_rsrq", "")),
        sinr=level("sinr", fields.get("lte_snr", "")),
    )


def _addresses(fields: dict[str, str]) -> tuple[str, ...]:
    """Return the addresses of the bearer; a stick keeps the last one after it has hung up."""
    if not fields.get("ppp_status", "ppp_connected").endswith("_connected"):  # ipv4_ipv6_connected and so on too
        return ()
    return addresses(fields.get("wan_ipaddr", ""), fields.get("ipv6_wan_ipaddr", ""))
