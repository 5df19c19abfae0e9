# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's folder whose only site is a router of the lab, and playbooks run against it."""

from __future__ import annotations

import json
import typing as t

from lab_network import subnet

from playbooks import Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

HUB_KEY = "bWFkZS11cCBrZXkgb2YgaHViLTEuLi4uLi4uLi4uLi4="
SITE_KEY = "bWFkZS11cCBrZXkgb2YgYSBzaXRlLi4uLi4uLi4uLi4="
SITE = "quarry"


def camera(name: str, number: int) -> dict[str, str]:
    """Return a camera whose address is below those that routers of the lab are given."""
    return {"name": name, "mac": f"44:19:b6:00:00:{number:02x}", "address": str(subnet()[2 + number])}


class FleetPlayer(Player):
    """The router is the site ``quarry``: its LAN is the lab's network, so it stays reachable; its uplink is nowhere."""

    def __init__(self, router: LabRouter, folder: pathlib.Path, **site: t.Any) -> None:
        super().__init__(router, folder)
        host = json.loads((folder / "inventory.yml").read_text())["all"]["children"]["routers"]["hosts"][router.name]
        self.fleet = folder / "fleet"
        for name in ("sites", "keys", "host_vars"):
            (self.fleet / name).mkdir(parents=True, exist_ok=True)
        self._write("fleet.yml", {"plugin": "farsite.fleet.sites", "name": "lab", "hub": {"address": "192.0.2.10"}})
        (self.fleet / "keys/hub-1.pub").write_text(f"{HUB_KEY}\n")
        (self.fleet / f"keys/{SITE}.pub").write_text(f"{SITE_KEY}\n")
        self._write(f"host_vars/{SITE}.yml", host)
        self.site: dict[str, t.Any] = {
            "id": 17,
            "router": {"model": "lab_router", "release": "24.10"},
            "uplink": {
                "kind": "ethernet",
                "device": "eth9",
                "protocol": "static",
                "address": "198.51.100.2/24",
                "gateway": "198.51.100.1",
                "dns": "198.51.100.1",
            },
            "lan": {"prefix": str(subnet()), "address": router.address},
            "ssh": {"authorized_keys": [router.key_file.with_suffix(".pub").read_text().strip()]},
            "cameras": [camera("gate", 1)],
        }
        self.change_site(**site)
        self.inventory = str(self.fleet / "fleet.yml")
        self.environment = {"ANSIBLE_INVENTORY_ENABLED": "farsite.fleet.sites"}
        self.hosts = SITE

    def _write(self, name: str, data: t.Any) -> None:
        (self.fleet / name).write_text(json.dumps(data))

    def change_site(self, **site: t.Any) -> None:
        """Set keys of the site's file."""
        self.site |= site
        self._write(f"sites/{SITE}.yml", self.site)

    def variables(self, **variables: t.Any) -> None:
        """Set variables, such as secrets."""
        (self.fleet / "group_vars").mkdir(exist_ok=True)
        self._write("group_vars/all.yml", variables)
