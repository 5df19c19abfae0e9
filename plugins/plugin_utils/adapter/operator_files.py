# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All files of the controller that one person's configuration is made of, from a fleet and what a task wishes."""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import pathlib
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.operator_keys import (
    KeyPair,
    OperatorKeyError,
    choose_key,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.private_files import read_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.qr_code import QrError, png
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.wanted_files import WantedFile
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.enrolment import retired_with
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    RETIRED_FILE,
    key_file,
    operator_file,
    operator_key_file,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import DOMAIN_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import OperatorHub, operator_view
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_text import (
    LONGEST_NAME,
    masked,
    operator_text,
    private_key_in,
    tunnel_name,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

_PRIVATE = 0o600
_PUBLIC = 0o644
_LOWEST_MTU = 576
_HIGHEST_MTU = 65535


class OperatorError(ValueError):
    """A wish that cannot be fulfilled; ``problems`` has every reason, at least one."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take all the problems."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options of the module, see its documentation."""

    operator: str
    dest: str
    folder: str | None
    hub: str | None
    generate_key: bool
    replace: bool
    qr: bool
    dns: list[str]
    mtu: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Handover:
    """What a person's configuration is made of."""

    files: tuple[pathlib.Path, ...]
    """What the person gets."""
    wanted: tuple[WantedFile, ...]
    """All files, in the order in which they have to be written: a private key is never lost."""
    keys: KeyPair
    warnings: tuple[str, ...]


def handover(fleet: Fleet, folder: pathlib.Path, wish: Wish) -> Handover:
    """Return the files of the person, of a *fleet* that was read from *folder*. Raises OperatorError and OSError."""
    hubs = _hubs(fleet, folder, wish)
    # the private key may stand in the file of another hub
    before = {path: _private_key(path) for path in _paths(fleet, wish).values()}
    keys = _keys(fleet, wish, {str(path): key for path, key in before.items() if key})
    if wish.qr and keys.private is None:
        raise OperatorError((_no_qr(fleet.operators[wish.operator].public_key),))
    paths = _paths(fleet, wish)
    texts = {paths[hub.hub]: _text(fleet, wish, hub, keys) for hub in hubs}
    wanted = [WantedFile(path, text.encode(), _PRIVATE, _shown(before[path])) for path, text in texts.items()]
    warnings = tuple(_warnings(fleet, wish, keys, wanted))
    if wish.qr:
        wanted += [WantedFile(_image(path), _png(path, text), _PRIVATE, _picture) for path, text in texts.items()]
    files = tuple(file.path for file in wanted)
    return Handover(files, (*wanted, *_fleet_files(fleet, folder, wish, keys)), keys, warnings)


def _hubs(fleet: Fleet, folder: pathlib.Path, wish: Wish) -> tuple[OperatorHub, ...]:
    """Return the hubs that files are wished for."""
    problems = [*_wish_problems(wish)]
    if pathlib.Path(wish.dest).resolve().is_relative_to(folder.resolve()):
        problems.append(f"dest: {wish.dest} is in the fleet's folder {folder}, where no private key belongs")
    if wish.operator not in fleet.operators:
        near = difflib.get_close_matches(wish.operator, fleet.operators, 1)
        hint = f"did you mean {near[0]}?" if near else "add that file"
        problems.append(f"operator: there is no {operator_file(wish.operator)}; {hint}")
        raise OperatorError(tuple(problems))
    known = operator_view(fleet, wish.operator)
    hubs = tuple(hub for hub in known if wish.hub in (None, hub.hub))
    if not hubs:
        problems.append(f"hub: {wish.hub} is no active hub; expected {' or '.join(hub.hub for hub in known)}")
    problems += [
        f"{hub.hub}: there is no {key_file(hub.hub)} yet, so nobody can dial it" for hub in hubs if not hub.public_key
    ]
    if problems:
        raise OperatorError(tuple(problems))
    return hubs


def _wish_problems(wish: Wish) -> Iterator[str]:
    if wish.replace and not wish.generate_key:
        yield "replace: is for a key pair that is made here; say generate_key: true too"
    if wish.replace and wish.hub is not None:
        yield "replace: makes one key pair for all hubs; leave hub out"
    if wish.mtu is not None and not _LOWEST_MTU <= wish.mtu <= _HIGHEST_MTU:
        yield f"mtu: found {wish.mtu}, expected {_LOWEST_MTU} to {_HIGHEST_MTU}"
    for index, server in enumerate(wish.dns):
        if not _is_address(server) and not re.fullmatch(DOMAIN_NAME.pattern, server):
            yield f"dns[{index}]: found {server!r}, expected the address of a server, or a domain to search"


def _keys(fleet: Fleet, wish: Wish, found: dict[str, str]) -> KeyPair:
    public_key = fleet.operators[wish.operator].public_key
    others = {view.public_key for name, view in fleet.operators.items() if name != wish.operator}
    taken = {*fleet.retired_keys, *fleet.keys.values(), *(key for key in others if key)}
    try:
        return choose_key(wish.operator, public_key, found, taken, generate=wish.generate_key, replace=wish.replace)
    except OperatorKeyError as error:
        raise OperatorError((str(error),)) from error


def _no_qr(public_key: str | None) -> str:
    whose = f"that of {public_key}" if public_key else "it"
    more = " and replace: true" if public_key else ""
    return (
        f"qr: a QR code without the private key is of no use, and {whose} is on the person's own device; say "
        f"generate_key: true{more} for a pair that is made here, or leave qr out and hand over the file"
    )


def _text(fleet: Fleet, wish: Wish, hub: OperatorHub, keys: KeyPair) -> str:
    return operator_text(
        fleet.settings.name,
        wish.operator,
        hub,
        public_key=keys.public,
        private_key=keys.private,
        dns=wish.dns,
        mtu=wish.mtu,
    )


def _warnings(fleet: Fleet, wish: Wish, keys: KeyPair, wanted: list[WantedFile]) -> Iterator[str]:
    name = operator_key_file(wish.operator)
    if wish.generate_key and keys.private is None:
        yield f"there is {name}, but no private key for it in {wish.dest}: the file has none. replace: true makes one"
    elif not wish.generate_key and fleet.operators[wish.operator].public_key is None:
        hint = f"{keys.public} is it, by the file in {wish.dest}" if keys.public else "the person has to send it"
        yield f"there is no {name}, so no hub knows {wish.operator}; {hint}"
    for file in wanted:
        if len(file.path.stem) > LONGEST_NAME:
            limit = f"a tunnel's name has at most {LONGEST_NAME} characters"
            yield f"{file.path.name}: {limit}; rename the file to import it"
        if not wish.qr and _image(file.path).exists() and file.differs():
            yield f"{_image(file.path)}: is the QR code of the file as it was; remove it, or say qr: true"


def _fleet_files(fleet: Fleet, folder: pathlib.Path, wish: Wish, keys: KeyPair) -> Iterator[WantedFile]:
    """Yield what changes in the fleet's folder: the public key, and before it the list of retired ones."""
    old = fleet.operators[wish.operator].public_key
    if not wish.generate_key or old == keys.public:
        return
    if old is not None:
        path = folder / RETIRED_FILE
        there = read_file(path)
        text = retired_with(there[0].decode() if there else "", old, f"operator {wish.operator}")
        yield WantedFile(path, text.encode(), _PUBLIC)
    yield WantedFile(folder / operator_key_file(wish.operator), f"{keys.public}\n".encode(), _PUBLIC)


def _paths(fleet: Fleet, wish: Wish) -> dict[str, pathlib.Path]:
    """Return the person's file for each hub."""
    hubs = [hub.name for hub in fleet.active_hubs]
    return {hub: pathlib.Path(wish.dest) / f"{tunnel_name(wish.operator, hub, len(hubs))}.conf" for hub in hubs}


def _image(path: pathlib.Path) -> pathlib.Path:
    return path.with_suffix(".png")


def _private_key(path: pathlib.Path) -> str | None:
    there = read_file(path)
    return private_key_in(there[0].decode(errors="replace")) if there else None


def _shown(known: str | None) -> Callable[[bytes], str]:
    return lambda content: masked(content.decode(errors="replace"), known)


def _picture(content: bytes) -> str:
    return f"(a picture of {len(content)} bytes)\n"


def _png(path: pathlib.Path, text: str) -> bytes:
    try:
        return png(text)
    except QrError as error:
        raise OperatorError((f"qr: {_image(path)}: {error}",)) from error


def _is_address(text: str) -> bool:
    try:
        return "%" not in text and bool(ipaddress.ip_address(text))
    except ValueError:
        return False
