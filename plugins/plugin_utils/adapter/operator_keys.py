# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which private key stands in a person's files: the one that is there, a new one, or none."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import key_pairs
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import operator_key_file

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class OperatorKeyError(ValueError):
    """Keys that do not fit together; the message says what to do, and shows no private one."""


@dataclasses.dataclass(frozen=True, slots=True)
class KeyPair:
    """What of a person's key pair is known here."""

    public: str | None
    private: str | None = dataclasses.field(repr=False)
    made: bool = False
    """Whether it was made just now."""


def choose_key(  # noqa: PLR0913 # each says another thing
    person: str,
    public_key: str | None,
    found: Mapping[str, str],
    taken: Collection[str],
    *,
    generate: bool,
    replace: bool,
) -> KeyPair:
    """Return the key pair of *person*, whose ``.pub`` has *public_key*.

    *found* are the private keys that stand in the person's files, by the file. *taken* are public keys that nobody may
    have again. Only with *replace* a private key is lost. Raises OperatorKeyError.
    """
    if replace:
        return _new()
    kept = _kept(person, public_key, found)
    if kept is not None and kept.public in taken:
        first = next(iter(found))
        raise OperatorKeyError(
            f"{first}: has the private key of {kept.public}, which is retired, or somebody else's; remove the file, or "
            "say replace: true"
        )
    if kept is None and public_key is None and generate:
        return _new()
    return kept or KeyPair(public_key, None)


def _new() -> KeyPair:
    private = key_pairs.new_private_key()
    return KeyPair(key_pairs.public_key_of(private), private, made=True)


def _kept(person: str, public_key: str | None, found: Mapping[str, str]) -> KeyPair | None:
    """Return the pair of the private key that the files have, None if they have none."""
    kept: KeyPair | None = None
    expected, source = public_key, operator_key_file(person)
    for path, private in found.items():
        try:
            public = key_pairs.public_key_of(private)
        except ValueError as error:
            raise OperatorKeyError(f"{path}: PrivateKey: {error}; remove the file, or mend it") from error
        if expected not in (None, public):
            raise OperatorKeyError(
                f"{path}: has the private key of {public}, but {source} has {expected}; remove the one that is wrong, "
                "or say replace: true for a new pair"
            )
        kept = KeyPair(public, private)
        expected, source = public, path
    return kept
