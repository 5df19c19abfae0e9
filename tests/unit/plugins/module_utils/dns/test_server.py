# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire for a plan, and what answers mean; tests/lab/test_dns_records.py has a real server."""

from __future__ import annotations

import typing as t

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.tsig
import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import plan
from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import Names, RecordSet, marker
from ansible_collections.farsite.fleet.plugins.module_utils.dns.server import DnsError, Key, Server

SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0"  # noqa: S105 # guards nothing
OURS = marker("us")


def records(kind: str, *values: str) -> dict[str, RecordSet]:
    return {kind: RecordSet(300, frozenset(values))}


def server(**key: str) -> Server:
    return Server(
        "192.0.2.53", 53, "z.test", Key(**{"name": "k", "secret": SECRET, "algorithm": "hmac-sha256", **key}), 1
    )


class Wire:
    """Takes what is sent, and answers with a code."""

    def __init__(self, code: dns.rcode.Rcode = dns.rcode.NOERROR, *, signed: bool = True) -> None:
        self.code = code
        self.signed = signed
        self.sent: list[dns.message.Message] = []

    def __call__(self, message: dns.message.Message, where: str, port: int, timeout: float) -> dns.message.Message:
        assert (where, port, timeout) == ("192.0.2.53", 53, 1)
        # as a server reads it
        self.sent.append(dns.message.from_wire(message.to_wire(), keyring=message.keyring))
        answer = dns.message.make_response(message)
        answer.set_rcode(self.code)
        if not self.signed:
            answer.tsig = None
        return answer


def update(monkeypatch: pytest.MonkeyPatch, wire: t.Callable[..., t.Any], wanted: Names, present: Names) -> None:
    monkeypatch.setattr(dns.query, "tcp", wire)
    server().update(plan(wanted, present, zone="z.test", owner="us", adopt=False, max_removals="100%"))


def section(message: dns.message.Message, number: int) -> list[str]:
    """Return the records of a section; NONE is what must not be, or goes (RFC 2136, 2.4 and 2.5)."""
    return sorted(line for rrset in message.sections[number] for line in rrset.to_text().splitlines())


def test_an_update_demands_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    present = {
        "b.z.test": {**records("A", "192.0.2.1", "192.0.2.2"), **records("TXT", OURS, '"x"')},
        "c.z.test": {**records("AAAA", "2001:db8::1"), **records("TXT", OURS), **records("MX", "1 m.")},
    }
    wanted = {"a.z.test": records("A", "192.0.2.9"), "b.z.test": records("A", "192.0.2.1", "192.0.2.3")}
    wire = Wire()
    update(monkeypatch, wire, wanted, present)
    (message,) = wire.sent
    assert message.had_tsig
    assert section(message, 0) == ["z.test. IN SOA"]
    assert section(message, 1) == [
        "a.z.test. NONE ANY",
        "b.z.test. 0 IN A 192.0.2.1",
        "b.z.test. 0 IN A 192.0.2.2",
        f"b.z.test. 0 IN TXT {OURS}",
        'b.z.test. 0 IN TXT "x"',
        "b.z.test. NONE AAAA",
        "c.z.test. 0 IN AAAA 2001:db8::1",
        f"c.z.test. 0 IN TXT {OURS}",
        "c.z.test. NONE A",
    ]
    assert section(message, 2) == [
        "a.z.test. 300 IN A 192.0.2.9",
        f"a.z.test. 300 IN TXT {OURS}",
        "b.z.test. 0 NONE A 192.0.2.2",
        "b.z.test. 300 IN A 192.0.2.3",
        "c.z.test. 0 NONE AAAA 2001:db8::1",
        f"c.z.test. 0 NONE TXT {OURS}",
    ]


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (Wire(dns.rcode.NXRRSET), "did nothing of a batch (NXRRSET): somebody changed one of its names meanwhile"),
        (Wire(dns.rcode.YXDOMAIN), "did nothing of a batch (YXDOMAIN): somebody"),
        (Wire(dns.rcode.REFUSED), "refused an update of the zone z.test: REFUSED; the key k must be allowed to"),
        (Wire(signed=False), "answered an update without a signature"),
    ],
)
def test_what_an_answer_means(monkeypatch: pytest.MonkeyPatch, wire: Wire, message: str) -> None:
    with pytest.raises(DnsError) as raised:
        update(monkeypatch, wire, {"a.z.test": records("A", "192.0.2.9")}, {})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            TimeoutError("timed out"),
            "cannot be updated at 192.0.2.53 port 53: timed out; whether the last batch was done",
        ),
        (EOFError(), "cannot be updated at 192.0.2.53 port 53: EOFError; whether"),
        (
            dns.tsig.PeerBadKey(),  # type: ignore[no-untyped-call]
            "192.0.2.53 port 53 refused an update of the zone z.test: The peer didn't know the key",
        ),
    ],
)
def test_an_answer_that_does_not_come(monkeypatch: pytest.MonkeyPatch, error: Exception, message: str) -> None:
    def fail(*_arguments: object, **_more: object) -> t.NoReturn:
        raise error

    with pytest.raises(DnsError) as raised:
        update(monkeypatch, fail, {"a.z.test": records("A", "192.0.2.9")}, {})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"name": "a..b"}, r"^key_name: found 'a\.\.b', expected a domain name"),
        ({"secret": "no base64"}, r"^key_secret: found something else than base64, which the server's file has$"),
        ({"secret": "ä"}, r"^key_secret: found something else"),
    ],
)
def test_a_key_that_is_none(key: dict[str, str], message: str) -> None:
    with pytest.raises(DnsError, match=message):
        server(**key)


def test_a_key_does_not_show_its_secret() -> None:
    assert SECRET not in repr(Key("k", SECRET, "hmac-sha256"))
