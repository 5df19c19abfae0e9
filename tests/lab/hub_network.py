# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hub in network namespaces: the internet on one side, sites and operators on an interface ``fleet`` on the other.

``fleet`` is a bridge, not WireGuard: for a packet filter it is an interface by that name, and a test of real tunnels is
that of the hub's container. Every peer has the hub as its only neighbour.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import typing as t
import uuid

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import ruleset as inside

HERE = pathlib.Path(__file__).resolve().parent
MODULE = HERE.parents[1] / "plugins" / "modules" / "hub_firewall.py"
COLLECTIONS = pathlib.Path(inside.__file__).parents[6]

HUB, LISTED, OTHER = "203.0.113.10", "198.51.100.5", "192.0.2.5"
HUB_IPV6, INTERNET_IPV6 = "2001:db8:1::10", "2001:db8:1::1"
CAMERA, OTHER_CAMERA, ANNA, BO = "10.80.1.64", "10.80.2.64", "10.78.0.5", "10.78.0.6"
PEERS = {"site": CAMERA, "other-site": OTHER_CAMERA, "anna": ANNA, "bo": BO}
IN_TUNNEL = "10.79.255.254"

MOUNTED_OVER = (pathlib.Path("/etc/farsite-fleet"), pathlib.Path("/run/farsite-fleet"))

# each server answers with the address that it was asked from
_SERVE = """
import socket, sys, threading
def serve(port):
    server = socket.socket(socket.AF_INET6)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("::", port))
    server.listen(64)
    while True:
        client, address = server.accept()
        client.sendall(address[0].removeprefix("::ffff:").encode() + b"\\n")
        threading.Thread(target=keep, args=(client,), daemon=True).start()
def keep(client):
    while data := client.recv(100):
        client.sendall(data)
    client.close()
threads = [threading.Thread(target=serve, args=(int(port),)) for port in sys.argv[1:]]
[thread.start() for thread in threads]
print("ready", flush=True)
"""
_ASK = """
import json, socket, sys, concurrent.futures
source, target, *ports = sys.argv[1:]
def ask(port):
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(family) as client:
        client.settimeout(1.2)
        client.bind((source, 0))
        try:
            client.connect((target, int(port)))
            return client.recv(100).decode().strip()
        except TimeoutError:
            return "silent"
        except OSError as error:
            return error.strerror
with concurrent.futures.ThreadPoolExecutor(200) as pool:
    print(json.dumps(list(pool.map(ask, ports))))
"""
_PING = """
import socket, struct, sys
target = sys.argv[1]
if ":" in target:
    client = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.getprotobyname("ipv6-icmp"))
    client.sendto(struct.pack("!BBHHH", 128, 0, 0, 77, 1), (target, 0))
else:
    client = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.getprotobyname("icmp"))
    client.sendto(struct.pack("!BBHHH", 8, 0, 0xFFFF - 0x800 - 77 - 1, 77, 1), (target, 0))
client.settimeout(2)
# an IPv4 socket gives the IP header too
kind, start = (129, 0) if ":" in target else (0, 20)
while True:
    reply = client.recv(200)[start:]
    if reply[0] == kind and reply[4:6] == struct.pack("!H", 77):
        break
"""
_SAY = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    # from an address that need not be its own
    client.setsockopt(socket.SOL_IP, socket.IP_TRANSPARENT, 1)
    client.bind((sys.argv[1], 0))
    client.sendto(b"x", (sys.argv[2], int(sys.argv[3])))
"""
_KEEP = """
import socket, sys
client = socket.create_connection((sys.argv[2], int(sys.argv[3])), source_address=(sys.argv[1], 0))
client.recv(100)
print("ready", flush=True)
for line in sys.stdin:
    client.settimeout(2)
    client.sendall(line.encode())
    print(client.recv(100).decode().strip(), flush=True)
"""


def why_unusable() -> str | None:
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [tool for tool in ("ip", "nft", "unshare", "iptables-nft-restore", "mount") if shutil.which(tool) is None]
    return f"needs {' '.join(missing)}: install nftables, iproute2, iptables" if missing else None


class HubNetwork:
    """The namespaces; each is removed with its interfaces in the end."""

    def __init__(self) -> None:
        self._prefix = f"farsite-fw-{uuid.uuid4().hex[:6]}"
        self._made: list[str] = []
        self._running: list[subprocess.Popen[str]] = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="farsite-fw-"))
        try:
            self._build()
        except BaseException:
            self.remove()
            raise

    def _build(self) -> None:
        for name in ("internet", "hub", *PEERS):
            self._ip("netns", "add", self._name(name))
            self._made.append(name)
            self.ip(name, "link", "set", "lo", "up")
        self._link("hub", "eth0", "internet", "eth0")
        self._addresses()
        self.ip("hub", "link", "add", "fleet", "type", "bridge")
        self.ip("hub", "address", "add", f"{IN_TUNNEL}/32", "dev", "fleet")
        self.ip("hub", "link", "set", "fleet", "up")
        for number, (peer, address) in enumerate(PEERS.items()):
            self._link("hub", f"peer{number}", peer, "eth0")
            self.ip("hub", "link", "set", f"peer{number}", "master", "fleet")
            self.ip("hub", "route", "add", address, "dev", "fleet")
            self.ip(peer, "address", "add", f"{address}/32", "dev", "eth0")
            self.ip(peer, "route", "add", IN_TUNNEL, "dev", "eth0")
            self.ip(peer, "route", "add", "default", "via", IN_TUNNEL)
        settings = (
            "net.ipv4.ip_forward=1",
            "net.ipv4.conf.all.send_redirects=0",
            "net.ipv4.conf.fleet.send_redirects=0",
        )
        self.run("hub", "sysctl", "-qw", *settings)
        for folder in ("etc", "run", "units", "bin"):
            (self.folder / folder).mkdir()
        for program in ("systemctl", "systemd-run"):
            (self.folder / "bin" / program).symlink_to(HERE / "hub_systemd.py")

    def _addresses(self) -> None:
        self.ip("hub", "address", "add", f"{HUB}/24", "dev", "eth0")
        self.ip("hub", "address", "add", f"{HUB_IPV6}/64", "dev", "eth0", "nodad")
        self.ip("internet", "address", "add", "203.0.113.1/24", "dev", "eth0")
        self.ip("internet", "address", "add", f"{INTERNET_IPV6}/64", "dev", "eth0", "nodad")
        self.ip("internet", "address", "add", f"{LISTED}/32", "dev", "lo")
        self.ip("internet", "address", "add", f"{OTHER}/32", "dev", "lo")
        self.ip("hub", "route", "add", "default", "via", "203.0.113.1")
        self.ip("hub", "route", "add", "default", "via", INTERNET_IPV6)
        # a neighbour that takes the hub as its way to the sites
        self.ip("internet", "route", "add", "10.80.0.0/16", "via", HUB)

    def remove(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        for name in self._made:
            subprocess.run(["ip", "netns", "delete", self._name(name)], check=False)
        shutil.rmtree(self.folder)
        for folder in MOUNTED_OVER:
            # made on this machine to be mounted over; a hub's own has something in it
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _name(self, name: str) -> str:
        return f"{self._prefix}-{name}"

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True)

    def ip(self, name: str, *arguments: str) -> None:
        self._ip("-n", self._name(name), *arguments)

    def _link(self, one: str, interface: str, other: str, end: str) -> None:
        there = ("peer", "name", end, "netns", self._name(other))
        self._ip("link", "add", interface, "netns", self._name(one), "type", "veth", *there)
        self.ip(one, "link", "set", interface, "up")
        self.ip(other, "link", "set", end, "up")

    def _inside(self, name: str) -> list[str]:
        return ["ip", "netns", "exec", self._name(name)]

    def run(self, name: str, *command: str, data: str | None = None, check: bool = True) -> str:
        done = subprocess.run([*self._inside(name), *command], input=data, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def _start(self, name: str, program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [*self._inside(name), sys.executable, "-c", program, *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._running.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def serve(self, name: str, *ports: int) -> None:
        self._start(name, _SERVE, *map(str, ports))

    def ask(self, name: str, source: str, target: str, *ports: int) -> list[str]:
        """Return what each port says to a new connection: the address it sees, ``silent``, or an error's words."""
        answers: list[str] = json.loads(self.run(name, sys.executable, "-c", _ASK, source, target, *map(str, ports)))
        return answers

    def say(self, name: str, source: str, target: str, port: int) -> None:
        """Send a UDP packet under any address and wait for no answer."""
        self.run(name, sys.executable, "-c", _SAY, source, target, str(port))

    def ping(self, name: str, target: str) -> None:
        self.run(name, sys.executable, "-c", _PING, target)

    @contextlib.contextmanager
    def connected(self, name: str, source: str, target: str, port: int) -> t.Iterator[t.Callable[[str], str]]:
        """Keep a connection; what it gives sends a word and returns the echo."""
        process = self._start(name, _KEEP, source, target, str(port))
        assert process.stdin
        assert process.stdout
        to_it, from_it = process.stdin, process.stdout

        def echo(word: str) -> str:
            to_it.write(f"{word}\n")
            to_it.flush()
            return from_it.readline().strip()

        yield echo
        process.kill()

    def module(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Run hub_firewall on the hub, which has its own files and the stand-in for systemd; return the result."""
        given = json.dumps({"ANSIBLE_MODULE_ARGS": {"_ansible_diff": True, **arguments}})
        (self.folder / "arguments.json").write_text(given, "utf-8")
        enter = (
            "mkdir -p /etc/farsite-fleet /run/farsite-fleet && mount --bind $0/etc /etc/farsite-fleet && "
            "mount --bind $0/run /run/farsite-fleet && mount --bind $0/units /etc/systemd/system && "
            'PATH="$0/bin:$PATH" STAND_IN_STATE=$0/state exec "$@"'
        )
        command = [*self._inside("hub"), "unshare", "--mount", "sh", "-c", enter, str(self.folder)]
        done = subprocess.run(
            [*command, sys.executable, str(MODULE), str(self.folder / "arguments.json")],
            env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        result: dict[str, t.Any] = json.loads(done.stdout)
        return result

    def apply(self, **arguments: t.Any) -> dict[str, t.Any]:
        """Make the firewall and confirm it."""
        result = self.module(arguments)
        assert not result.get("failed"), result
        if "transaction" in result:
            assert self.confirm(result) == "confirmed"
        return result

    def confirm(self, result: dict[str, t.Any]) -> str:
        name = result["transaction"]["id"]
        end: str = self.module({"phase": "confirm", "transaction": name})["transaction"]["end"]
        return end

    def table(self) -> str:
        return self.run("hub", "nft", "-s", "list", "table", "inet", "farsite_fleet", check=False)
