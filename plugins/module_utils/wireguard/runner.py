# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module of Ansible does for this package: it runs programs, and ends with a result."""

from __future__ import annotations

import json
import re
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Runner

_PACKAGES = {"wg": "wireguard-tools", "ip": "iproute2", "systemctl": "systemd"}
_NOT_FOUND = 127
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=", re.ASCII)


class Module(t.Protocol):
    """What is needed of an AnsibleModule."""

    check_mode: bool

    def get_bin_path(self, arg: str) -> str | None:
        """Return where a program is."""

    def run_command(
        self, args: list[str], *, data: str | None, binary_data: bool, environ_update: dict[str, str]
    ) -> tuple[int, str, str]:
        """Run a program."""


def runner(module: Module) -> Runner:
    """Return what runs programs for *module*, in English, also those of /usr/sbin.

    In check mode a host without ``wg`` is one that has no interface yet, since the packages would have been installed.
    """

    def run(arguments: list[str], data: str | None = None) -> tuple[int, str, str]:
        program = module.get_bin_path(arguments[0])
        if program is None and module.check_mode and arguments == ["wg", "show", "interfaces"]:
            return 0, "", ""
        if program is None:
            return _NOT_FOUND, "", f"there is no {arguments[0]}; install {_PACKAGES[arguments[0]]}"
        code, output, errors = module.run_command(
            [program, *arguments[1:]], data=data, binary_data=True, environ_update={"LC_ALL": "C"}
        )
        return code, output, errors

    return run


def refuse_secrets(result: t.Mapping[str, t.Any], secrets: t.Collection[str | None]) -> None:
    """Raise ValueError if one of the secret keys is in the result.

    Ansible itself looks for each secret in each string, which takes many seconds where there are 5,000 of both.
    """
    if not set(secrets).isdisjoint(_KEY.findall(json.dumps(result, default=str))):
        raise ValueError("a secret key would be in the result, which is not told therefore; report this")
