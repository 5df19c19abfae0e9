# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no tool of the device notices before it is too late, for the packages that a fleet manages.

``fw4 check``, ``dnsmasq --test`` and netifd let all of this pass: an empty file, unknown section types and options, a
zone of a network that is not there, addresses that are none, names that the kernel cuts off.
"""

from __future__ import annotations

import collections
import dataclasses
import difflib
import ipaddress
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import label
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema_table import (
    INTERFACE_OPTIONS,
    OPTIONS,
    PROTOCOLS,
    SECTION_TYPES,
    Known,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import section_types, semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value

Severity = t.Literal["error", "warning"]
Packages = t.Mapping[str, "Package"]
_Complaint = tuple[str, str, bool]  # path, message, certain

_LONGEST_INTERFACE = 15  # IFNAMSIZ less the closing NUL
_LONGEST_ZONE = 11  # FW3_ZONE_MAXNAMELEN
_LIKE_IPV4 = re.compile(r"\d+(?:\.\d+){3}(?:/\S*)?")
_OFF = ("0", "no", "off", "false", "disabled")


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: ``path`` like ``firewall: zone 'vpn': name``, ``message`` says what was found and is expected.

    A ``warning`` is what the device has already, or what may be right all the same.
    """

    path: str
    message: str
    severity: Severity

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.path}: {self.message}"


def check(packages: Packages, before: Packages) -> tuple[Finding, ...]:
    """Return what is wrong with *packages* as they are going to be, given those that the device has *before*.

    Packages that nothing is known of have no findings. References to other packages are checked where both are in
    *packages*: hand over all that the plan knows, changed or not.
    """
    complaints = tuple(_complaints(packages))
    # where nothing changes, which is what most runs find, one look is enough
    known = complaints if packages == before else _complaints(before)
    old = {(path, _found(message)) for path, message, _certain in known}
    findings: dict[tuple[str, str], Finding] = {}
    for name, package in packages.items():
        if not package.sections and name in before and before[name].sections:
            message = "has no section left, which takes everything away that it configures; keep what the device needs"
            findings[name, message] = Finding(name, message, "error" if name in SECTION_TYPES else "warning")
    for path, message, certain in complaints:
        severity: Severity = "error" if certain and (path, _found(message)) not in old else "warning"
        findings.setdefault((path, message), Finding(path, message, severity))
    return tuple(findings.values())


def _found(message: str) -> str:
    """Return what was found, without what is expected: that is another list where something else changes."""
    return message.partition("; ")[0]


def _complaints(packages: Packages) -> t.Iterator[_Complaint]:
    for package in packages.values():
        for section in package.sections:
            yield from _unknown_names(package.name, section)
    if "network" in packages:
        yield from _network(packages["network"])
    if "dhcp" in packages:
        yield from _dhcp(packages["dhcp"], packages.get("network"))
    if "firewall" in packages:
        yield from _firewall(packages["firewall"], packages.get("network"))


def _unknown_names(package: str, section: Section) -> t.Iterator[_Complaint]:
    types = SECTION_TYPES.get(package)
    if types is None:
        return
    path = f"{package}: {label(package, section)}"
    if section.type not in types.names and not any(
        name.endswith("*") and _is_type(section.type, name) for name in section_types(package)
    ):
        near = difflib.get_close_matches(section.type, sorted(types.names), n=1, cutoff=0.8)
        # A type that is nearly a known one is a slip; a strange one may belong to a package that nobody looked at.
        yield path, f"unknown section type {section.type!r}{_hint(near)}", types.complete or bool(near)
        return
    known = _known_options(package, section)
    if known is None:
        return
    for option, _value in section.options:
        if option not in known.names and not option.startswith("_"):
            near = difflib.get_close_matches(option, sorted(known.names), n=1)
            if section.type == "interface" and any(option in other.names for other in PROTOCOLS.values()):
                yield f"{path}: {option}", "an option of other protocols, not read with this one; remove it", False
            else:
                yield f"{path}: {option}", f"unknown option{_hint(near)}", known.complete


def _known_options(package: str, section: Section) -> Known | None:
    if (package, section.type) == ("network", "interface"):
        protocol = PROTOCOLS.get(_text(section, "proto") or "none")
        return protocol and Known(protocol.names | INTERFACE_OPTIONS.names, protocol.complete)
    for (known_package, pattern), known in OPTIONS.items():
        if known_package == package and _is_type(section.type, pattern):
            return known
    return None


def _is_type(section_type: str, pattern: str) -> bool:
    """Return whether a type is the one of a table, which may end in ``*``."""
    return section_type.startswith(pattern[:-1]) if pattern.endswith("*") else section_type == pattern


def _hint(near: list[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else "; expected one that OpenWrt reads"


def _network(package: Package) -> t.Iterator[_Complaint]:
    for section in package.sections:
        path = f"network: {label('network', section)}"
        if section.type == "interface":
            yield from _interface(section, path)
        elif section.type == "device" and (name := _text(section, "name")):
            yield from _too_long(f"{path}: name", name, _LONGEST_INTERFACE)
        elif section.type == "route":
            for option in ("target", "gateway"):
                yield from _not_ipv4(section, option, path)
        elif section.type.startswith("wireguard_"):
            yield from _not_networks(section, "allowed_ips", path)


def _interface(section: Section, path: str) -> t.Iterator[_Complaint]:
    name, proto = section.name or "", _text(section, "proto")
    if proto == "wireguard":
        yield from _too_long(path, name, _LONGEST_INTERFACE)
        yield from _not_networks(section, "addresses", path)
    if _text(section, "type") == "bridge":
        yield from _too_long(path, f"br-{name}", _LONGEST_INTERFACE)
    for option in ("device", "ifname"):
        devices = _text(section, option) or ""
        # A path such as /dev/cdc-wdm0 is a modem, "@lan" another interface.
        if not devices.startswith(("/", "@")):
            yield from _too_long(f"{path}: {option}", devices, _LONGEST_INTERFACE)
    for option in ("ipaddr", "netmask", "gateway", "broadcast", "dns"):
        yield from _not_ipv4(section, option, path)


def _dhcp(package: Package, network: Package | None) -> t.Iterator[_Complaint]:
    interfaces = None if network is None else _interfaces(network)
    hosts: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for section in package.sections:
        path = f"dhcp: {label('dhcp', section)}"
        if section.type == "dhcp" and interfaces is not None:
            name = _text(section, "interface")
            if name is not None and not _is_interface(name, interfaces):
                # The stock file has a section for a wan that not every router has.
                yield f"{path}: interface", f"{name!r} is not an interface{_hint_of(name, interfaces)}", False
        if section.type != "host":
            continue
        address = _text(section, "ip")
        if address is None or _is_off(section, "enable"):
            continue
        if address != "ignore" and not _is_address(address):
            yield f"{path}: ip", f"{address!r} is no IP address; expected one like 192.0.2.10", True
        elif address != "ignore":
            hosts[_text(section, "instance") or "", address].append(label("dhcp", section))
    for (_instance, address), names in hosts.items():
        if len(names) > 1:
            message = (
                f"{len(names)} hosts have {address}: {', '.join(names)}; dnsmasq does not start, give each its own"
            )
            yield "dhcp: host: ip", message, True


def _firewall(package: Package, network: Package | None) -> t.Iterator[_Complaint]:
    interfaces = None if network is None else _interfaces(network)
    zones = {name for section in package.sections if section.type == "zone" and (name := _text(section, "name"))}
    for section in package.sections:
        path = f"firewall: {label('firewall', section)}"
        if _is_off(section, "enabled"):
            continue
        if section.type == "zone":
            yield from _too_long(f"{path}: name", _text(section, "name") or "", _LONGEST_ZONE)
            for name in _elements("firewall", section, "network"):
                if interfaces is not None and not name.startswith("@") and not _is_interface(name, interfaces):
                    yield path, f"network {name!r} is not an interface{_hint_of(name, interfaces)}", True
        elif section.type in ("forwarding", "rule", "redirect", "nat"):
            for option in ("src", "dest", "reflection_zone"):
                for name in _elements("firewall", section, option):
                    if name != "*" and name not in zones:
                        yield path, f"{option} {name!r} is not a zone{_hint_of(name, zones)}", True


def _interfaces(network: Package) -> set[str]:
    return {section.name for section in network.sections if section.type in ("interface", "alias") and section.name}


def _is_interface(name: str, interfaces: t.Collection[str]) -> bool:
    # A protocol may make interfaces of its own below one that is configured: wwan_4, wan_6.
    return name in interfaces or any(name.startswith(f"{interface}_") for interface in interfaces)


def _hint_of(name: str, names: t.Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; expected one of {', '.join(sorted(names))}" if names else "; there is none"


def _too_long(path: str, name: str, longest: int) -> t.Iterator[_Complaint]:
    for part in name.split():
        if len(part) > longest:
            yield path, f"{part!r} has {len(part)} characters, at most {longest} are possible; shorten it", True


def _not_ipv4(section: Section, option: str, path: str) -> t.Iterator[_Complaint]:
    for value in _elements("network", section, option):
        # Anything else may be a name, a number, an IPv6 address: only what looks like IPv4 is certainly wrong.
        if _LIKE_IPV4.fullmatch(value) and not _is_network(value):
            yield f"{path}: {option}", f"{value!r} is no IPv4 address", True


def _not_networks(section: Section, option: str, path: str) -> t.Iterator[_Complaint]:
    for value in _elements("network", section, option):
        if not _is_network(value):
            yield f"{path}: {option}", f"{value!r} is no IP address; expected one like 192.0.2.0/24", True


def _is_network(value: str) -> bool:
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _is_off(section: Section, option: str) -> bool:
    return (_text(section, option) or "") in _OFF


def _text(section: Section, option: str) -> str | None:
    value: Value | None = section.get(option)
    return " ".join(value) if isinstance(value, tuple) else value


def _elements(package: str, section: Section, option: str) -> tuple[str, ...]:
    value = section.get(option)
    return () if value is None else semantics(package, section.type).elements(option, value)
