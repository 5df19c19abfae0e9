# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a swarm's fleet: what a user has in theirs, with a file for each site."""

from __future__ import annotations

import shutil
import typing as t

from lab_podman import LAB
from lab_swarm_router import WAN_PORT

if t.TYPE_CHECKING:
    import pathlib

    from lab_swarm_router import Addresses

HUB_NAME, HUB_TUNNEL, HUB_PORT = "hub-1", "10.79.255.254", 51820
_EXAMPLE = LAB.parent / "inventories/lab"
_FLEET = """\
---
plugin: farsite.fleet.sites
name: swarm
hub: {{name: {name}, address: {address}}}
defaults:
  router: {{model: tplink_tl-mr3020-v3, release: "24.10"}}
  ssh: {{authorized_keys: [{key}]}}
"""
_SITE = """\
---
id: {id}
uplink:
  kind: ethernet
  protocol: static
  device: {device}
  address: {address}/30
  gateway: {gateway}
  dns: {gateway}
"""
_PATIENCE = """\
; Both ends of each connection are on this machine.
forks = 25
timeout = 30
"""
_DIRECT = "compose: {ansible_host: lan_address}\n"


def write_fleet(folder: pathlib.Path, hub_address: str, hub_key: str, authorized_key: str, *, direct: bool) -> None:
    """Write all but the sites. *direct*: there is no way through the hub, so that none is tried."""
    for name in ("sites", "keys", "group_vars"):
        (folder / name).mkdir(parents=True)
    text = _FLEET.format(name=HUB_NAME, address=hub_address, key=authorized_key)
    (folder / "fleet.yml").write_text(text + _DIRECT if direct else text)
    (folder / "keys" / f"{HUB_NAME}.pub").write_text(f"{hub_key}\n")
    shutil.copyfile(_EXAMPLE / "group_vars/hub.yml", folder / "group_vars/hub.yml")
    settings = (_EXAMPLE / "ansible.cfg").read_text()
    (folder / "ansible.cfg").write_text(settings.replace("forks = 50\n", _PATIENCE))
    if direct:
        (folder / "group_vars/sites.yml").write_text("fleet_direct: true\n")


def write_site(folder: pathlib.Path, site: str, addresses: Addresses, public_key: str) -> None:
    """Write the files of one site."""
    gateway, address = addresses.uplink[1], addresses.uplink[2]
    text = _SITE.format(id=addresses.number, device=WAN_PORT, address=address, gateway=gateway)
    site_file(folder, site).write_text(text)
    (folder / "keys" / f"{site}.pub").write_text(f"{public_key}\n")


def site_file(folder: pathlib.Path, site: str) -> pathlib.Path:
    """Return the file of a site."""
    return folder / "sites" / f"{site}.yml"
