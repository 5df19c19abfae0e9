# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_arguments import NAME, name_problems
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words


@pytest.mark.parametrize(
    "name", ["dnsmasq", "libusb-1.0-0", "kmod-usb-net-cdc-ether", "libstdc++6", "libQt5Core", "6in4", "lib_x"]
)
def test_a_name(name: str) -> None:
    assert list(name_problems([name])) == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-f",
        "a b",
        "a;b",
        "$(x)",
        "a`b`",
        "a*",
        "a[b]",
        "a?",
        "../a",
        "a/b",
        "a=1",
        "a>1",
        "a\n",
        "\u00e4",
        "http://x",
    ],
)
def test_what_is_no_name_is_refused_with_its_place(name: str) -> None:
    (problem,) = name_problems(["dnsmasq", name])
    assert problem.startswith(f"name[1]: {name!r} ")


def test_all_problems_at_once() -> None:
    problems = list(name_problems(["a", "b", "a", "b c", "a"]))
    assert [problem.split(":")[0] for problem in problems] == ["name[2]", "name[3]", "name[4]"]
    assert "name[0]" in problems[0]
    assert next(name_problems([])).startswith("name: ")


@given(st.lists(st.from_regex(NAME, fullmatch=True), min_size=1, max_size=5))
def test_a_name_means_the_same_to_a_shell_without_quotes(names: list[str]) -> None:
    assert words(*names) == " ".join(names)


def test_and_it_does_not_expand() -> None:
    names = "libstdc++6 a.b-c_d 6in4"
    done = subprocess.run(
        ["sh", "-c", f"names='{names}'; echo $names"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    assert done.stdout == f"{names}\n"
