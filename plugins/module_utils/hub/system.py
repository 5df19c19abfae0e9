# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hub's system is like: its distribution, packages, files, kernel settings, units. Nothing is changed."""

from __future__ import annotations

import pathlib
import re
import stat
import typing as t

_ROOT = pathlib.Path("/")
_DEFAULT_IPV4 = ("00000000", "00000000")
"""Destination and mask of a default route in /proc/net/route."""
_DEFAULT_IPV6 = ("0" * 32, "00")
"""Destination and length of its prefix in /proc/net/ipv6_route."""
_SEPARATOR = re.compile(r"[./]")


class Run(t.Protocol):
    """Runs a program, in English, and returns what it printed; None where it fails or is not there."""

    def __call__(self, *arguments: str) -> str | None:
        """Run it."""


class FileState(t.TypedDict):
    """A file: its text, and its mode as four octal digits."""

    text: str
    mode: str


class UnitState(t.TypedDict):
    """A unit of systemd: whether it starts at boot, whether it runs."""

    enabled: bool
    active: bool


def distribution(root: pathlib.Path = _ROOT) -> dict[str, str]:
    """Return ``id``, ``name`` and ``version`` of os-release(5), empty where it does not have them."""
    lines = (_text(root / "etc/os-release") or _text(root / "usr/lib/os-release") or "").splitlines()
    values = {name: value.strip().strip("\"'") for name, _equals, value in (line.partition("=") for line in lines)}
    return {"id": values.get("ID", ""), "name": values.get("NAME", ""), "version": values.get("VERSION_ID", "")}


def missing_packages(run: Run, wanted: t.Sequence[str]) -> list[str]:
    """Return those of the packages that dpkg does not have as installed."""
    if not wanted:
        return []
    lines = (run("dpkg-query", "--show", r"--showformat=${Package} ${db:Status-Status}\n") or "").splitlines()
    installed = {line.split()[0] for line in lines if line.endswith(" installed")}
    return [package for package in wanted if package not in installed]


def file_states(paths: t.Iterable[str]) -> dict[str, FileState | None]:
    """Return text and mode of each of the files, None where it cannot be read. Bytes that are no UTF-8 are replaced."""
    found: dict[str, FileState | None] = {}
    for path in paths:
        try:
            mode = stat.S_IMODE(pathlib.Path(path).stat().st_mode)
            found[path] = {"text": pathlib.Path(path).read_bytes().decode(errors="replace"), "mode": f"{mode:04o}"}
        except OSError:
            found[path] = None
    return found


def sysctl_values(names: t.Iterable[str], root: pathlib.Path = _ROOT) -> dict[str, str | None]:
    """Return the kernel's settings, with one blank between numbers; None for one that the kernel does not have."""
    return {name: _value(root / "proc/sys" / _path(name)) for name in names}


def _path(name: str) -> str:
    # as sysctl(8): the first separator is the one between folders, the other one is part of a name
    first = _SEPARATOR.search(name)
    return name.translate(str.maketrans("./", "/.")) if first and first[0] == "." else name


def _value(path: pathlib.Path) -> str | None:
    text = _text(path)
    return None if text is None else " ".join(text.split())


def has_ipv6(root: pathlib.Path = _ROOT) -> bool:
    """Return whether the kernel can forward IPv6."""
    return (root / "proc/sys/net/ipv6/conf/all/forwarding").exists()


def router_listening(root: pathlib.Path = _ROOT) -> dict[str, str]:
    """Return ``net/ipv6/conf/INTERFACE/accept_ra`` of each interface that has a default route.

    It is empty where the kernel has no IPv6.
    """
    rows = [line.split() for line in (_text(root / "proc/net/route") or "").splitlines()[1:]]
    names = [row[0] for row in rows if (row[1], row[7]) == _DEFAULT_IPV4]
    rows = [line.split() for line in (_text(root / "proc/net/ipv6_route") or "").splitlines()]
    names += [row[9] for row in rows if (row[0], row[1]) == _DEFAULT_IPV6]
    # the loopback has the kernel's own entry, which refuses
    uplinks = [f"net/ipv6/conf/{name}/accept_ra" for name in dict.fromkeys(names) if name != "lo"]
    return {name: value for name, value in sysctl_values(uplinks, root).items() if value is not None}


def unit_states(run: Run, names: t.Sequence[str]) -> dict[str, UnitState]:
    """Return the state of each of the units; one that is not there is neither enabled nor active."""
    if not names:
        return {}
    # the answers are in the order of the questions, with an empty line in between
    shown = run("systemctl", "show", "--property=UnitFileState,ActiveState", *names) or ""
    lines = [set(answer.splitlines()) for answer in shown.split("\n\n")]
    lines += [set()] * (len(names) - len(lines))
    return {
        name: {"enabled": "UnitFileState=enabled" in answer, "active": "ActiveState=active" in answer}
        for name, answer in zip(names, lines, strict=False)
    }


def ssh_settings(run: Run) -> list[str]:
    """Return what the SSH server's files have it do, in its own words (``sshd -T``); empty where it cannot tell."""
    return (run("sshd", "-T") or "").splitlines()


def _text(path: pathlib.Path) -> str | None:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return None
