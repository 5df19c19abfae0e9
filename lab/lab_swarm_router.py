# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router of a swarm: the lab router's image in namespaces of its own, with no container around it."""

from __future__ import annotations

import base64
import dataclasses
import ipaddress
import json
import os
import pathlib
import signal
import subprocess
import time
import typing as t

from lab_podman import LAB, LabError, run

LAN_PORT, WAN_PORT = "eth0", "eth1"
"""Its network devices, as its board.json has them."""
LANS, UPLINKS = ipaddress.IPv4Network("10.80.0.0/12"), ipaddress.IPv4Network("198.18.0.0/15")
KEEPALIVE = 25
"""Seconds; as a site has it that does not say otherwise."""
_PROGRAM = LAB / "swarm/router"
_SPACES = ("--mount", "--uts", "--ipc", "--net", "--pid")
# What is put into the background is PID 1 of the new PID namespace; its parent, which goes away, tells its id here.
_BEGIN = 'exec 3<&0; "$@" <&3 >>"$0" 2>&1 & echo $!'
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_PUT_OUT = """\
for process in $(pidof dropbear); do
	grep -q -x "$process" /var/run/dropbear.*.pid || kill "$process" 2>/dev/null || :
done
"""
_HANG = f"""\
! grep -q ' /etc/passwd ' /proc/mounts || exit 0
mkdir -p /tmp/lab/hang && cd /tmp/lab/hang || exit
printf '%s\\n' '#!/bin/sh' 'echo $$ >>/tmp/lab/hang/waiting' 'exec sleep 2147483647' >shell
chmod 755 shell
sed 's|^\\(root:.*:\\)[^:]*$|\\1/tmp/lab/hang/shell|' /etc/passwd >passwd
{{ cat /etc/shells; echo /tmp/lab/hang/shell; }} >shells
mount --bind passwd /etc/passwd && mount --bind shells /etc/shells || exit
{_PUT_OUT}"""
"""Another login shell. Who is logged in has the old one, so they are put out."""
_UNHANG = f"""\
grep -q ' /etc/passwd ' /proc/mounts || exit 0
umount /etc/passwd /etc/shells || exit
cd /tmp/lab/hang 2>/dev/null || exit 0
[ ! -f waiting ] || kill $(cat waiting) 2>/dev/null
cd / && rm -rf /tmp/lab/hang
{_PUT_OUT}"""
"""A connection that a controller has kept has that shell for its next command, too."""
# wireguard-go stands for a part of the kernel, which goes on.
_FREEZE = "kill -STOP -1; ! pidof wireguard-go >/dev/null || killall -CONT wireguard-go"
_BOOTED = "tmp/lab/booted"
_PUBLIC_BYTES = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Addresses:
    """What follows from a router's number, from 1; those of the fleet are what the fleet's own plan gives it."""

    number: int

    @property
    def tunnel(self) -> ipaddress.IPv4Address:
        """Its address in the tunnel."""
        return ipaddress.IPv4Address("10.79.0.0") + self.number

    @property
    def lan(self) -> ipaddress.IPv4Network:
        """The network behind it: the router has the first address, the office the second."""
        return ipaddress.IPv4Network((int(LANS.network_address) + 256 * self.number, 24))

    @property
    def uplink(self) -> ipaddress.IPv4Network:
        """The network of its uplink: the gateway has the first address, the router the second."""
        return ipaddress.IPv4Network((int(UPLINKS.network_address) + 4 * self.number, 30))


@dataclasses.dataclass(frozen=True, slots=True)
class HubPeer:
    """The hub as a router dials it."""

    public_key: str
    address: str
    port: int
    tunnel: str


class SwarmRouter:
    """One router: ``seed`` puts its flash together, ``begin`` and ``boot`` give it power, ``kill`` cuts it."""

    def __init__(self, site: str, number: int, image: pathlib.Path, flash: pathlib.Path, record: pathlib.Path) -> None:
        """Describe it; *record* is the file that says which process it is."""
        self.site = site
        self.addresses = Addresses(number)
        self._image, self._flash, self._record = image, flash, record
        self.console = record.with_suffix(".log")
        """What PID 1 says."""

    def seed(self, authorized_key: str, hub: HubPeer | None) -> str:
        """Put on flash what it needs to be reached: networks, and a key that lets in. Return its public key.

        Without a hub it has no tunnel, and a key all the same.
        """
        etc = self._flash / "upper/etc"
        for folder in ("config", "dropbear"):
            (etc / folder).mkdir(parents=True)
        private = run(["wg", "genkey"])
        (etc / "config/network").write_text(self._network(private.decode().strip(), hub))
        (etc / "config/network").chmod(0o600)
        firewall = (LAB / "router/etc/config/firewall").read_text()
        lan = "\tlist   network\t\t'lan'\n"
        (etc / "config/firewall").write_text(firewall.replace(lan, lan + lan.replace("'lan'", "'fleet'")))
        (etc / "dropbear/authorized_keys").write_text(f"{authorized_key}\n")
        (etc / "dropbear/authorized_keys").chmod(0o600)
        return run(["wg", "pubkey"], input_data=private).decode().strip()

    def _network(self, private: str, hub: HubPeer | None) -> str:
        stock = (LAB / "router/etc/config/network").read_text().partition("config interface 'wan'\n")[0]
        lan, uplink = self.addresses.lan, self.addresses.uplink
        text = stock.replace("'192.168.1.1'", f"'{lan[1]}'") + (
            f"config interface 'wan'\n\toption device '{WAN_PORT}'\n\toption proto 'static'\n"
            f"\toption ipaddr '{uplink[2]}'\n\toption netmask '{uplink.netmask}'\n\toption gateway '{uplink[1]}'\n\n"
        )
        if hub is None:
            return text
        return text + (
            f"config interface 'fleet'\n\toption proto 'wireguard'\n\toption private_key '{private}'\n"
            f"\tlist addresses '{self.addresses.tunnel}/32'\n\n"
            f"config wireguard_fleet 'wireguard_hub_peer'\n\toption public_key '{hub.public_key}'\n"
            f"\toption endpoint_host '{hub.address}'\n\toption endpoint_port '{hub.port}'\n"
            f"\toption persistent_keepalive '{KEEPALIVE}'\n\tlist allowed_ips '{hub.tunnel}/32'\n\n"
            f"config route 'route_to_hub_tunnel'\n\toption interface 'fleet'\n\toption target '{hub.tunnel}/32'\n\n"
        )

    def host_key(self) -> str:
        """Return the public key of its SSH server, which it has made at its first boot."""
        # dropbear's signkey.c: the name, then the length of what follows, then the secret and the public half
        public = (self._flash / "upper/etc/dropbear/dropbear_ed25519_host_key").read_bytes()[-_PUBLIC_BYTES:]
        kind = b"ssh-ed25519"
        words = b"".join(len(part).to_bytes(4) + part for part in (kind, public))
        return f"{kind.decode()} {base64.b64encode(words).decode()}"

    def begin(self) -> subprocess.Popen[bytes]:
        """Give it power: it waits for ``boot``, so that its cables can be plugged in. Return what ``boot`` needs."""
        command = [str(_PROGRAM), str(self._image), str(self._flash)]
        words = ["unshare", *_SPACES, "--propagation=private", "sh", "-c", _BEGIN, str(self.console), *command]
        pipe = subprocess.PIPE
        begun = subprocess.Popen(words, stdin=pipe, stdout=pipe, start_new_session=True)  # noqa: S603
        process = int(t.cast("t.IO[bytes]", begun.stdout).readline() or 0)
        if not process:
            raise LabError(f"{self.site}: unshare: exit {begun.wait()}; {self.console} says more")
        # at once: others may look meanwhile
        new = self._record.with_suffix(".new")
        new.write_text(json.dumps({"process": process, "started": _started(process)}))
        new.replace(self._record)
        return begun

    def boot(self, begun: subprocess.Popen[bytes], timeout: float) -> None:
        """Let one that has begun boot; return once that has ended."""
        begun.communicate(b"go\n")
        self.wait_for_boot(timeout)

    def wait_for_boot(self, timeout: float) -> None:
        """Return once all its init scripts have run. Raise LabError after *timeout* seconds."""
        end = time.monotonic() + timeout
        while not self._has_booted():
            if not self.is_up():
                raise LabError(f"{self.site}: it stopped at boot; {self.console} says more")
            if time.monotonic() > end:
                raise LabError(f"{self.site}: the boot has not ended after {timeout} s; {self.console} says more")
            time.sleep(0.1)

    def _has_booted(self) -> bool:
        return pathlib.Path(f"/proc/{self.process_id()}/root/{_BOOTED}").exists()

    def has_tunnel(self) -> bool:
        """Whether its tunnel's network device is there, whether it leads anywhere or not."""
        return "fleet:" in pathlib.Path(f"/proc/{self._power()}/net/dev").read_text()

    def process_id(self) -> int:
        """Return the id of its PID 1 on this machine, 0 where it has no power."""
        try:
            record = json.loads(self._record.read_text())
            # a zombie has no root any more
            alive = pathlib.Path(f"/proc/{record['process']}/root/").exists()
        except FileNotFoundError:
            return 0
        return int(record["process"]) if alive and _started(record["process"]) == record["started"] else 0

    def is_up(self) -> bool:
        """Whether it has power."""
        return self.process_id() != 0

    def execute(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ``sh`` in it, past network and SSH."""
        spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/")
        return subprocess.run(  # noqa: S603
            ["nsenter", f"--target={self._power()}", *spaces, "sh", "-c", command],  # noqa: S607
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            env={"PATH": _PATH, "HOME": "/root"},
        )  # fmt: skip

    def _power(self) -> int:
        process = self.process_id()
        if not process:
            raise LabError(f"{self.site}: its router has no power; power-on gives it back")
        return process

    def output(self, command: str) -> str:
        """Return what a command of ``sh`` printed in it. Raise LabError if it fails."""
        done = self.execute(command)
        if done.returncode:
            raise LabError(f"{self.site}: {command}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def hang(self) -> None:
        """Let everybody in who may log in, and never end what they run, until ``unhang`` or a loss of power."""
        self.output(_HANG)

    def unhang(self) -> None:
        """End that; what hangs is ended too."""
        self.output(_UNHANG)

    def freeze(self) -> None:
        """Stop all its processes: its kernel still takes connections, and nobody says anything there."""
        os.kill(self._power(), signal.SIGSTOP)
        self.output(_FREEZE)

    def thaw(self) -> None:
        """Let them go on."""
        os.kill(self._power(), signal.SIGCONT)
        self.output("kill -CONT -1")

    def kill(self) -> None:
        """Cut its power: all that runs in it is gone at once, and /tmp with it. Nothing where it has none."""
        process = self.process_id()
        if process:
            os.kill(process, signal.SIGKILL)
        while self.is_up():
            time.sleep(0.01)
        self._record.unlink(missing_ok=True)


def _started(process: int) -> str:
    """Return when a process was started, in ticks of this machine; empty where there is none (proc_pid_stat(5))."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return ""
