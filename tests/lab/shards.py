# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A swarm's fleet in parts: ansible-runner's transmit, worker and process as docs/sharding.md has them."""

from __future__ import annotations

import json
import os
import pathlib
import pwd
import shlex
import shutil
import subprocess
import sys
import time
import typing as t

from lab_namespace import Namespace

if t.TYPE_CHECKING:
    from lab_swarm import Swarm

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEND = ROOT / "examples" / "ansible-runner" / "send_shard.py"
MERGE = ROOT / "scripts" / "merge_runs.py"
PROGRAMS = pathlib.Path(sys.executable).parent
SECONDS = 240
KNOWN_HOSTS = """\
ansible_ssh_extra_args: -o 'UserKnownHostsFile="{{ fleet.folder }}/known_hosts"' -o HashKnownHosts=no
"""
"""As docs/ci.md has it."""


class Shards:
    """The private data directory that is sent, what comes back in ``runs``, and a machine for each worker."""

    def __init__(self, swarm: Swarm, folder: pathlib.Path, password: str) -> None:
        """Prepare it: *password* is that of the fleet's vault."""
        self.swarm, self.folder = swarm, folder
        self.runs = folder / "runs"
        self.password = folder / "password"
        self.password.write_text(f"{password}\n")
        # as the office's keys are for the devices, and so no worker knows them
        known = swarm.user_key.with_name("known_hosts")
        shutil.copy(known, swarm.fleet / "known_hosts")
        (swarm.fleet / "group_vars/all").mkdir()
        (swarm.fleet / "group_vars/all/ssh.yml").write_text(KNOWN_HOSTS)

    def single(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the playbook site in the office, for all."""
        words = ["farsite.fleet.site", "--vault-password-file", str(self.password), *options]
        return self.swarm.run("ansible-playbook", *words, ANSIBLE_SHOW_CUSTOM_STATS="true")

    def begin(self, limits: t.Mapping[str, str], *options: str) -> dict[str, Shard]:
        """Start a worker for each shard: its name, and what its limit is."""
        shutil.rmtree(self.runs, ignore_errors=True)
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.swarm.fleet, data / "project", ignore=shutil.ignore_patterns("report"))
        return {name: Shard(self, name, limit, data, options) for name, limit in limits.items()}

    def run(self, limits: t.Mapping[str, str], *options: str) -> dict[str, str]:
        """Run the shards all at the same time; return what each printed."""
        return {name: shard.finish() for name, shard in self.begin(limits, *options).items()}

    def merge(
        self, *options: str, runs: t.Iterable[pathlib.Path] | None = None
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, t.Any]]:
        """Merge what came back, or *runs*; return how the program ended, and its JSON."""
        result = self.folder / "merged.json"
        result.unlink(missing_ok=True)
        words = map(str, runs or sorted((self.runs / "artifacts").iterdir()))
        command = [sys.executable, str(MERGE), str(self.swarm.fleet), *words, "--json", str(result), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done, json.loads(result.read_text())

    def again(self) -> list[str] | None:
        """Return what is left to do, as the fleet's folder has it."""
        file = self.swarm.fleet / "report/again.txt"
        return file.read_text().split() if file.exists() else None


class Shard:
    """A pipe of three programs: in the office one that sends, on a machine of its own the worker, and who receives."""

    def __init__(self, shards: Shards, name: str, limit: str, data: pathlib.Path, options: t.Sequence[str]) -> None:
        self.name = name
        self.artifacts = shards.runs / "artifacts" / name
        self.machine = shards.folder / name
        self.private = self.machine / "private"
        """The worker's folder, which is gone with it unless it was killed."""
        swarm, environment = shards.swarm, shards.swarm.environment()
        home = pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir)
        own = {str(home / part): self.machine / part for part in (".ssh", ".ansible")}
        for folder in own.values():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = Namespace(swarm.office.name, own, swarm.office.variables)
        secrets = ["--ssh-key", str(swarm.user_key), "--vault-password", str(shards.password)]
        send = [sys.executable, str(SEND), str(data), "--limit", limit, *secrets, f"--cmdline={shlex.join(options)}"]
        worker = there.command("ansible-runner", "worker", "--private-data-dir", str(self.private), "--delete")
        process = [str(PROGRAMS / "ansible-runner"), "process", str(shards.runs), "--ident", name]
        pipe, both = subprocess.PIPE, subprocess.STDOUT
        with subprocess.Popen(send, stdout=pipe) as sender:
            self.worker = subprocess.Popen(worker, stdin=sender.stdout, stdout=pipe, env=environment)
        self.receiver = subprocess.Popen(process, stdin=self.worker.stdout, stdout=pipe, stderr=both, text=True)
        for stream in (sender.stdout, self.worker.stdout):
            assert stream
            stream.close()

    def finish(self) -> str:
        """Return what the worker's playbook printed, once it has ended."""
        output, _errors = self.receiver.communicate(timeout=SECONDS)
        self.worker.wait(SECONDS)
        return str(output)

    def wait_for(self, event: str, host: str) -> None:
        """Wait until the worker has told of an event of a host."""
        end = time.monotonic() + SECONDS
        while not any(told["event"] == event and told["event_data"].get("host") == host for told in self._events()):
            assert time.monotonic() < end, f"{self.name} has told no {event} of {host}"
            time.sleep(0.1)

    def _events(self) -> t.Iterator[dict[str, t.Any]]:
        for file in (self.artifacts / "job_events").glob("*.json"):
            text = file.read_text()
            # it may be just being written
            if text.endswith("}"):
                yield json.loads(text)

    def wait_for_orphans(self) -> None:
        """Wait until nothing runs any more that a killed worker has left."""
        end = time.monotonic() + SECONDS
        while found := [file for file in pathlib.Path("/proc").glob("[0-9]*/cmdline") if self._is_mine(file)]:
            assert time.monotonic() < end, f"still there: {found}"
            time.sleep(0.2)

    def _is_mine(self, file: pathlib.Path) -> bool:
        try:
            return str(self.private).encode() in file.read_bytes()
        except OSError:
            return False
