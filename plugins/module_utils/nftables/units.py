# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units that load the table when the hub starts, and that undo a change which nobody has confirmed."""

from __future__ import annotations

import dataclasses

SERVICE = "farsite-fleet-firewall.service"
UNDO_SERVICE = "farsite-fleet-firewall-undo.service"
UNDO_TIMER = "farsite-fleet-firewall-undo.timer"

_SERVICE_TEXT = """\
# Made by farsite.fleet.hub_firewall.
[Unit]
Description=Firewall of Farsite Fleet, the table inet farsite_fleet
Documentation=man:nft(8)
DefaultDependencies=no
RequiresMountsFor={folder}
ConditionPathExists={file}
# nftables.service flushes everything when it starts, reloads or stops, so this one follows it each time.
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={nft} -f {file}
ExecReload={nft} -f {file}

[Install]
WantedBy=sysinit.target nftables.service
"""

_UNDO_TEXT = """\
# Made by farsite.fleet.hub_firewall.
[Unit]
Description=Undo a change of the firewall of Farsite Fleet that nobody has confirmed
Documentation=man:nft(8)

[Service]
Type=oneshot
# The confirmation takes the same file away by a rename, so exactly one of the two wins.
ExecCondition={mv} -T {pending} {undone}
ExecStart={nft} -f {previous}
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Paths:
    """The files on the hub; *root* is in front of all."""

    root: str = ""

    @property
    def folder(self) -> str:
        """Return the folder of what is kept over a restart."""
        return f"{self.root}/etc/farsite-fleet"

    @property
    def file(self) -> str:
        """Return the confirmed ruleset, which is loaded when the hub starts."""
        return f"{self.folder}/firewall.nft"

    @property
    def pending(self) -> str:
        """Return the ruleset that waits for its confirmation."""
        return f"{self.folder}/firewall.pending"

    @property
    def previous(self) -> str:
        """Return the ruleset that an undo loads."""
        return f"{self.folder}/firewall.previous"

    @property
    def undone(self) -> str:
        """Return the ruleset that was undone, until the next run has told of it."""
        return f"{self.folder}/firewall.undone"

    @property
    def volatile(self) -> str:
        """Return the folder of what ends with a restart."""
        return f"{self.root}/run/farsite-fleet"

    @property
    def record(self) -> str:
        """Return the facts about the last change since the start of the hub."""
        return f"{self.volatile}/firewall.json"

    @property
    def lock(self) -> str:
        """Return the file that is locked by whoever changes something."""
        return f"{self.volatile}/firewall.lock"

    def unit(self, name: str) -> str:
        """Return the file of the unit *name*."""
        return f"{self.root}/etc/systemd/system/{name}"


def unit_texts(paths: Paths, nft: str, mv: str) -> dict[str, str]:
    """Return the text of each unit by its name; *nft* and *mv* are the programs' paths."""
    return {
        SERVICE: _SERVICE_TEXT.format(folder=paths.folder, file=paths.file, nft=nft),
        UNDO_SERVICE: _UNDO_TEXT.format(
            mv=mv, nft=nft, pending=paths.pending, undone=paths.undone, previous=paths.previous
        ),
    }
