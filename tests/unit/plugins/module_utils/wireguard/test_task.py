# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json
import pathlib
import tempfile
import time
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.change import same_peers
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import parse
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer, PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import locked
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task import read_task, run_task
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.cases import wanted_peers
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import (
    FakeHost,
    RunningInterface,
    arguments,
    key,
    peer,
    public,
    secret,
)


def sites(*numbers: int) -> list[Peer]:
    return [peer(number, f"10.80.{number}.0/24", preshared_key=secret(number)) for number in numbers]


def run(host: FakeHost, peers: t.Sequence[Peer], *, check: bool = False, **changed: t.Any) -> dict[str, t.Any]:
    given_ = arguments(peers, private_key_file=None, **changed)
    task = dataclasses.replace(read_task(given_), private_key_file=str(host.private_key_file))
    return run_task(task, host.device, check_mode=check, with_diff=True)


@pytest.fixture
def host(tmp_path: pathlib.Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
def busy(host: FakeHost) -> FakeHost:
    """A host with 20 sites of which the first was seen."""
    run(host, sites(*range(1, 21)))
    assert host.interface
    host.interface.handshakes[key(1)] = 1000
    host.interface.endpoints[key(1)] = "192.0.2.1:5"
    host.ran.clear()
    return host


def restarted(host: FakeHost) -> RunningInterface:
    assert host.interface
    return host.interface


def state(host: FakeHost) -> object:
    """Return all of the host that a task could change."""
    files = {path.name: path.read_text() for path in host.folder.iterdir() if path.name != ".fleet.lock"}
    return json.loads(json.dumps([files, dataclasses.asdict(host.interface or RunningInterface())], default=str))


def test_a_new_interface_is_made_started_and_enabled(host: FakeHost) -> None:
    result = run(host, sites(1, 2))
    assert result["changed"]
    assert [one["name"] for one in result["added"]] == ["site 1", "site 2"]
    assert (result["peers"], result["public_key"]) == (2, public(key(0, "private")))
    assert host.interface
    assert same_peers(sites(1, 2), host.interface.peers)
    assert host.enabled
    assert host.active
    assert "ExecReload=\n" in pathlib.Path(host.device.drop_in_path).read_text()
    assert not run(host, sites(1, 2))["changed"]


def test_a_change_is_one_sync_and_no_restart(busy: FakeHost) -> None:
    result = run(busy, sites(*range(1, 22)))
    assert (result["changed"], [one["name"] for one in result["added"]]) == (True, ["site 21"])
    words = [" ".join(command) for command in busy.ran]
    assert len([word for word in words if word.startswith("wg addconf")]) == 1
    assert not [word for word in words if "restart" in word]
    assert busy.interface
    assert busy.interface.endpoints[key(1)] == "192.0.2.1:5"
    assert not pathlib.Path(busy.device.sync_path).exists()


def test_no_secret_is_an_argument_or_told(busy: FakeHost) -> None:
    changed = [dataclasses.replace(one, preshared_key=secret(99)) for one in sites(*range(1, 21))]
    told = json.dumps(run(busy, changed)) + json.dumps(busy.ran)
    for hidden in (key(0, "private"), secret(1), secret(2), secret(99)):
        assert hidden not in told
    assert "preshared key: (set, other)" in told


def test_check_mode_tells_the_same_and_changes_nothing(busy: FakeHost) -> None:
    before = state(busy)
    wanted = [*sites(*range(2, 21)), *sites(30)]
    told = run(busy, wanted, check=True, mtu=1280)
    assert state(busy) == before
    assert told == run(busy, wanted, mtu=1280)
    again = run(busy, wanted, check=True, mtu=1280)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]


def test_a_port_that_live_peers_dial_stays(busy: FakeHost) -> None:
    restarted(busy).handshakes[key(1)] = int(time.time()) - 60
    before = state(busy)
    with pytest.raises(
        PeersError, match=r"^listen_port: fleet listens on 51820, to which \d+ peers have a live tunnel"
    ):
        run(busy, sites(*range(1, 21)), listen_port=51999)
    assert state(busy) == before


def test_a_port_that_nobody_dials_may_change(host: FakeHost) -> None:
    run(host, sites(1))
    assert run(host, sites(1), listen_port=51999)["changed"]


def test_check_mode_on_an_empty_host(host: FakeHost) -> None:
    host.private_key_file.unlink()
    told = run(host, sites(1), check=True)
    assert (told["changed"], told["public_key"]) == (True, None)
    assert told["warnings"] == [f"There is no {host.private_key_file} yet; make it with farsite.fleet.wireguard_key."]
    assert list(host.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("peers", "changed", "expected"),
    [
        ([], {}, "peers: is empty"),
        (sites(*range(1, 11)), {}, "10 of 20 would be removed, 2 may"),
        ([*sites(*range(1, 20)), peer(20, "10.80.1.0/25")], {}, r"peers\[19\]\.allowed_ips\[0\]: .* overlaps"),
        (sites(*range(1, 21)), {"pools": ["10.0.0.0/16"]}, r"peers\[0\]\.allowed_ips\[0\]: .* in none of the pools"),
        (sites(*range(1, 21)), {"max_removals": "x"}, "max_removals"),
        (sites(*range(1, 21)), {"retire": ["x"]}, r"retire\[0\]: is no base64"),
        (sites(*range(1, 21)), {"listen_port": 0}, "listen_port"),
        (sites(*range(1, 21)), {"interface": "a/b"}, "interface"),
        (sites(*range(1, 21)), {"addresses": ["10.80.3.1/32"]}, r"peers\[2\].*own address"),
    ],
)
def test_traps_are_refused_and_nothing_is_touched(
    busy: FakeHost, peers: list[Peer], changed: dict[str, t.Any], expected: str
) -> None:
    before = state(busy)
    with pytest.raises(PeersError, match=expected):
        run(busy, peers, **changed)
    assert state(busy) == before


def test_a_private_key_that_is_missing_or_other_is_refused(busy: FakeHost) -> None:
    before = busy.private_key_file.read_text()
    busy.private_key_file.write_text(key(77, "private"))
    with pytest.raises(PeersError, match=r"fleet runs with the key .* Every tunnel would end"):
        run(busy, sites(*range(1, 21)))
    busy.private_key_file.write_text("nonsense")
    with pytest.raises(PeersError, match=r"private_key_file: the content of .* has 6 bytes"):
        run(busy, sites(*range(1, 21)))
    busy.private_key_file.unlink()
    with pytest.raises(PeersError, match=r"there is no .* make it with"):
        run(busy, sites(*range(1, 21)))
    busy.private_key_file.write_text(before)
    assert not run(busy, sites(*range(1, 21)))["changed"]


def test_the_hubs_own_key_is_no_peer(host: FakeHost) -> None:
    own = dataclasses.replace(sites(1)[0], public_key=public(key(0, "private")))
    with pytest.raises(PeersError, match="site 1 has the key of the interface itself"):
        run(host, [own])


@pytest.mark.parametrize("failing", ["wg addconf"])
def test_a_failing_sync_leaves_file_and_interface_as_they_were(busy: FakeHost, failing: str) -> None:
    run(busy, sites(*range(1, 21)))
    before = state(busy)
    busy.fails.add(failing)
    with pytest.raises(DeviceError, match="it failed"):
        run(busy, sites(*range(1, 22)))
    busy.fails.clear()
    after = state(busy)
    assert isinstance(before, list)
    assert isinstance(after, list)
    after[0].pop("fleet.seen")
    before[0].pop("fleet.seen")
    assert after == before


def test_a_sync_that_does_something_else_is_taken_back(busy: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    assert busy.interface
    before = dict(busy.interface.peers)
    text = pathlib.Path(busy.device.configuration_path).read_text()
    add = busy.add

    def once(interface: RunningInterface, content: str) -> None:
        monkeypatch.setattr(busy, "add", add)
        add(interface, content.partition("[Peer]")[0])
        interface.peers.clear()

    monkeypatch.setattr(busy, "add", once)
    with pytest.raises(DeviceError, match="fleet has 0 peers, expected 21 as given"):
        run(busy, sites(*range(1, 22)))
    assert busy.interface.peers == before
    assert busy.interface.private_key == key(0, "private")
    assert busy.interface.endpoints[key(1)] == "192.0.2.1:5"
    assert pathlib.Path(busy.device.configuration_path).read_text() == text


def test_a_run_killed_after_the_rename_is_mended(busy: FakeHost) -> None:
    other = FakeHost(busy.folder)
    other.interface = busy.interface
    busy.interface = None
    run(busy, sites(*range(1, 22)))
    busy.interface = other.interface
    result = run(busy, sites(*range(1, 22)))
    assert [one["name"] for one in result["added"]] == ["site 21"]
    assert busy.interface
    assert same_peers(sites(*range(1, 22)), busy.interface.peers)


def test_a_missing_file_is_written_again_and_costs_nobody_his_peer(busy: FakeHost) -> None:
    pathlib.Path(busy.device.configuration_path).unlink()
    result = run(busy, sites(*range(1, 21)))
    assert (result["changed"], result["removed"], result["added"]) == (True, [], [])
    assert "file: missing" in result["diff"]["before"]
    assert not run(busy, sites(*range(1, 21)))["changed"]


def test_wiped_peers_come_back(busy: FakeHost) -> None:
    assert busy.interface
    busy.interface.peers.clear()
    result = run(busy, sites(*range(1, 21)))
    assert len(result["added"]) == 20
    assert same_peers(sites(*range(1, 21)), busy.interface.peers)


@pytest.mark.parametrize("text", ["[Interface]\nPrivateKey = x\n", "nonsense"])
def test_a_file_of_somebody_else_is_kept_beside(host: FakeHost, text: str) -> None:
    pathlib.Path(host.device.configuration_path).write_text(text)
    result = run(host, sites(1))
    assert pathlib.Path(host.device.aside_path).read_text() == text
    assert ("could not be read" in " ".join(result["warnings"])) == (text == "nonsense")


def test_peers_of_others_survive_a_restart_where_they_are_kept(busy: FakeHost) -> None:
    assert busy.interface
    other = peer(50, "10.99.0.0/24", name=None)
    busy.interface.peers[key(50)] = other
    result = run(busy, sites(*range(1, 21)), unmanaged="keep")
    assert (result["removed"], result["peers"]) == ([], 21)
    assert not run(busy, sites(*range(1, 21)), unmanaged="keep")["changed"]
    busy.start()
    assert key(50) in busy.interface.peers
    assert [one["public_key"] for one in run(busy, sites(*range(1, 21)))["removed"]] == [key(50)]


def test_what_ip_keeps_is_changed_live(busy: FakeHost) -> None:
    result = run(busy, sites(*range(1, 21)), addresses=["10.79.255.253/32"], mtu=1300, listen_port=51821)
    assert result["changed"]
    assert busy.interface
    assert (busy.interface.addresses, busy.interface.mtu, busy.interface.listen_port) == (
        ["10.79.255.253/32"],
        1300,
        51821,
    )
    assert not [command for command in busy.ran if "restart" in command]


def test_another_address_of_the_same_network_costs_no_route(busy: FakeHost) -> None:
    run(busy, sites(*range(1, 21)), addresses=["10.79.255.254/24"])
    assert busy.interface
    before = sorted(busy.interface.routes)
    run(busy, sites(*range(1, 21)), addresses=["10.79.255.253/24"])
    assert (busy.interface.addresses, sorted(busy.interface.routes)) == (["10.79.255.253/24"], before)
    assert not run(busy, sites(*range(1, 21)), addresses=["10.79.255.253/24"])["changed"]


@pytest.mark.parametrize(("prefix", "own"), [("192.0.2.0/24", "192.0.2.0/24"), ("2001:db8::7/128", "2001:db8::/64")])
def test_the_tunnel_takes_no_address_of_the_hosts_own_network(busy: FakeHost, prefix: str, own: str) -> None:
    before = state(busy)
    with pytest.raises(PeersError, match=f"peers: site 5 has {prefix}, which is in {own}, the network of .* eth0"):
        run(busy, [*sites(*range(1, 5)), peer(5, prefix)])
    assert state(busy) == before
    run(busy, [*sites(*range(1, 21)), peer(21, "192.0.0.0/20")])


def test_a_file_that_others_may_read_is_a_difference(busy: FakeHost) -> None:
    path = pathlib.Path(busy.device.configuration_path)
    path.chmod(0o644)
    assert run(busy, sites(*range(1, 21)), check=True)["changed"]
    assert run(busy, sites(*range(1, 21)))["changed"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not run(busy, sites(*range(1, 21)))["changed"]


def test_a_mark_that_was_set_by_hand_stays_and_is_written_down(busy: FakeHost) -> None:
    assert busy.interface
    busy.interface.fwmark = "0x1"
    assert run(busy, sites(*range(1, 21)))["changed"]
    assert busy.interface.fwmark == "0x1"
    assert not run(busy, sites(*range(1, 21)))["changed"]
    busy.interface = None
    run(busy, sites(*range(1, 21)))
    assert restarted(busy).fwmark == "0x1"


def test_a_replaced_key_waits_with_a_warning_then_takes_over(busy: FakeHost) -> None:
    new = dataclasses.replace(sites(1)[0], public_key=key(101))
    wanted = [new, *sites(*range(2, 21))]
    result = run(busy, wanted)
    assert [one["public_key"] for one in result["waiting"]] == [key(101)]
    assert "site 1: the key" in result["warnings"][0]
    assert (result["removed"], result["superseded"]) == ([], [])
    assert not run(busy, wanted)["changed"]
    assert busy.interface
    busy.interface.handshakes[key(101)] = 2000
    result = run(busy, wanted, max_removals="0")
    assert [one["public_key"] for one in result["superseded"]] == [key(1)]
    assert same_peers(wanted, busy.interface.peers)


def test_a_clock_that_was_ahead_keeps_no_dead_key_alive(busy: FakeHost) -> None:
    now = int(time.time())
    assert busy.interface
    busy.interface.handshakes[key(1)] = now + 86400 * 365
    wanted = [dataclasses.replace(sites(1)[0], public_key=key(101)), *sites(*range(2, 21))]
    assert [one["public_key"] for one in run(busy, wanted)["waiting"]] == [key(101)]
    busy.interface.handshakes[key(101)] = now
    assert [one["public_key"] for one in run(busy, wanted)["superseded"]] == [key(1)]


def test_handshakes_are_remembered_over_a_restart(busy: FakeHost) -> None:
    run(busy, sites(*range(1, 22)))
    busy.start()
    assert busy.interface
    assert not busy.interface.handshakes
    new = dataclasses.replace(sites(1)[0], public_key=key(101))
    assert [one["public_key"] for one in run(busy, [new, *sites(*range(2, 22))])["waiting"]] == [key(101)]


def test_a_peer_that_moved_is_not_called_back(busy: FakeHost) -> None:
    wanted = [dataclasses.replace(sites(1)[0], endpoint="192.0.2.9:9"), *sites(*range(2, 21))]
    run(busy, wanted)
    assert busy.interface
    assert busy.interface.endpoints[key(1)] == "192.0.2.9:9"
    busy.interface.endpoints[key(1)] = "192.0.2.77:7"
    assert not run(busy, wanted)["changed"]
    run(busy, [*wanted, *sites(22)])
    assert busy.interface.endpoints[key(1)] == "192.0.2.77:7"


def test_an_interface_that_others_started_is_told(host: FakeHost) -> None:
    host.interface = RunningInterface(private_key=key(0, "private"))
    result = run(host, sites(1))
    assert "was not started by wg-quick@fleet" in result["warnings"][0]
    assert host.enabled
    assert not host.active


def test_two_runs_do_not_interleave(busy: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task.PATIENCE"
    monkeypatch.setattr(module, 0.0)
    with locked(busy.device.lock_path, 0), pytest.raises(OSError, match="another run has held this lock"):
        run(busy, sites(1))


@given(st.lists(wanted_peers(), min_size=1, max_size=3), st.sampled_from(["keep", "remove"]))
@settings(max_examples=25)
def test_whatever_ran_the_last_task_is_what_runs_and_what_is_on_disk(tasks: list[list[Peer]], unmanaged: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        host = FakeHost(pathlib.Path(folder))
        for wanted in tasks:
            run(host, wanted, max_removals="100%", unmanaged=unmanaged)
            assert host.interface
            assert same_peers(wanted, host.interface.peers)
            on_disk = parse(pathlib.Path(host.device.configuration_path).read_text())
            assert list(on_disk.peers.values()) == list(wanted)
            assert not run(host, wanted, unmanaged=unmanaged)["changed"]
