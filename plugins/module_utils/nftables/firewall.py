# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of the hub's table: compared, armed, loaded, then confirmed or undone, which one rename decides."""

from __future__ import annotations

import dataclasses
import json
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import units
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import canonical
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import REMOVAL, replacement

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import Device

Ending = t.Literal["confirmed", "waiting", "undone", "unknown"]

_UNIT_MODE = 0o644
_BUSY = {"active", "activating", "reloading"}


class ChangeError(RuntimeError):
    """A change that was not begun or not confirmed; says why and what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What is not as the wanted file *text* says."""

    text: str
    file: str | None
    """The confirmed file as it is."""
    running: str
    wanted: str
    """The table as nft lists it, as it is and as it would be."""
    table_differs: bool
    units: tuple[str, ...]
    """What of the units is not as it should be, in words."""

    @property
    def any(self) -> bool:
        """Return whether there is something to do."""
        return self.table_differs or self.file != self.text or bool(self.units)

    def diff(self, path: str) -> list[dict[str, str]]:
        """Return Ansible's diff: of the file at *path*, else of the running table, and of the units."""
        found = []
        if self.file != self.text:
            found.append({"before_header": path, "after_header": path, "before": self.file or "", "after": self.text})
        elif self.table_differs:
            header = "the running table inet farsite_fleet"
            found.append(
                {"before_header": header, "after_header": header, "before": self.running, "after": self.wanted}
            )
        if self.units:
            found.append({"prepared": "\n".join(self.units) + "\n"})
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """The last change since the start of the hub; times are seconds since that start."""

    transaction: str
    deadline: float
    loaded: float | None = None
    end: str | None = None


class Firewall:
    """The table, the files and the units of one hub."""

    def __init__(self, device: Device, paths: units.Paths | None = None) -> None:
        """Work on *device*."""
        self._device = device
        self._paths = paths or units.Paths()

    @property
    def file(self) -> str:
        """Return the path of the confirmed ruleset."""
        return self._paths.file

    def undone_before(self) -> bool:
        """Return whether the last change was undone, by the timer or by a restart, and no run has told of it."""
        paths = self._paths
        if self._device.read(paths.undone) is not None:
            return True
        return self._device.read(paths.pending) is not None and not self._undo_is_near()

    def forget_undone(self) -> None:
        """Note that the undoing of the last change has been told."""
        with self._device.locked(self._paths.lock):
            if not self._undo_is_near():
                self._device.remove(self._paths.pending)
                self._device.remove(self._paths.undone)

    def compare(self, text: str) -> Difference:
        """Return what differs from the file *text*. Raises DeviceError where nft refuses it."""
        device = self._device
        with device.empty_network():
            device.load(text)
            wanted, wanted_text = device.table(), device.table_text()
        running = device.table()
        return Difference(
            text,
            device.read(self._paths.file),
            device.table_text() if running is not None else "",
            wanted_text,
            running is None or canonical(running) != canonical(wanted or []),
            tuple(self._unit_differences()),
        )

    def apply(self, difference: Difference, timeout: int | None) -> str | None:
        """Make the table and the files what *difference* wants.

        With a *timeout* in seconds a change of the table is armed first; its name is returned, by which it is to be
        confirmed. Raises ChangeError, DeviceError.
        """
        device, paths = self._device, self._paths
        with device.locked(paths.lock):
            self._begin()
            # another run may have ended since the comparison
            difference = self.compare(difference.text)
            if difference.table_differs:
                device.check(difference.text)
            self._write_units()
            if difference.table_differs and timeout is not None:
                return self._armed(difference.text, timeout)
            if difference.table_differs:
                device.load(difference.text)
            device.write(paths.file, difference.text)
            self._start()
        return None

    def confirm(self, transaction: str, login: float | None) -> Ending:
        """Keep the change *transaction*, which was armed, if it still is; *login* is when the login began that asks.

        Raises ChangeError where the login proves nothing, or the table is not what was loaded.
        """
        device, paths = self._device, self._paths
        with device.locked(paths.lock):
            record = self._record()
            if record is None or record.transaction != transaction or record.end or record.loaded is None:
                return self._ending(transaction)
            if login is not None and login < record.loaded:
                raise ChangeError(
                    "the login that confirms is older than the change, so it does not show that a new one is possible; "
                    "turn off what shares connections (ControlMaster, ControlPersist)"
                )
            pending = device.read(paths.pending)
            if pending is not None and self.compare(pending).table_differs:
                raise ChangeError(
                    "the running table is not the one that was loaded: somebody has changed or flushed it meanwhile"
                )
            try:
                device.rename(paths.pending, paths.file)
            except FileNotFoundError:
                return self._ending(transaction)
            self._write_record(dataclasses.replace(record, end="confirmed"))
            device.stop_if_there(units.UNDO_TIMER)
            device.remove(paths.previous)
            self._start()
        return "confirmed"

    def ending(self, transaction: str) -> Ending:
        """Return how the change *transaction* has ended."""
        with self._device.locked(self._paths.lock):
            return self._ending(transaction)

    def present(self) -> bool:
        """Return whether anything of ours is on the hub."""
        device, paths = self._device, self._paths
        files = (paths.file, paths.pending, paths.undone, *map(paths.unit, self._unit_texts()))
        return device.table() is not None or any(device.read(file) is not None for file in files)

    def remove(self) -> None:
        """Remove the table, the files and the units. Raises ChangeError, DeviceError."""
        device, paths = self._device, self._paths
        with device.locked(paths.lock):
            self._begin()
            if device.read(paths.unit(units.SERVICE)) is not None:
                device.systemctl("disable", "--now", units.SERVICE)
            device.load(REMOVAL)
            for path in (paths.file, paths.previous, paths.record, *map(paths.unit, self._unit_texts())):
                device.remove(path)
            device.systemctl("daemon-reload")

    def running_text(self) -> str:
        """Return the running table as nft lists it; empty where there is none."""
        return self._device.table_text()

    def _begin(self) -> None:
        """See that no other change waits, and clear what a restart has ended. Raises ChangeError."""
        device, paths = self._device, self._paths
        if self._undo_is_near():
            record = self._record()
            left = max(1, round(record.deadline - device.now())) if record else 1
            raise ChangeError(
                f"another change of the firewall waits for its confirmation; it is undone in {left} s, run again then"
            )
        device.remove(paths.pending)
        device.remove(paths.undone)

    def _undo_is_near(self) -> bool:
        device = self._device
        return device.state(units.UNDO_TIMER) in _BUSY or device.state(units.UNDO_SERVICE) in _BUSY

    def _armed(self, text: str, timeout: int) -> str:
        device, paths = self._device, self._paths
        running = device.table()
        device.write(paths.previous, REMOVAL if running is None else replacement(device.table_text()))
        device.check(device.read(paths.previous) or "")
        record = Record(secrets.token_hex(8), device.now() + timeout)
        self._write_record(record)
        device.write(paths.pending, text)
        try:
            device.start_timer(units.UNDO_SERVICE, timeout)
            device.load(text)
        except BaseException:
            # nothing was loaded: the file is whole or not at all
            device.remove(paths.pending)
            device.stop_if_there(units.UNDO_TIMER)
            raise
        self._write_record(dataclasses.replace(record, loaded=device.now()))
        return record.transaction

    def _ending(self, transaction: str) -> Ending:
        record = self._record()
        if record is not None and record.transaction != transaction:
            return "unknown"
        if record is not None and record.end == "confirmed":
            return "confirmed"
        if self._device.read(self._paths.pending) is not None and self._undo_is_near():
            return "waiting"
        # without a record the hub has started since, and has loaded the old file
        return "undone"

    def _record(self) -> Record | None:
        text = self._device.read(self._paths.record)
        return Record(**json.loads(text)) if text else None

    def _write_record(self, record: Record) -> None:
        self._device.write(self._paths.record, json.dumps(dataclasses.asdict(record)))

    def _unit_texts(self) -> dict[str, str]:
        return units.unit_texts(self._paths, self._device.nft, self._device.mv)

    def _unit_differences(self) -> Iterator[str]:
        device, paths = self._device, self._paths
        for name, text in self._unit_texts().items():
            if device.read(paths.unit(name)) != text:
                yield f"write {paths.unit(name)}"
        if not device.enabled(units.SERVICE):
            yield f"enable {units.SERVICE}"
        if device.state(units.SERVICE) not in _BUSY:
            yield f"start {units.SERVICE}"

    def _write_units(self) -> None:
        device, paths = self._device, self._paths
        written = False
        for name, text in self._unit_texts().items():
            if device.read(paths.unit(name)) != text:
                device.write(paths.unit(name), text, _UNIT_MODE)
                written = True
        if written:
            device.systemctl("daemon-reload")
        # before there is a file the unit does nothing, so a restart before the confirmation finds the old state
        if not device.enabled(units.SERVICE):
            device.systemctl("enable", units.SERVICE)

    def _start(self) -> None:
        """Let systemd know the unit as running, so that it follows nftables.service from now on."""
        if self._device.state(units.SERVICE) not in _BUSY:
            self._device.systemctl("start", units.SERVICE)
