# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records as data: what a task asks for, read and checked; and the marker of the names that are somebody's."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ADDRESS_TYPES = ("A", "AAAA")
"""Types of the records that are managed at a name with the marker. All others there are left alone."""

MARKER_TYPE = "TXT"
HIGHEST_TTL = 2**31 - 1
"""RFC 2181, 8."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_OWNER = re.compile(r"[A-Za-z0-9._-]{1,63}", re.ASCII)
_MARKER = re.compile(r'"heritage=farsite\.fleet,owner=([A-Za-z0-9._-]{1,63})"', re.ASCII)
_LONGEST_NAME = 253
_VERSIONS = {"A": 4, "AAAA": 6}


@dataclasses.dataclass(frozen=True, slots=True)
class RecordSet:
    """All records of one name and type. A value is as in a master file: an address, or TXT with its quotes."""

    ttl: int
    """Seconds."""
    values: frozenset[str]


Node = dict[str, RecordSet]
"""What is at a name, by type."""

Names = dict[str, Node]
"""By name: lower case, absolute, without the last dot."""


class RecordsError(ValueError):
    """Records that cannot be asked for; ``problems`` has every reason, at least one."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take all the problems."""
        super().__init__("\n".join(problems))
        self.problems = problems


def marker(owner: str) -> str:
    """Return the TXT value that says: this name's addresses are *owner*'s."""
    return f'"heritage=farsite.fleet,owner={owner}"'


def owners(node: Node) -> set[str]:
    """Return the owners whose markers a name has."""
    texts = node[MARKER_TYPE].values if MARKER_TYPE in node else frozenset()
    return {found[1] for found in map(_MARKER.fullmatch, texts) if found}


def zone_name(zone: str) -> str:
    """Return the *zone*'s name as names are written here. Raises RecordsError."""
    name = _normal(zone)
    if not _is_name(name):
        raise RecordsError((f"zone: found {zone!r}, expected a domain name such as fleet.example.net",))
    return name


def check_owner(owner: str) -> None:
    """Raise RecordsError unless *owner* can stand in a marker."""
    if not _OWNER.fullmatch(owner):
        what = "expected 1 to 63 letters, digits, dots, hyphens and underscores"
        raise RecordsError((f"owner: found {owner!r}, {what}",))


def wanted_names(records: Sequence[Mapping[str, t.Any]], zone: str) -> Names:
    """Return the *records* by name and type; each has ``name``, ``type``, ``values`` and ``ttl`` (seconds).

    A name is absolute, with or without the last dot. Raises RecordsError with all that is wrong.
    """
    names: Names = {}
    problems: list[str] = []
    for index, record in enumerate(records):
        path = f"records[{index}]"
        name = _normal(record["name"])
        found = [f"{path}.{problem}" for problem in _record_problems(record, name, zone)]
        if not found and record["type"] in names.get(name, {}):
            found = [f"{path}: a record for {name} {record['type']} is there already; give all its values in one"]
        problems += found
        if not found:
            values = frozenset(str(ipaddress.ip_address(value)) for value in record["values"])
            names.setdefault(name, {})[record["type"]] = RecordSet(record["ttl"], values)
    if problems:
        raise RecordsError(tuple(problems))
    return names


def _record_problems(record: Mapping[str, t.Any], name: str, zone: str) -> t.Iterator[str]:
    if not _is_name(name):
        yield f"name: found {record['name']!r}, expected a domain name such as camera.site.{zone}"
    elif name != zone and not name.endswith(f".{zone}"):
        yield f"name: {name} is not in the zone {zone}; names are absolute, such as camera.site.{zone}"
    if not 0 <= record["ttl"] <= HIGHEST_TTL:
        yield f"ttl: found {record['ttl']}, expected seconds, 0 to {HIGHEST_TTL}"
    if not record["values"]:
        yield "values: found none; leave the record out instead"
    version = _VERSIONS[record["type"]]
    for index, value in enumerate(record["values"]):
        if not _is_address(value, version):
            yield f"values[{index}]: found {value!r}, expected an IPv{version} address, since type is {record['type']}"


def _normal(name: str) -> str:
    return name.lower().removesuffix(".")


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))


def _is_address(value: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(value).version == version and "%" not in value
    except ValueError:
        return False
