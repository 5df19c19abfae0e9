# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab hub's image: this machine's own Debian or Ubuntu, as small as it boots with systemd."""

from __future__ import annotations

import pathlib
import platform
import tempfile

import lab_image
from lab_podman import LAB, LabError, attempt, run, state_folder

REPOSITORY = "localhost/farsite-lab-hub"
PACKAGES = LAB / "hub" / "packages.txt"
ORIGINS = ("Debian", "Ubuntu")
# The last two: settings of a kernel are for a machine of its own, and here it is this one's.
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/lib/sysctl.d/*", "/etc/sysctl.d/*")
# Keys that every hub would share, and what is copied from this machine.
HOOK = 'rm -f "$1"/etc/ssh/ssh_host_*_key* "$1"/etc/resolv.conf "$1"/etc/hostname'


def code_name() -> str:
    """Return the name of this machine's distribution release, as ``bookworm``."""
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def sources(targets: str) -> str:
    """Return the lines of a sources.list for the distribution's own packages.

    *targets* is what ``apt-get indextargets`` prints: address, release, component and origin of each list.
    """
    found = [line.split() for line in targets.splitlines()]
    lines = {f"deb {place[0]} {place[1]} {place[2]}" for place in found if place[3:] and place[3] in ORIGINS}
    if not lines:
        raise LabError(f"apt knows no list of {' or '.join(ORIGINS)}: run `apt-get update` and try again")
    return "".join(f"{line}\n" for line in sorted(lines))


def build(*, force: bool = False) -> str:
    """Make the image unless there is one of the same inputs; its name. Older ones nobody runs are removed."""
    release = code_name()
    name = lab_image.name_of(REPOSITORY, [PACKAGES, LAB / "lab_hub_image.py"], release)
    if not force and attempt(["image", "exists", name]).returncode == 0:
        return name
    targets = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)",
                   "Created-By: Packages"])  # fmt: skip
    packages = ",".join(package for (package,) in lab_image.words(PACKAGES))
    with tempfile.TemporaryDirectory(dir=state_folder()) as scratch:
        archive = pathlib.Path(scratch, "hub.tar")
        options = ["--quiet", "--mode=root", "--variant=minbase", '--aptopt=APT::Install-Recommends "false"']
        options += [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
        options += [f"--include={packages}", f"--customize-hook={HOOK}"]
        run(["mmdebstrap", *options, release, str(archive), "-"], input_data=sources(targets.decode()).encode())
        lab_image.take(name, str(archive))
    return name
