# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module dns_records against a real authoritative server, Knot DNS, over real signed messages."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import typing as t

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import lab_image
import pytest

import ansible_collections.farsite.fleet.plugins.modules.dns_records as inside

COLLECTIONS = pathlib.Path(inside.__file__).parents[5]
SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0LCBubyBvdGhlcg=="  # noqa: S105 # guards nothing
OTHER = "YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3QuLi4u"
ZONE = "fleet.test"
CONFIGURATION = """
server:
    rundir: "{folder}"
    listen: "127.0.0.1@{port}"
log:
  - target: "{folder}/knot.log"
    any: info
database:
    storage: "{folder}"
key:
  - id: fleet-key
    algorithm: hmac-sha256
    secret: {secret}
  - id: reader
    algorithm: hmac-sha512
    secret: {other}
acl:
  - id: fleet
    key: fleet-key
    action: [transfer, update]
  - id: readers
    key: reader
    action: transfer
zone:
  - domain: {zone}
    storage: "{folder}"
    file: zone.db
    acl: [fleet, readers]
"""
ZONE_FILE = """$TTL 600
@ SOA ns hostmaster 1 3600 600 86400 600
@ NS ns
ns A 127.0.0.1
www A 192.0.2.80
mail MX 10 www
alias CNAME www
sub NS ns.sub
ns.sub A 192.0.2.53
"""


class Result(t.NamedTuple):
    status: int
    output: dict[str, t.Any]
    raw: str

    @property
    def names(self) -> tuple[list[str], list[str], list[str]]:
        return self.output["added"], self.output["updated"], self.output["removed"]


class NameServer:
    """A server on a port of its own, with one zone, in *root*, a file system with its programs."""

    def __init__(self, root: pathlib.Path, zone: str = ZONE) -> None:
        folder = pathlib.Path(tempfile.mkdtemp(dir=root / "run"))
        there = f"/{folder.relative_to(root)}"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "zone.db").write_text(ZONE_FILE)
        configuration = CONFIGURATION.format(folder=there, port=self.port, secret=SECRET, other=OTHER, zone=zone)
        (folder / "knot.conf").write_text(configuration)
        self._process = subprocess.Popen(["chroot", str(root), "/usr/sbin/knotd", "--config", f"{there}/knot.conf"])
        deadline = time.monotonic() + 20
        while self.answer(zone, "SOA") is None:
            assert self._process.poll() is None, (folder / "knot.log").read_text()
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def answer(self, name: str, kind: str) -> list[str] | None:
        """Return the values that the server answers with, None if it does not answer as it should."""
        try:
            reply = dns.query.tcp(dns.message.make_query(name, kind), "127.0.0.1", port=self.port, timeout=5)
        except OSError:
            return None
        if reply.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return None
        wanted = dns.rdatatype.from_text(kind)
        return sorted(item.to_text() for rrset in reply.answer if rrset.rdtype == wanted for item in rrset)

    def serial(self) -> str:
        values = self.answer(ZONE, "SOA")
        assert values
        return values[0].split()[2]

    def run(
        self, records: list[dict[str, t.Any]], *, check: bool = False, diff: bool = False, **options: t.Any
    ) -> Result:
        """Run the module as Ansible does: a process of its own, arguments on its standard input."""
        arguments = {
            "server": "127.0.0.1",
            "port": self.port,
            "zone": ZONE,
            "records": records,
            "owner": "quarries",
            "key_name": "fleet-key",
            "key_secret": SECRET,
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
            **options,
        }
        done = subprocess.run(
            [sys.executable, "-m", "ansible_collections.farsite.fleet.plugins.modules.dns_records"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            env=os.environ | {"PYTHONPATH": str(COLLECTIONS)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert SECRET not in done.stdout + done.stderr
        assert OTHER not in done.stdout + done.stderr
        return Result(done.returncode, json.loads(done.stdout), done.stdout + done.stderr)


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A file system with Knot DNS in it: installed on this machine, it would be started there too."""
    root = tmp_path_factory.mktemp("knot")
    for package in lab_image.download(["knot"]):
        subprocess.run(["dpkg-deb", "--extract", str(package), str(root)], check=True)
    for folder in ("run", "tmp"):
        (root / folder).mkdir(exist_ok=True)
    return root


@pytest.fixture(name="server")
def _server(root: pathlib.Path) -> t.Iterator[NameServer]:
    server = NameServer(root)
    try:
        yield server
    finally:
        server.stop()


def site(number: int, name: str | None = None) -> list[dict[str, t.Any]]:
    whole = name or f"site-{number}.{ZONE}"
    return [
        {"name": whole, "type": "A", "values": [f"10.79.{number // 256}.{number % 256}"]},
        {"name": whole, "type": "AAAA", "values": [f"fd00::{number:x}"]},
    ]


MARKER = '"heritage=farsite.fleet,owner=quarries"'


def test_names_come_change_and_go(server: NameServer) -> None:
    wanted = [*site(1), *site(2), *site(3, f"gate.site-2.{ZONE}.")]
    before = server.serial()
    shown = server.run(wanted, check=True, diff=True)
    assert (shown.status, shown.output["changed"], server.serial()) == (0, True, before)
    done = server.run(wanted, diff=True)
    names = [f"gate.site-2.{ZONE}", f"site-1.{ZONE}", f"site-2.{ZONE}"]
    assert done.names == shown.names == (names, [], [])
    assert done.output["diff"] == shown.output["diff"]
    assert done.output["diff"]["before"] == ""
    assert done.output["diff"]["after"].splitlines()[:3] == [
        f"gate.site-2.{ZONE}. 3600 IN A 10.79.0.3",
        f"gate.site-2.{ZONE}. 3600 IN AAAA fd00::3",
        f"gate.site-2.{ZONE}. 3600 IN TXT {MARKER}",
    ]
    assert server.answer(f"gate.site-2.{ZONE}", "A") == ["10.79.0.3"]
    assert server.answer(f"site-1.{ZONE}", "AAAA") == ["fd00::1"]
    assert server.answer(f"site-1.{ZONE}", "TXT") == [MARKER]

    serial = server.serial()
    again = server.run(wanted, diff=True)
    assert (again.output["changed"], again.names, again.output["names"]) == (False, ([], [], []), 3)
    assert again.output["diff"]["after"] == ""
    assert server.serial() == serial

    wanted[0] = {"name": f"site-1.{ZONE}", "type": "A", "values": ["10.79.0.9", "10.79.0.8"], "ttl": 60}
    wanted = [wanted[0], *wanted[2:]]
    changed = server.run(wanted)
    assert changed.names == ([], [f"site-1.{ZONE}"], [])
    assert server.answer(f"site-1.{ZONE}", "A") == ["10.79.0.8", "10.79.0.9"]
    assert server.answer(f"site-1.{ZONE}", "AAAA") == []
    assert not server.run(wanted).output["changed"]

    gone = server.run(wanted[:3])
    assert gone.names == ([], [], [f"gate.site-2.{ZONE}"])
    for kind in ("A", "AAAA", "TXT"):
        assert server.answer(f"gate.site-2.{ZONE}", kind) == []
    assert server.answer(f"www.{ZONE}", "A") == ["192.0.2.80"]
    assert not server.run(wanted[:3]).output["changed"]


def test_only_the_ttl_differs(server: NameServer) -> None:
    wanted = site(1)
    server.run(wanted)
    changed = server.run([record | {"ttl": 60} for record in wanted])
    assert changed.names == ([], [f"site-1.{ZONE}"], [])
    assert not server.run([record | {"ttl": 60} for record in wanted]).output["changed"]


def test_names_of_others_are_refused_all_at_once_and_nothing_is_done(server: NameServer) -> None:
    before = server.serial()
    names = [f"{label}.{ZONE}" for label in ("www", "mail", "alias", "x.sub")]
    refused = server.run([*site(1), *(record for name in names for record in site(2, name))])
    assert refused.status == 1
    said = refused.output["msg"].splitlines()
    assert [line.split(":")[0] for line in said] == [f"- {name}" for name in sorted(names)]
    assert server.serial() == before


def test_a_name_is_adopted_and_keeps_its_other_records(server: NameServer) -> None:
    wanted = [*site(2, f"mail.{ZONE}"), *site(3, f"www.{ZONE}")]
    assert server.run(wanted).status == 1
    assert server.run(wanted, adopt=True).names == ([f"mail.{ZONE}", f"www.{ZONE}"], [], [])
    assert server.answer(f"mail.{ZONE}", "MX") == ["10 www.fleet.test."]
    assert server.answer(f"www.{ZONE}", "A") == ["10.79.0.3"]
    assert not server.run(wanted).output["changed"]
    # two owners share a zone
    other = server.run(site(5), owner="others")
    assert other.names == ([f"site-5.{ZONE}"], [], [])
    assert server.run(site(5)).output["msg"].startswith(f"- site-5.{ZONE}: belongs to others by its TXT record")
    assert server.run(wanted[:2]).names == ([], [], [f"www.{ZONE}"])
    assert server.answer(f"site-5.{ZONE}", "A") == ["10.79.0.5"]


def test_many_names_in_several_messages(server: NameServer) -> None:
    wanted = [record for number in range(1, 1001) for record in site(number)]
    before = int(server.serial())
    assert len(server.run(wanted).output["added"]) == 1000
    # a batch raises the serial once
    assert 1 < int(server.serial()) - before < 40
    assert server.answer(f"site-1000.{ZONE}", "A") == ["10.79.3.232"]
    assert not server.run(wanted).output["changed"]
    refused = server.run(wanted[:1000])
    assert refused.output["msg"].startswith("max_removals: 500 of 1000 names of quarries would go, and 100 may")
    assert len(server.run(wanted[:1000], max_removals="50%").output["removed"]) == 500


def test_the_playbook_on_the_example(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    example = COLLECTIONS / "ansible_collections" / "farsite" / "fleet" / "inventories" / "example"
    server = NameServer(root, "quarries.example.net")
    values = {"dns_server": "127.0.0.1", "dns_port": server.port, "dns_key_name": "fleet-key", "dns_key_secret": SECRET}
    (tmp_path / "variables.json").write_text(json.dumps(values))
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(example / "ansible.cfg"),
    }

    def play(*options: str) -> str:
        command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "farsite.fleet.dns", *options]
        done = subprocess.run(command, cwd=example, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done.stdout

    try:
        assert "The variable dns_server is not defined" in play()
        given = ("-e", f"@{tmp_path / 'variables.json'}", "-vvv")
        assert "+gate.quarry-north.quarries.example.net. 3600 IN A 10.80.17.11\n" in play(*given, "--check", "--diff")
        assert server.answer("gate.quarry-north.quarries.example.net", "A") == []
        assert "changed=1" in play(*given)
        assert server.answer("gate.quarry-north.quarries.example.net", "A") == ["10.80.17.11"]
        assert "changed=0" in play(*given)
    finally:
        server.stop()


def test_no_records_is_an_accident(server: NameServer) -> None:
    server.run(site(1))
    assert server.run([], max_removals="100%").output["msg"].startswith("records: found none")
    assert server.answer(f"site-1.{ZONE}", "A") == ["10.79.0.1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key_secret": OTHER}, "the zone fleet.test cannot be read from 127.0.0.1 port {port}: "),
        ({"key_name": "nobody"}, "the zone fleet.test cannot be read from 127.0.0.1 port {port}: "),
        ({"key_secret": "no base64!"}, "key_secret: found something else than base64"),
        ({"key_name": "a..b"}, "key_name: found 'a..b', expected a domain name"),
        ({"zone": "other.test", "records": site(1, "a.other.test")}, "the zone other.test cannot be read from "),
        (
            {"key_name": "reader", "key_secret": OTHER, "key_algorithm": "hmac-sha512"},
            "127.0.0.1 port {port} refused an update of the zone fleet.test: The peer didn't know the key we used; ",
        ),
        ({"port": 1}, "the zone fleet.test cannot be read from 127.0.0.1 port 1: [Errno 111] Connection refused; "),
        ({"server": "no-such-host.invalid"}, "server: no-such-host.invalid has no address: "),
    ],
)
def test_a_server_that_says_no(server: NameServer, options: dict[str, t.Any], message: str) -> None:
    arguments: dict[str, t.Any] = {"records": site(1)} | options
    failed = server.run(**arguments)
    assert failed.status == 1
    assert failed.output["msg"].startswith(message.format(port=server.port)), failed.output["msg"]
    assert "Traceback" not in failed.raw
