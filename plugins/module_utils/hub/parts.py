# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the tunnel and the firewall of a hub are as their tasks would have them, asked of what runs.

Whatever goes wrong here is a part that is not right: its own task then says what is wrong with it.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec import hub_firewall, wireguard_peers
from ansible_collections.farsite.fleet.plugins.module_utils.nftables import device as nftables
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.look import look
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import SettingsError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import device as wireguard
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import ConfigurationError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError, key_problem
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import is_roots_own, read_text
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task import read_task, run_task

Arguments = t.Mapping[str, t.Any]


class Part(t.TypedDict):
    """Whether nothing is to be done, else why; and what its task would warn of where nothing is to be done."""

    right: bool
    reason: str | None
    warnings: list[str]


def private_key(run: wireguard.Runner, path: str) -> tuple[str | None, bool]:
    """Return the public half of the key in the file, None without one, and whether the file is only root's."""
    try:
        text = read_text(path)
        if text is None or key_problem(text.strip()):
            return None, False
        return wireguard.public_key(run, text.strip()), is_roots_own(path)
    except (wireguard.DeviceError, OSError):
        return None, False


def tunnel(run: wireguard.Runner, arguments: Arguments) -> Part:
    """Return whether the task ``wireguard_peers`` with these arguments would change nothing."""
    try:
        task = read_task(_validated(arguments, wireguard_peers.ARGUMENT_SPEC))
        result = run_task(task, wireguard.Device(task.interface, run), check_mode=True, with_diff=False)
    except (ConfigurationError, DumpError, PeersError, wireguard.DeviceError, OSError, ValueError) as error:
        return _wrong(str(error))
    if result["changed"]:
        return _wrong("the interface, its file or its unit is not as it is to be")
    return {"right": True, "reason": None, "warnings": result["warnings"]}


def firewall(programs: nftables.Programs, arguments: Arguments) -> Part:
    """Return whether the task ``hub_firewall`` with these arguments would change nothing, and have nothing to tell."""
    try:
        seen = look(nftables.Device(programs), _validated(arguments, hub_firewall.TASK_ARGUMENTS))
    except (SettingsError, nftables.DeviceError, OSError, ValueError) as error:
        return _wrong(str(error))
    if seen.difference.any:
        return _wrong("the table, its file or its unit is not as it is to be")
    if seen.undone_before:
        return _wrong("the last change was undone")
    return {"right": True, "reason": None, "warnings": seen.warnings}


def secrets(tunnel_arguments: Arguments | None) -> set[str]:
    """Return the preshared keys among the arguments of the tunnel, whatever else is wrong with them."""
    peers = (tunnel_arguments or {}).get("peers")
    peers = [peer for peer in peers if isinstance(peer, dict)] if isinstance(peers, list) else []
    return {str(peer["preshared_key"]) for peer in peers if peer.get("preshared_key")}


def _wrong(reason: str) -> Part:
    return {"right": False, "reason": reason, "warnings": []}


def _validated(arguments: Arguments, spec: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the arguments with their defaults. Raises ValueError with what is wrong with them."""
    result = ArgumentSpecValidator(spec).validate(dict(arguments))  # type: ignore[no-untyped-call]
    if result.error_messages:
        raise ValueError("; ".join(result.error_messages))
    return dict(result.validated_parameters)
