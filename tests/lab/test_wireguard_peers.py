# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of the hub's tunnel with real tunnels: wireguard-go in network namespaces, a site that pings its hub.

Only systemctl is a stand-in here (``lab/tunnel/systemctl``); the real one is in the hub's container.
"""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import shutil
import stat
import subprocess
import sys
import threading
import time
import typing as t

import pytest
from lab_tunnel_host import ModuleFailedError, TunnelHost, module_command, module_result, why_unusable

PINGS = pathlib.Path(__file__).with_name("pings.py")
HUB, SITE = "10.79.255.254", "10.79.0.1"
NETWORK = "10.80.1.0/24"

pytestmark = pytest.mark.skipif(why_unusable() is not None, reason=str(why_unusable()))


def key(number: int) -> str:
    """Return a key that nobody uses."""
    return base64.b64encode(b"a key of the lab's tests: " + number.to_bytes(6, "big")).decode()


def others(count: int, **changed: t.Any) -> list[dict[str, t.Any]]:
    return [
        {"name": f"site {number}", "public_key": key(number), "allowed_ips": [f"10.79.{number >> 8}.{number & 255}/32"]}
        | changed
        for number in range(2, 2 + count)
    ]


@contextlib.contextmanager
def pings(host: TunnelHost, address: str) -> t.Iterator[dict[str, float]]:
    """Ping every 10 ms in the meantime; what is yielded has the result afterwards."""
    command = host.command(sys.executable, str(PINGS), address, "10")
    found: dict[str, float] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while len(host.run("cat", "/proc/net/raw").splitlines()) == 1:
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(0.3)
        yield found
        time.sleep(0.3)
        found.update(json.loads(process.communicate("end\n")[0]))


def expect_answer(host: TunnelHost, address: str, seconds: float = 15) -> None:
    """Ping until an answer comes."""
    end = time.monotonic() + seconds
    while True:
        with pings(host, address) as found:
            pass
        if found["answered"]:
            return
        assert time.monotonic() < end, f"{address} does not answer"


class Tunnel:
    """A hub that the module makes, and a site that calls it and pings it."""

    def __init__(self, hub: TunnelHost, site: TunnelHost) -> None:
        self.hub, self.site = hub, site
        hub.connect(site, "192.0.2.1/24", "192.0.2.2/24")
        self.hub_key = hub.module("wireguard_key", {"path": "/etc/wireguard/fleet.key"})["public_key"]
        self.site_key = site.make_key("/etc/wireguard/site.key")
        self.secret = self.make_secret("secret")
        self.own: dict[str, t.Any] = {
            "name": "site 1",
            "public_key": self.site_key,
            "allowed_ips": [f"{SITE}/32", NETWORK],
            "preshared_key": self.secret,
        }

    def make_secret(self, name: str) -> str:
        secret = self.site.run("wg", "genpsk").strip()
        (self.site.tunnels / name).write_text(secret)
        return secret

    def converge(self, peers: t.Sequence[t.Mapping[str, t.Any]], *, check: bool = False, **changed: t.Any) -> t.Any:
        given = {"addresses": [f"{HUB}/32"], "peers": list(peers), **changed}
        return self.hub.module("wireguard_peers", given, check_mode=check, diff=True)

    def call(self) -> None:
        """Bring the site's end up, and wait until the hub answers."""
        for command in (
            ("wireguard-go", "fleet"),
            ("ip", "address", "add", f"{SITE}/32", "dev", "fleet"),
            ("ip", "link", "set", "fleet", "up"),
            ("ip", "route", "add", f"{HUB}/32", "dev", "fleet"),
            (
                *("wg", "set", "fleet", "private-key", "/etc/wireguard/site.key", "peer", self.hub_key),
                *("allowed-ips", f"{HUB}/32", "endpoint", "192.0.2.1:51820"),
                *("preshared-key", "/etc/wireguard/secret"),
            ),
        ):
            self.site.run(*command)
        expect_answer(self.site, HUB)

    @contextlib.contextmanager
    def pings(self) -> t.Iterator[dict[str, float]]:
        """Let the site ping the hub in the meantime; what is yielded has the result afterwards."""
        with pings(self.site, HUB) as found:
            yield found

    def state(self) -> t.Any:
        """Return what the hub runs and has on disk, without counters and what was seen."""
        running = [line.split("\t")[:4] for line in self.hub.run("wg", "show", "fleet", "dump").splitlines()]
        files = {path.name: path.read_bytes() for path in self.hub.tunnels.iterdir() if path.suffix != ".seen"}
        return sorted(running), files, self.hub.run("ip", "route", "show", "dev", "fleet")

    def peers(self) -> dict[str, str]:
        """Return the allowed IPs of each key."""
        lines = self.hub.run("wg", "show", "fleet", "allowed-ips").splitlines()
        return dict(t.cast("tuple[str, str]", tuple(line.split("\t"))) for line in lines)


@pytest.fixture
def tunnel() -> t.Iterator[Tunnel]:
    with TunnelHost("hub") as hub, TunnelHost("site") as site:
        yield Tunnel(hub, site)


def wrap(host: TunnelHost, program: str, script: str) -> None:
    """Put something before a program; ``$REAL`` is the real one."""
    path = host.programs / program
    path.write_text(f'#!/bin/sh\nREAL={shutil.which(program)}\n{script}\nexec $REAL "$@"\n')
    path.chmod(0o755)


def test_a_peer_comes_and_goes_and_a_live_tunnel_loses_no_packet(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own, *others(100)])
    tunnel.call()
    with tunnel.pings() as found:
        added = tunnel.converge([tunnel.own, *others(101)])
        removed = tunnel.converge([tunnel.own, *others(95)])
        tunnel.converge([tunnel.own, *others(95)], listen_port=51820, mtu=1400)
    assert [one["name"] for one in added["added"]] == ["site 102"]
    assert len(removed["removed"]) == 6
    assert found["sent"] > 100
    assert found["answered"] == found["sent"]
    routes = tunnel.hub.run("ip", "route", "show", "dev", "fleet", "proto", "171")
    assert NETWORK in routes
    assert "10.79.0.103" not in routes


def test_wipe_traps_are_refused_and_the_tunnel_lives(tunnel: Tunnel) -> None:
    peers = [tunnel.own, *others(19)]
    tunnel.converge(peers)
    tunnel.call()
    before = tunnel.state()
    traps: list[tuple[list[t.Any], str]] = [
        ([], "peers: is empty"),
        (peers[:10], "10 of 20 would be removed, 2 may"),
        ([*peers[:-1], {**peers[-1], "public_key": "c2hvcnQ="}], r"peers[19].public_key: has 5 bytes"),
        ([*peers[:-1], {**peers[-1], "allowed_ips": [NETWORK]}], r"peers[19].allowed_ips[0]: 10.80.1.0/24 overlaps"),
        ([*peers[:-1], {**peers[-1], "public_key": tunnel.site_key}], r"peers[19].public_key: is that of peers[0] too"),
    ]
    with tunnel.pings() as found:
        for given, expected in traps:
            with pytest.raises(ModuleFailedError) as caught:
                tunnel.converge(given)
            assert expected in caught.value.result["msg"]
            assert tunnel.state() == before
        (tunnel.hub.tunnels / "fleet.key").rename(tunnel.hub.tunnels / "away")
        with pytest.raises(ModuleFailedError, match=r"there is no /etc/wireguard/fleet\.key"):
            tunnel.converge(peers)
        (tunnel.hub.tunnels / "away").rename(tunnel.hub.tunnels / "fleet.key")
        assert tunnel.state() == before
        # the file that a reload would read is gone: nobody loses his peer, and it comes back
        (tunnel.hub.tunnels / "fleet.conf").unlink()
        assert tunnel.converge(peers)["changed"]
        assert tunnel.state() == before
    assert found["answered"] == found["sent"] > 100


def test_endpoints_come_back_with_the_interface(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own, *others(3)])
    tunnel.call()
    endpoint = next(line for line in tunnel.hub.run("wg", "show", "fleet", "endpoints").splitlines() if "192.0" in line)
    tunnel.hub.run("wg-quick", "down", "fleet")
    tunnel.hub.run("wg-quick", "up", "fleet")
    assert endpoint in tunnel.hub.run("wg", "show", "fleet", "endpoints")
    assert set(tunnel.peers()) == {tunnel.site_key, *(one["public_key"] for one in others(3))}
    # the site does not know of the restart and says nothing: the hub must know where to call
    expect_answer(tunnel.hub, SITE, 3)
    assert not tunnel.converge([tunnel.own, *others(3)])["changed"]
    assert stat.S_IMODE((tunnel.hub.tunnels / "fleet.seen").stat().st_mode) == 0o600


def test_another_address_of_the_same_network_costs_no_route(tunnel: Tunnel) -> None:
    """Without promote_secondaries the kernel takes the new address away with the old one, and all routes then."""
    tunnel.converge([tunnel.own], addresses=[f"{HUB}/24"])
    tunnel.hub.run("sysctl", "-qw", "net.ipv4.conf.fleet.promote_secondaries=0")
    tunnel.converge([tunnel.own], addresses=["10.79.255.253/24"])
    shown = tunnel.hub.run("ip", "-brief", "-4", "address", "show", "fleet").split()
    assert shown[2:] == ["10.79.255.253/24"]
    assert f"{NETWORK} dev fleet" in tunnel.hub.run("ip", "route")
    assert not tunnel.converge([tunnel.own], addresses=["10.79.255.253/24"])["changed"]
    tunnel.converge([tunnel.own])


def test_a_site_takes_nothing_of_the_hubs_own_network(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    before = tunnel.state()
    with pytest.raises(ModuleFailedError, match=r"which is in 192\.0\.2\.0/24, the network of this host's"):
        tunnel.converge([tunnel.own, others(1)[0] | {"allowed_ips": ["192.0.2.0/25"]}])
    assert tunnel.state() == before


def test_what_wg_quick_strips_is_what_runs(tunnel: Tunnel) -> None:
    calling = [{**one, "preshared_key": key(1000 + number)} for number, one in enumerate(others(3))]
    tunnel.converge([tunnel.own, *calling])
    before = tunnel.peers()
    tunnel.hub.run("ip", "link", "delete", "fleet")
    assert tunnel.converge([tunnel.own, *calling])["changed"]
    assert tunnel.peers() == before
    stripped = tunnel.hub.run("wg-quick", "strip", "fleet")
    assert stripped.count("[Peer]") == 4
    assert not tunnel.converge([tunnel.own, *calling])["changed"]


def test_preshared_keys_and_keepalives_can_be_taken_away(tunnel: Tunnel) -> None:
    plain = others(2)
    tunnel.converge([{**one, "preshared_key": key(7), "persistent_keepalive": 25} for one in plain])
    assert tunnel.converge(plain)["changed"]
    dump = tunnel.hub.run("wg", "show", "fleet", "dump").splitlines()[1:]
    assert {(line.split("\t")[1], line.split("\t")[7]) for line in dump} == {("(none)", "off")}
    assert not tunnel.converge(plain)["changed"]


def test_a_sync_that_fails_changes_nothing(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    tunnel.call()
    before = tunnel.state()
    wrap(tunnel.hub, "wg", '[ "$1" != addconf ] || { echo "no sync today" >&2; exit 1; }')
    with tunnel.pings() as found, pytest.raises(ModuleFailedError, match="no sync today"):
        tunnel.converge([tunnel.own, *others(1)])
    assert tunnel.state() == before
    assert found["answered"] == found["sent"]


def test_a_sync_that_wipes_is_taken_back(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    tunnel.call()
    before = tunnel.state()
    flag = tunnel.hub.files / "wiped"
    wrap(
        tunnel.hub,
        "wg",
        f'[ "$1" != addconf ] || [ -e {flag} ] || {{ touch {flag}; exec $REAL setconf $2 /dev/null; }}',
    )
    with pytest.raises(ModuleFailedError, match="fleet has 0 peers, expected 2 as given"):
        tunnel.converge([tunnel.own, *others(1)])
    assert flag.exists()
    assert tunnel.state() == before


def test_a_run_that_is_killed_before_the_sync_is_mended_by_the_next(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    tunnel.call()
    wrap(tunnel.hub, "wg", '[ "$1" != addconf ] || { kill -9 $PPID; exit 1; }')
    command, data = module_command("wireguard_peers", {"addresses": [f"{HUB}/32"], "peers": [tunnel.own, *others(1)]})
    assert tunnel.hub.attempt(*command, data=data).returncode != 0
    assert len(tunnel.peers()) == 1
    assert key(2) in (tunnel.hub.tunnels / "fleet.conf").read_text()
    (tunnel.hub.programs / "wg").unlink()
    with tunnel.pings() as found:
        result = tunnel.converge([tunnel.own, *others(1)])
    assert [one["name"] for one in result["added"]] == ["site 2"]
    assert len(tunnel.peers()) == 2
    assert found["answered"] == found["sent"]
    assert {path.name for path in tunnel.hub.tunnels.iterdir()} == {
        "fleet.conf",
        "fleet.key",
        "fleet.seen",
        ".fleet.lock",
    }


def test_a_power_cut_before_the_sync_is_mended_by_the_boot(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    wrap(tunnel.hub, "wg", '[ "$1" != addconf ] || { kill -9 $PPID; exit 1; }')
    command, data = module_command("wireguard_peers", {"addresses": [f"{HUB}/32"], "peers": [tunnel.own, *others(1)]})
    tunnel.hub.attempt(*command, data=data)
    (tunnel.hub.programs / "wg").unlink()
    tunnel.hub.run("ip", "link", "delete", "fleet")
    tunnel.hub.run("systemctl", "stop", "wg-quick@fleet.service")
    tunnel.hub.run("systemctl", "start", "wg-quick@fleet.service")
    assert not tunnel.converge([tunnel.own, *others(1)])["changed"]


def test_secrets_are_nowhere_but_in_roots_files(tunnel: Tunnel) -> None:
    log = tunnel.hub.files / "arguments"
    for program in ("wg", "ip"):
        wrap(tunnel.hub, program, f'echo "$0 $*" >>{log}')
    tunnel.converge([tunnel.own, *others(2)])
    told = json.dumps(tunnel.converge([{**tunnel.own, "preshared_key": key(9)}, *others(3)], check=True))
    told += json.dumps(tunnel.converge([{**tunnel.own, "preshared_key": key(9)}, *others(3)]))
    command, data = module_command("wireguard_peers", {"addresses": [f"{HUB}/32"], "peers": [tunnel.own, *others(3)]})
    done = tunnel.hub.attempt(*command, data=data)
    module_result(done)
    told += done.stdout + done.stderr + log.read_text()
    hidden = (tunnel.hub.tunnels / "fleet.key").read_text().strip()
    for secret in (hidden, tunnel.secret, key(9)):
        assert secret not in told
    assert "(set, other)" in told
    for path in tunnel.hub.files.rglob("*"):
        if path.is_file() and any(one in path.read_text("utf-8", "replace") for one in (hidden, tunnel.secret)):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_check_mode_is_exact_and_changes_nothing(tunnel: Tunnel) -> None:
    told = tunnel.converge([tunnel.own], check=True)
    assert {path.name for path in tunnel.hub.tunnels.iterdir()} == {"fleet.key"}
    done = tunnel.converge([tunnel.own])
    assert told["diff"] == done["diff"]
    before = tunnel.state()
    told = tunnel.converge([tunnel.own, *others(2)], check=True, mtu=1300)
    assert tunnel.state() == before
    done = tunnel.converge([tunnel.own, *others(2)], mtu=1300)
    assert {name: value for name, value in told.items() if name != "invocation"} == {
        name: value for name, value in done.items() if name != "invocation"
    }
    assert not tunnel.converge([tunnel.own, *others(2)], mtu=1300)["changed"]


def test_a_replaced_router_waits_until_it_is_seen(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own])
    tunnel.call()
    new = {**tunnel.own, "public_key": tunnel.site.make_key("/etc/wireguard/next.key")}
    result = tunnel.converge([new])
    assert [one["reason"] for one in result["waiting"]] == ["addresses"]
    assert tunnel.peers() == {tunnel.site_key: f"{SITE}/32 {NETWORK}", new["public_key"]: "(none)"}
    expect_answer(tunnel.site, HUB)
    time.sleep(1.1)
    tunnel.site.run("wg", "set", "fleet", "private-key", "/etc/wireguard/next.key")
    with tunnel.pings() as found:
        time.sleep(1)
    assert not found["answered"]
    result = tunnel.converge([new], max_removals="0")
    assert [one["public_key"] for one in result["superseded"]] == [tunnel.site_key]
    expect_answer(tunnel.site, HUB)
    # an older rendering of the fleet cannot lock it out
    assert tunnel.converge([tunnel.own])["waiting"][0]["holder"] == new["public_key"]
    expect_answer(tunnel.site, HUB)


def test_addresses_follow_a_router_there_and_back(tunnel: Tunnel) -> None:
    tunnel.converge([tunnel.own, *others(20)])
    tunnel.call()
    secret = tunnel.make_secret("next-secret")
    pair = {
        "name": "site 1",
        "public_key": tunnel.site_key,
        "next_public_key": tunnel.site.make_key("/etc/wireguard/next.key"),
    }
    announced = tunnel.hub.module(
        "wireguard_handover", {"phase": "announce", "keys": [{**pair, "next_preshared_key": secret}]}
    )
    assert (announced["changed"], announced["moved"][0]["holder"]) == (True, "running")
    assert secret not in json.dumps(announced)

    def use(name: str, secret_name: str) -> None:
        private = ("private-key", f"/etc/wireguard/{name}.key")
        shared = ("peer", tunnel.hub_key, "preshared-key", f"/etc/wireguard/{secret_name}")
        tunnel.site.run("wg", "set", "fleet", *private, *shared)

    results: list[t.Any] = []

    def follow() -> None:
        given = {"phase": "follow", "keys": [pair], "timeout": 60, "settle": 8}
        results.append(tunnel.hub.module("wireguard_handover", given))

    thread = threading.Thread(target=follow)
    with tunnel.pings() as found:
        thread.start()
        time.sleep(2)
        for names in (("next", "next-secret"), ("site", "secret"), ("next", "next-secret")):
            use(*names)
            time.sleep(3)
        thread.join()
    assert results[0]["moved"][0]["holder"] == "next"
    assert found["longest"] < 1
    assert tunnel.peers()[pair["next_public_key"]] == f"{SITE}/32 {NETWORK}"
    # what is on disk is what runs: the boot brings the same
    before = tunnel.peers()
    tunnel.hub.run("wg-quick", "down", "fleet")
    tunnel.hub.run("wg-quick", "up", "fleet")
    assert tunnel.peers() == before
    new = {**tunnel.own, "public_key": pair["next_public_key"], "preshared_key": secret}
    result = tunnel.converge([new, *others(20)], max_removals="0")
    assert [one["public_key"] for one in result["superseded"]] == [tunnel.site_key]
    # the site does not know of the restart
    expect_answer(tunnel.hub, SITE)


def test_a_key_is_made_once_and_for_root_only(tunnel: Tunnel) -> None:
    file = tunnel.hub.tunnels / "other.key"
    given = {"path": "/etc/wireguard/other.key"}
    assert tunnel.hub.module("wireguard_key", given, check_mode=True)["changed"]
    assert not file.exists()
    made = tunnel.hub.module("wireguard_key", given)
    private = file.read_text().strip()
    assert made["changed"]
    assert made["public_key"] == tunnel.hub.run("wg", "pubkey", data=private).strip()
    assert private not in json.dumps(made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = tunnel.hub.module("wireguard_key", given)
    assert (again["changed"], again["public_key"]) == (False, made["public_key"])
    file.chmod(0o644)
    assert tunnel.hub.module("wireguard_key", given, check_mode=True)["changed"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert tunnel.hub.module("wireguard_key", given)["changed"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("spoiled")
    with pytest.raises(ModuleFailedError, match="expected a key: 32 bytes in base64"):
        tunnel.hub.module("wireguard_key", given)
    assert file.read_text() == "spoiled"
