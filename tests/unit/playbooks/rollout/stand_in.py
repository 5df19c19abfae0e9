# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action in the place of those that connect to anybody: routers and hub are what ``ROLLOUT_WORLD`` says.

The file is JSON: ``sites`` has what each site does when its router is to be changed (changes, is_right, off_line,
returns, hangs, rolls_back, fails, kills, loses its journal), ``heard`` those whose tunnels live, ``silent`` cameras
that do not answer, ``dead`` sites that do not pass the gate, ``mute`` and ``hanging`` those whose routers do not tell
of their uplinks, the former once. With ``no_hub`` the hub does not answer, with ``deaf_hub`` not while it listens.
Calls are appended to the file ``calls`` beside it.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import time
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

WORLD = pathlib.Path(os.environ["ROLLOUT_WORLD"])
AGE = 20
UPLINKS = ("wan", "lte", "wifi", "wwan")


class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self._world = json.loads(WORLD.read_text("utf-8"))
        self._name = str((task_vars or {})["inventory_hostname"])
        action = str(self._task.action).rpartition(".")[2]
        if action != "wireguard_info":
            self._tell(action)
        does: dict[str, t.Any] = getattr(self, f"_{action}")()
        return result | {"changed": False} | does

    def _tell(self, action: str) -> None:
        # appended in one write, so that workers do not mix their lines
        names = " ".join(str(site["name"]) for site in self._task.args.get("sites", ())) or self._name
        check = " check" if self._task.check_mode else ""
        with WORLD.with_name("calls").open("a", encoding="utf-8") as stream:
            stream.write(f"{action} {names}{check}\n")

    def _router_site(self) -> dict[str, t.Any]:
        does = self._world["sites"].get(self._name, "changes")
        made = WORLD.with_name(f"made-{self._name}")
        seen = WORLD.with_name(f"seen-{self._name}")
        if does == "off_line" or (does == "returns" and not seen.exists()):
            seen.touch()
            raise AnsibleConnectionFailure("Failed to connect to the host via ssh: No route to host")
        if does == "hangs":
            time.sleep(120)
        if does == "kills":
            made.touch()
            # as if somebody had ended the run, with the others of the wave under way
            time.sleep(1)
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(10)
        if does == "loses its journal":
            journal = pathlib.Path(self._world["journal"])
            told = json.loads(journal.read_text("utf-8"))
            journal.write_text(json.dumps(told | {"owner": told["owner"] | {"process": 1}}), "utf-8")
        if does == "rolls_back":
            return {"failed": True, "msg": "it was undone", "transaction": {"end": "undone"}}
        if does == "fails":
            return {"failed": True, "msg": "it was refused"}
        if does == "is_right" or made.exists():
            return {}
        if not self._task.check_mode:
            made.touch()
        return {"changed": True}

    def _router_facts(self) -> dict[str, t.Any]:
        asked = WORLD.with_name(f"asked-{self._name}")
        if self._name in self._world.get("mute", []) and not asked.exists():
            asked.touch()
            raise AnsibleConnectionFailure("Failed to connect to the host via ssh: Connection timed out")
        if self._name in self._world.get("hanging", []):
            time.sleep(120)
        interfaces = [{"name": name, "up": True} for name in UPLINKS]
        return {"ansible_facts": {"farsite_router": {"interfaces": interfaces}}}

    def _wireguard_info(self) -> dict[str, t.Any]:
        return {"interfaces": []}

    def _rollout_watch(self) -> dict[str, t.Any]:
        if self._world.get("no_hub") or (self._world.get("deaf_hub") and "enough" in self._task.args):
            raise AnsibleConnectionFailure("Failed to connect to the host via ssh: No route to host")
        return {"sites": [self._watched(site) for site in self._task.args["sites"]]}

    def _watched(self, site: dict[str, t.Any]) -> dict[str, t.Any]:
        name, silent = str(site["name"]), self._world.get("silent", [])
        lives = name in self._world.get("heard", [])
        does = self._world["sites"].get(name, "changes")
        there = lives or does != "off_line"
        cameras = [str(camera["name"]) for camera in site["cameras"]]
        mute = [camera for camera in cameras if f"{name}/{camera}" in silent]
        passed = bool(site.get("timeout")) and there and not mute and name not in self._world.get("dead", [])
        return {
            "name": name,
            "passed": passed,
            "reason": None if passed else f"does not answer any more: {mute}",
            # a single look cannot tell whether bytes have come
            "heard": lives and bool(site.get("timeout")),
            "handshake_age": AGE if there else None,
            "cameras": [camera for camera in cameras if camera not in mute],
        }
