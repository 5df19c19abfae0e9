# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.lte_uplink import wish_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import (
    LostError,
    Prepared,
    after,
    prepare,
    staying,
    wanted,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError, wanted_uplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import make_plan
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.modem_router import (
    NETWORK,
    ModemRouter,
    row_of,
)

QUECTEL = row_of("0306")
SERIAL_AT = {"AT+CPIN?": "+CPIN: READY\nOK", "AT+CIMI": "424031234567890\nOK", "AT+CEREG?": "+CEREG: 0,1\nOK"}
READY = {"uqmi", "kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"}


@dataclasses.dataclass
class DarkRouter(ModemRouter):
    """One that does not answer any more after so many ``answers``."""

    answers: int = 0

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        if len(self.scripts) == self.answers:
            raise UnreachableError("No route to host")
        return super().run(script, fresh=fresh, host=host)


def set_up(router: ModemRouter, *, change: bool = True, **uplink: t.Any) -> tuple[Prepared, list[str]]:
    told: list[str] = []
    return prepare(router, wish_of({"kind": "lte", **uplink}, "wan"), change=change, tell=told.append), told


def options(prepared: Prepared, **uplink: t.Any) -> dict[str, t.Any]:
    packages, _warnings = wanted_uplink(
        prepared.report, wish_of({"kind": "lte", **uplink}, "wan"), prepared.observation
    )
    return dict(packages[0].package.sections[0].options)


def stopped(router: ModemRouter, **uplink: t.Any) -> StoppedError:
    with pytest.raises(StoppedError) as caught:
        set_up(router, **uplink)
    return caught.value


def test_a_modem_that_has_all_it_needs_is_looked_at_once() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT)
    prepared, told = set_up(router)
    assert (router.kinds, told, prepared.installed) == (["look"], [], ())
    assert options(prepared)["device"] == "/dev/cdc-wdm0"
    assert options(prepared)["apn"] == "du"


def test_drivers_are_installed_and_it_is_looked_at_again() -> None:
    """Interfaces that say nothing by their classes: only with their drivers it shows what it is."""
    router = ModemRouter(QUECTEL, at_port="ttyUSB2", at_answers=SERIAL_AT)
    prepared, told = set_up(router, apn="web")
    assert router.kinds == ["look", "dry run", "install", "look", "dry run", "install", "look"]
    assert set(prepared.installed) == READY
    assert prepared.report.modem.profile.proto == "qmi"
    assert "installing kmod-usb-net-qmi-wwan, kmod-usb-serial-option" in told
    assert b"modem_settle 1-1 '' 30" in router.scripts[3]


def test_check_mode_installs_nothing() -> None:
    router = ModemRouter(QUECTEL)
    prepared, _told = set_up(router, change=False)
    assert router.kinds == ["look", "dry run"]
    assert prepared.planned is not None
    assert prepared.planned.expected == ("kmod-usb-net-qmi-wwan", "kmod-usb-serial-option")


def test_a_stick_that_shows_its_disk_is_switched() -> None:
    stick = row_of("14dc")
    router = ModemRouter(row_of("1f01"), switches_to=stick)
    prepared, _told = set_up(router)
    assert prepared.report.modem.device.product == "14dc"
    assert set(prepared.installed) == {"usb-modeswitch", "kmod-usb-net-cdc-ether"}
    assert b"modem_settle 1-1 1f01 30" in router.scripts[3]
    assert options(prepared) == {"proto": "dhcp", "device": "usb0", "metric": "10"}


def test_a_stick_that_is_not_switched_stops_it() -> None:
    router = ModemRouter(row_of("1f01"))
    error = stopped(router)
    assert error.findings[0].step == "detect"
    assert "has no entry for it" in str(error)
    assert router.kinds[-1] == "look"


def test_a_full_flash_takes_the_lighter_way() -> None:
    router = ModemRouter(QUECTEL, READY - {"uqmi"}, free=300, sizes={"uqmi": 900_000, "comgt": 5_000, "ppp": 5_000})
    prepared, told = set_up(router, apn="web")
    assert prepared.report.modem.profile.proto == "3g"
    assert any("no room for proto qmi, so 3g is used" in text for text in told)
    assert prepared.notes
    assert options(prepared, apn="web")["device"] == "/dev/ttyUSB3"


def test_the_lighter_way_may_need_nothing() -> None:
    router = ModemRouter(
        row_of("6005", "ECM"),
        {"kmod-usb-net-cdc-ether", "kmod-usb-serial-option"},
        free=210,
        sizes={"comgt-ncm": 900_000},
    )
    prepared, _told = set_up(router)
    assert (prepared.report.modem.profile.proto, prepared.installed) == ("dhcp", ())


def test_an_installation_that_fails_stops_it() -> None:
    error = stopped(ModemRouter(QUECTEL, breaks_installing=True))
    assert [finding.step for finding in error.findings] == ["packages"]
    assert "the package feeds cannot be reached" in str(error)


def test_a_locked_card_is_unlocked_before_its_apn_is_looked_up() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT, pin="1234")
    prepared, told = set_up(router, pin="1234")
    assert (router.kinds, prepared.changed) == (["look", "look"], True)
    assert told == ["telling the SIM card its PIN, once"]
    assert options(prepared, pin="1234")["pincode"] == "1234"


def test_a_wrong_pin_is_tried_once() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT, pin="1234")
    error = stopped(router, pin="9999")
    assert (error.findings[0].step, router.tries, error.changed) == ("sim", 2, True)
    assert "is not tried again" in str(error)
    again = stopped(router, pin="9999")
    assert (again.findings[0].step, router.tries) == ("sim", 2)
    assert "2 of 3 tries left" in str(again)


@pytest.mark.parametrize(
    ("uplink", "words"),
    [
        ({}, "the site's file has none"),
        ({"pin": "12"}, "expected 4 to 8 digits"),
        ({"pin": "12a4"}, "expected 4 to 8 digits"),
    ],
)
def test_a_locked_card_without_a_good_pin(uplink: dict[str, t.Any], words: str) -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", pin="1234")
    error = stopped(router, **uplink)
    assert (error.findings[0].step, router.tries) == ("sim", 3)
    assert words in str(error)


def test_check_mode_unlocks_nothing() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", pin="1234")
    prepared, _told = set_up(router, change=False, pin="1234")
    assert (prepared.unfinished, router.tries, router.kinds) == ("the SIM card is told its PIN", 3, ["look"])


def test_no_modem() -> None:
    error = stopped(ModemRouter(None))
    assert (error.findings[0].step, error.report) == ("detect", None)


def test_the_apn_that_is_there_stays_where_the_modem_does_not_tell_its_card() -> None:
    running = NETWORK + "config interface 'lte'\n\toption proto 'qmi'\n\toption apn 'kept'\n\toption username 'u'\n"
    prepared, _told = set_up(ModemRouter(QUECTEL, READY, network=running))
    assert (options(prepared)["apn"], options(prepared)["username"]) == ("kept", "u")


def test_a_password_that_is_kept_stays_the_one_that_the_router_has() -> None:
    """What stands for it is not digested again: that would be another password, on every run."""
    kept = "@farsite-" + "ab" * 32
    running = NETWORK + (
        "config interface 'lte'\n\toption proto 'qmi'\n\toption device '/dev/cdc-wdm0'\n\toption apn 'kept'\n"
        f"\toption username 'u'\n\toption password '{kept}'\n\toption auth 'both'\n\toption metric '10'\n"
    )
    prepared, _told = set_up(ModemRouter(QUECTEL, READY, network=running))
    packages, _warnings = wanted_uplink(prepared.report, wish_of({"kind": "lte"}, None), prepared.observation)
    assert not make_plan(packages, "replaced", prepared.observation, prepared.salt).changed


def test_a_modem_that_another_interface_uses() -> None:
    running = NETWORK + "config interface 'wwan'\n\toption proto 'qmi'\n\toption device '/dev/cdc-wdm0'\n"
    prepared, _told = set_up(ModemRouter(QUECTEL, READY, network=running), apn="web")
    with pytest.raises(StoppedError, match="the interface wwan of the router uses this modem already"):
        options(prepared, apn="web")
    off = running + "\toption disabled '1'\n"
    prepared, _told = set_up(ModemRouter(QUECTEL, READY, network=off), apn="web")
    assert options(prepared, apn="web")["proto"] == "qmi"


def test_a_stick_that_nothing_switches_stops_at_once() -> None:
    router = ModemRouter(row_of("1f01"), {"usb-modeswitch"})
    assert "has no entry for it" in str(stopped(router))
    assert router.kinds == ["look"]


def test_what_was_installed_is_told_where_it_fails_later() -> None:
    router = ModemRouter(QUECTEL, free=260, sizes={"uqmi": 900_000, "comgt": 900_000, "ppp": 900_000})
    error = stopped(router)
    assert (error.changed, set(error.installed)) == (True, {"kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"})
    assert "bytes free" in str(error)


def test_a_router_that_goes_dark_after_an_installation_was_changed() -> None:
    """Off-line would say that it is as it was."""
    router = DarkRouter(QUECTEL, answers=3)
    error = stopped(router)
    assert router.kinds == ["look", "dry run", "install"]
    assert isinstance(error, LostError)
    assert (error.changed, error.installed) == (True, ("kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"))
    assert str(error) == (
        "detect: the router does not answer any more: No route to host; these packages are installed, and stay: "
        "kmod-usb-net-qmi-wwan, kmod-usb-serial-option"
    )


def test_so_was_one_that_goes_dark_while_a_card_is_unlocked() -> None:
    error = stopped(DarkRouter(QUECTEL, READY, at_port="ttyUSB2", pin="1234", answers=1), pin="1234")
    assert (error.changed, error.installed) == (True, ())
    assert str(error) == "detect: the router does not answer any more: No route to host"


def test_so_may_be_one_that_goes_dark_while_it_installs() -> None:
    error = stopped(DarkRouter(QUECTEL, answers=2))
    assert (error.changed, error.installed) == (True, ())
    assert "unknown: the connection broke: No route to host" in str(error)


@pytest.mark.parametrize("answers", [0, 1])
def test_a_router_that_goes_dark_before_anything_is_changed_is_off_line(answers: int) -> None:
    with pytest.raises(UnreachableError):
        set_up(DarkRouter(QUECTEL, answers=answers))


def test_what_a_failed_installation_leaves_is_told() -> None:
    class LeavingRouter(ModemRouter):
        def _install(self, body: str) -> str:
            return f"{super()._install(body)}farsite added kmod-usb-wdm 1\n"

    error = stopped(LeavingRouter(QUECTEL, breaks_installing=True))
    assert (error.changed, error.installed) == (True, ("kmod-usb-wdm",))
    # where it leaves nothing, nothing was changed
    error = stopped(ModemRouter(QUECTEL, breaks_installing=True))
    assert (error.changed, error.installed) == (False, ())


def test_packages_that_stay_are_named() -> None:
    assert staying(()) == ""
    assert staying(["a", "b"]) == "; these packages are installed, and stay: a, b"


def test_what_was_installed_is_told_where_no_apn_is_found() -> None:
    router = ModemRouter(QUECTEL, READY - {"uqmi"})
    prepared, _told = set_up(router)
    with pytest.raises(StoppedError, match="apn: auto") as caught:
        wanted(prepared)
    assert (caught.value.changed, caught.value.installed) == (True, ("uqmi",))


def test_a_port_that_does_not_take_the_pin_is_told_apart_from_a_wrong_one() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT, pin="1234", deaf=True)
    error = stopped(router, pin="1234")
    assert (error.findings[0].step, router.tries, router.kinds) == ("sim", 3, ["look", "look"])
    assert "did not say whether" in str(error)


def test_no_apn_is_guessed() -> None:
    prepared, _told = set_up(ModemRouter(QUECTEL, READY))
    with pytest.raises(StoppedError, match="apn: auto: the modem gave no IMSI"):
        options(prepared)


def test_the_zone_gets_the_interface_once() -> None:
    prepared, _told = set_up(ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT))
    wish = wish_of({"kind": "lte"}, "wan")
    packages, warnings = wanted_uplink(prepared.report, wish, prepared.observation)
    assert [item.package.name for item in packages] == ["network", "firewall"]
    assert packages[1].package.sections[0].get("network") == ("wan", "lte")
    assert warnings == ()
    nowhere, warnings = wanted_uplink(prepared.report, dataclasses.replace(wish, zone="x"), prepared.observation)
    assert [item.package.name for item in nowhere] == ["network"]
    assert warnings == ("the firewall has no zone x, so lte is in none",)


@pytest.mark.parametrize(
    ("device", "modem", "node"),
    [
        ("/dev/ttyUSB1", "3g", "/dev/ttyUSB1"),
        ("/dev/ttyUSB1", "auto", "/dev/cdc-wdm0"),
        ("/dev/cdc-wdm0", "3g", "/dev/ttyUSB3"),
        ("wwan0", "auto", "/dev/cdc-wdm0"),
    ],
)
def test_the_device_that_is_named_is_used_where_it_is_of_the_right_kind(device: str, modem: str, node: str) -> None:
    uplink: dict[str, t.Any] = {"device": device, "modem": modem, "apn": "web"}
    prepared, _told = set_up(ModemRouter(QUECTEL, READY | {"comgt", "ppp"}), **uplink)
    assert options(prepared, **uplink)["device"] == node


@pytest.mark.parametrize(("roaming", "steps"), [(False, ["register"]), (True, [])])
def test_roaming_is_told_before_there_is_an_interface(*, roaming: bool, steps: list[str]) -> None:
    answers = SERIAL_AT | {"AT+CEREG?": "+CEREG: 0,5\nOK"}
    prepared, _told = set_up(
        ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=answers), roaming=roaming, apn="web"
    )
    assert [finding.step for finding in prepared.report.findings] == steps


def test_how_it_is_now() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT)
    prepared, _told = set_up(router)
    found = after(router, prepared)
    assert found is not None
    assert found.modem.device == prepared.report.modem.device
    router.row = None
    assert after(router, prepared) is None


def test_a_secret_is_only_in_what_is_sent() -> None:
    router = ModemRouter(QUECTEL, READY, at_port="ttyUSB2", at_answers=SERIAL_AT, pin="4711")
    prepared, told = set_up(router, pin="4711")
    assert sum(b"pin=4711" in script for script in router.scripts) == 1
    assert "4711" not in str(prepared) + str(told)
