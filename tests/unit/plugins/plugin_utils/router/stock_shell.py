# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell for modems on this machine: busybox' ash with the applets of a stock OpenWrt alone."""

from __future__ import annotations

import pathlib
import shlex
import shutil
import subprocess
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Parts

ROOT = pathlib.Path(__file__).resolve().parents[5]
MARK = "\n@N "


def make_applets(folder: pathlib.Path) -> pathlib.Path:
    """Fill *folder* with links to this machine's busybox for what ``lab/image/applets.txt`` lists."""
    busybox = shutil.which("busybox")
    assert busybox, "busybox is missing: make setup installs it"
    lines = (ROOT / "lab/image/applets.txt").read_text("utf-8").splitlines()
    applets = {applet for line in lines if line.startswith("/") for applet in line.split()[1:]}
    # the lab's router has one of its own
    for applet in (*applets, "sleep"):
        (folder / applet).symlink_to(busybox)
    return folder


def run(
    path: pathlib.Path,
    files: t.Sequence[str],
    commands: t.Sequence[str],
    *,
    more: pathlib.Path | None = None,
    **variables: str,
) -> Parts:
    """Run *commands* with the functions of the shell *files*; return the parts that they print.

    *more* is a further folder of programs; *variables* are of the environment. What is said on the error output fails.
    """
    part = 'nonce=N; part() { printf "\\n@%s %s\\n" "$nonce" "$*"; }; scratch=$(mktemp -d); trap "rm -rf $scratch" EXIT'
    script = "\n".join([part, source(*files), *commands, ""])
    done = subprocess.run(
        [str(path / "ash"), "-s"],
        input=script.encode(),
        capture_output=True,
        check=False,
        timeout=90,
        env={"PATH": f"{path}:{more}" if more else str(path), **variables},
    )
    assert done.stderr == b"", done.stderr.decode()
    parts = {}
    for piece in done.stdout.decode("utf-8", "surrogateescape").split(MARK)[1:]:
        head, _newline, body = piece.partition("\n")
        word, *words = head.split(" ")
        parts[word] = (tuple(filter(None, words)), body)
    return parts


def quoted(*words: object) -> str:
    return shlex.join(map(str, words))
