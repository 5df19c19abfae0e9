# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import units
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.firewall import ChangeError, Firewall
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import REMOVAL, replacement
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import FakeDevice

PATHS = units.Paths()
OLD, NEW, NEWER = (replacement(f"table inet farsite_fleet {{ {name} }}") for name in ("old", "new", "newer"))


def hub(device: FakeDevice) -> Firewall:
    return Firewall(t.cast("t.Any", device))


def changed(device: FakeDevice, text: str, timeout: int | None = 60) -> str | None:
    return hub(device).apply(hub(device).compare(text), timeout)


def settled(text: str = OLD) -> FakeDevice:
    device = FakeDevice()
    assert changed(device, text, None) is None
    device.log.clear()
    return device


def undo(device: FakeDevice) -> None:
    """Do what systemd does when the timer ends: the unit's condition and command."""
    device.units.discard(units.UNDO_TIMER)
    if PATHS.pending in device.files:
        device.files[PATHS.undone] = device.files.pop(PATHS.pending)
        device.load(device.files[PATHS.previous])


def restart(device: FakeDevice) -> None:
    device.running = device.files.get(PATHS.file)
    device.units = {units.SERVICE} if device.running else set()
    device.files = {path: text for path, text in device.files.items() if not path.startswith("/run/")}
    device.clock = 5.0


def test_first_change_is_armed_before_it_is_loaded_and_kept_only_when_confirmed() -> None:
    device = FakeDevice()
    name = changed(device, NEW)
    assert name
    assert device.log[device.log.index("write firewall.previous") :] == [
        "write firewall.previous",
        "check",
        "write firewall.json",
        "write firewall.pending",
        "timer",
        "load",
        "write firewall.json",
    ]
    assert device.running == NEW
    assert PATHS.file not in device.files
    assert device.files[PATHS.previous] == REMOVAL
    assert hub(device).confirm(name, None) == "confirmed"
    assert device.files[PATHS.file] == NEW
    assert PATHS.pending not in device.files
    assert units.UNDO_TIMER not in device.units
    assert device.units == device.enabled_units == {units.SERVICE}
    assert not hub(device).compare(NEW).any


def test_secret_enough_and_readable_units() -> None:
    device = settled()
    assert device.modes[PATHS.file] == 0o600
    assert device.modes[PATHS.unit(units.SERVICE)] == 0o644


def test_without_confirmation_the_old_table_comes_back_and_the_next_run_says_so() -> None:
    device = settled()
    name = changed(device, NEW)
    assert name
    undo(device)
    assert (device.running, device.files[PATHS.file]) == (OLD, OLD)
    assert hub(device).ending(name) == "undone"
    assert hub(device).confirm(name, None) == "undone"
    assert device.running == OLD
    assert hub(device).undone_before()
    hub(device).forget_undone()
    assert not hub(device).undone_before()


def test_after_a_restart_the_old_file_holds() -> None:
    device = settled()
    name = changed(device, NEW)
    assert name
    restart(device)
    assert device.running == OLD
    assert hub(device).undone_before()
    assert hub(device).ending(name) == "undone"
    assert hub(device).confirm(name, None) == "undone"
    assert changed(device, NEWER)
    assert not hub(device).undone_before()


def test_a_second_change_waits_for_the_end_of_the_first() -> None:
    device = settled()
    changed(device, NEW)
    with pytest.raises(ChangeError, match=r"waits for its confirmation; it is undone in \d+ s"):
        changed(device, NEWER)
    with pytest.raises(ChangeError, match="waits for its confirmation"):
        hub(device).remove()
    assert device.running == NEW
    assert not hub(device).undone_before()


def test_what_another_run_did_after_the_comparison_counts() -> None:
    device = settled()
    difference = hub(device).compare(OLD)
    other = changed(device, NEW)
    assert other
    assert hub(device).confirm(other, None) == "confirmed"
    assert hub(device).apply(difference, 60)
    assert device.running == OLD


def test_only_the_change_that_waits_is_confirmed() -> None:
    device = settled()
    first = changed(device, NEW)
    undo(device)
    second = changed(device, NEWER)
    assert first
    assert second
    assert hub(device).confirm(first, None) == "unknown"
    assert hub(device).ending(second) == "waiting"
    assert hub(device).confirm(second, None) == "confirmed"
    # an answer that got lost is asked for again
    assert hub(device).confirm(second, None) == "confirmed"


def test_an_old_login_proves_nothing() -> None:
    device = settled()
    name = changed(device, NEW)
    assert name
    with pytest.raises(ChangeError, match="older than the change"):
        hub(device).confirm(name, 900.0)
    assert hub(device).ending(name) == "waiting"
    assert hub(device).confirm(name, device.now()) == "confirmed"


def test_a_table_that_somebody_flushed_is_not_confirmed() -> None:
    device = settled()
    name = changed(device, NEW)
    assert name
    device.running = OLD
    with pytest.raises(ChangeError, match="not the one that was loaded"):
        hub(device).confirm(name, None)
    assert device.files[PATHS.file] == OLD


@pytest.mark.parametrize("step", ["check", "timer", "load", "write firewall.pending", "write firewall.previous"])
def test_where_a_step_fails_nothing_is_changed(step: str) -> None:
    device = settled()
    difference = hub(device).compare(NEW)
    device.fails = {step}
    with pytest.raises(DeviceError):
        hub(device).apply(difference, 60)
    device.fails.clear()
    assert (device.running, device.files[PATHS.file]) == (OLD, OLD)
    assert PATHS.pending not in device.files
    assert units.UNDO_TIMER not in device.units
    assert hub(device).compare(NEW).any


def test_a_table_changed_by_hand_is_mended() -> None:
    device = settled()
    device.running = NEW
    difference = hub(device).compare(OLD)
    assert (difference.any, difference.table_differs) == (True, True)
    assert [item["before"] for item in difference.diff("f")] == [NEW.removeprefix(REMOVAL)]
    name = changed(device, OLD)
    assert name
    hub(device).confirm(name, None)
    assert device.running == OLD


def test_a_lost_file_needs_no_confirmation() -> None:
    device = settled()
    del device.files[PATHS.file]
    assert hub(device).compare(OLD).any
    assert changed(device, OLD) is None
    assert device.files[PATHS.file] == OLD
    assert "timer" not in device.log


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (lambda device: device.enabled_units.clear(), "enable"),
        (lambda device: device.units.clear(), "start"),
        (lambda device: device.files.pop(PATHS.unit(units.UNDO_SERVICE)), "write"),
    ],
)
def test_a_unit_that_is_not_right_is_a_difference(harm: t.Callable[[FakeDevice], None], word: str) -> None:
    device = settled()
    harm(device)
    difference = hub(device).compare(OLD)
    assert [line.split()[0] for line in difference.units] == [word]
    assert difference.diff("f") == [{"prepared": difference.units[0] + "\n"}]
    changed(device, OLD)
    assert not hub(device).compare(OLD).any


def test_comparing_changes_nothing() -> None:
    device = settled()
    files = dict(device.files)
    assert hub(device).compare(NEW).any
    assert (device.running, device.files) == (OLD, files)
    assert device.log == ["load"], "in the empty network"


def test_a_removed_firewall_leaves_nothing() -> None:
    device = settled()
    assert hub(device).present()
    assert hub(device).running_text()
    hub(device).remove()
    assert (device.running, device.files, device.units, device.enabled_units) == (None, {}, set(), set())
    assert not hub(device).present()


@given(st.lists(st.sampled_from(["apply", "confirm", "undo", "restart"]), max_size=12))
def test_file_and_table_agree_whenever_nothing_waits(steps: list[str]) -> None:
    """Whatever happens in whatever order: nothing unconfirmed outlives its timer or a restart."""
    device = settled()
    confirmed = OLD
    name: str | None = None
    texts = [NEW, NEWER]
    for step in steps:
        if step == "undo":
            undo(device)
        elif step == "restart":
            restart(device)
        elif step == "confirm" and name:
            waiting = device.files.get(PATHS.pending)
            if hub(device).confirm(name, None) == "confirmed" and waiting:
                confirmed = waiting
        elif step == "apply" and units.UNDO_TIMER not in device.units:
            texts.reverse()
            name = changed(device, texts[0]) or name
            if PATHS.pending not in device.files:
                confirmed = texts[0]
        assert device.files[PATHS.file] == confirmed
        if units.UNDO_TIMER not in device.units:
            assert device.running == confirmed
