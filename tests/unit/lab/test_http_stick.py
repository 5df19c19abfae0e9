# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-ins for sticks with web pages, asked over HTTP as a router asks them."""

from __future__ import annotations

import http.client
import json
import pathlib
import re
import socket
import subprocess
import sys
import typing as t

import pytest
from http_answers import KINDS, SCENARIOS, ZTE_PATH, body
from http_stick import HttpStick

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "lab" / "modem"

STATUS = "/api/monitoring/status"
ZTE_STATUS = f"{ZTE_PATH}?isTest=false&multi_data=1&cmd=modem_main_state,no_such_field"


def get(
    stick: HttpStick, target: str, headers: t.Mapping[str, str] | None = None, *, timeout: float = 10
) -> tuple[int, str]:
    connection = http.client.HTTPConnection(stick.address, stick.port, timeout=timeout)
    try:
        connection.request("GET", target, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def session(stick: HttpStick) -> str:
    status, text = get(stick, "/api/webserver/SesTokInfo")
    assert status == 200
    match = re.search(r"<SesInfo>(SessionID=[^<]+)</SesInfo>\s*<TokInfo>[^<]+</TokInfo>", text)
    assert match
    return match[1]


def referer(stick: HttpStick) -> dict[str, str]:
    return {"Referer": f"http://{stick.address}/index.html"}


def test_hilink_answers_in_its_session() -> None:
    with HttpStick("hilink", "home") as stick:
        cookie = session(stick)
        assert get(stick, STATUS, {"Cookie": cookie}) == (200, body("hilink", "home", STATUS))
        assert get(stick, STATUS, {"Cookie": cookie}) == (200, body("hilink", "home", STATUS))


@pytest.mark.parametrize("headers", [{}, {"Cookie": "SessionID=none"}, {"Cookie": ""}])
def test_hilink_refuses_who_has_no_session(headers: dict[str, str]) -> None:
    with HttpStick("hilink", "home") as stick:
        status, text = get(stick, STATUS, headers)
    assert (status, "<error>" in text, "<code>125002</code>" in text) == (200, True, True)
    assert "ConnectionStatus" not in text


def test_hilink_says_what_it_does_not_support() -> None:
    with HttpStick("hilink", "home") as stick:
        assert "<code>100002</code>" in get(stick, "/api/no/such", {"Cookie": session(stick)})[1]


def test_zte_answers_who_comes_from_its_own_page() -> None:
    with HttpStick("zte", "pin") as stick:
        status, text = get(stick, ZTE_STATUS, referer(stick))
        assert (status, json.loads(text)) == (200, {"modem_main_state": "modem_waitpin", "no_such_field": ""})
        assert get(stick, "/no/such", referer(stick)) == (404, "")


@pytest.mark.parametrize("headers", [{}, {"Referer": "http://192.0.2.1/index.html"}, {"Referer": "127.0.0.1"}])
def test_zte_says_nothing_to_others(headers: dict[str, str]) -> None:
    with HttpStick("zte", "home") as stick:
        assert get(stick, ZTE_STATUS, headers) == (403, "")


def test_zte_takes_a_list_for_one_name_without_multi_data() -> None:
    text = body("zte", "home", f"{ZTE_PATH}?cmd=imei,sim_imsi")
    assert text == '{"imei,sim_imsi":""}'


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_each_connection_ends_after_its_answer(version: str) -> None:
    with HttpStick("hilink", "home") as stick, socket.create_connection((stick.address, stick.port), 10) as connection:
        request = f"GET /api/webserver/SesTokInfo HTTP/{version}\r\nHost: {stick.address}\r\n\r\n"
        connection.sendall(request.encode())
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.0 200 ")
    assert received.endswith(b"</response>\r\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_that_hangs_answers_once_and_can_be_closed(kind: str) -> None:
    target = "/api/webserver/SesTokInfo" if kind == "hilink" else ZTE_STATUS
    with HttpStick(kind, "hang") as stick:
        assert get(stick, target, referer(stick))[0] == 200
        for _again in range(2):
            with pytest.raises(TimeoutError):
                get(stick, target, referer(stick), timeout=0.3)


@pytest.mark.parametrize(("kind", "scenario"), [("hilink", "none"), ("none", "home")])
def test_a_stick_that_there_is_not_is_refused(kind: str, scenario: str) -> None:
    with pytest.raises(ValueError, match="no such stick"):
        HttpStick(kind, scenario)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_only_the_home_scenarios_have_the_identity_of_an_operator(kind: str, scenario: str) -> None:
    target = "/api/device/information" if kind == "hilink" else f"{ZTE_PATH}?multi_data=1&cmd=sim_imsi"
    found = re.findall(r"\b(?:262|001)\d{12}\b", body(kind, scenario, target) or "")
    expected = {"home": ["262021234567890"], "hang": ["262021234567890"]}
    assert found in ([], ["001010123456789"]) if scenario not in expected else found == expected[scenario]


@pytest.fixture
def program() -> t.Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(FOLDER / "http_stick.py"), "--kind", "zte", "--scenario", "home", "--port", "0"]
    with subprocess.Popen([*command, "--bind", "127.0.0.2"], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()


def test_the_program_prints_its_port_and_serves(program: subprocess.Popen[str]) -> None:
    assert program.stdout
    port = int(program.stdout.readline())
    connection = http.client.HTTPConnection("127.0.0.2", port, timeout=10)
    connection.request("GET", ZTE_STATUS, headers={"Referer": "http://127.0.0.2/index.html"})
    assert json.loads(connection.getresponse().read())["modem_main_state"] == "modem_init_complete"
    connection.close()
