# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task of farsite.fleet.wireguard_peers does, and what it tells."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import change as changes
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import (
    FOLDER,
    Configuration,
    interface_problem,
    path_problem,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.description import Picture, describe
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Unit
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import Prefixes, inside
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import (
    Data,
    Peer,
    PeersError,
    key_problem,
    key_problems,
    read_networks,
    read_peers,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.plan import PeerPlan, Wishes, plan_peers
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import locked, read_text
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import believed
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import number_problems, read_addresses

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Device
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.handover import Known, Waiting
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import Network

PATIENCE = 60.0
"""Seconds to wait for another run."""
_LIVE = 180
"""Seconds. WireGuard uses no session that is older (REJECT_AFTER_TIME of its paper)."""


@dataclasses.dataclass(frozen=True)
class Task:
    """The arguments, read and checked."""

    interface: str
    private_key_file: str
    listen_port: int
    addresses: tuple[str, ...]
    mtu: int
    peers: tuple[Peer, ...]
    wishes: Wishes


def read_task(arguments: Data) -> Task:
    """Return the module's arguments as a task. Raises PeersError with all problems."""
    problems: list[str] = []

    def tried(read: t.Callable[[], t.Any]) -> t.Any:
        try:
            return read()
        except PeersError as error:
            problems.extend(error.problems)
            return ()

    interface = arguments["interface"]
    key_file = arguments["private_key_file"] or f"{FOLDER}/{interface}.key"
    problems += filter(None, [interface_problem(interface), path_problem(key_file)])
    problems += number_problems(arguments["listen_port"], arguments["mtu"])
    addresses = tried(lambda: read_addresses(arguments["addresses"]))
    pools = tried(lambda: read_networks(arguments["pools"], "pools"))
    peers = tried(lambda: read_peers(arguments["peers"], pools, addresses))
    for option in ("retire", "replace_preshared_keys"):
        problems += key_problems(arguments[option], option)
    if problems:
        raise PeersError(problems)
    wishes = Wishes(
        arguments["unmanaged"],
        frozenset(arguments["retire"]),
        frozenset(arguments["replace_preshared_keys"]),
        arguments["max_removals"],
    )
    return Task(interface, key_file, arguments["listen_port"], addresses, arguments["mtu"], peers, wishes)


def run_task(task: Task, device: Device, *, check_mode: bool, with_diff: bool) -> dict[str, t.Any]:
    """Do the task, or in check mode tell what it would do. Returns the module's result, with ``warnings``.

    Raises PeersError, DeviceError, DumpError, ConfigurationError and OSError.
    """
    if check_mode:
        return _run(task, device, check_mode=True, with_diff=with_diff)
    with locked(device.lock_path, PATIENCE):
        return _run(task, device, check_mode=False, with_diff=with_diff)


def _run(task: Task, device: Device, *, check_mode: bool, with_diff: bool) -> dict[str, t.Any]:
    private_key = _private_key(task.private_key_file, check_mode=check_mode)
    public_key = device.public_key(private_key) if private_key else None
    own = [peer.name for peer in task.peers if peer.public_key == public_key]
    if own:
        raise PeersError([f"peers: {own[0]} has the key of the interface itself; every host has one of its own"])
    observed = changes.observe(device)
    _refuse_another_key(task, observed, public_key)
    _refuse_another_port(task, observed, int(time.time()))
    _refuse_other_networks(task.peers, device.other_networks())
    seen = believed(observed.before.seen, int(time.time()))
    plan = plan_peers(task.peers, dataclasses.replace(observed.before, seen=seen), task.wishes)
    configuration = Configuration(
        task.addresses,
        task.mtu,
        task.listen_port,
        task.private_key_file,
        _mark(observed),
        tuple(plan.peers.values()),
    )
    change = changes.plan_change(observed, configuration, task.interface)
    known = observed.before.known
    result: dict[str, t.Any] = {
        "changed": change.differs,
        "added": _named(plan.added, plan.peers),
        "changed_peers": _named(plan.changed, plan.peers),
        "removed": _named(plan.removed, known),
        "superseded": _named(plan.superseded, known),
        "waiting": [dataclasses.asdict(waiting) for waiting in plan.waiting],
        "peers": len(plan.peers),
        "public_key": public_key,
        "warnings": _warnings(task, observed, plan, public_key),
    }
    if with_diff:
        result["diff"] = _difference(observed, change, plan)
    if change.differs and not check_mode and private_key:
        changes.apply(device, observed, change, private_key)
    return result


def _private_key(path: str, *, check_mode: bool) -> str | None:
    text = read_text(path)
    if text is None and check_mode:
        return None
    if text is None:
        raise PeersError([f"private_key_file: there is no {path}; make it with farsite.fleet.wireguard_key"])
    if problem := key_problem(text.strip()):
        raise PeersError([f"private_key_file: the content of {path} {problem}"])
    return text.strip()


def _mark(observed: changes.Observed) -> str | None:
    """Return the mark that somebody has set, which stays."""
    if observed.running:
        return observed.running.fwmark
    ours = observed.on_disk.ours if observed.on_disk else None
    return ours.fwmark if ours else None


def _refuse_another_key(task: Task, observed: changes.Observed, public_key: str | None) -> None:
    runs_with = observed.running.public_key if observed.running else None
    if runs_with and public_key and runs_with != public_key:
        raise PeersError(
            [
                (
                    f"private_key_file: {task.interface} runs with the key {runs_with}, and that of "
                    f"{task.private_key_file} is {public_key}. Every tunnel would end. Put the right key there, or "
                    f"stop the interface first if this is meant (systemctl stop wg-quick@{task.interface})"
                )
            ]
        )


def _refuse_another_port(task: Task, observed: changes.Observed, now: int) -> None:
    if observed.running is None:
        return
    port = observed.running.listen_port
    live = [key for key, seen in observed.running.seen.items() if now - seen.handshake < _LIVE]
    if live and port != task.listen_port:
        raise PeersError(
            [
                (
                    f"listen_port: {task.interface} listens on {port}, to which {len(live)} peers have a live tunnel; "
                    f"with {task.listen_port} none of them would find back, and none could be told. Set up another hub "
                    "with that port, or stop the interface first if this is meant "
                    f"(systemctl stop wg-quick@{task.interface})"
                )
            ]
        )


def _refuse_other_networks(peers: t.Sequence[Peer], networks: t.Mapping[Network, str]) -> None:
    # a route into the tunnel would take the gateway away, or who is logged in from there
    index = Prefixes(networks.items())
    problems = [
        f"peers: {peer.name} has {prefix}, which is in {own}, the network of this host's {device}. The tunnel would "
        "take it away from there; give the site another prefix"
        for peer in peers
        for prefix in peer.allowed_ips
        for own, device in index.overlapping(prefix)
        if inside(prefix, own)
    ]
    if problems:
        raise PeersError(problems)


def _named(keys: t.Sequence[str], peers: Known) -> list[dict[str, str | None]]:
    return [{"name": peers[key].name, "public_key": key} for key in keys]


def _warnings(task: Task, observed: changes.Observed, plan: PeerPlan, public_key: str | None) -> list[str]:
    found = [warning for waiting in plan.waiting if (warning := _waiting_warning(waiting))]
    if public_key is None:
        found.append(f"There is no {task.private_key_file} yet; make it with farsite.fleet.wireguard_key.")
    if observed.unreadable:
        found.append(f"A file that could not be read is replaced, and kept beside: {observed.unreadable}.")
    if observed.running and not observed.unit.is_active:
        found.append(
            f"{task.interface} runs, but was not started by wg-quick@{task.interface}: until the next reboot nothing "
            "writes down the endpoints when it goes down."
        )
    return found


def _waiting_warning(waiting: Waiting) -> str | None:
    if waiting.reason == "addresses":
        return (
            f"{waiting.name}: the key {waiting.public_key} waits, since the key {waiting.holder} has its addresses and "
            "was seen later. It gets them with its first handshake and a run after that. If the router was replaced, "
            "name the old key in retire."
        )
    if waiting.reason == "preshared_key":
        return (
            f"{waiting.name}: keeps its preshared key, since it was seen with it and another one would end its tunnel. "
            "Change it together with the key, with farsite.fleet.rotate_keys, or name its public key in "
            "replace_preshared_keys."
        )
    return None


def _difference(observed: changes.Observed, change: changes.Change, plan: PeerPlan) -> dict[str, str]:
    running, unit = observed.running, observed.unit
    file = "as wanted" if not change.writes else "other" if observed.text is not None else "missing"
    before = Picture(
        _state(file, "runs" if running else "does not run", unit),
        running.listen_port if running else None,
        observed.settings,
        {key: observed.before.known[key] for key in observed.before.present},
    )
    after = Picture(
        _state("as wanted", "runs", Unit(is_enabled=True, is_active=True, is_guarded=True)),
        change.configuration.listen_port,
        change.settings,
        plan.peers,
    )
    return describe(before, after)


def _state(file: str, interface: str, unit: Unit) -> tuple[str, ...]:
    return (
        f"file: {file}",
        f"interface: {interface}",
        f"starts at boot: {'yes' if unit.is_enabled else 'no'}",
        f"reload of the unit: {'refused' if unit.is_guarded else 'would take the private key away'}",
    )
