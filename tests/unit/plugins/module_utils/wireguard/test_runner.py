# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.runner import refuse_secrets, runner
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, secret


class Module:
    """What runner needs of an AnsibleModule."""

    def __init__(self, *found: str, check_mode: bool = False) -> None:
        self.check_mode = check_mode
        self.found = found
        self.ran: list[tuple[list[str], str | None, dict[str, str]]] = []

    def get_bin_path(self, arg: str) -> str | None:
        return f"/usr/sbin/{arg}" if arg in self.found else None

    def run_command(
        self, args: list[str], *, data: str | None, binary_data: bool, environ_update: dict[str, str]
    ) -> tuple[int, str, str]:
        assert binary_data
        self.ran.append((args, data, environ_update))
        return 3, "out", "errors"


def test_programs_are_found_and_speak_english() -> None:
    module = Module("wg")
    assert runner(module)(["wg", "pubkey"], "x") == (3, "out", "errors")
    assert module.ran == [(["/usr/sbin/wg", "pubkey"], "x", {"LC_ALL": "C"})]


@pytest.mark.parametrize(
    ("command", "package"), [("wg", "wireguard-tools"), ("ip", "iproute2"), ("systemctl", "systemd")]
)
def test_a_missing_program_is_named_with_its_package(command: str, package: str) -> None:
    assert runner(Module())([command, "show"]) == (127, "", f"there is no {command}; install {package}")


def test_in_check_mode_a_host_without_wg_has_no_interface() -> None:
    run = runner(Module(check_mode=True))
    assert run(["wg", "show", "interfaces"]) == (0, "", "")
    assert run(["wg", "show", "fleet", "dump"])[0] == 127
    assert runner(Module())(["wg", "show", "interfaces"])[0] == 127


def test_a_secret_in_a_result_is_refused() -> None:
    result = {"peers": [{"public_key": key(1), "other": f"x {secret(2)}"}]}
    refuse_secrets(result, [secret(1), None])
    with pytest.raises(ValueError, match="a secret key would be in the result"):
        refuse_secrets(result, [None, secret(2)])
