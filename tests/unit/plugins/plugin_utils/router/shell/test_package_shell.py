# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell of router_packages by itself, with this machine's shell and with busybox's (``FARSITE_BUSYBOX``, PATH)."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source

if t.TYPE_CHECKING:
    import pathlib

BUSYBOX = os.environ.get("FARSITE_BUSYBOX") or shutil.which("busybox")
TOOLS = ("awk", "sh", "cat", "cp", "df", "find", "grep", "mv", "rm", "sed", "sync", "tail", "zcat")
LOCKED = "Collected errors:\n * opkg_conf_load: Could not lock /var/lock/opkg.lock: Resource temporarily unavailable.\n"
STATUS = """\
Package: libc
Version: 1
Status: install user installed

Package: half
Version: 2
Provides: either, other (= 2)
Status: install user unpacked

Package: gone
Version: 3
Status: deinstall ok not-installed
"""


class Bench:
    """Functions of the shell files, with every absolute path of the router below a folder."""

    def __init__(self, root: pathlib.Path, shell: tuple[str, ...], path: str) -> None:
        self.root, self.shell, self.path = root, shell, path

    def run(self, files: tuple[str, ...], body: str, **variables: str) -> subprocess.CompletedProcess[str]:
        text = source(*files)
        # without its last lines, the program is a library
        text = text.partition("\nid=$1\n")[0] + "\n"
        for place in (
            "/usr/lib/opkg",
            "/lib/apk",
            "/etc/opkg.conf",
            "/var/opkg-lists",
            "/overlay/upper",
            "/tmp/farsite",
        ):
            text = text.replace(place, f"{self.root}{place}")
        assignments = "".join(f"{name}='{value}'\n" for name, value in variables.items())
        part = 'part() { echo "@ $*"; }\nsleep() { echo "slept $1"; }\n'
        return subprocess.run(
            [*self.shell, "-c", assignments + text + part + body],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.root,
            env={"PATH": self.path},
            stdin=subprocess.DEVNULL,
        )

    def write(self, name: str, text: str | bytes) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(params=["machine", "busybox"])
def bench(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Bench:
    root = tmp_path / "root"
    root.mkdir()
    path = os.environ["PATH"]
    if request.param == "machine":
        return Bench(root, ("sh",), path)
    if BUSYBOX is None:
        pytest.skip("no busybox on this machine")
    tools = tmp_path / "tools"
    tools.mkdir()
    listing = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True)
    applets = listing.stdout.split()
    for tool in TOOLS:
        if tool in applets:
            (tools / tool).symlink_to(BUSYBOX)
    return Bench(root, (str(tools / "sh"),), f"{tools}:{path}")


def test_a_manager_is_asked_five_times_while_it_is_locked(bench: Bench) -> None:
    bench.write("said", LOCKED)
    body = 'manager() { echo asked >>asked; cat said; return 255; }\nmanaged out manager\necho "status $?"'
    done = bench.run(("manager",), body)
    assert done.stdout.splitlines() == ["slept 2"] * 4 + ["status 255"]
    assert (bench.root / "asked").read_text() == "asked\n" * 5
    assert (bench.root / "out").read_text() == LOCKED


def test_any_other_failure_is_not_repeated(bench: Bench) -> None:
    done = bench.run(("manager",), "managed out sh -c 'echo no; exit 3'\necho \"status $?\"")
    assert done.stdout == "status 3\n"


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("libc half", ""),
        ("libc new", "new\n"),
        ("lib libc. c", "lib\nlibc.\nc\n"),
        ("either other neither", "neither\n"),
        ("gone", "gone\n"),
    ],
)
def test_missing_packages_are_found_by_their_whole_name(bench: Bench, names: str, missing: str) -> None:
    bench.write("usr/lib/opkg/status", STATUS)
    done = bench.run(("packages",), f"package_missing opkg {names}")
    assert (done.stdout, done.stderr) == (missing, "")


def test_missing_packages_of_apk(bench: Bench) -> None:
    bench.write("lib/apk/db/installed", "P:libc\nV:1\np:so:libc.so=1 either~2\n\nP:half\nV:2\n")
    done = bench.run(("packages",), "package_missing apk libc either half libc.so new")
    assert (done.stdout, done.stderr) == ("libc.so\nnew\n", "")


def test_sizes_are_of_what_the_dry_run_lists(bench: Bench) -> None:
    index = "Package: new\nVersion: 1-r1\nInstalled-Size: 100\n\nPackage: not\nVersion: 1\nInstalled-Size: 7\n"
    bench.write("var/opkg-lists/core", gzip.compress(index.encode()))
    bench.write("var/opkg-lists/plain", "Package: older\nVersion: 2\nInstalled-Size: 50\n\n")
    bench.write("var/opkg-lists/core.sig", "Package: new\nVersion: 9\nInstalled-Size: 9\n")
    bench.write("output", "Installing new (1-r1) to root...\nUpgrading older on root from 1 to 2...\n")
    done = bench.run(("package_index",), "package_sizes opkg output")
    assert done.stdout == "new 1-r1 100\nolder 2 50\n", done.stderr


@pytest.mark.parametrize(
    ("sizes", "total"),
    [
        ("new 1-r1 100\nolder 2 50\n", "150\n"),
        ('[{"name":"a","version":"1","installed-size":100},{"name":"b","version":"1","installed-size":7}]\n', "107\n"),
        ('[\n{\n"name": "a",\n"installed-size": 2500000000\n}\n]\n', "2500000000\n"),
        ("", "0\n"),
    ],
)
def test_sizes_are_added_up(bench: Bench, sizes: str, total: str) -> None:
    bench.write("sizes", sizes)
    assert bench.run(("package_index",), "package_bytes <sizes").stdout == total


def test_differences_since_the_start(bench: Bench) -> None:
    bench.write("usr/lib/opkg/status", STATUS)
    bench.write("work/before", "libc 0\nold 5\n")
    done = bench.run(("manager", "package_steps"), "differences", manager="opkg", work="work")
    assert sorted(done.stdout.splitlines()) == ["added half 2", "changed libc 0 1", "removed old 5"]


def test_differences_of_nothing(bench: Bench) -> None:
    bench.write("lib/apk/db/installed", "P:a\nV:1\n\nP:b\nV:2\n")
    bench.write("work/before", "")
    done = bench.run(("manager", "package_steps"), "differences", manager="apk", work="work")
    assert done.stdout == "added a 1\nadded b 2\n"


@pytest.mark.parametrize(
    ("action", "expect", "status"),
    [
        ("install", "libc", 0),
        ("install", "libc half", 1),
        ("install", "new", 1),
        ("remove", "gone new", 0),
        ("remove", "libc", 1),
    ],
)
def test_what_was_expected_is_checked(bench: Bench, action: str, expect: str, status: int) -> None:
    bench.write("usr/lib/opkg/status", STATUS)
    body = "listed >work/after\nreached\nexit $?"
    bench.write("work/before", "")
    done = bench.run(("manager", "package_steps"), body, manager="opkg", work="work", action=action, expect=expect)
    assert done.returncode == status, done.stderr


def test_a_kept_configuration_file_is_no_error(bench: Bench) -> None:
    bench.write(
        "work/output", "Collected errors:\n * resolve_conffiles: Existing conffile x\n * opkg_x: Couldn't close\n"
    )
    done = bench.run(("manager", "package_steps"), "complaints", work="work")
    assert done.stdout == " * opkg_x: Couldn't close\n"


def test_a_database_that_was_cut_off_comes_back_and_strays_go(bench: Bench) -> None:
    bench.write("usr/lib/opkg/status", "Package: li")
    bench.write("work/database", STATUS)
    bench.write("work/before", "libc 1\nhalf 2\n")
    bench.write("overlay/upper/usr/lib/old", "kept")
    bench.write("work/programs", "usr/lib/old\n")
    bench.write("overlay/upper/usr/lib/stray name", "cut o")
    bench.write("overlay/upper/etc/config/network", "somebody's")
    # what it would remove of the real root is only written down
    body = 'rm() { echo "rm $*"; }\ndatabase_is_whole || database_back'
    done = bench.run(("manager", "package_steps"), body, manager="opkg", work="work")
    assert done.stdout.splitlines() == ["rm -f /usr/lib/stray name"], done.stderr
    assert (bench.root / "usr/lib/opkg/status").read_text() == STATUS


@pytest.mark.parametrize(("forget", "left"), [("0", True), ("1", False)])
def test_an_end_that_nobody_was_told_is_told_once(bench: Bench, forget: str, left: bool) -> None:  # noqa: FBT001
    bench.write("tmp/farsite/packages-12ab/started", "")
    bench.write("tmp/farsite/packages-12ab/result", "end done\nfree 3\n")
    bench.write("tmp/farsite/packages-34cd/plan", "not begun yet\n")
    done = bench.run(("package_dry_run",), f"package_earlier {forget}")
    assert done.stdout == "@ earlier-12ab ended\nend done\nfree 3\n", done.stderr
    assert (bench.root / "tmp/farsite/packages-12ab").exists() is left
    assert (bench.root / "tmp/farsite/packages-34cd").exists()
