# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what modules returned and the inventory says to the data of a report. Pure.

A result is a mapping as Ansible registers it: it may say ``unreachable`` or ``failed``, and ``msg``. Nothing is certain
to be there: a site that did not answer has less of it.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import (
    Bearer,
    Camera,
    Hub,
    Router,
    Service,
    Site,
    Tunnel,
)

Data = t.Mapping[str, t.Any]
Peers = t.Mapping[str, t.Mapping[str, Data]]
"""What each hub that told knows of its peers, by the prefixes that they have."""

_ANSIBLES_WORDS = re.compile(r"\A(?:Task failed: )?(?:[^:]* (?:via|over) ssh: )?(?=.)")
"""What Ansible writes before the words of ssh, the same each time."""
_MOST_STRANGERS = 4
_NAT = {"cgnat": "carrier-grade"}
_VERDICTS = {"dropped": "held", "accepted": "open"}


def hubs(known: t.Iterable[Data], results: t.Iterable[Data]) -> tuple[Hub, ...]:
    """Return the hubs of the fleet; *results* are those of wireguard_info, each with the hub's name as ``item``."""
    by_name = {result.get("item"): result for result in results}
    return tuple(_hub(hub, by_name.get(hub["name"])) for hub in known)


def _hub(hub: Data, result: Data | None) -> Hub:
    return Hub(
        name=hub["name"],
        address=hub.get("address"),
        reachable=None if result is None else _worked(result),
        error=None if result is None else error_of(result),
    )


def error_of(result: Data) -> str | None:
    """Return in a line why there is no result; None where there is one."""
    if _worked(result):
        return None
    lines = [line.strip() for line in str(result.get("msg") or "").splitlines() if line.strip()]
    return _ANSIBLES_WORDS.sub("", lines[0]) if lines else "it gave no reason"


def _worked(result: Data) -> bool:
    return not (result.get("unreachable") or result.get("failed"))


def peers(results: t.Iterable[Data]) -> Peers:
    """Return the peers of *results* of wireguard_info, each with the hub's name as ``item``."""
    return {
        str(result.get("item")): {
            prefix: peer
            for interface in result.get("interfaces", ())
            for peer in interface["peers"]
            for prefix in peer["allowed_ips"]
        }
        for result in results
        if _worked(result)
    }


def site(name: str, variables: Data, known: Peers, answers: t.Mapping[str, Data]) -> Site:
    """Return the site *name*, not judged yet.

    *variables* has what the inventory says, and the results ``report_router`` of router_facts, ``report_modem`` of
    lte_modem_info, and ``router_run``; *answers* are the cameras of camera_info by name, those of all sites.
    """
    router = _result(variables, "report_router")
    facts = _mapping(_mapping(router.get("ansible_facts")).get("farsite_router"))
    asked = bool(router) and not router.get("skipped")
    run = _result(variables, "router_run")
    return Site(
        name=name,
        planned=_mapping(variables.get("site")).get("state") == "planned",
        tunnel_address=variables.get("tunnel_address"),
        prefix=variables.get("site_prefix"),
        reachable=not router.get("unreachable") if asked else None,
        error=error_of(router) if asked else None,
        warnings=tuple(_warnings(facts)),
        tunnels=tuple(tunnels(variables.get("tunnel_address"), known)),
        bearers=tuple(_bearers(variables, facts)),
        router=_router(variables, facts),
        cameras=tuple(_cameras(name, variables, facts, answers)),
        changed=run.get("changed"),
        failed=None if not run else not _worked(run),
    )


def _result(variables: Data, name: str) -> Data:
    return _mapping(variables.get(name))


def _mapping(value: object) -> Data:
    return value if isinstance(value, t.Mapping) else {}


def tunnels(address: str | None, known: Peers) -> t.Iterator[Tunnel]:
    """Yield the site's tunnel at each hub: the peer that has its address, whatever its key is.

    A hub that has no such peer knows nothing of the site, which is to be seen.
    """
    for hub, by_prefix in known.items():
        peer = by_prefix.get(f"{address}/32", {})
        yield Tunnel(
            hub=hub,
            handshake_age=peer.get("handshake_age"),
            last_seen=peer.get("last_seen"),
            endpoint=peer.get("endpoint"),
        )


def _router(variables: Data, facts: Data) -> Router:
    intended = _mapping(_mapping(variables.get("site")).get("router"))
    return Router(
        model=facts.get("model") or intended.get("model"),
        release=_mapping(facts.get("release")).get("version") or intended.get("release"),
        uptime=facts.get("uptime"),
        flash_free=_mapping(facts.get("flash")).get("free"),
        memory_available=_mapping(facts.get("memory")).get("available"),
    )


def _warnings(facts: Data) -> t.Iterator[str]:
    if facts.get("root_password_empty"):
        yield "root has no password"
    if facts.get("overlay_on_tmpfs"):
        yield "its changes are in memory and are lost with the power"
    pending = _mapping(facts.get("transaction"))
    if pending:
        yield f"a change is under way: {pending['id']}, {pending['state']}"
    last = _mapping(facts.get("last_transaction"))
    if last.get("end") == "undone":
        yield f"its last change was undone: {last.get('reason') or 'no reason is known'}"


def _bearers(variables: Data, facts: Data) -> t.Iterator[Bearer]:
    names = [uplink["name"] for uplink in variables.get("uplinks") or ()]
    modems = [_mapping(modem) for modem in _result(variables, "report_modem").get("modems") or ()]
    by_uplink = {_mapping(modem.get("uplink")).get("name"): modem for modem in modems}
    for interface in facts.get("interfaces") or ():
        if interface["name"] not in names:
            continue
        modem = by_uplink.get(interface["name"], {})
        status = _mapping(modem.get("status"))
        signal = _mapping(status.get("signal"))
        # a stick that is a router itself has the carrier's address, and the router only the stick's
        nat = modem.get("nat") if modem.get("nat") not in (None, "none") else interface["nat"]
        yield Bearer(
            interface=interface["name"],
            up=interface["up"],
            nat=_NAT.get(str(nat), str(nat)),
            technology=signal.get("technology"),
            operator=status.get("operator"),
            signal=signal["rsrp"] if signal.get("rsrp") is not None else signal.get("rssi"),
            quality=signal.get("quality"),
        )


def _cameras(site_name: str, variables: Data, facts: Data, answers: t.Mapping[str, Data]) -> t.Iterator[Camera]:
    held = facts.get("camera_isolation")
    for camera in variables.get("cameras") or ():
        answer = _mapping(answers.get(question_name(site_name, camera["name"])))
        streams = _mapping(answer.get("rtsp")).get("streams", ())
        mine = _mapping(_mapping(held).get(str(camera.get("mac")).lower()))
        yield Camera(
            name=camera["name"],
            address=camera.get("address"),
            rtsp=_service(answer.get("rtsp")),
            http=_service(answer.get("http")),
            codecs=tuple(stream["codec"] for stream in streams if stream["codec"]),
            isolation=None if held is None else _isolation(mine),
            refused=mine.get("refused"),
            absence=_absence(camera, variables.get("cameras") or (), facts.get("leases")),
        )


def _absence(camera: Data, cameras: t.Iterable[Data], leases: t.Sequence[Data] | None) -> str | None:
    """Return why a *camera* is not at its address, by the *leases* of its router; *cameras* are all of the site."""
    if leases is None:
        return None
    mac, known = str(camera.get("mac")).lower(), {str(other.get("mac")).lower() for other in cameras}
    own = [lease["address"] for lease in leases if lease["mac"] == mac]
    if camera.get("lan_address") in own:
        return None
    if own:
        return f"it still has the address {own[0]}, and gets {camera.get('lan_address')} once it is restarted"
    strangers = [f"{lease['mac']} ({lease['address']})" for lease in leases if lease["mac"] not in known]
    shown = [*strangers[:_MOST_STRANGERS], *(["…"] if len(strangers) > _MOST_STRANGERS else [])]
    others = f"; others have that are no cameras of the site: {', '.join(shown)}" if strangers else ""
    return f"no device with its MAC address {mac} has asked for an address{others}"


def _isolation(held: Data) -> str:
    """Return what the verdicts of ``router/isolation.py`` come to. A camera that no rule names is not held."""
    verdicts = {held.get("beyond", "accepted"), held.get("router", "accepted")}
    for verdict in ("accepted", "cannot tell"):
        if verdict in verdicts:
            return _VERDICTS.get(verdict, verdict)
    return _VERDICTS["dropped"]


def _service(answer: object) -> Service | None:
    if not isinstance(answer, t.Mapping):
        return None
    return Service(status=answer.get("status"), problem=answer.get("problem"))


def question_name(site_name: str, camera: str) -> str:
    """Return what a camera is called among those of all sites."""
    return f"{site_name}/{camera}"


def questions(sites: t.Iterable[tuple[str, Data]]) -> list[dict[str, t.Any]]:
    """Return the cameras of *sites* (names with variables) as camera_info takes them.

    A site's ``camera_login`` (``username``, ``password``) is for all of its cameras, ``camera_logins`` has others by
    name.
    """
    found = []
    for name, variables in sites:
        for camera in variables.get("cameras") or ():
            logins = _mapping(variables.get("camera_logins"))
            login = _mapping(logins.get(camera["name"]) or variables.get("camera_login"))
            asked = {
                "name": question_name(name, camera["name"]),
                "address": camera["address"],
                "vendor": camera.get("vendor"),
                "username": login.get("username"),
                "password": login.get("password"),
            }
            found.append({key: value for key, value in asked.items() if value is not None})
    return found
