# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SIM card is told its PIN by busybox' ash on an emulated modem's port: once, and nothing of it is seen."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from at_modem import AtModem

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_answers import ASK
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Parts

NO_WAIT = 'sleep() { [ "$1" = 5 ] || command sleep "$1"; }'
"""The card's files are there at once."""


@pytest.fixture(scope="module")
def applets(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return make_applets(tmp_path_factory.mktemp("applets"))


def unlock(applets: pathlib.Path, modem: AtModem, pin: str) -> Parts:
    return run(applets, [ASK, "modem_unlock"], [NO_WAIT, f"pin={pin}", quoted("modem_unlock", modem.path)])


@pytest.mark.parametrize("dialect", ["huawei", "quectel", "simcom"])
def test_the_right_pin(applets: pathlib.Path, dialect: str) -> None:
    with AtModem(dialect, "pin") as modem:
        parts = unlock(applets, modem, "1234")
        assert modem.pin_attempts == 1
    words, text = parts["unlocked"]
    assert (words, "OK" in text.split()) == (("0",), True)


@pytest.mark.parametrize("dialect", ["huawei", "quectel", "simcom"])
def test_a_wrong_pin_costs_one_try(applets: pathlib.Path, dialect: str) -> None:
    with AtModem(dialect, "pin") as modem:
        parts = unlock(applets, modem, "9999")
        assert (modem.pin_attempts, modem.state.pin_tries) == (1, 2)
    words, text = parts["unlocked"]
    assert words == ("0",)
    assert "+CME ERROR" in text
    assert "OK" not in text.split()
    assert "9999" not in text


class Parrot(AtModem):
    """Says OK to ATE0, and goes on echoing."""

    @property
    def echo(self) -> bool:
        return True

    @echo.setter
    def echo(self, wanted: bool) -> None:
        self.asked_for = wanted


def test_a_modem_that_goes_on_echoing_is_told_nothing(applets: pathlib.Path) -> None:
    """It would get its own echo of the PIN back, as one try after the other."""
    with Parrot("quectel", "pin") as modem:
        parts = unlock(applets, modem, "9999")
        assert modem.asked_for is False
        assert modem.pin_attempts == 0
    assert parts["unlocked"][0] == ("124",)


def test_a_port_that_somebody_has_open_is_told_nothing(applets: pathlib.Path) -> None:
    with AtModem("quectel", "pin") as modem, pathlib.Path(modem.path).open("rb"):
        parts = unlock(applets, modem, "1234")
        assert modem.pin_attempts == 0
    assert parts["unlocked"][0] == ("124",)


def test_a_modem_that_does_not_answer_is_told_nothing(applets: pathlib.Path) -> None:
    with AtModem("quectel", "mute") as modem:
        parts = unlock(applets, modem, "1234")
        assert modem.pin_attempts == 0
    assert parts["unlocked"][0] == ("124",)
