# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router that answers everything that is asked for a site, from data; nothing is changed on it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shlex
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import wanted_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.filling import filled
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import values
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import token
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import site_view

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

PRIVATE_KEY = "cHJpdmF0ZSBrZXkgb2YgdGhlIHJvdXRlci4uLi4uLi4="
PUBLIC_KEY = "cHVibGljIGtleSBvZiB0aGUgcm91dGVyLi4uLi4uLi4="
STOCK = {
    "network": "config interface 'loopback'\n\toption device 'lo'\n\nconfig interface 'lan'\n\toption proto 'static'\n",
    "system": "config system\n\toption hostname 'OpenWrt'\n\toption ttylogin '0'\n",
}


@dataclasses.dataclass
class SiteRouter:
    """``packages`` are texts of UCI files, ``files`` modes and texts; ``missing`` is what opkg does not have."""

    packages: dict[str, str] = dataclasses.field(default_factory=lambda: dict(STOCK))
    files: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    missing: frozenset[str] = frozenset({"wireguard-tools"})
    manager: str | None = "opkg"
    tools: bool = True
    scripts: list[bytes] = dataclasses.field(default_factory=list)

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        assert not fresh
        assert host is None
        self.scripts.append(script)
        body = script.decode().rpartition("main() {")[2]
        nonce = re.search(r"^nonce=(\w+)$", body, re.MULTILINE)
        assert nonce
        asked = re.findall(
            r"^(?:observe_\w+|packages_missing|keys|facts_interfaces|modem_probe)(?: .*)?$", body, re.MULTILINE
        )
        parts = [part for line in asked for part in self._answer(shlex.split(line))]
        numbered = (
            f"{head.replace('file-', f'file-{number}', 1)}\n{text}" for number, (head, text) in enumerate(parts)
        )
        text = "".join(f"\n@{nonce[1]} {part}" for part in numbered)
        return Reply(0, f"{text}\n@{nonce[1]} end\n".encode(), b"")

    def forget(self) -> None:
        raise AssertionError("nothing changes the address here")

    def _answer(self, words: list[str]) -> t.Iterator[tuple[str, str]]:
        match words:
            case ["observe_package", name, _secrets, salt, _mode]:
                if name in self.packages:
                    yield f"package {name} d-{name} -", masked(name, self.packages[name], salt)
                else:
                    yield f"absent {name}", ""
            case ["observe_file", path, digest]:
                if path in self.files:
                    mode, text = self.files[path]
                    live = hashlib.sha256(text.encode()).hexdigest()
                    yield f"file- {path} {live} {mode}", "" if live == digest else text
                else:
                    yield f"file- {path} - -", ""
            case ["packages_missing", *names] if self.manager:
                yield f"missing {self.manager}", "".join(f"{name}\n" for name in names if name in self.missing)
            case ["facts_interfaces"]:
                yield "interfaces", '{"interface": []}'
            case ["modem_probe"]:
                # nothing is plugged in
                yield from (
                    (name, "") for name in ("usb", "usb-descriptors", "usb-paths", "usb-drivers", "modem-switch")
                )
            case ["keys", mode, salt, *interfaces]:
                yield "keys", "".join(self._keys(mode, salt, interfaces))

    def _keys(self, mode: str, salt: str, interfaces: list[str]) -> t.Iterator[str]:
        public = PUBLIC_KEY if self.tools else "-"
        digest = token(salt, PRIVATE_KEY).removeprefix("@farsite-")
        network = parse(self.packages["network"], "network")
        having = [name for name in interfaces if (section := network.named(name)) and section.get("private_key")]
        for name in having:
            yield f"interface {name} {public} {digest}\n"
        if mode == "present" and not having:
            yield f"stored current {public} {digest}\nmade current\n"


def masked(name: str, text: str, salt: str) -> str:
    """Return the text as the router shows it."""
    package = parse(text, name)
    secret = secret_options(name)
    sections = tuple(
        dataclasses.replace(
            section,
            options=tuple(
                (option, token(salt, value) if option in secret and isinstance(value, str) else value)
                for option, value in section.options
            ),
        )
        for section in package.sections
    )
    return render(Package(name, sections))


def settled(view: SiteView, data: t.Mapping[str, t.Any], **router: t.Any) -> SiteRouter:
    """Return a router that has all that the site wants."""
    wanted = filled(intended(view), view, values=values(data), private_key=PRIVATE_KEY, modems={})
    running = {name: parse(text, name) for name, text in STOCK.items()}
    packages = {name: render(package) for name, package in target_packages(wanted, running).items()}
    files = {
        file.path: ("-" + "rw-r--r--" if file.mode == 0o644 else "-rw-------", file.text)
        for file in wanted_files(wanted)
        if file.text is not None
    }
    return SiteRouter(packages, files, frozenset(), **router)


__all__ = ["PRIVATE_KEY", "PUBLIC_KEY", "SiteRouter", "settled", "site_view"]
