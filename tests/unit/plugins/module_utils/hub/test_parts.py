# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.wireguard_peers import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.hub import parts
from ansible_collections.farsite.fleet.plugins.module_utils.nftables import device as nftables
from ansible_collections.farsite.fleet.plugins.module_utils.nftables import units
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.firewall import Firewall
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import ruleset
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import device as wireguard
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task import read_task, run_task
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables import hubs
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import (
    FakeHost,
    argument,
    key,
    peer,
    public,
    secret,
)

if t.TYPE_CHECKING:
    import pathlib

SITE = peer(1, "10.80.1.0/24", preshared_key=secret(1))


class FakeHub(hubs.FakeDevice):
    """A hub whose only table is the fleet's."""

    def all_objects(self) -> list[dict[str, t.Any]]:
        return []

    def legacy_tables(self) -> list[str]:
        return []

    def default_interfaces(self, version: int) -> frozenset[str]:
        return frozenset({f"eth{version}"})


@pytest.fixture(name="host")
def _host(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> FakeHost:
    host = FakeHost(tmp_path)
    monkeypatch.setattr(wireguard, "Device", lambda _interface, _run: host.device)
    return host


def peers_of(host: FakeHost, **changed: t.Any) -> dict[str, t.Any]:
    usual = {"addresses": ["10.79.255.254/32"], "peers": [argument(SITE)]}
    return usual | {"private_key_file": str(host.private_key_file)} | changed


def settle(host: FakeHost) -> None:
    """Do the task."""
    arguments = parts._validated(peers_of(host), ARGUMENT_SPEC)
    run_task(read_task(arguments), host.device, check_mode=False, with_diff=False)
    host.ran.clear()


def test_a_tunnel_is_right_after_its_task_and_wrong_before(host: FakeHost) -> None:
    assert not parts.tunnel(host.run, peers_of(host))["right"]
    assert host.interface is None
    settle(host)
    assert parts.tunnel(host.run, peers_of(host)) == {"right": True, "reason": None, "warnings": []}


def test_whatever_somebody_does_to_a_tunnel_is_seen_and_left(host: FakeHost) -> None:
    settle(host)
    assert host.interface
    host.interface.peers[key(1)] = dataclasses.replace(host.interface.peers[key(1)], allowed_ips=())
    found = parts.tunnel(host.run, peers_of(host))
    assert found["reason"] == "the interface, its file or its unit is not as it is to be"
    assert host.interface.peers[key(1)].allowed_ips == ()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"peers": []}, "peers"),
        ({"peers": [{"name": "quarry"}]}, "missing required arguments: allowed_ips, public_key found in peers"),
        ({"mtu": "much"}, "mtu"),
        ({"no_such": 1}, "no_such"),
    ],
)
def test_arguments_that_the_task_refuses_are_no_right_tunnel(
    host: FakeHost, changed: dict[str, t.Any], reason: str
) -> None:
    found = parts.tunnel(host.run, peers_of(host, **changed))
    assert not found["right"]
    assert reason in str(found["reason"])


def test_a_program_that_fails_is_no_right_tunnel(host: FakeHost) -> None:
    settle(host)
    host.fails = {"wg show"}
    assert parts.tunnel(host.run, peers_of(host))["reason"] == "`wg show interfaces` failed with exit code 1: it failed"


def test_a_private_key_is_roots_own(host: FakeHost) -> None:
    path = host.private_key_file
    path.chmod(0o600)
    assert parts.private_key(host.run, str(path)) == (public(key(0, "private")), True)
    path.chmod(0o640)
    assert parts.private_key(host.run, str(path)) == (public(key(0, "private")), False)
    path.write_text("no key\n")
    assert parts.private_key(host.run, str(path)) == (None, False)
    path.unlink()
    assert parts.private_key(host.run, str(path)) == (None, False)


def test_preshared_keys_are_found_in_whatever_was_given() -> None:
    assert parts.secrets({"peers": [argument(SITE), {"name": "b"}, "c"]}) == {secret(1)}
    assert parts.secrets({"peers": "none"}) == parts.secrets(None) == set()


@pytest.fixture(name="device")
def _device(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    device = FakeHub()
    monkeypatch.setattr(nftables, "Device", lambda _programs: device)
    return device


def firewall() -> parts.Part:
    return parts.firewall(t.cast("t.Any", None), hubs.arguments())


def keep(device: FakeHub) -> None:
    ours = Firewall(t.cast("t.Any", device))
    ours.apply(ours.compare(ruleset(hubs.settings())), None)
    device.log.clear()


def test_a_firewall_is_right_after_its_task_and_wrong_before(device: FakeHub) -> None:
    assert firewall()["reason"] == "the table, its file or its unit is not as it is to be"
    assert device.running is None
    keep(device)
    assert firewall()["right"]
    device.running = None
    assert not firewall()["right"]


def test_an_undo_that_nobody_was_told_of_is_for_the_task(device: FakeHub) -> None:
    keep(device)
    device.files[units.Paths().undone] = ""
    assert firewall() == {"right": False, "reason": "the last change was undone", "warnings": []}


def test_what_a_person_should_know_is_told_where_the_task_does_not_run(device: FakeHub) -> None:
    keep(device)
    device.legacy_tables = lambda: ["filter"]  # type: ignore[method-assign]
    found = firewall()
    assert found["right"]
    assert any("iptables" in warning for warning in found["warnings"])


def test_options_that_the_task_refuses_are_no_right_firewall(device: FakeHub) -> None:
    keep(device)
    found = parts.firewall(t.cast("t.Any", None), hubs.arguments(rollback_timeout=1))
    assert not found["right"]
    assert "rollback_timeout" in str(found["reason"])
