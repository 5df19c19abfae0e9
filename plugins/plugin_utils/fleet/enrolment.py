# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public keys that devices have told, against those in a fleet's files: which are new, the same, or another one."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    RETIRED_FILE,
    key_file,
    operator_key_file,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import key_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, Problem

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet


@dataclasses.dataclass(frozen=True, slots=True)
class Enrolment:
    """Names of sites and hubs, each in one of the lists, by name; and the keys of those of which a file is to change.

    ``differs`` are those that have another key than the file and are in neither list of the task: nothing is done.
    """

    new: tuple[str, ...]
    same: tuple[str, ...]
    replaced: tuple[str, ...]
    rotated: tuple[str, ...]
    differs: tuple[str, ...]
    keys: Mapping[str, str]

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of those of which a file is to change."""
        return tuple(sorted((*self.new, *self.replaced, *self.rotated)))


def enrol(
    fleet: Fleet,
    hosts: Collection[str],
    given: Mapping[str, object],
    replace: Collection[str],
    rotated: Collection[str],
) -> Enrolment:
    """Sort the keys *given* by name; *hosts* are the names of the sites and hubs of *fleet*.

    A key that differs is taken for a name in *rotated*, and in *replace*; in both, it counts as replaced.
    Raises FleetError with everything that is wrong with what is given, which then is all left alone.
    """
    problems = tuple(_problems(fleet, hosts, given, replace, rotated))
    if problems:
        raise FleetError(problems)
    keys = {name: str(key) for name, key in sorted(given.items())}
    other = {name for name, key in keys.items() if name in fleet.keys and fleet.keys[name] != key}
    replaced = other & set(replace)
    moved = (other & set(rotated)) - replaced
    return Enrolment(
        new=tuple(name for name in keys if name not in fleet.keys),
        same=tuple(name for name in keys if name in fleet.keys and name not in other),
        replaced=tuple(sorted(replaced)),
        rotated=tuple(sorted(moved)),
        differs=tuple(sorted(other - replaced - moved)),
        keys=keys,
    )


def difference_message(fleet: Fleet, enrolment: Enrolment) -> str:
    """Return what to do about the keys that differ, a line for each."""
    lines = [
        f"{name}: the router has the key {enrolment.keys[name]}, {key_file(name)} has {fleet.keys[name]}"
        for name in enrolment.differs
    ]
    advice = (
        "Where the device was replaced or reset, name it in replace, which also retires its old key (playbook "
        f"farsite.fleet.enroll: -e replace={','.join(enrolment.differs)}). Where it was not, another device answers at "
        "its address: find out which one before you trust its key."
    )
    head = "There are devices with another key than the fleet's files have, and these files were left as they are:"
    return "\n".join([head, *lines, advice])


def retired_with(text: str, key: str, name: str) -> str:
    """Return the *text* of the file of retired keys with a line of the *key*, and of whose it was, at its end, once."""
    if any(line.split()[:1] == [key] for line in text.splitlines()):
        return text
    separator = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{separator}{key} {name}\n"


def _problems(
    fleet: Fleet,
    hosts: Collection[str],
    given: Mapping[str, object],
    replace: Collection[str],
    rotated: Collection[str],
) -> t.Iterator[Problem]:
    expected = "expected the name of a site or hub of the fleet"
    for option, names in (("keys", given), ("replace", replace), ("rotated", rotated)):
        for name in names:
            if name not in hosts:
                yield Problem("", option, f"found {name}, {expected}")
    owners: dict[str, str] = {}
    for name, view in fleet.operators.items():
        if view.public_key is not None:
            owners[view.public_key] = operator_key_file(name)
    owners |= {key: key_file(name) for name, key in fleet.keys.items() if name not in given}
    for name, key in sorted(given.items()):
        path = f"keys.{name}"
        problem = key_problem(key) if isinstance(key, str) else "found no text, expected a WireGuard public key"
        if problem is not None:
            yield Problem("", path, problem)
        elif str(key) in fleet.retired_keys:
            yield Problem("", path, f"is retired, by {RETIRED_FILE}; the device has to make another key")
        elif str(key) in owners:
            yield Problem("", path, f"is the key of {owners[str(key)]} too; one of the devices has to make another")
        else:
            owners[str(key)] = path
