# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook against a machine of the lab as a user would, and counts what goes over the wire."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

import ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document as inside

if t.TYPE_CHECKING:
    from lab_machine import Machine

COLLECTIONS = pathlib.Path(inside.__file__).parents[6]

# every ssh process of a connection, but not the local "-O" calls that close a shared one
COUNTING_SSH = """#!/bin/sh
case " $* " in *' -O '*) ;; *) echo "$*" >>"$FARSITE_SSH_LOG" ;; esac
exec ssh "$@"
"""


@dataclasses.dataclass(frozen=True)
class Play:
    """How a playbook ended: its status, what it printed, the results of its tasks, the command line of each ssh."""

    status: int
    output: str
    results: tuple[dict[str, t.Any], ...]
    ssh: tuple[str, ...]

    @property
    def result(self) -> dict[str, t.Any]:
        """The result of the last task."""
        return self.results[-1]


class Player:
    """One machine as a host of an inventory; tasks in, results out."""

    def __init__(self, machine: Machine, folder: pathlib.Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        # the name of a socket has at most 108 bytes
        self.sockets = tempfile.TemporaryDirectory(prefix="farsite-")
        options = machine.ssh_options()
        for unwanted in ("ControlMaster=no", "ControlPath=none", "ConnectTimeout=5"):
            at = options.index(unwanted)
            del options[at - 1 : at + 1]
        del options[options.index("-l") : options.index("-l") + 2]
        ssh = folder / "ssh"
        ssh.write_text(COUNTING_SSH)
        ssh.chmod(0o755)
        host: dict[str, t.Any] = {
            "ansible_host": machine.address,
            "ansible_user": "root",
            "ansible_ssh_common_args": " ".join(options),
            "ansible_ssh_executable": str(ssh),
        }
        if machine.KIND == "router":
            host["ansible_facts_modules"] = []
        group = {"router": "routers", "hub": "hub"}[machine.KIND]
        inventory = {"all": {"children": {group: {"hosts": {machine.name: host}}}}}
        (folder / "inventory.yml").write_text(json.dumps(inventory))
        self.inventory = str(folder / "inventory.yml")
        self.hosts = "all"
        self.environment: dict[str, str] = {}

    def play(self, *tasks: dict[str, t.Any], options: t.Sequence[str] = (), **play: t.Any) -> Play:
        """Run *tasks* in one play with ansible-playbook's *options*."""
        whole = [{"hosts": self.hosts, "gather_facts": False, "tasks": list(tasks)} | play]
        (self.folder / "play.yml").write_text(json.dumps(whole))
        return self.playbook(str(self.folder / "play.yml"), *options)

    def playbook(self, name: str, *options: str) -> Play:
        """Run a playbook, a file or one of the collection by its name, with ansible-playbook's *options*."""
        log = self.folder / "ssh.log"
        log.write_text("")
        environment = (
            os.environ
            | self.environment
            | {
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_SSH_CONTROL_PATH_DIR": self.sockets.name,
                "FARSITE_SSH_LOG": str(log),
                "PYTHONPATH": str(COLLECTIONS),
            }
        )
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        done = subprocess.run(
            [str(program), "-i", self.inventory, name, *options],
            capture_output=True,
            text=True,
            check=False,
            env=environment | {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"},
            errors="surrogateescape",
        )
        return Play(done.returncode, done.stdout + done.stderr, self._results(), tuple(log.read_text().splitlines()))

    def module(
        self, module: str, /, *, check: bool = False, diff: bool = False, verbose: bool = False, **arguments: t.Any
    ) -> Play:
        """Run ``farsite.fleet.MODULE``; the play's result is the module's, also where it failed."""
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        keep = {
            "ansible.builtin.copy": {"content": "{{ run | to_json }}", "dest": str(result), "mode": "0600"},
            "delegate_to": "localhost",
            "connection": "local",
            "check_mode": False,
            "diff": False,
            "no_log": True,
            "vars": {"ansible_python_interpreter": sys.executable},
        }
        task = {
            f"farsite.fleet.{module}": arguments,
            "register": "run",
            "ignore_errors": True,
            "ignore_unreachable": True,
        }
        options = ["--check"] * check + ["--diff"] * diff + ["-vvvv"] * verbose
        return self.play(task, keep, options=options)

    def uci(self, config: t.Any, **arguments: t.Any) -> Play:
        """Run uci_config."""
        return self.module("uci_config", **arguments, **({} if config is None else {"config": config}))

    def _results(self) -> tuple[dict[str, t.Any], ...]:
        result = self.folder / "result.json"
        return (json.loads(result.read_text()),) if result.exists() else ()
