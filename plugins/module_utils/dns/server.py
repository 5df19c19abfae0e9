# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authoritative DNS server: a zone read by transfer (RFC 5936) and changed by update (RFC 2136), signed (RFC 8945).

Everything here needs dnspython; ``MISSING`` says why it cannot be imported, None if it can.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import ipaddress
import socket
import traceback
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import TYPES
from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import ADDRESS_TYPES, Names, RecordSet

MISSING: str | None = None
try:
    import dns.exception
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.rdata
    import dns.rdataclass
    import dns.rdataset
    import dns.rdatatype
    import dns.tsig
    import dns.update
    import dns.xfr
    import dns.zone
except ImportError:
    MISSING = traceback.format_exc()

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import Change

ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
_SIGNATURES = frozenset({"RRSIG", "NSEC", "NSEC3"})
"""What the server adds itself, also at names that have nothing else."""

_CHANGED_MEANWHILE = frozenset({"YXDOMAIN", "YXRRSET", "NXDOMAIN", "NXRRSET"})
"""Answers to a prerequisite that does not hold (RFC 2136, 2.4)."""


class DnsError(Exception):
    """A server that cannot be asked, or says no; the message tells what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """A TSIG key. ``secret`` is in base64."""

    name: str
    secret: str = dataclasses.field(repr=False)
    algorithm: str


class Server:
    """One zone of one server."""

    def __init__(self, address: str, port: int, zone: str, key: Key, timeout: float) -> None:
        """Take the server's *address* or name, and the seconds to wait for each answer. Raises DnsError."""
        self._zone = zone
        self._port = port
        self._timeout = timeout
        self._where = f"{address} port {port}"
        self._address = self._resolved(address)
        self._key_name = key.name
        self._key = _tsig_key(key)

    def _resolved(self, address: str) -> str:
        try:
            found = socket.getaddrinfo(address, self._port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise DnsError(f"server: {address} has no address: {error.strerror}") from error
        return str(found[0][4][0])

    def names(self) -> Names:
        """Return all that the zone has, but signatures. Raises DnsError."""
        zone = dns.zone.Zone(dns.name.from_text(self._zone), relativize=False)
        query, _serial = dns.xfr.make_query(zone, keyring=self._key)
        try:
            dns.query.inbound_xfr(self._address, zone, query, port=self._port, timeout=self._timeout)
        except (OSError, EOFError, dns.exception.DNSException) as error:
            raise DnsError(
                f"the zone {self._zone} cannot be read from {self._where}: {_reason(error)}; "
                f"the key {self._key_name} must be allowed to transfer it"
            ) from error
        names: Names = {}
        for name, node in zone.nodes.items():
            text = name.canonicalize().to_text(omit_final_dot=True)
            for rdataset in node:
                kind = dns.rdatatype.to_text(rdataset.rdtype)
                if kind not in _SIGNATURES:
                    values = frozenset(_value(kind, rdata) for rdata in rdataset)
                    names.setdefault(text, {})[kind] = RecordSet(rdataset.ttl, values)
        return names

    def update(self, changes: Iterable[Change]) -> None:
        """Make all *changes*, or none of them, if the names are still as they were seen. Raises DnsError."""
        message = dns.update.UpdateMessage(self._zone, keyring=self._key)
        for change in changes:
            _demand(message, change)
            _edit(message, change)
        try:
            answer = dns.query.tcp(message, self._address, port=self._port, timeout=self._timeout)
        except dns.tsig.PeerError as error:
            raise self._refusal(str(error)) from error
        except (OSError, EOFError, dns.exception.DNSException) as error:
            raise DnsError(
                f"the zone {self._zone} cannot be updated at {self._where}: {_reason(error)}; whether the last batch "
                "was done is not known, and the next run sees it"
            ) from error
        if not answer.had_tsig:
            raise DnsError(f"{self._where} answered an update without a signature, so the answer proves nothing")
        code = dns.rcode.to_text(answer.rcode())
        if code in _CHANGED_MEANWHILE:
            raise DnsError(
                f"{self._where} did nothing of a batch ({code}): somebody changed one of its names meanwhile; "
                "run it again"
            )
        if code != "NOERROR":
            raise self._refusal(code)

    def _refusal(self, reason: str) -> DnsError:
        return DnsError(
            f"{self._where} refused an update of the zone {self._zone}: {reason}; "
            f"the key {self._key_name} must be allowed to update its A, AAAA and TXT records"
        )


def _tsig_key(key: Key) -> dns.tsig.Key:
    try:
        name = dns.name.from_text(key.name)
    except dns.exception.DNSException as error:
        raise DnsError(f"key_name: found {key.name!r}, expected a domain name, as the server's file has it") from error
    try:
        secret = base64.b64decode(key.secret, validate=True)
    except (binascii.Error, ValueError):
        raise DnsError("key_secret: found something else than base64, which the server's file has") from None
    return dns.tsig.Key(name, secret, key.algorithm)


def _demand(message: dns.update.UpdateMessage, change: Change) -> None:
    """Add that the name is as it was seen."""
    name = dns.name.from_text(change.name)
    if change.is_new:
        message.absent(name)
        return
    for kind in TYPES:
        seen = change.before.get(kind)
        if seen is None:
            message.absent(name, kind)
        else:
            message.present(name, *_rdata(kind, sorted(seen.values)))


def _edit(message: dns.update.UpdateMessage, change: Change) -> None:
    name = dns.name.from_text(change.name)
    for edit in change.edits():
        for rdata in _rdata(edit.kind, edit.delete):
            message.delete(name, rdata)
        for rdata in _rdata(edit.kind, edit.add):
            message.add(name, edit.ttl, rdata)


def _rdata(kind: str, values: Iterable[str]) -> list[dns.rdata.Rdata]:
    return [dns.rdata.from_text(dns.rdataclass.IN, kind, value) for value in values]


def _value(kind: str, rdata: dns.rdata.Rdata) -> str:
    text = rdata.to_text()
    return str(ipaddress.ip_address(text)) if kind in ADDRESS_TYPES else text


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
