# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts around a router of the lab: network namespaces with links into the router's own."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing as t
import uuid

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from lab_machine import Machine
    from lab_router import LabRouter

TALK = pathlib.Path(__file__).with_name("talk.py")
PATIENCE = 2.0
"""Seconds after which one that has not answered is silent."""
WAIT = 60.0
"""Seconds in which one that is to answer has done it, on any machine."""
TUNNEL_MAC = "02:00:00:00:00:01"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


class Host:
    """A computer with a network of its own; ``remove`` leaves nothing of it."""

    def __init__(self, purpose: str) -> None:
        self.name = f"fs-{uuid.uuid4().hex[:8]}-{purpose}"
        self.processes: list[subprocess.Popen[str]] = []
        run("ip", "netns", "add", self.name)
        self.inside("sysctl", "-q", "-w", "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.default.accept_ra=0")
        self.inside("ip", "link", "set", "lo", "up")

    def inside(self, *command: str) -> str:
        return run("ip", "netns", "exec", self.name, *command)

    def link(self, router: LabRouter, device: str, name: str, addresses: Sequence[str], mac: str = "") -> None:
        """Give it a link called *name* to the router, where it is *device*; addresses have their prefix length."""
        ends = ["address", mac] if mac else []
        run("ip", "-n", self.name, "link", "add", name, *ends, "type", "veth",
            "peer", "name", device, "netns", str(router.process_id()))  # fmt: skip
        self._up(name, addresses)

    def tunnel(self, router: LabRouter, device: str, name: str, addresses: Sequence[str]) -> None:
        """Give it a link as a WireGuard interface is one: without ARP, so both ends have the same MAC address."""
        ends = ["address", TUNNEL_MAC, "arp", "off"]
        run("ip", "-n", self.name, "link", "add", name, *ends, "type", "veth",
            "peer", "name", device, *ends, "netns", str(router.process_id()))  # fmt: skip
        self._up(name, addresses)

    def join(self, bridge: str, addresses: Sequence[str]) -> None:
        """Give it a link called eth0 to a bridge of this machine."""
        port = f"fs{uuid.uuid4().hex[:10]}"
        run("ip", "-n", self.name, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", "1")
        run("ip", "link", "set", port, "master", bridge, "up")
        self._up("eth0", addresses)

    def _up(self, name: str, addresses: Sequence[str]) -> None:
        for address in addresses:
            flags = ["nodad"] if ":" in address else []
            run("ip", "-n", self.name, "address", "add", address, "dev", name, *flags)
        run("ip", "-n", self.name, "link", "set", name, "up")

    def route(self, target: str, *way: str) -> None:
        run("ip", "-n", self.name, "route", "add", target, *way)

    def talk(self, *arguments: str) -> subprocess.Popen[str]:
        command = ["ip", "netns", "exec", self.name, sys.executable, str(TALK), *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def serve(self, *ports: int) -> None:
        ready(self.talk("serve", *map(str, ports)))

    def ask(self, *targets: str, seconds: float = PATIENCE) -> dict[str, str]:
        """Return for each target the address it saw, ``refused`` or ``silent``."""
        answers = json.loads(self.inside(sys.executable, str(TALK), "ask", str(seconds), *targets))
        return dict(zip(targets, answers, strict=True))

    def told(self, *targets: str) -> set[str]:
        """Return what targets that are to answer say."""
        return set(self.ask(*targets, seconds=WAIT).values())

    def with_tools_of(self, router: LabRouter, *command: str) -> subprocess.Popen[str]:
        """Run a program of the router in this network."""
        place = f"/proc/{router.process_id()}"
        spaces = [f"--net=/run/netns/{self.name}", f"--mount={place}/ns/mnt", f"--root={place}/root", "--wd=/"]
        return subprocess.Popen(
            ["nsenter", *spaces, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pings(self, router: LabRouter, *addresses: str, seconds: float = PATIENCE) -> list[str]:
        """Return those of the addresses that answer a ping."""
        wait = str(round(seconds))
        asked = {address: self.with_tools_of(router, "ping", "-c", "1", "-W", wait, address) for address in addresses}
        for process in asked.values():
            process.communicate()
        return [address for address, process in asked.items() if process.returncode == 0]

    def remove(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()
        run("ip", "netns", "delete", self.name)


def ask_from(machine: Machine, *targets: str, seconds: float = PATIENCE) -> dict[str, str]:
    """Return what a machine of the lab is told, as ``Host.ask`` does."""
    inside = ("nsenter", f"--target={machine.process_id()}", "--net")
    answers = json.loads(run(*inside, sys.executable, str(TALK), "ask", str(seconds), *targets))
    return dict(zip(targets, answers, strict=True))


class Conversation:
    """One flow that lasts: ``ask`` says something in it and returns what came back."""

    def __init__(self, host: Host, target: str) -> None:
        self.process = host.talk("converse", target)

    def ask(self, seconds: float = WAIT) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
