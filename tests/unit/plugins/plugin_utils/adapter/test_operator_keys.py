# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which private key stands in a person's files; none is lost, and none that is another's is used."""

from __future__ import annotations

import base64
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.key_pairs import public_key_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.operator_keys import (
    KeyPair,
    OperatorKeyError,
    choose_key,
)

# fixed, since they are in the tests' names
PRIVATE = base64.b64encode(bytes(range(32))).decode()
PUBLIC = public_key_of(PRIVATE)
OTHER = base64.b64encode(bytes(range(32, 64))).decode()
OTHER_PUBLIC = public_key_of(OTHER)


def chosen(public_key: str | None = None, /, *taken: str, **more: t.Any) -> KeyPair:
    found = more.pop("found", {})
    return choose_key("anna", public_key, found, taken, **{"generate": False, "replace": False, **more})


def test_without_generate_nothing_is_made() -> None:
    assert chosen() == KeyPair(None, None)
    assert chosen(PUBLIC) == KeyPair(PUBLIC, None)


def test_a_pair_is_made_for_who_has_none() -> None:
    made = chosen(generate=True)
    assert made.made
    assert made.private is not None
    assert made.public == public_key_of(made.private)
    assert chosen(generate=True) != made


def test_who_has_a_public_key_keeps_it() -> None:
    assert chosen(PUBLIC, generate=True) == KeyPair(PUBLIC, None)


@pytest.mark.parametrize("generate", [True, False])
@pytest.mark.parametrize("public_key", [PUBLIC, None])
def test_a_private_key_in_the_file_is_kept(public_key: str | None, generate: bool) -> None:  # noqa: FBT001
    found = {"/x/anna-hub-1.conf": PRIVATE, "/x/anna-hub-2.conf": PRIVATE}
    assert chosen(public_key, found=found, generate=generate) == KeyPair(PUBLIC, PRIVATE)


def test_replace_makes_another_whatever_is_there() -> None:
    made = chosen(PUBLIC, PUBLIC, found={"/x": PRIVATE, "/y": "broken"}, generate=True, replace=True)
    assert made.made
    assert made.public not in (None, PUBLIC)


@pytest.mark.parametrize(
    ("public_key", "found", "message"),
    [
        (
            OTHER_PUBLIC,
            {"/x": PRIVATE},
            f"/x: has the private key of {PUBLIC}, but operators/anna.pub has {OTHER_PUBLIC}; ",
        ),
        (None, {"/x": PRIVATE, "/y": OTHER}, f"/y: has the private key of {OTHER_PUBLIC}, but /x has {PUBLIC}; "),
        (PUBLIC, {"/x": PRIVATE, "/y": OTHER}, f"/y: has the private key of {OTHER_PUBLIC}, but /x has {PUBLIC}; "),
        (PUBLIC, {"/x": "broken"}, "/x: PrivateKey: found something else than a private key"),
    ],
)
def test_keys_that_do_not_fit_are_refused_and_not_shown(
    public_key: str | None, found: dict[str, str], message: str
) -> None:
    for generate in (True, False):
        with pytest.raises(OperatorKeyError) as raised:
            chosen(public_key, found=found, generate=generate)
        assert str(raised.value).startswith(message)
        assert not any(key in str(raised.value) for key in (PRIVATE, OTHER, "broken"))


def test_a_key_that_is_retired_is_not_taken_up_again() -> None:
    with pytest.raises(OperatorKeyError, match=r"^/x: has the private key of .* which is retired, or somebody else's"):
        chosen(None, PUBLIC, found={"/x": PRIVATE}, generate=True)


def test_a_pair_does_not_show_its_private_key() -> None:
    assert PRIVATE not in repr(KeyPair(PUBLIC, PRIVATE))
