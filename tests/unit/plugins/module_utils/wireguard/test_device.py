# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import (
    DROP_IN,
    Device,
    DeviceError,
    Unit,
    make_key,
    public_key,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key


class Recorder:
    """Answers each command in turn, and keeps what it was asked."""

    def __init__(self, *answers: str, code: int = 0) -> None:
        self.answers = list(answers)
        self.code = code
        self.asked: list[tuple[list[str], str | None]] = []

    def __call__(self, arguments: list[str], data: str | None = None) -> tuple[int, str, str]:
        self.asked.append((arguments, data))
        return self.code, self.answers.pop(0) if self.answers else "", "what went wrong\n" if self.code else ""


def test_keys_are_never_arguments() -> None:
    run = Recorder("private\n", "public\n")
    assert make_key(run) == "private"
    assert public_key(run, "private") == "public"
    assert run.asked == [(["wg", "genkey"], None), (["wg", "pubkey"], "private")]


def test_an_interface_that_is_not_there_is_not_asked() -> None:
    run = Recorder("wg0 fleet2\n")
    assert Device("fleet", run).running() is None
    assert len(run.asked) == 1


def test_the_answers_of_wg_are_read() -> None:
    assert Device("fleet", Recorder(f"{key(1)}\t5\n{key(2)}\t0\n")).handshakes() == {key(1): 5, key(2): 0}
    running = Device("fleet", Recorder("wg0 fleet\n", "(none)\t(none)\t51820\toff\n")).running()
    assert running
    assert running.listen_port == 51820


def test_addresses_are_moved_with_one_command() -> None:
    run = Recorder()
    Device("fleet", run).move(
        {key(1): (network("10.0.0.0/24"), network("fd00::/64")), key(2): (network("10.1.0.0/24"),)}
    )
    assert run.asked == [
        (
            [
                *("wg", "set", "fleet"),
                *("peer", key(1), "allowed-ips", "10.0.0.0/24,fd00::/64"),
                *("peer", key(2), "allowed-ips", "10.1.0.0/24"),
            ],
            None,
        )
    ]


@pytest.mark.parametrize(
    ("answer", "drop_in", "expected"),
    [
        ("UnitFileState=enabled\nActiveState=active\n", DROP_IN, (True, True, True)),
        ("UnitFileState=disabled\nActiveState=failed\n", "", (False, False, False)),
        ("", None, (False, False, False)),
    ],
)
def test_the_unit_is_read(
    answer: str, drop_in: str | None, expected: tuple[bool, bool, bool], tmp_path: pathlib.Path
) -> None:
    device = Device("fleet", Recorder(answer))
    device.drop_in_path = str(tmp_path / "drop-in")
    if drop_in is not None:
        pathlib.Path(device.drop_in_path).write_text(drop_in)
    assert device.unit() == Unit(*expected)


def test_what_fails_is_told_with_its_words() -> None:
    with pytest.raises(
        DeviceError, match=r"`wg addconf fleet /etc/wireguard/\.fleet\.sync` failed .*: what went wrong"
    ):
        Device("fleet", Recorder(code=1)).add()


def test_peers_go_with_one_command() -> None:
    run = Recorder()
    device = Device("fleet", run)
    device.remove([])
    device.remove([key(1), key(2)])
    assert run.asked == [(["wg", "set", "fleet", "peer", key(1), "remove", "peer", key(2), "remove"], None)]


def test_a_batch_is_handed_over_as_input() -> None:
    run = Recorder()
    Device("fleet", run).change_settings(["a", "b"])
    assert run.asked == [(["ip", "-batch", "-"], "a\nb\n")]


def test_settings_are_asked_of_both_families_by_our_number() -> None:
    run = Recorder('[{"mtu":1420,"flags":[],"addr_info":[]}]', "[]", "[]")
    assert not Device("fleet", run).settings().is_up
    assert [words[1:4] for words, _data in run.asked] == [
        ["-json", "address", "show"],
        ["-json", "route", "show"],
        ["-json", "-6", "route"],
    ]
    assert all(words[-2:] == ["proto", "171"] for words, _data in run.asked[1:])


def test_units_are_commanded_by_name() -> None:
    run = Recorder()
    device = Device("fleet", run)
    device.reload_units()
    device.enable()
    device.start()
    assert [words[1:] for words, _data in run.asked] == [
        ["daemon-reload"],
        ["enable", "wg-quick@fleet.service"],
        ["restart", "wg-quick@fleet.service"],
    ]


def test_nothing_is_remembered_where_there_is_no_file(tmp_path: pathlib.Path) -> None:
    device = Device("fleet", Recorder())
    device.seen_path = str(tmp_path / "fleet.seen")
    assert device.remembered() == {}
