# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the packages of the lab's hub come from."""

from __future__ import annotations

import pytest
from lab_hub_image import sources
from lab_podman import LabError

TARGETS = """\
http://deb.debian.org/debian/ bookworm main Debian
http://deb.debian.org/debian/ bookworm-updates main Debian
http://deb.debian.org/debian/ bookworm main Debian
http://example.org/apt/ nodistro main Somebody
http://example.org/apt/ nodistro main
"""


def test_only_lists_of_the_distribution_are_used_and_each_once() -> None:
    assert sources(TARGETS) == (
        "deb http://deb.debian.org/debian/ bookworm main\ndeb http://deb.debian.org/debian/ bookworm-updates main\n"
    )


@pytest.mark.parametrize("targets", ["", "http://example.org/apt/ nodistro main Somebody\n"])
def test_without_any_it_is_said_what_to_do(targets: str) -> None:
    with pytest.raises(LabError, match="apt-get update"):
        sources(targets)
