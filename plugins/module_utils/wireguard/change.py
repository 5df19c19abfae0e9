# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of an interface: what there is, the file, one sync, addresses and routes, the unit; undone if it fails.

A run that is killed at any point leaves a file and an interface that are whole; the next run makes them the same.
"""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import (
    Configuration,
    ConfigurationError,
    OnDisk,
    parse,
    render,
    render_sync,
    routes,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import (
    DROP_IN,
    Device,
    DeviceError,
    Unit,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.plan import Before, known_peers
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import (
    is_private,
    read_text,
    write_private,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import Running, same_in_wireguard
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import joined, render_seen
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import (
    Settings,
    commands,
    same_settings,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer


@dataclasses.dataclass(frozen=True)
class Observed:
    """An interface and its file; ``unreadable`` says what is wrong with a file that is none of wg-quick."""

    running: Running | None
    settings: Settings | None
    text: str | None = dataclasses.field(repr=False)
    on_disk: OnDisk | None
    unreadable: str | None
    is_private: bool
    """Whether only root reads the file."""
    unit: Unit
    before: Before

    @property
    def is_ours(self) -> bool:
        """Whether the file is one that we wrote."""
        return self.on_disk is not None and self.on_disk.ours is not None


@dataclasses.dataclass(frozen=True)
class Change:
    """What is to be done; ``text`` is the file's."""

    configuration: Configuration
    settings: Settings
    text: str = dataclasses.field(repr=False)
    writes: bool
    syncs: bool
    endpoints: t.Mapping[str, str | None]
    settings_lines: tuple[str, ...]
    starts: bool
    enables: bool
    guards: bool

    @property
    def differs(self) -> bool:
        """Whether there is anything to do."""
        return self.writes or self.syncs or bool(self.settings_lines) or self.starts or self.enables or self.guards


def observe(device: Device) -> Observed:
    """Look at the interface and its files. Raises DeviceError, DumpError."""
    running = device.running()
    text = read_text(device.configuration_path)
    on_disk, unreadable = None, None
    try:
        on_disk = parse(text) if text is not None else None
    except ConfigurationError as error:
        unreadable = f"{device.configuration_path}: {error}"
    written = on_disk.peers if on_disk else {}
    known = known_peers(running.peers if running else {}, written)
    before = Before(
        known,
        tuple(running.peers if running else known),
        tuple(key for key, peer in written.items() if peer.role != "kept") if on_disk and on_disk.ours else (),
        joined(running.seen if running else {}, device.remembered()),
    )
    return Observed(
        running,
        device.settings() if running else None,
        text,
        on_disk,
        unreadable,
        is_private(device.configuration_path),
        device.unit(),
        before,
    )


def plan_change(observed: Observed, configuration: Configuration, interface: str) -> Change:
    """Return what makes the interface and its file those of the configuration."""
    running = observed.running
    own_routes = routes(configuration.peers)
    text = render(configuration, interface, own_routes)
    settings = Settings(configuration.addresses, configuration.mtu, is_up=True, routes=own_routes)
    endpoints = _endpoints(observed, configuration.peers) if running else {}
    syncs = running is not None and (
        bool(endpoints)
        or (running.listen_port, running.fwmark) != (configuration.listen_port, configuration.fwmark)
        or running.private_key is None
        or not same_peers(configuration.peers, running.peers)
    )
    lines: tuple[str, ...] = ()
    if observed.settings and not same_settings(settings, observed.settings):
        lines = tuple(commands(interface, settings, observed.settings))
    return Change(
        configuration,
        settings,
        text,
        text != observed.text or not observed.is_private,
        syncs,
        endpoints,
        lines,
        starts=running is None,
        enables=not observed.unit.is_enabled,
        guards=not observed.unit.is_guarded,
    )


def same_peers(wanted: t.Sequence[Peer], running: t.Mapping[str, Peer]) -> bool:
    """Return whether the running peers are the wanted ones."""
    return len(wanted) == len(running) and all(
        peer.public_key in running and same_in_wireguard(peer, running[peer.public_key]) for peer in wanted
    )


def _endpoints(observed: Observed, peers: t.Sequence[Peer]) -> dict[str, str | None]:
    """Return the endpoints to set: a peer may have moved, so it gets only one that the file did not say."""
    running = observed.running.seen if observed.running else {}
    found: dict[str, str | None] = {}
    for peer in peers:
        written = observed.before.known.get(peer.public_key)
        live = running[peer.public_key].endpoint if peer.public_key in running else None
        if peer.endpoint and (live is None or written is None or written.endpoint != peer.endpoint):
            found[peer.public_key] = peer.endpoint
    return found


def apply(device: Device, observed: Observed, change: Change, private_key: str) -> None:
    """Do it. Raises DeviceError or ConfigurationError; then peers and file are as they were, except after a start."""
    keys = {*observed.before.known, *(peer.public_key for peer in change.configuration.peers)}
    write_private(device.seen_path, render_seen(observed.before.seen, keys))
    if change.writes:
        if observed.text is not None and not observed.is_ours:
            write_private(device.aside_path, observed.text)
        check(change.text, change.configuration)
        write_private(device.configuration_path, change.text)
    if change.guards:
        pathlib.Path(device.drop_in_path).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(device.drop_in_path).write_text(DROP_IN, "utf-8")
        device.reload_units()
    if change.syncs and observed.running:
        sync(device, observed, change, private_key)
    if change.settings_lines:
        device.change_settings(change.settings_lines)
        # an address that goes may take others of its network and all routes with it
        if lost := commands(device.interface, change.settings, device.settings()):
            device.change_settings(lost)
    if change.enables:
        device.enable()
    if change.starts:
        device.start()
        _expect(device, change.configuration.peers)


def check(text: str, configuration: Configuration) -> None:
    """Read the text of a file before anything reads it that wipes peers. Raises ConfigurationError."""
    found = parse(text)
    if found.ours != configuration or not found.peers:
        raise ConfigurationError(f"the new file would not say what it should: {len(found.peers)} peers; report this")


def sync(device: Device, observed: Observed, change: Change, private_key: str) -> None:
    """Sync the running interface; if that fails, it gets back what it had, and so does the file. Raises DeviceError."""
    before = t.cast("Running", observed.running)
    try:
        _sync(device, change.configuration, private_key, before, change.endpoints)
        _expect(device, change.configuration.peers)
    except DeviceError as error:
        try:
            _restore(device, observed, before)
        except DeviceError as second:
            raise DeviceError(f"{error}; and what was before could not be put back: {second}") from error
        raise


def _sync(
    device: Device,
    configuration: Configuration,
    private_key: str | None,
    running: Running,
    endpoints: t.Mapping[str, str | None],
) -> None:
    text = render_sync(configuration, private_key, running, endpoints)
    keys = {peer.public_key for peer in configuration.peers}
    left = {key: peer for key, peer in running.peers.items() if key in keys}
    if not same_peers(configuration.peers, {**left, **parse(text).peers}):
        raise DeviceError("the file for the sync would make other peers; nothing was changed; report this")
    if text:
        write_private(device.sync_path, text)
        try:
            device.add()
        finally:
            pathlib.Path(device.sync_path).unlink(missing_ok=True)
    device.remove(running.peers.keys() - keys)


def _expect(device: Device, peers: t.Sequence[Peer]) -> None:
    now = device.running()
    if now is None or not same_peers(peers, now.peers):
        found = "does not run" if now is None else f"has {len(now.peers)} peers"
        raise DeviceError(f"{device.interface} {found}, expected {len(peers)} as given; is something else changing it?")


def _restore(device: Device, observed: Observed, before: Running) -> None:
    if observed.text is None:
        pathlib.Path(device.configuration_path).unlink(missing_ok=True)
    else:
        write_private(device.configuration_path, observed.text)
    now = device.running()
    peers = tuple(before.peers.values())
    if now is None or (same_peers(peers, now.peers) and _itself(now) == _itself(before)):
        return
    old = Configuration((), 0, before.listen_port, "", before.fwmark, peers)
    endpoints = {key: sighting.endpoint for key, sighting in before.seen.items() if key not in now.peers}
    _sync(device, old, before.private_key, now, endpoints)


def _itself(running: Running) -> tuple[str | None, int, str | None]:
    return running.private_key, running.listen_port, running.fwmark
