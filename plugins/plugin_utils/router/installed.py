# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an OpenWrt has installed, from the file in which its package manager keeps that. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError

Manager = t.Literal["opkg", "apk"]


@dataclasses.dataclass(frozen=True, slots=True)
class Installed:
    """One installed package.

    ``needs`` has the names it depends on, alternatives of one dependency together; ``provides`` the other names it goes
    by; ``automatic`` is whether it came only because another needed it, ``essential`` whether it must stay (opkg).
    ``configured`` is false where its post-install script has not succeeded yet: its files are there.
    """

    name: str
    version: str
    needs: tuple[tuple[str, ...], ...] = ()
    provides: frozenset[str] = frozenset()
    automatic: bool = False
    essential: bool = False
    configured: bool = True


def installed_packages(manager: Manager, text: str) -> dict[str, Installed]:
    """Return the installed packages by name from the paragraphs of *text*.

    *text* is ``/usr/lib/opkg/status`` (opkg_conf.c, pkg.c of opkg-lede) or ``/lib/apk/db/installed`` (database.c of
    apk-tools); fields that are not needed may be left out. Raises NotUsableError where a paragraph is not complete:
    a full flash cuts the file off, and the manager says nothing.
    """
    read = _opkg if manager == "opkg" else _apk
    found = (read(paragraph) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())
    return {package.name: package for package in found if package is not None}


def _opkg(paragraph: str) -> Installed | None:
    fields = dict(re.findall(r"^([\w-]+): *(.*?) *$", paragraph, re.MULTILINE))
    state = fields.get("Status", "").rpartition(" ")[2]
    if "Package" not in fields or state not in ("", "installed", "unpacked"):
        return None
    if not state or "Version" not in fields:
        raise _cut_off("/usr/lib/opkg/status", fields["Package"])
    return Installed(
        fields["Package"],
        fields["Version"],
        tuple(_alternatives(text) for text in fields.get("Depends", "").split(",") if text.strip()),
        frozenset(package_name(text) for text in fields.get("Provides", "").split(",") if text.strip()),
        fields.get("Auto-Installed") == "yes",
        fields.get("Essential") == "yes",
        state == "installed",
    )


def _alternatives(text: str) -> tuple[str, ...]:
    return tuple(package_name(name) for name in text.split("|"))


def _apk(paragraph: str) -> Installed | None:
    fields = dict(re.findall(r"^(\w):(.*)$", paragraph, re.MULTILINE))
    if "P" not in fields:
        return None
    if "V" not in fields:
        raise _cut_off("/lib/apk/db/installed", fields["P"])
    provides = frozenset(package_name(name) for name in fields.get("p", "").split())
    return Installed(fields["P"], fields["V"], provides=provides)


def _cut_off(path: str, name: str) -> NotUsableError:
    return NotUsableError(
        (
            (
                f"{path}: the paragraph of {name} is not complete, as after an installation on a full flash; "
                f"free space on the router and install {name} again there"
            ),
        ),
    )


def package_name(text: str) -> str:
    """Return the name in ``name``, ``name (>= 1.0)``, ``name=1.0`` or ``name@tag``."""
    return re.split(r"[\s(<>=~@]", text.strip(), maxsplit=1)[0]
