# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Intended configurations as files to review: the folder ``intended/<host>/``, the same to the byte each time.

What of a router's package is not the fleet's is said in a comment; a section that the fleet shares with the device has
one too. No secret is here: placeholders stand for them.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.yaml_text import document
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import CameraAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import (
        HubForward,
        HubOperator,
        IntendedHub,
        Peer,
    )
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended, IntendedPackage
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

MADE = "Made from the fleet's files by farsite.fleet; a change here is lost."
_ALL = ("*",)

Tree = dict[str, str]
"""Texts of files by their path below the host's folder, with slashes."""


def render_site(view: SiteView, wanted: Intended, scripts: Mapping[str, str]) -> Tree:
    """Return the files of a router: its UCI packages, its other files where they are there, packages, addresses.

    *scripts* has the text of each file of shell that a ``File`` names, which this layer does not know.
    """
    tree = {f"etc/config/{package.name}": package_text(package) for package in wanted.packages}
    tree |= {file.path.removeprefix("/"): _file_text(file, scripts) for file in wanted.files}
    tree["packages.txt"] = "".join(f"{name}\n" for name in wanted.install)
    tree["addresses.yml"] = document(MADE, _site_addresses(view))
    return dict(sorted(tree.items()))


def render_hub(hub: IntendedHub) -> Tree:
    """Return the files of a hub: peers, forwards, who reaches what, addresses with all names."""
    return {
        "addresses.yml": document(MADE, _hub_addresses(hub)),
        "forwards.yml": document(MADE, {"forwards": [_forward(forward) for forward in hub.forwards]}),
        "operators.yml": document(MADE, {"operators": [_person(person) for person in hub.people]}),
        "peers.yml": document(MADE, {"peers": [_peer(peer) for peer in hub.peers]}),
    }


def package_text(package: IntendedPackage) -> str:
    """Return the UCI text of a package; parsed again it is ``package.given``."""
    head = [f"# {line}\n" for line in (MADE, *_what_stays(package))]
    shared = [_shared_text(package.name, entry) for entry in package.shared]
    return "".join(
        [*head, *shared, *(f"\n{_section_text(package.name, section)}" for section in package.owned.sections)]
    )


def _what_stays(package: IntendedPackage) -> list[str]:
    if package.keep == _ALL:
        return ["All else that the router has in this package stays."]
    if not package.keep:
        return ["Nothing else stays in this package on the router."]
    return [f"On the router also stay: {', '.join(package.keep)}. All else goes."]


def _shared_text(package: str, entry: SectionData) -> str:
    removed = [f"\t# option {option} goes\n" for option in entry.absent]
    return "".join(["\n# Of this section other options stay.\n", _section_text(package, entry.section), *removed])


@functools.lru_cache(maxsize=2048)  # Most sections of a thousand sites are the same.
def _section_text(package: str, section: Section) -> str:
    return render(Package(package, (section,))).strip("\n") + "\n"


def _file_text(file: File, scripts: Mapping[str, str]) -> str:
    return scripts[file.script] if file.script else file.content


def _site_addresses(view: SiteView) -> dict[str, object]:
    plan = view.addresses
    mapped: dict[str, object] = {"lan": plan.lan} if plan.mapped else {}
    return {
        "site": view.name,
        "id": view.site.id,
        "name": plan.dns_name,
        "tunnel": [plan.tunnel, plan.tunnel6],
        "prefix": [plan.prefix, plan.prefix6],
        **mapped,
        "router": [plan.router, plan.router6],
        "cameras": [_camera(camera, mapped=plan.mapped) for camera in plan.cameras],
    }


def _camera(camera: CameraAddresses, *, mapped: bool) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": camera.dns_name,
        "number": camera.number,
        "mac": camera.camera.mac,
        "address": [camera.address, camera.address6],
    }
    if mapped:
        shown["in_lan"] = camera.lan_address
    if camera.forwards:
        shown["forwards"] = [
            {"hub_port": forward.hub_port, "port": forward.port, "from": list(forward.sources)}
            for forward in camera.forwards
        ]
    return shown


def _hub_addresses(hub: IntendedHub) -> dict[str, object]:
    return {
        "hub": hub.name,
        "tunnel": [hub.address, hub.address6],
        "port": hub.port,
        "operators": hub.operators,
        "names": {name.name: [name.address, name.address6] for name in hub.names},
    }


def _forward(forward: HubForward) -> dict[str, object]:
    return {
        "port": forward.port,
        "to": f"{forward.address}:{forward.target_port}",
        "site": forward.site,
        "camera": forward.camera,
        "from": list(forward.sources),
    }


def _person(person: HubOperator) -> dict[str, object]:
    return {
        "name": person.name,
        "address": person.address,
        "reaches": list(person.reaches),
        "hub": person.hub,
    }


def _peer(peer: Peer) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": peer.name,
        "public_key": peer.public_key,
        "allowed_ips": list(peer.allowed_ips),
    }
    if peer.preshared_key:
        shown["preshared_key"] = peer.preshared_key
    return shown
