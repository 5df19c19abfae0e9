# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import (
    FilePlan,
    ObservedFile,
    WantedFile,
    commands,
    plan_files,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import FileChange

PATH = "/etc/nftables.d/20-x.nft"
WANTED = WantedFile(PATH, "new\n", 0o644)
DIGEST = hashlib.sha256(b"new\n").hexdigest()
GONE = WantedFile(PATH, None, 0)


def observation(*files: tuple[str, str, str, str]) -> Observation:
    parts = {
        f"file-{number}": ((path, digest, mode), text) for number, (path, digest, mode, text) in enumerate(files, 1)
    }
    return Observation({}, (), None, (), parts)


@pytest.mark.parametrize(
    ("wanted", "digest", "mode", "action"),
    [
        (WANTED, "-", "-", "create"),
        (WANTED, "0ld", "-rw-r--r--", "replace"),
        (WANTED, DIGEST, "-rw-------", "mode"),
        (WANTED, DIGEST, "-rw-r--r--", None),
        (GONE, "0ld", "-rw-r--r--", "remove"),
        (GONE, "-", "-", None),
    ],
)
def test_what_is_done(wanted: WantedFile, digest: str, mode: str, action: str | None) -> None:
    (plan,) = plan_files([wanted], observation((PATH, digest, mode, "old\n")))
    assert plan.changed is (action is not None)
    if action:
        assert plan.action == action
        content = None if action == "remove" else b"new\n"
        assert plan.change == FileChange(PATH, digest, "-", content, wanted.mode)


@pytest.mark.parametrize(
    ("shown", "mode"),
    [
        ("-rw-r--r--", 0o644),
        ("-rw-------", 0o600),
        ("-rwxr-xr-x", 0o755),
        ("----------", 0),
        ("-rwsr-sr-t", 0o7755),
        ("-rwSrwSrwT", 0o7666),
        ("-", None),
    ],
)
def test_modes_as_ls_shows_them(shown: str, mode: int | None) -> None:
    (plan,) = plan_files([WANTED], observation((PATH, "0ld", shown, "")))
    assert plan.observed.mode == mode


def test_the_old_text_is_shown_also_where_it_is_no_text() -> None:
    assert FilePlan(ObservedFile("0ld", 0o644, "a\udcffb"), WANTED).before == "a\ufffdb"
    assert FilePlan(ObservedFile(DIGEST, 0o600, ""), WANTED).before == "new\n"


def test_files_that_services_read() -> None:
    assert FilePlan(ObservedFile("-", None, ""), WANTED).package == "firewall"
    assert FilePlan(ObservedFile("-", None, ""), WantedFile("/etc/dropbear/authorized_keys", "", 0o600)).package is None


def test_the_question_has_the_digest() -> None:
    assert commands([WANTED, GONE]) == [f"observe_file {PATH} {DIGEST}", f"observe_file {PATH} -"]
