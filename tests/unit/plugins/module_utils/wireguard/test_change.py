# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import pathlib
import stat
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import change as changes
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import (
    Configuration,
    ConfigurationError,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import DeviceError
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import FakeHost, key, peer

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer

PEERS = (peer(1, "10.80.1.0/24"), peer(2, "10.80.2.0/24"))
WANTED = Configuration(("10.79.255.254/32",), 1420, 51820, "/etc/wireguard/fleet.key", None, PEERS)


@pytest.fixture
def host(tmp_path: pathlib.Path) -> FakeHost:
    return FakeHost(tmp_path)


def plan(host: FakeHost, configuration: Configuration = WANTED) -> tuple[changes.Observed, changes.Change]:
    observed = changes.observe(host.device)
    return observed, changes.plan_change(observed, configuration, "fleet")


def apply(host: FakeHost, configuration: Configuration = WANTED) -> None:
    changes.apply(host.device, *plan(host, configuration), key(0, "private"))


def test_each_thing_that_differs_is_told_apart(host: FakeHost) -> None:
    _observed, change = plan(host)
    assert (change.writes, change.starts, change.enables, change.guards, change.syncs) == (
        True,
        True,
        True,
        True,
        False,
    )
    apply(host)
    nothing = plan(host)[1]
    assert not nothing.differs
    host.enabled = False
    assert plan(host)[1] == dataclasses.replace(nothing, enables=True)
    host.enabled = True
    pathlib.Path(host.device.drop_in_path).write_text("")
    assert plan(host)[1] == dataclasses.replace(nothing, guards=True)


@pytest.mark.parametrize("field", ["private_key", "fwmark", "listen_port"])
def test_what_only_wireguard_has_is_synced(host: FakeHost, field: str) -> None:
    apply(host)
    assert host.interface
    setattr(host.interface, field, {"private_key": None, "fwmark": "0x5", "listen_port": 9}[field])
    assert plan(host)[1].syncs
    apply(host)
    assert not plan(host)[1].differs


def test_a_name_is_written_but_not_synced(host: FakeHost) -> None:
    apply(host)
    named = dataclasses.replace(WANTED, peers=(dataclasses.replace(PEERS[0], name="yard"), PEERS[1]))
    change = plan(host, named)[1]
    assert (change.writes, change.syncs) == (True, False)


def test_an_endpoint_is_set_where_there_is_none(host: FakeHost) -> None:
    calling = dataclasses.replace(WANTED, peers=(dataclasses.replace(PEERS[0], endpoint="192.0.2.1:5"), PEERS[1]))
    apply(host, calling)
    assert host.interface
    host.interface.endpoints.clear()
    assert plan(host, calling)[1].endpoints == {key(1): "192.0.2.1:5"}


def test_the_peers_must_be_all_there_is() -> None:
    running = {one.public_key: one for one in PEERS}
    assert changes.same_peers(PEERS, running)
    assert not changes.same_peers(PEERS[:1], running)
    assert not changes.same_peers((*PEERS, peer(3)), running)
    assert not changes.same_peers((PEERS[0], peer(2, "10.80.9.0/24")), running)


def test_an_interface_that_does_not_start_is_told(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "start", lambda: None)
    with pytest.raises(DeviceError, match="fleet does not run, expected 2 as given"):
        apply(host)


def test_a_file_that_says_something_else_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="would not say what it should"):
        changes.check("[Interface]\n", WANTED)


def test_what_cannot_be_put_back_is_told_too(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(host)

    def wipe(_interface: object, _text: str) -> None:
        assert host.interface
        host.interface.peers.clear()
        host.fails.add("wg addconf")

    monkeypatch.setattr(host, "add", wipe)
    more = dataclasses.replace(WANTED, peers=(*PEERS, peer(3, "10.80.3.0/24")))
    with pytest.raises(DeviceError, match=r"fleet has 0 peers.*what was before could not be put back: .*it failed"):
        apply(host, more)


def test_files_with_secrets_are_for_root_only(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(host)
    modes = {}

    def look(_interface: object, _text: str) -> None:
        modes.update({path.name: stat.S_IMODE(path.stat().st_mode) for path in host.folder.iterdir()})
        host.interface.peers[key(3)] = peer(3, "10.80.3.0/24")  # type: ignore[union-attr]

    monkeypatch.setattr(host, "add", look)
    apply(host, dataclasses.replace(WANTED, peers=(*PEERS, peer(3, "10.80.3.0/24"))))
    assert (modes[".fleet.sync"], modes["fleet.conf"], modes["fleet.seen"]) == (0o600, 0o600, 0o600)
    assert not (host.folder / ".fleet.sync").exists()


def test_observing_knows_who_wrote_the_file(host: FakeHost) -> None:
    kept: Peer = dataclasses.replace(peer(3, "10.80.3.0/24", name=None), role="kept")
    apply(host, dataclasses.replace(WANTED, peers=(*PEERS, kept)))
    observed = changes.observe(host.device)
    assert observed.is_ours
    assert sorted(observed.before.managed) == sorted([key(1), key(2)])
    path = pathlib.Path(host.device.configuration_path)
    path.write_text(path.read_text().partition("\n")[2])
    observed = changes.observe(host.device)
    assert (observed.is_ours, observed.before.managed, observed.unreadable) == (False, (), None)
    assert set(observed.before.present) == {key(1), key(2), key(3)}
