# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import (
    MASK,
    NEW_MASK,
    conceal,
    masked,
    masked_change,
    new_salt,
    reveal,
    token,
    tokens,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render, render_export
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions

if TYPE_CHECKING:
    import pathlib

SALT = "5a17"
NAMES = SecretOptions(frozenset({"psk"}))
# bytes that uci stores; the router's shell has to agree with Python about each of them
TEXTS = st.text(st.sampled_from("ab'\\\"$`#@ \t\nö{}0"), min_size=1, max_size=12)


def package(*values: str) -> Package:
    options = (("private_key", values[0]), ("proto", "x"), ("psk", values or ("y",)))
    return Package("network", (Section("interface", "wg0", options), Section("other", None, (("a", "b"),))))


def shells() -> list[str]:
    busybox = os.environ.get("FARSITE_BUSYBOX") or shutil.which("busybox")
    return ["system", *([busybox] if busybox else [])]


def on_router(command: str, text: str, folder: pathlib.Path, shell: str) -> str:
    """Run *command* with the shell functions, by the system's shell or by busybox ash and awk."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    program = ["sh", "-s"]
    if shell != "system":
        for applet in ("awk", "sha256sum", "cat", "ash"):
            link = folder / applet
            if not link.is_symlink():
                link.symlink_to(shell)
        environment["PATH"] = str(folder)
        program = [str(folder / "ash"), "-s"]
    (folder / "in").write_bytes(text.encode("utf-8", "surrogateescape"))
    script = f"{source('secrets')}\ncd {folder}\n{command}\n"
    done = subprocess.run(program, input=script.encode(), capture_output=True, check=False, env=environment)
    return done.stdout.decode("utf-8", "surrogateescape") + done.stderr.decode()


@pytest.mark.parametrize("shell", shells())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(TEXTS, min_size=1, max_size=3))
def test_the_router_s_digests_are_ours_and_it_can_fill_them_in(
    values: list[str], shell: str, tmp_path: pathlib.Path
) -> None:
    own = package(*values)
    text = on_router(f"mask {SALT} '{NAMES.words}' <in", render_export([own]), tmp_path, shell)
    concealed, _known = conceal(own, NAMES, SALT)
    assert parse(text, "network") == concealed
    (tmp_path / "candidate").write_text(render(concealed))
    filled = on_router(f"fill {SALT} '{NAMES.words}' in candidate", render_export([own]), tmp_path, shell)
    assert parse(filled, "network") == own


@pytest.mark.parametrize("shell", shells())
def test_a_digest_that_the_router_does_not_know_fails(shell: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "candidate").write_text(render(conceal(package("gone"), NAMES, SALT)[0]))
    command = f"fill {SALT} '{NAMES.words}' in candidate; echo rc $?"
    text = on_router(command, render_export([package("other")]), tmp_path, shell)
    assert text.endswith("rc 3\n")


def test_the_salt_decides() -> None:
    assert token("a", "1234") != token("b", "1234")
    assert len(new_salt()) == 32
    assert new_salt() != new_salt()


@pytest.mark.parametrize("shell", shells())
def test_what_could_not_be_looked_through_is_not_shown(shell: str, tmp_path: pathlib.Path) -> None:
    """Where memory is short awk may be killed: no digests are then not "no secrets"."""
    killed = 'awk() { case "$*" in *mode=values*) cat >/dev/null; return 137 ;; *) command awk "$@" ;; esac; }'
    text = render_export([package("hidden")])
    shown = on_router(f"{killed}\nmask {SALT} {NAMES.words!r} <in", text, tmp_path, shell)
    assert "wg0" in shown
    assert "hidden" not in shown
    plain = render_export([Package("network", (Section("other", None, (("a", "b"),)),))])
    assert on_router(f"mask {SALT} {NAMES.words!r} <in", plain, tmp_path, shell) == plain.rstrip("\n") + "\n"


def test_reveal_leaves_to_the_router_what_it_has() -> None:
    concealed, values = conceal(package("known", "both"), NAMES, SALT)
    assert reveal(concealed, values, ()) == package("known", "both")
    kept = reveal(concealed, values, {token(SALT, "both")})
    assert kept.sections[0].get("psk") == ("known", token(SALT, "both"))


def test_people_see_masks_only() -> None:
    concealed, _values = conceal(package("one", "two"), NAMES, SALT)
    assert masked(concealed).sections[0].get("psk") == (MASK, MASK)
    assert tokens(concealed) == {token(SALT, "one"), token(SALT, "two")}


def networks(**keys: str) -> Package:
    """Return a package with a section for each network, and its key."""
    sections = tuple(Section("network", name, (("psk", key),)) for name, key in keys.items())
    return conceal(Package("p", sections), NAMES, SALT)[0]


@pytest.mark.parametrize(
    ("before", "after", "shown_before", "shown_after"),
    [
        ({"a": "1"}, {"a": "1"}, [MASK], [MASK]),
        ({"a": "1"}, {"a": "2"}, [MASK], [NEW_MASK]),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, [MASK, MASK], [MASK, NEW_MASK]),
        ({"a": "1", "b": "2"}, {"a": "2", "b": "1"}, ["(1)", "(2)"], ["(2)", "(1)"]),
        ({"a": "1", "b": "2"}, {"a": "2", "b": "2"}, ["(1)", "(2)"], ["(2)", "(2)"]),
        ({"a": "1", "b": "2"}, {"a": "2", "b": "3"}, ["(1)", "(2)"], ["(2)", NEW_MASK]),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2", "c": "2"}, ["(1)", "(2)"], ["(1)", "(2)", "(2)"]),
        ({"a": "1"}, {"a": "1", "b": "1"}, [MASK], [MASK, MASK]),
        ({"a": "1", "b": "2"}, {"b": "2"}, [MASK, MASK], [MASK]),
        ({}, {"a": "1"}, [], [NEW_MASK]),
    ],
)
def test_people_see_which_secret_takes_the_place_of_which(
    before: dict[str, str], after: dict[str, str], shown_before: list[str], shown_after: list[str]
) -> None:
    shown = masked_change(networks(**before), networks(**after))
    keys = [[str(section.get("psk")) for section in package.sections] for package in shown]
    assert keys == [
        [text if text.startswith(MASK) else f"{MASK} {text}" for text in texts] for texts in (shown_before, shown_after)
    ]


def test_the_same_secret_has_the_same_number_where_sections_have_no_names() -> None:
    def peers(*keys: str) -> Package:
        return conceal(Package("p", tuple(Section("peer", None, (("psk", key),)) for key in keys)), NAMES, SALT)[0]

    before, after = masked_change(peers("1", "2", "3"), peers("2", "3"))
    assert [section.get("psk") for section in before.sections] == [f"{MASK} ({number})" for number in (1, 2, 3)]
    assert [section.get("psk") for section in after.sections] == [f"{MASK} ({number})" for number in (2, 3)]
