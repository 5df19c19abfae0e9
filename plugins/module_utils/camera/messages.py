# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers as HTTP/1.1 and RTSP/1.0 both have them (RFC 9112, RFC 2326). Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

END_OF_HEAD = b"\r\n\r\n"
MOST_HEAD = 65536
"""Bytes that the head of an answer may have; one with more is no camera's."""

_STATUS = re.compile(r"(HTTP|RTSP)/1\.[01] ([1-5][0-9][0-9])(?: (.*))?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


class MessageError(ValueError):
    """What came is no answer, or what was to be sent is no request; says what was found."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """An answer; the names of ``headers`` are in small letters, each with all its values."""

    protocol: str
    status: int
    reason: str
    headers: t.Mapping[str, tuple[str, ...]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None without one."""
        values = self.headers.get(name.lower(), ())
        return values[0] if values else None

    @property
    def length(self) -> int:
        """Return how many bytes the body has by the head's word. Raises MessageError."""
        text = self.header("content-length") or "0"
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            raise MessageError(f"Content-Length is {text[:20]!r}, expected a number")
        return int(text)


def request(protocol: str, method: str, target: str, headers: t.Mapping[str, str]) -> bytes:
    """Return a request without a body. Raises MessageError for a target or a header that would be more than itself."""
    if _UNSAFE.search(target):
        raise MessageError(f"the path {target!r} has a space or a control character; expected an escaped one")
    for name, value in headers.items():
        if "\r" in value or "\n" in value or "\0" in value:
            # not shown: it may be a password
            raise MessageError(f"the value of {name} has a line break")
    lines = [f"{method} {target} {protocol}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def parse_head(data: bytes) -> Answer:
    """Return the answer whose head is *data*, up to its empty line. Raises MessageError."""
    text = data.decode("latin-1")
    first, *lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    found = _STATUS.fullmatch(first.strip())
    if not found:
        raise MessageError(f"its first line is {shown(first)}, expected one as HTTP/1.1 200 OK or RTSP/1.0 200 OK")
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        # a line that is none is the camera's fault, and no reason to know less
        if colon and name.strip():
            key = name.strip().lower()
            headers[key] = (*headers.get(key, ()), value.strip())
    return Answer(found[1], int(found[2]), (found[3] or "").strip(), headers)


def shown(text: str, most: int = 80) -> str:
    """Return *text* of a stranger for a message or a result: printable ASCII, not long."""
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
    return repr(plain[:most] + ("…" if len(plain) > most else ""))
