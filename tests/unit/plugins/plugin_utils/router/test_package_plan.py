# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import (
    PackagePlan,
    State,
    commands,
    make_plan,
)

Parts = dict[str, tuple[tuple[str, ...], str]]

STATUS = """\
Package: libc
Version: 1
Status: install user installed
Essential: yes

Package: library
Version: 2
Depends: libc
Status: install user installed
Auto-Installed: yes

Package: tool
Version: 3
Depends: libc, library (>= 2)
Status: install user installed

Package: other
Version: 4
Depends: library
Status: install user installed
"""
ON_FLASH = "/dev/mtdblock6 /overlay jffs2 rw 0 0\n"
ON_TMPFS = "tmpfs /overlay tmpfs rw 0 0\n"
INSTALLING = "Installing new (1-r1) to root...\n" + 2 * "Installing needed (2-r1) to root...\n"
SIZES = "new 1-r1 100000\nneeded 2-r1 50000\nneeded 1-r9 999999999\n"


def plan(  # noqa: PLR0913
    names: str,
    state: State,
    more: Parts,
    *,
    manager: str = "opkg",
    status: str = STATUS,
    free: int = 3700,
    mounts: str = ON_FLASH,
) -> PackagePlan:
    parts: Parts = {
        "packages": ((manager,), status),
        "mounts": ((), mounts),
        "flash": ((), f"Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/x 3804 1 {free} 1% /overlay\n"),
    }
    return make_plan(names.split(), state, Observation({}, (), None, (), parts | more))


def simulated(output: str, status: int = 0, sizes: str = "") -> Parts:
    parts: Parts = {"simulated": ((str(status),), output)}
    return parts | ({"sizes": ((), sizes)} if sizes else {})


def problems(*arguments: t.Any, **options: t.Any) -> tuple[str, ...]:
    with pytest.raises(NotUsableError) as caught:
        plan(*arguments, **options)
    return caught.value.problems


def test_names_are_words_of_their_own() -> None:
    asked = commands(["a", "b"], "present", update_cache=True, forget=False)
    assert asked[-2:] == ["package_earlier 0", "package_dry_run present 1 a b"]


def test_an_installation() -> None:
    made = plan("new libc", "present", simulated(INSTALLING, sizes=SIZES))
    assert (made.manager, made.action, made.names) == ("opkg", "install", ("new",))
    assert made.installed == {"new": "1-r1", "needed": "2-r1"}
    assert made.kept == ("libc",)
    assert made.expected == ("new", "needed")
    # a package that is listed twice counts once, in the version that is installed
    assert made.needed == 165000 + 200 * 1024
    assert made.free == 3700 * 1024


def test_nothing_to_install() -> None:
    made = plan("libc tool", "present", {})
    assert (made.changed, made.kept, made.needed) == (False, ("libc", "tool"), 0)


@pytest.mark.parametrize(("free", "fits"), [(362, True), (361, False)])
def test_all_of_it_must_fit(free: int, fits: bool) -> None:  # noqa: FBT001
    more = simulated(INSTALLING, sizes=SIZES)
    if fits:
        assert plan("new", "present", more, free=free).changed
    else:
        (problem,) = problems("new", "present", more, free=free)
        assert "has 369664 bytes free" in problem
        assert "new, needed may need 369800" in problem


def test_an_upgrade() -> None:
    more = simulated("Upgrading tool on root from 3 to 3-r1...\n", sizes="tool 3-r1 10\n")
    made = plan("tool libc", "latest", more)
    assert (made.action, made.upgraded, made.kept) == ("upgrade", {"tool": ("3", "3-r1")}, ("libc",))
    assert made.expected == ("tool",)


def test_an_installation_by_apk() -> None:
    more = simulated("(1/1) Installing new (1)\n", sizes='[{"name": "new", "version": "1", "installed-size": 1000}]')
    made = plan("new", "present", more, manager="apk", status="")
    assert (made.manager, made.installed, made.needed) == ("apk", {"new": "1"}, 1100 + 200 * 1024)


@pytest.mark.parametrize(
    ("names", "gone"),
    [
        ("tool", ["tool"]),
        ("tool other", ["tool", "other", "library"]),
        # what others need goes after them
        ("library tool other", ["tool", "other", "library"]),
    ],
)
def test_a_removal_takes_what_came_only_for_it(names: str, gone: list[str]) -> None:
    made = plan(names, "absent", {})
    assert (made.action, list(made.names), list(made.removed)) == ("remove", gone, gone)
    assert made.removed["tool"] == "3"
    assert made.needed == 0


def test_a_removal_of_what_is_not_there() -> None:
    made = plan("nothing", "absent", {})
    assert (made.changed, made.kept) == (False, ("nothing",))


def test_what_others_need_is_not_removed() -> None:
    assert problems("libc library", "absent", {}) == (
        "name[0]: libc is needed by tool; name them too, or let it stay",
        "name[1]: library is needed by tool, other; name them too, or let it stay",
        "name[0]: libc is essential; the router may not start without it",
    )


def test_what_provides_what_others_need_is_not_removed() -> None:
    status = "Package: full\nVersion: 1\nProvides: dns\nStatus: install user installed\n\n"
    status += "Package: web\nVersion: 1\nDepends: dns\nStatus: install user installed\n"
    assert problems("full", "absent", {}, status=status) == (
        "name[0]: full is needed by web; name them too, or let it stay",
    )


def test_packages_that_need_each_other_are_named_both() -> None:
    status = "Package: a\nVersion: 1\nDepends: b\nStatus: install user installed\n\n"
    status += "Package: b\nVersion: 1\nDepends: a\nStatus: install user installed\n"
    assert set(plan("a b", "absent", {}, status=status).names) == {"a", "b"}


def test_a_removal_by_apk() -> None:
    status = "P:tool\nV:3\n\nP:library\nV:2\n"
    more = simulated("(1/2) Purging tool (3)\n(2/2) Purging library (2)\n")
    made = plan("tool", "absent", more, manager="apk", status=status)
    assert (made.names, made.removed) == (("tool",), {"tool": "3", "library": "2"})
    blocked = simulated("World updated, but the following packages are not removed due to:\n  library: tool\n")
    (problem,) = problems("library", "absent", blocked, manager="apk", status=status)
    assert problem.startswith("name[0]: library stays installed, since others need it (")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            simulated("Unknown package 'new'.\nCollected errors:\n * cmd: Cannot install package new.\n", 255),
            (
                "name[1]: new: no package of that name is in the router's index (cmd: Cannot install package new.); "
                "the index may be missing or old: see update_cache"
            ),
        ),
        (
            {"update": (("0",), ""), **simulated("Unknown package 'new'.\n", 255)},
            "name[1]: new: no package of that name is in the router's index (Unknown package 'new'.)",
        ),
        (
            {"update": (("1",), "Collected errors:\n * opkg_download: Failed to download x, wget returned 4.\n")},
            "update_cache: the package feeds cannot be read: opkg_download: Failed to download x, wget returned 4.",
        ),
        (
            simulated("Collected errors:\n * load: Could not lock x: Resource temporarily unavailable.\n", 255),
            (
                "another program holds the package manager's lock "
                "(load: Could not lock x: Resource temporarily unavailable.)"
            ),
        ),
        ({"earlier-12ab": (("running",), "")}, "an earlier run of this module (12ab) is still at work on the router"),
    ],
)
def test_what_stands_in_the_way(more: Parts, expected: str) -> None:
    assert problems("libc new", "present", more) == (expected,)


def test_a_router_without_a_package_manager() -> None:
    with pytest.raises(NotUsableError, match="neither opkg nor apk"):
        make_plan(["a"], "present", Observation({}, (), None, (), {}))


def test_an_overlay_on_tmpfs_takes_no_change() -> None:
    (problem,) = problems("new", "present", simulated(INSTALLING, sizes=SIZES), mounts=ON_TMPFS)
    assert "still on tmpfs" in problem
    assert not plan("libc", "present", {}, mounts=ON_TMPFS).changed


@pytest.mark.parametrize(
    ("earlier", "note"),
    [
        ((("ended",), "end done\nadded a 1\n"), "it ended so: end done; added a 1"),
        ((("lost",), ""), "was cut off; this one repeats what is missing"),
    ],
)
def test_an_earlier_run_is_told(earlier: tuple[tuple[str, ...], str], note: str) -> None:
    (told,) = plan("libc", "present", {"earlier-12ab": earlier}).notes
    assert "(12ab)" in told
    assert told.endswith(note)
