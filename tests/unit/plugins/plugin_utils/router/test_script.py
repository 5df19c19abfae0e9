# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shutil
import subprocess

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import here_document, source, whole, words

ALL = ("secrets", "observe", "wireguard", "preflight", "transaction", "submit")


def test_source_has_no_comments_and_no_indentation() -> None:
    text = source(*ALL)
    assert not [line for line in text.splitlines() if line != line.strip() or not line or line.startswith("# ")]


@pytest.mark.parametrize("name", ALL)
def test_what_is_sent_is_shell(name: str) -> None:
    shell = shutil.which("busybox")
    command = [shell, "ash", "-n"] if shell else ["sh", "-n"]
    done = subprocess.run(command, input=source(name), text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "content", [b"plain\n", b'it\'s $HOME `x` \\ "q"\n', b"\xff\xfe\n", b"END\n\n", b"a" * 100_000 + b"\n", b"\n"]
)
def test_a_here_document_carries_any_bytes(content: bytes) -> None:
    script = whole([here_document("/dev/stdout", content, "END-1")])
    assert subprocess.run(["sh", "-s"], input=script, capture_output=True, check=True).stdout == content


@pytest.mark.parametrize(
    ("content", "problem"), [(b"no end", "newline"), (b"a\0b\n", "NUL"), (b"a\nEND-1\nb\n", "line END-1")]
)
def test_a_here_document_refuses_what_it_cannot_carry(content: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        here_document("x", content, "END-1")


def test_a_script_that_is_cut_does_nothing() -> None:
    script = whole([b"echo done\n"], "observe")
    for end in range(len(script) - len(b"main\n")):
        if end % 97 == 0 or end > len(script) - 30:
            done = subprocess.run(["sh", "-s"], input=script[:end], capture_output=True, check=False)
            assert done.stdout == b"", end
    assert subprocess.run(["sh", "-s"], input=script, capture_output=True, check=True).stdout == b"done\n"


def test_words_are_quoted() -> None:
    assert words("a", "b c", "$x") == "a 'b c' '$x'"
