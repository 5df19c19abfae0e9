# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import follow as following
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import parse
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.rotation import Pair
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import (
    FakeHost,
    key,
    peer,
    secret,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.test_task import run

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer

SITES = [peer(number, f"10.80.{number}.0/24", f"10.79.0.{number}/32") for number in (1, 2)]
PAIR = Pair("site 1", key(1), key(101), secret(101))
ABSENT = Pair("site 9", key(9), key(109))


class Clock:
    """Time that passes by sleeping only; at some seconds something happens."""

    def __init__(self, events: t.Mapping[float, t.Callable[[], object]]) -> None:
        self.now = 0.0
        self.events = dict(events)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for when in [when for when in self.events if when <= self.now]:
            self.events.pop(when)()


@pytest.fixture
def host(tmp_path: pathlib.Path) -> FakeHost:
    host = FakeHost(tmp_path)
    run(host, SITES)
    assert host.interface
    host.interface.handshakes[key(1)] = 1000
    return host


def announce(host: FakeHost, *pairs: Pair, check: bool = False) -> dict[str, t.Any]:
    return following.announce(pairs or [PAIR], host.device, check_mode=check, with_diff=True)


def follow(host: FakeHost, monkeypatch: pytest.MonkeyPatch, *pairs: Pair, **events: t.Callable[[], object]) -> t.Any:
    """Follow for 100 s, settled after 10; *events* are such as ``at_5``. Return the result and when it came."""
    clock = Clock({float(name.removeprefix("at_")): happens for name, happens in events.items()})
    monkeypatch.setattr(following, "time", clock)
    result = following.follow(pairs or [PAIR], host.device, timeout=100, settle=10, check_mode=False)
    return result, clock.now


def shake(host: FakeHost, number: int, when: int) -> t.Callable[[], None]:
    def happen() -> None:
        assert host.interface
        host.interface.handshakes[key(number)] = when

    return happen


def holders(host: FakeHost) -> dict[str, bool]:
    """Return who has addresses, checked to be the same on disk."""
    assert host.interface
    runs = {one.public_key: bool(one.allowed_ips) for one in host.interface.peers.values()}
    written = parse(pathlib.Path(host.device.configuration_path).read_text()).peers
    assert {one.public_key: bool(one.allowed_ips) for one in written.values()} == runs
    return runs


def test_a_next_key_is_announced_once(host: FakeHost) -> None:
    told = announce(host, PAIR, ABSENT, check=True)
    assert key(101) not in holders(host)
    result = announce(host, PAIR, ABSENT)
    assert result == told
    assert result["changed"]
    assert [one["holder"] for one in result["moved"]] == ["running", "none"]
    assert result["moved"][1]["reason"] == "the interface has neither of the keys"
    assert "is: next key" in result["diff"]["after"]
    assert secret(101) not in json.dumps(result)
    assert holders(host) == {key(1): True, key(2): True, key(101): False}
    assert host.interface
    assert host.interface.peers[key(101)].preshared_key == secret(101)
    assert not announce(host, PAIR, ABSENT)["changed"]
    assert not run(host, SITES)["changed"]


def test_a_peer_that_somebody_added_by_hand_stays_his(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    assert host.interface
    for number in (7, 8):
        host.interface.peers[key(number)] = peer(number, f"10.80.{number}.0/24", name=None)
        if number == 7:
            announce(host)
        else:
            follow(host, monkeypatch, at_5=shake(host, 101, 1000))
        assert not run(host, SITES, unmanaged="keep")["removed"]
        assert key(number) in host.interface.peers
    assert [one["name"] for one in run(host, SITES, unmanaged="remove", max_removals="100%")["removed"]] == [None, None]


def test_addresses_follow_the_router(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(host)
    result, when = follow(host, monkeypatch, at_5=shake(host, 101, 1000))
    assert result["changed"]
    assert [one["holder"] for one in result["moved"]] == ["next"]
    assert 15 <= when < 16
    assert holders(host) == {key(1): False, key(2): True, key(101): True}


def test_a_router_that_takes_it_back_is_followed_back(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(host)
    result, when = follow(host, monkeypatch, at_5=shake(host, 101, 1001), at_12=shake(host, 1, 1008))
    assert [one["holder"] for one in result["moved"]] == ["running"]
    assert when > 100
    assert holders(host) == {key(1): True, key(2): True, key(101): False}
    assert not run(host, SITES)["changed"]


def test_nothing_happens_nothing_is_moved(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(host)
    host.ran.clear()
    result, when = follow(host, monkeypatch)
    assert not result["changed"]
    assert when > 100
    assert ["wg", "set"] not in [command[:2] for command in host.ran]


def test_pairs_that_are_not_there_do_not_hold_it_up(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    result, when = follow(host, monkeypatch, ABSENT)
    assert (result["changed"], result["moved"][0]["holder"], when) == (False, "none", 0)


def test_a_run_of_the_peers_in_between_is_tolerated(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(host)
    new: list[Peer] = [peer(101, "10.80.1.0/24", "10.79.0.1/32", name="site 1", preshared_key=secret(101)), SITES[1]]

    def both() -> None:
        shake(host, 101, 1001)()
        run(host, new)

    result, _when = follow(host, monkeypatch, at_5=both)
    assert [one["holder"] for one in result["moved"]] == ["next"]
    assert holders(host) == {key(2): True, key(101): True}


def test_a_restart_in_between_is_tolerated(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(host)
    result, _when = follow(
        host,
        monkeypatch,
        at_3=lambda: host.fails.add("wg show fleet"),
        at_4=host.start,
        at_5=host.fails.clear,
        at_6=shake(host, 101, 1001),
    )
    assert [one["holder"] for one in result["moved"]] == ["next"]


def test_an_older_configuration_after_the_rotation_changes_nothing_of_importance(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(host)
    follow(host, monkeypatch, at_5=shake(host, 101, 1001))
    assert [one["holder"] for one in run(host, SITES)["waiting"]] == [key(101)]
    assert holders(host)[key(101)]
    host.start()
    run(host, SITES)
    assert holders(host)[key(101)]


def test_check_mode_tells_how_it_is(host: FakeHost) -> None:
    announce(host)
    shake(host, 101, 1001)()
    found = following.follow([PAIR], host.device, timeout=100, settle=10, check_mode=True)
    assert (found["changed"], found["moved"][0]["holder"]) == (True, "running")
    assert not holders(host)[key(101)]


def test_an_interface_of_others_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(DeviceError, match="run that first"):
        announce(FakeHost(tmp_path))
