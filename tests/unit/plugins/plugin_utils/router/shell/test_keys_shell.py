# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys a router's own file is to have, with busybox' ash; the whole of it is tested in the lab."""

from __future__ import annotations

import base64
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import token
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    import pathlib

# wg pubkey of a stand-in: the key backwards, and nothing for what is no key
_WG = """#!/bin/sh
read -r key
case $key in [A-Z]*) echo "$key" | rev ;; *) echo "wg: Key is not the correct length or format" >&2; exit 1 ;; esac
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = make_applets(tmp_path_factory.mktemp("applets"))
    (folder / "rev").symlink_to((folder / "ash").readlink())
    (folder / "wg").write_text(_WG)
    (folder / "wg").chmod(0o755)
    return folder


def network(**keys: str) -> str:
    peer = "config wireguard_fleet 'fleet'\n\toption private_key 'NOT'\n\n"
    return peer + "".join(
        f"config interface '{name}'\n\toption proto 'wireguard'\n\toption private_key '{key}'\n\n"
        for name, key in keys.items()
    )


def stored(**keys: str) -> str:
    return "".join(f"config key '{name}'\n\toption private_key '{key}'\n\n" for name, key in keys.items())


def asked(path: pathlib.Path, uci: str, own: str, *commands: str) -> list[str]:
    setup = [
        f'printf %s {quoted(uci)} >"$scratch/own-network"',
        f'printf %s {quoted(own)} >"$scratch/own-keys"',
        'keys_interfaces="fleet fleet2"; keys_salt=5a17; keys_mode=',
        "part answer",
    ]
    return run(path, ["keys"], [*setup, *commands])["answer"][1].split()


@pytest.mark.parametrize(
    ("uci", "own", "expected"),
    [
        # of present, next, settle
        (network(), stored(), (["+current"], ["+next"], [])),
        (network(), stored(current="C="), (["current"], ["current", "+next"], ["current"])),
        (network(fleet="U="), stored(), ([], ["+next"], [])),
        (network(other="U="), stored(), (["+current"], ["+next"], [])),
        (network(fleet="generate"), stored(), (["+current"], ["+next"], [])),
        (network(fleet2="U="), stored(current="C="), ([], ["+next"], [])),
        (network(fleet="U="), stored(next="N="), (["next"], ["next"], ["next"])),
        (network(fleet="N="), stored(next="N="), ([], ["+next"], [])),
        (network(fleet="N=", fleet2="N="), stored(next="N="), ([], ["+next"], [])),
        (network(fleet="N=", fleet2="U="), stored(next="N="), (["next"], ["next"], ["next"])),
    ],
)
def test_the_keys_of_the_file(path: pathlib.Path, uci: str, own: str, expected: tuple[list[str], ...]) -> None:
    for mode, names in zip(("present", "next", "settle"), expected, strict=True):
        assert asked(path, uci, own, f"keys_wanted {mode}") == names


@pytest.mark.parametrize(
    ("own", "mode", "differs"),
    [
        (stored(next="N="), "next", "no"),
        (stored(next="U="), "settle", "yes"),
        (stored(current="C=", next="N="), "present", "yes"),
        ("", "present", "no"),
        ("", "next", "yes"),
    ],
)
def test_nothing_is_written_where_nothing_is_to_do(path: pathlib.Path, own: str, mode: str, differs: str) -> None:
    answer = asked(path, network(fleet="U="), own, f"keys_mode={mode}; keys_differ && echo yes || echo no")
    assert answer == [differs]


def test_what_is_told_of_a_key_is_its_public_key_and_the_token_s_digest(path: pathlib.Path) -> None:
    answer = asked(path, network(fleet="ABC="), "", "keys_each keys_tell_used")
    assert answer == ["interface", "fleet", "=CBA", token("5a17", "ABC=").removeprefix("@farsite-")]


def test_what_is_no_key_is_named_and_not_shown(path: pathlib.Path) -> None:
    parts = run(path, ["keys"], ["keys_interfaces=fleet; keys_salt=1; keys_tell interface fleet nonsense"])
    assert parts["failed"][0][:6] == ("the", "private", "key", "of", "the", "interface")
    assert "nonsense" not in str(parts)


def test_a_key_without_the_tools(tmp_path: pathlib.Path) -> None:
    """As ``wg genkey`` makes it (RFC 7748, 5): 32 bytes in base64, of which some bits are set and others not."""
    bare = make_applets(tmp_path)
    made = asked(bare, "", "", "for n in 1 2 3 4 5 6 7 8; do keys_make; done")
    assert len(set(made)) == 8
    for key in made:
        decoded = base64.b64decode(key, validate=True)
        assert len(decoded) == 32
        assert (decoded[0] & 7, decoded[31] & 0x80, decoded[31] & 0x40) == (0, 0, 0x40)


def test_without_the_tools_the_public_key_is_not_told(tmp_path: pathlib.Path) -> None:
    bare = make_applets(tmp_path)
    digest = token("5a17", "Key").removeprefix("@farsite-")
    assert asked(bare, "", "", "keys_tell stored current Key") == ["stored", "current", "-", digest]
