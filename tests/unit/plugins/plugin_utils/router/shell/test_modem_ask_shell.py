# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real questions, asked by busybox' ash, of emulated modems: AT on a pty, stand-ins for programs and web pages."""

from __future__ import annotations

import json
import pathlib
import socket
import time
import typing as t

import pytest
from answers import load, scenarios, unpack
from at_modem import AtModem
from http_stick import HttpStick
from usb_tree import plant

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import pin_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_answers import (
    ANY,
    ASK,
    ask_commands,
    at_ports,
    statuses,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import PROBE, Parts
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    ROOT,
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus

ROWS: list[dict[str, t.Any]] = json.loads((ROOT / "tests/unit/data/modems.json").read_text("utf-8"))["modems"]
QMI, MBIM, SERIAL, STICK = (
    next(row for row in ROWS if row["pid"] == product) for product in ("0306", "1252", "1481", "14dc")
)
TOOLS = ROOT / "lab/modem/tools"
SIM_STATES = {
    "home": "ready",
    "roaming-refused": "ready",
    "no-sim": "absent",
    "pin": "pin",
    "pin-2-tries": "pin",
    "no-signal": "ready",
}
TRIES = {"pin": 3, "pin-2-tries": 2}
SECONDS = 60


@pytest.fixture(scope="module")
def applets(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return make_applets(tmp_path_factory.mktemp("applets"))


def ask(root: pathlib.Path, applets: pathlib.Path, *commands: str, **variables: str) -> Parts:
    asked = [*commands, *ask_commands()]
    asked[-1] = quoted(ASK, root)
    return run(applets, [PROBE, ASK], asked, more=root / "bin", **variables)


def router(root: pathlib.Path, row: dict[str, t.Any], ports: dict[str, str] | None = None) -> None:
    """Plant a router that has the device of *row*, nodes for its ports, and the programs that modems are asked by."""
    plant(root, [row])
    (root / "dev").mkdir()
    (root / "bin").mkdir()
    for name, target in (ports or {}).items():
        (root / "dev" / name).symlink_to(target)


def with_tool(root: pathlib.Path, tool: str, source: str, scenario: str) -> dict[str, str]:
    (root / "bin" / tool).symlink_to(TOOLS / tool)
    (root / "dev" / "cdc-wdm0").write_text("")
    unpack(load(source, scenario), root / "answers")
    return {"FARSITE_MODEM_ANSWERS": str(root / "answers")}


def check(status: ModemStatus, scenario: str) -> None:
    """The things that every way tells in that scenario."""
    if scenario in SIM_STATES:
        assert status.sim.state == SIM_STATES[scenario]
        assert status.sim.pin_tries == TRIES.get(scenario, status.sim.pin_tries)
        assert (pin_problem(status) is not None) == (scenario == "pin-2-tries")
    if scenario == "home":
        assert status.sim.imsi == "262021234567890"
        assert status.registration == "home"
        assert any(address.startswith("100.") for address in status.addresses)
    elif scenario == "roaming-refused":
        assert status.registration in ("roaming", "denied")
        assert status.addresses == ()
    elif scenario == "no-signal":
        assert status.registration in ("searching", "none")
    elif scenario == "hang":
        assert status.silent


@pytest.mark.parametrize("way", [("uqmi", "qmi", QMI), ("umbim", "mbim", MBIM)], ids=["uqmi", "umbim"])
@pytest.mark.parametrize("scenario", scenarios("qmi"))
def test_programs(
    tmp_path: pathlib.Path, applets: pathlib.Path, way: tuple[str, str, dict[str, t.Any]], scenario: str
) -> None:
    tool, source, row = way
    router(tmp_path, row)
    begin = time.monotonic()
    parts = ask(tmp_path, applets, **with_tool(tmp_path, tool, source, scenario))
    assert time.monotonic() - begin < SECONDS
    status = statuses(parts)["1-1"]
    assert status.source == source
    check(status, scenario)


@pytest.mark.parametrize("dialect", ["huawei", "quectel", "simcom"])
@pytest.mark.parametrize("scenario", [*SIM_STATES, "hang"])
def test_at_ports(tmp_path: pathlib.Path, applets: pathlib.Path, dialect: str, scenario: str) -> None:
    with AtModem(dialect, scenario) as modem:
        router(tmp_path, SERIAL, {"ttyUSB1": modem.path})
        parts = ask(tmp_path, applets)
        assert modem.pin_attempts == 0
    assert at_ports(parts) == {"1-1": ("ttyUSB1",)}
    status = statuses(parts)["1-1"]
    assert status.source == "at"
    check(status, scenario)


def test_a_port_that_never_answers(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    with AtModem("quectel", "mute") as modem:
        router(tmp_path, SERIAL, {"ttyUSB0": modem.path})
        parts = ask(tmp_path, applets)
    assert at_ports(parts) == {"1-1": ()}
    assert statuses(parts) == {}
    assert not (tmp_path / "dev/ttyUSB1").exists()


def test_a_port_that_somebody_has_open_is_left_alone(applets: pathlib.Path) -> None:
    with AtModem("quectel", "home") as modem, pathlib.Path(modem.path).open("rb") as held:
        found = run(applets, [ASK], [f'part free "$(at_free {modem.path} && echo yes || echo no)"'])
        assert held.readable()
    assert found["free"][0] == ("no",)
    with AtModem("quectel", "home") as modem:
        found = run(applets, [ASK], [f'part free "$(at_free {modem.path} && echo yes || echo no)"'])
    assert found["free"][0] == ("yes",)


@pytest.mark.parametrize("scenario", scenarios("modemmanager"))
def test_modemmanager_keeps_its_modems_to_itself(tmp_path: pathlib.Path, applets: pathlib.Path, scenario: str) -> None:
    with AtModem("quectel", "home") as modem:
        router(tmp_path, SERIAL, {"ttyUSB1": modem.path})
        variables = with_tool(tmp_path, "mmcli", "modemmanager", scenario)
        parts = ask(tmp_path, applets, 'pidof() { [ "$1" = ModemManager ]; }', **variables)
    assert at_ports(parts) == {}
    check(statuses(parts)[ANY], scenario)


@pytest.mark.parametrize("kind", ["hilink", "zte"])
@pytest.mark.parametrize("scenario", [*SIM_STATES, "hang"])
def test_sticks_with_web_pages(tmp_path: pathlib.Path, applets: pathlib.Path, kind: str, scenario: str) -> None:
    with HttpStick(kind, scenario) as stick:
        router(tmp_path, STICK)
        gateway = f'gateway_of() {{ [ "$1" != usb0 ] || echo {stick.address}; }}\nmodem_http_port={stick.port}'
        parts = ask(tmp_path, applets, gateway)
    status = statuses(parts)["1-1"]
    assert status.source == kind
    check(status, scenario)


def test_a_gateway_without_such_pages_is_no_stick(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    router(tmp_path, STICK)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    parts = ask(tmp_path, applets, f"gateway_of() {{ echo 127.0.0.1; }}\nmodem_http_port={port}")
    assert statuses(parts) == {}


@pytest.mark.parametrize("vendor", ["0bda", "0b95"])
def test_the_gateway_of_an_adapter_is_not_asked(tmp_path: pathlib.Path, applets: pathlib.Path, vendor: str) -> None:
    with HttpStick("hilink", "home") as stick:
        router(tmp_path, STICK | {"vid": vendor})
        parts = ask(tmp_path, applets, f"gateway_of() {{ echo {stick.address}; }}\nmodem_http_port={stick.port}")
    assert statuses(parts) == {}


@pytest.mark.parametrize("driver", ["ftdi_sio", "cdc_acm"])
def test_a_port_that_is_no_modem_s_is_left_alone(tmp_path: pathlib.Path, applets: pathlib.Path, driver: str) -> None:
    converter = {"vid": "0403", "pid": "6001", "interfaces": [
        {"if": 0, "class": "ff", "subclass": "ff", "protocol": "ff", "driver": driver}
    ]}  # fmt: skip
    with AtModem("quectel", "home") as modem:
        router(tmp_path, converter, {"ttyUSB0": modem.path, "ttyACM0": modem.path})
        node = tmp_path / "sys/devices/platform/ehci/usb1/1-1/1-1:1.0/ttyUSB0"
        node.mkdir(exist_ok=True)
        parts = ask(tmp_path, applets)
        assert modem.echo
    assert at_ports(parts) == {}


@pytest.mark.parametrize(
    ("routes", "gateway"),
    [
        ("default via 192.168.8.1 metric 10\n192.168.8.0/24 scope link src 192.168.8.100\n", "192.168.8.1"),
        ("192.168.1.0/24 scope link src 192.168.1.100\n", "192.168.1.1"),
        ("", ""),
    ],
)
def test_where_a_stick_is(tmp_path: pathlib.Path, applets: pathlib.Path, routes: str, gateway: str) -> None:
    assert tmp_path
    parts = run(applets, [ASK], [f"ip() {{ printf '{routes}'; }}", 'part found "$(gateway_of usb0)"'])
    assert parts["found"][0] == ((gateway,) if gateway else ())


def test_nothing_is_asked_where_there_is_nothing(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    assert ask(tmp_path, applets) == {}
