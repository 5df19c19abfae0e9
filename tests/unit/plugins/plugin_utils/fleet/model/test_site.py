# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's file: what it becomes, what each of its values may be, and that no data whatever breaks the reader."""

from __future__ import annotations

import copy
import ipaddress
import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID, SecretPath
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.router import Router
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.model_strategies import values
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

ROUTER = {"model": "tplink_tl-mr3020-v3", "release": "24.10"}
LEAST: dict[str, t.Any] = {"id": 17, "router": ROUTER, "uplink": {"kind": "lte"}}
QUARRY: dict[str, t.Any] = {
    "id": 17,
    "router": ROUTER,
    "uplink": {"kind": "lte", "apn": "auto", "pin": "{{ vault_pins.quarry_north }}"},
    "lan": {"prefix": "192.168.1.0/24"},
    "cameras": [
        {"name": "gate", "mac": "44:19:b6:00:00:01", "vendor": "hikvision"},
        {
            "name": "yard",
            "mac": "44:19:b6:00:00:02",
            "vendor": "hikvision",
            "forward": {"from": ["198.51.100.0/24"], "port": 80},
        },
    ],
}
SITE = Record(Site)


def changed(path: tuple[str, ...], value: object) -> dict[str, t.Any]:
    """Return the least site with *value* at *path*, in mappings that are made where they are missing."""
    site = copy.deepcopy(LEAST)
    parent = site
    for step in path[:-1]:
        parent = parent.setdefault(step, {})
    parent[path[-1]] = value
    return site


def test_a_site_in_full() -> None:
    site, problems = reading(SITE, QUARRY)
    assert problems == []
    assert site.uplink == (LteUplink(kind="lte", pin=SecretPath(("x", "uplink", "pin"))),)
    assert site.lan.prefix == ipaddress.IPv4Network("192.168.1.0/24")
    assert [camera.name for camera in site.cameras] == ["gate", "yard"]
    assert (site.cameras[0].forward, site.cameras[1].forward.port) == (None, (80,))


def test_the_least_that_a_site_says() -> None:
    site, problems = reading(SITE, LEAST)
    assert (site, problems) == (
        Site(id=17, router=Router(model="tplink_tl-mr3020-v3", release="24.10"), uplink=(LteUplink(kind="lte"),)),
        [],
    )


@pytest.mark.parametrize("key", [key for key in SITE.schema()["properties"] if key not in LEAST])
def test_a_null_is_no_value(key: str) -> None:
    assert reading(SITE, {**LEAST, key: None}) == reading(SITE, LEAST)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("description",), "a\tb", "found a line break or another control character, expected text"),
        (("description",), "\ud800", "found a line break or another control character, expected text"),
        (("labels",), ["North"], "[0]: found 'North', expected a word of lower-case letters, digits and _"),
        (("wave",), 100, "found 100, expected a whole number from 1 to 99"),
        (("id",), 10**13, "found a number of many digits, expected a whole number from 1 to 65535"),
        (("router", "model"), "TL-MR", "found 'TL-MR', expected a board name such as tplink_tl-mr3020-v3"),
        (
            ("router", "release"),
            24.10,
            "found a number with a fraction, expected one of 23.05, 24.10, 25.12; write it in quotes",
        ),
        (("system", "hostname"), "a_b", "found 'a_b', expected a host name of letters, digits and hyphens"),
        (
            ("system", "time_zone"),
            "Europe/Berlin ",
            "found 'Europe/Berlin ', expected the name of a time zone such as Europe/Berlin",
        ),
        (("system", "ntp", "servers"), [], "is empty, expected a list, each a domain name such as fleet.example.net"),
        (("system", "log", "remote"), "log", "found 'log', expected an IP address such as 192.0.2.1 or fd00::1"),
        (
            ("system", "log", "remote"),
            "fe80::1%br-lan",
            "found 'fe80::1%br-lan', expected an IP address such as 192.0.2.1 or fd00::1",
        ),
        (("system", "log", "protocol"), "tls", "found 'tls', expected one of udp, tcp"),
        (
            ("ssh", "authorized_keys"),
            ["-----BEGIN OPENSSH PRIVATE KEY-----"],
            "[0]: found something else, expected a public key in OpenSSH's format, such as ssh-ed25519 AAAA… name",
        ),
        (("tunnel", "mtu"), 1500, "found 1500, expected a whole number from 1280 to 1440"),
        (("tunnel", "interface"), "wg-hub", "found 'wg-hub', expected a name of lower-case letters, digits and _"),
        (("lan", "ports"), ["eth0", "eth0"], "[1]: is the same as [0] of this list; remove one"),
        (("lan", "dhcp", "lease"), "12 hours", "found '12 hours', expected a time such as 30m or 12h"),
        (
            ("uplink", "device"),
            "/dev/tty USB2",
            (
                "found '/dev/tty USB2', expected a device such as /dev/cdc-wdm0, /dev/ttyUSB2 or usb0, "
                "or a USB port such as 1-1.2"
            ),
        ),
        (("uplink", "apn"), "my apn", "found 'my apn', expected an APN such as internet, or auto"),
        (("uplink", "username"), "", "found '', expected a user name"),
        (("packages",), ["Tcpdump"], "[0]: found 'Tcpdump', expected the name of an OpenWrt package"),
        (
            ("wifi",),
            True,
            "found true or false, expected off, or a mapping with ssid, key, encryption, radio, country, channel",
        ),
        (
            ("wifi",),
            {"ssid": "é" * 17, "key": "{{ k }}", "country": "DE"},
            f".ssid: {'é' * 17!r} has 34 bytes in UTF-8, at most 32 are possible; shorten it",
        ),
        (
            ("wifi",),
            {"ssid": "a", "key": "{{ k }}", "country": False},
            (
                ".country: found true or false, expected a country of two capital letters, as in ISO 3166; "
                "write it in quotes"
            ),
        ),
        (
            ("wifi",),
            {"ssid": "a", "key": "{{ k }}", "country": "DE", "channel": 6},
            ".channel: found a whole number, expected the number of a channel, in quotes, or auto; write it in quotes",
        ),
        (
            ("ddns",),
            {"service": "duck dns", "domain": "a.example", "password": "{{ p }}"},
            ".service: found 'duck dns', expected the name of a service as ddns-scripts has it, such as duckdns.org",
        ),
        (
            ("cameras",),
            [{"name": "gate", "mac": "44:19:b6:00:00:01", "vendor": "Hikvision"}],
            "[0].vendor: found 'Hikvision', expected a vendor in small letters such as hikvision",
        ),
        (
            ("cameras",),
            {"gate": {}},
            (
                "found a mapping, expected a list, each a mapping with name, mac, number, address, vendor, "
                "default_password, forward"
            ),
        ),
        (
            ("uplink",),
            [[LEAST["uplink"]]],
            "[0]: found a list, expected a mapping whose kind is one of lte, ethernet, wifi",
        ),
        (("uplink", "kind"), ["lte"], "found a list, expected one of lte, ethernet, wifi"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(path: tuple[str, ...], value: object, words: str) -> None:
    separator = "" if words.startswith(("[", ".")) else ": "
    assert refusal(SITE, changed(path, value)) == f".{'.'.join(path)}{separator}{words}"


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (True, "true or false, as YAML reads on, off, yes and no"),
        (5, "a whole number"),
        (1.5, "a number with a fraction"),
        (None, "nothing"),
        ((1, 2), "a list"),
    ],
)
def test_a_key_is_text(key: object, what: str) -> None:
    site = {**LEAST, "lan": {key: 1}}
    assert refusal(SITE, site) == (
        f".lan: has a key that is {what}; expected one of prefix, address, device, ports, dhcp, internet"
    )


def test_a_part_of_a_site_tells_all_that_is_wrong_in_it() -> None:
    part = {"router": {"release": "24.1"}, "lan": {"dhcp": {"first": 1}}, "uplink": {"kind": "lte", "pin": 1234}}
    result, problems = reading(SITE, part, partial=True)
    assert result is INVALID
    assert problems == [
        "f: x.router.release: found '24.1', expected one of 23.05, 24.10, 25.12; did you mean 24.10?",
        (
            "f: x.uplink.pin: found a whole number, expected a secret: a template such as {{ vault_pins.north }}, or "
            "a vault value; write it in quotes"
        ),
        "f: x.lan.dhcp.first: found 1, expected a whole number from 2 to 254",
    ]
    assert reading(SITE, {"router": {"release": None}, "id": None}, partial=True) == (INVALID, [])


@given(values(SITE, nonsense=True))
def test_whatever_stands_there_is_a_site_or_has_errors(data: object) -> None:
    report = Report()
    result = SITE.read(data, Place(report, "f"))
    assert (result is INVALID) == bool(errors(report))
    assert all(str(problem).startswith("f: ") for problem in report)


@given(values(SITE, nonsense=True))
def test_a_part_never_becomes_a_site(data: object) -> None:
    assert SITE.read(data, Place(Report(), "f", partial=True)) is INVALID


def test_numbers_of_more_digits_than_python_writes_are_told_too() -> None:
    number = 16**5000
    data: dict[t.Any, t.Any] = {**LEAST, "id": number, number: number}
    assert reading(SITE, data)[1] == [
        f"f: x: has a key that is a whole number; expected one of {', '.join(SITE.schema()['properties'])}",
        "f: x.id: found a number of many digits, expected a whole number from 1 to 65535",
    ]
