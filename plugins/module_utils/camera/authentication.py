# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a client is, by Digest (RFC 7616, RFC 2617) or Basic (RFC 7617). Pure."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError

_WORDS = re.compile(
    r"""
    (?P<name>[!\#$%&'*+.^_`|~0-9A-Za-z-]+) [ \t]* = [ \t]* (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^\s,"]*) )
    | (?P<scheme>[!\#$%&'*+.^_`|~0-9A-Za-z-]+)
    """,
    re.VERBOSE,
)
_HASHES: dict[str, t.Callable[[bytes], t.Any]] = {
    # what Digest is made of, whatever a hardened system thinks of it
    "md5": functools.partial(hashlib.md5, usedforsecurity=False),
    "sha-256": hashlib.sha256,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Challenge:
    """A way to say who one is that a server offers; ``scheme`` and the names of ``parameters`` in small letters."""

    scheme: str
    parameters: t.Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Login:
    """A user with the password."""

    username: str
    password: str = dataclasses.field(repr=False)


def challenges(values: t.Iterable[str]) -> tuple[Challenge, ...]:
    """Return what the values of WWW-Authenticate offer; one value may offer several."""
    found: list[tuple[str, dict[str, str]]] = []
    for value in values:
        for match in _WORDS.finditer(value):
            if match["scheme"]:
                found.append((match["scheme"].lower(), {}))
            elif found:
                text = match["plain"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
                found[-1][1].setdefault(match["name"].lower(), text)
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found)


def authorization(
    offered: t.Iterable[Challenge], method: str, target: str, login: Login, client_nonce: str
) -> str | None:
    """Return the value of Authorization for the best of what is *offered*; None if nothing of it is known.

    The best is Digest, with SHA-256 before MD5; Basic sends the password itself. *client_nonce* is a word that was
    never used before. Raises MessageError for a user that cannot be sent.
    """
    if re.search(r"[\x00-\x1f\x7f]", login.username + login.password):
        raise MessageError("the user or the password has a control character")
    digests = [(_algorithm(one), one) for one in offered if one.scheme == "digest"]
    for algorithm in ("sha-256", "md5"):
        for name, challenge in digests:
            if name.removesuffix("-sess") == algorithm:
                return _digest(challenge, name, (method, target), login, client_nonce)
    if any(one.scheme == "basic" for one in offered):
        return "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    return None


def _algorithm(challenge: Challenge) -> str:
    return challenge.parameters.get("algorithm", "MD5").lower()


def _digest(
    challenge: Challenge, algorithm: str, request: tuple[str, str], login: Login, client_nonce: str
) -> str | None:
    make = _HASHES[algorithm.removesuffix("-sess")]

    def hashed(*parts: str) -> str:
        return str(make(":".join(parts).encode()).hexdigest())

    method, target = request
    given = challenge.parameters
    realm, nonce = given.get("realm", ""), given.get("nonce", "")
    offered = {word.strip().lower() for word in given.get("qop", "").split(",")} - {""}
    if offered and "auth" not in offered:
        return None
    secret = hashed(login.username, realm, login.password)
    if algorithm.endswith("-sess"):
        secret = hashed(secret, nonce, client_nonce)
    quoted = {"username": login.username, "realm": realm, "nonce": nonce, "uri": target}
    plain = {"algorithm": given["algorithm"]} if "algorithm" in given else {}
    if offered:
        count = "00000001"
        quoted["response"] = hashed(secret, nonce, count, client_nonce, "auth", hashed(method, target))
        quoted["cnonce"] = client_nonce
        plain |= {"qop": "auth", "nc": count}
    else:
        quoted["response"] = hashed(secret, nonce, hashed(method, target))
        if algorithm.endswith("-sess"):
            quoted["cnonce"] = client_nonce
    if "opaque" in given:
        quoted["opaque"] = given["opaque"]
    fields = [f"{name}={_quoted(value)}" for name, value in quoted.items()]
    return "Digest " + ", ".join([*fields, *(f"{name}={value}" for name, value in plain.items())])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
