# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's one way to podman, with the settings of ``lab/containers.conf`` and nothing of the user's changed."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess

LAB = pathlib.Path(__file__).resolve().parent
LABEL = "farsite.lab"
"""Every container, image and network of the lab has this label; its value names the state folder it belongs to."""


class LabError(Exception):
    """The lab could not do what it was asked: says what was tried, what came back, and what to do."""


def state_folder() -> pathlib.Path:
    """Return ``$FARSITE_LAB_STATE``, or ``.cache/lab`` of the checkout; made if absent, for this user only."""
    folder = pathlib.Path(os.environ.get("FARSITE_LAB_STATE") or LAB.parent / ".cache" / "lab").absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def state_name() -> str:
    """Return eight hexadecimal digits that tell this state folder's containers and networks from another one's."""
    return hashlib.sha256(os.fsencode(state_folder())).hexdigest()[:8]


def why_unusable() -> str | None:
    """Say why no container can be started here; ``None`` if one can."""
    if os.geteuid() != 0:
        return "the lab needs root: it mounts file systems and sets addresses in containers"
    for tool in ("podman", "runc", "apt-get", "dpkg-deb", "mmdebstrap", "ssh", "ssh-keygen", "mke2fs"):
        if shutil.which(tool) is None:
            return f"the lab needs {tool}: install it"
    return None


def run(command: list[str], *, input_data: bytes | None = None) -> bytes:
    """Run a program of the host and return what it printed. Raise LabError with its last words if it fails."""
    done = subprocess.run(command, input=input_data, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise LabError(f"{' '.join(command[:6])}: exit {done.returncode}: {words}")
    return done.stdout


def environment() -> dict[str, str]:
    """Return the environment podman gets: the lab's settings unless the user names others by ``CONTAINERS_CONF``."""
    return {"CONTAINERS_CONF": str(LAB / "containers.conf"), **os.environ}


def attempt(arguments: list[str], *, input_data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """``podman ARGUMENTS``, whatever its exit status."""
    return subprocess.run(  # noqa: S603
        ["podman", *arguments],  # noqa: S607
        input=input_data,
        stdin=subprocess.DEVNULL if input_data is None else None,
        capture_output=True,
        check=False,
        env=environment(),
    )


def podman(*arguments: str, input_data: bytes | None = None) -> str:
    """``podman ARGUMENTS``; its output. Raise LabError if it fails."""
    done = attempt(list(arguments), input_data=input_data)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise LabError(f"podman {' '.join(arguments[:2])}: exit {done.returncode}: {words}")
    return done.stdout.decode(errors="replace")
