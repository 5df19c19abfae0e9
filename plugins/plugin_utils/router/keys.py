# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WireGuard keys of a router, which it makes itself (``shell/keys.sh``), and the change to its next one. Pure.

A private key is known here by its token alone (``secrets.token``); in a new file the router puts the key there.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import token
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import TUNNELS_ALONE
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import PackagePlan, UciPlan, to_change
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change

PACKAGE = "network"
SOURCES = ("folders", "keys")
"""The shell files that ``commands`` needs."""

Mode = t.Literal["look", "present", "next", "settle"]

# IFNAMSIZ of the kernel less its closing NUL
_INTERFACE = re.compile(r"[A-Za-z0-9_]{1,15}")
_KEY_BYTES = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """A key pair: the public key, and what stands for the private one in a plan of the same run.

    The public key is None where the router has nothing yet that could tell it.
    """

    public: str | None
    token: str


@dataclasses.dataclass(frozen=True, slots=True)
class RouterKeys:
    """What keys a router has: in UCI by interface, and in its own file; ``made`` are those made just now.

    ``current`` is a key for the first tunnel, which is not in UCI yet; ``next`` one to switch to.
    """

    interfaces: t.Mapping[str, Key]
    current: Key | None
    next: Key | None
    made: frozenset[str]

    @property
    def in_use(self) -> Key | None:
        """The key that the fleet is to know, and whose token a plan has for the private key; None if there is none."""
        return next(iter(self.interfaces.values()), self.current)

    def differing(self) -> tuple[str, ...]:
        """Return the interfaces that have another key than the first."""
        return tuple(name for name, key in self.interfaces.items() if key != self.in_use)


def commands(mode: Mode, salt: str, interfaces: t.Sequence[str], *, early: bool = False) -> list[str]:
    """Return what to ask with ``observe``: with *mode* ``present``, ``next`` and ``settle`` the router may write.

    *early*: WireGuard's tools may be missing; without them a router cannot tell its public key.
    """
    return [*(["keys_early=yes"] * early), words("keys", mode, salt, *interfaces)]


def read_keys(observation: Observation) -> RouterKeys:
    """Return the keys in the reply to ``commands``."""
    used, stored, made = {}, {}, set()
    for line in observation.parts["keys"][1].splitlines():
        match line.split():
            case ["interface", name, public, digest]:
                used[name] = Key(_known(public), f"@farsite-{digest}")
            case ["stored", name, public, digest]:
                stored[name] = Key(_known(public), f"@farsite-{digest}")
            case ["made", name]:
                made.add(name)
    upcoming = stored.get("next")
    if used and all(key == upcoming for key in used.values()):
        # switched to already, and not taken out of the file yet
        upcoming = None
    return RouterKeys(used, stored.get("current"), upcoming, frozenset(made))


def _known(public: str) -> str | None:
    return None if public == "-" else public


def argument_problems(interfaces: t.Sequence[str], preshared_keys: t.Mapping[str, object]) -> t.Iterator[str]:
    """Yield what is wrong with the options of these names. Shows nothing of a key."""
    if not interfaces:
        yield "interfaces: is empty; name the router's WireGuard interfaces"
    for index, name in enumerate(interfaces):
        if not _INTERFACE.fullmatch(name):
            yield f"interfaces[{index}]: found {name!r}, expected letters, digits and _, at most 15"
        elif name in interfaces[:index]:
            yield f"interfaces[{index}]: {name} is there twice"
    for name, key in preshared_keys.items():
        if name not in interfaces:
            yield f"preshared_keys.{name}: is none of interfaces"
        if key != "" and not _is_key(key):
            yield f"preshared_keys.{name}: is no WireGuard key; expected the output of wg genpsk, or nothing for none"


def _is_key(text: object) -> bool:
    try:
        raw = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == _KEY_BYTES and base64.b64encode(raw).decode() == text


def one_key(keys: RouterKeys) -> RouterKeys:
    """Return *keys* where the interfaces all have the same one. Raises NotUsableError."""
    if others := keys.differing():
        first = next(iter(keys.interfaces))
        problem = (
            f"interfaces: {', '.join(others)} of the router has another private key than {first}; a router has one "
            "key for all hubs. Give them the same one, or name them in a task each"
        )
        raise NotUsableError((problem,))
    return keys


def switch_plan(
    observation: Observation,
    keys: RouterKeys,
    interfaces: t.Sequence[str],
    preshared_keys: t.Mapping[str, str],
    salt: str,
) -> UciPlan:
    """Return the plan that gives *interfaces* the next key, and their hub peers the *preshared_keys* with it.

    An empty one removes what is there. Where there is no next key nothing is to do.
    Raises NotUsableError where it would be a guess what is meant.
    """
    observed = observation.packages[PACKAGE]
    values: dict[str, str] = {}
    sections = list(observed.package.sections)
    problems = []
    for name in interfaces:
        at = _interface(sections, name)
        if at is None:
            problems.append(f"interfaces: the router has no WireGuard interface {name} with a private key of its own")
        elif keys.next is not None:
            sections[at] = _with(sections[at], "private_key", keys.next.token)
    for name, preshared_key in preshared_keys.items():
        peers = _dialled(sections, name)
        if not preshared_key and all(sections[peer].get("preshared_key") is None for peer in peers):
            continue
        if len(peers) != 1:
            found = f"{len(peers)} peers that it dials" if peers else "no peer that it dials"
            problems.append(f"preshared_keys.{name}: the router's interface {name} has {found}, expected one: the hub")
            continue
        if preshared_key:
            values[token(salt, preshared_key)] = preshared_key
        sections[peers[0]] = _with(
            sections[peers[0]], "preshared_key", token(salt, preshared_key) if preshared_key else None
        )
    after = Package(PACKAGE, tuple(sections))
    if keys.next is None and after != observed.package and not problems:
        problems.append(
            "preshared_keys: differ from those of the router, and there is no next key to switch to with them: "
            "WireGuard knows one of a peer, so it changes together with the key pair. Make that with state next, and "
            "announce both to the hub"
        )
    if problems:
        raise NotUsableError(tuple(problems))
    return UciPlan((PackagePlan(observed, after, values),), (), observation.staged)


def switch_change(plan: UciPlan, salt: str, rollback_timeout: int) -> Change:
    """Return what the router is handed for *plan*. Raises NotUsableError where staged edits stand in the way.

    The key is put into the live tunnel, since netifd would set it up anew. The hub makes handshakes with the next key
    before it gives it the site's addresses, so these prove nothing.
    """
    change = to_change(
        plan, salt, rollback_timeout=rollback_timeout, confirm=True, staged="refuse", moves_to=None, uplinks=()
    )
    return dataclasses.replace(change, services=TUNNELS_ALONE, answered=True)


def _interface(sections: t.Sequence[Section], name: str) -> int | None:
    for at, section in enumerate(sections):
        if (section.type, section.name) == ("interface", name):
            return at if section.get("proto") == "wireguard" and section.get("private_key") else None
    return None


def _dialled(sections: t.Sequence[Section], interface: str) -> list[int]:
    return [
        at
        for at, section in enumerate(sections)
        if section.type == f"wireguard_{interface}" and section.get("endpoint_host")
    ]


def _with(section: Section, option: str, value: str | None) -> Section:
    """Return *section* with the option, in its place if it has it; without it if *value* is None."""
    options: list[tuple[str, Value]] = list(section.options)
    at = next((place for place, (name, _old) in enumerate(options) if name == option), len(options))
    options[at : at + 1] = [] if value is None else [(option, value)]
    return dataclasses.replace(section, options=tuple(options))
