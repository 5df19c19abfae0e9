# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The intended configuration of one host, from the fleet's data alone."""

from __future__ import annotations

import collections
import dataclasses
import glob
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features import camera_flows, lan_mapping
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.base import base
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.cameras import cameras
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ddns import ddns
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.firewall import firewall
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import lan
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.packages import packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import ssh
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import GUARD, tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import uplinks
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.wifi import wifi
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.overlay import Sections, overlay
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import is_kept, keep_patterns
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, Problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError, identity_value, label
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import check

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.raw_uci import RawUci
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData

Feature = t.Callable[["SiteView"], "Fragment"]

FEATURES: t.Mapping[str, Feature] = {
    "system": base,
    "lan": lan,
    "uplink": uplinks,
    "tunnel": tunnel,
    "firewall": firewall,
    "cameras": cameras,
    "wifi": wifi,
    "ssh": ssh,
    "ddns": ddns,
    "packages": packages,
}
"""All of them, by the names that a site's ``unmanaged`` has; a package's sections stand in this order."""

FILES: t.Mapping[str, str] = {GUARD: "tunnel", camera_flows.PATH: "firewall", lan_mapping.PATH: "firewall"}
"""What only some sites have, and the feature that gives it; authorized keys have all."""


@dataclasses.dataclass(frozen=True, slots=True)
class IntendedPackage:
    """One UCI package: the sections the fleet owns, those it shares with the device, and what else stays (``keep``).

    On the device (``ownership.target_packages``): ``shared`` is merged, and what it calls absent goes; then
    ``owned`` overrides the package but for ``keep`` (patterns as in ``plugin_utils.uci.plan.target``), which
    selects all of ``shared``.
    """

    owned: Package
    shared: tuple[SectionData, ...]
    keep: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the package's name."""
        return self.owned.name

    @property
    def given(self) -> Package:
        """Return all that the fleet says of the package, the shared sections first."""
        return Package(self.name, (*(entry.section for entry in self.shared), *self.owned.sections))


@dataclasses.dataclass(frozen=True, slots=True)
class Intended:
    """All that a router is to have. Values that are not known here are placeholders (``placeholders``)."""

    packages: tuple[IntendedPackage, ...]
    """By name."""
    install: tuple[str, ...]
    """Packages of the package manager that must be there, sorted."""
    files: tuple[File, ...]
    """By path."""
    absent: tuple[str, ...]
    """Paths of files that the fleet gives to other routers, and that this one must not have (any more)."""


class FeatureError(Exception):
    """Features that do not fit together: a mistake in this collection, not in a fleet's files."""


def intended(view: SiteView) -> Intended:
    """Return what the site's router is to have: every feature but those left alone, then ``router_uci``.

    What the router has under the names of what a feature that is left alone would give stays as it is.

    Raises FleetError with all that does not fit where ``router_uci`` is merged.
    """
    left = view.site.unmanaged
    fragments = [feature(view) for name, feature in FEATURES.items() if name not in left]
    sections = _union(fragments)
    if view.site.router_uci:
        sections = _with_raw_uci(view, sections)
    files = {file.path: file for fragment in fragments for file in fragment.files}
    if len(files) < sum(len(fragment.files) for fragment in fragments):
        raise FeatureError("two features give the same file")
    stays = _left_alone(view)
    return Intended(
        tuple(_package(name, part, stays.get(name, ())) for name, part in sorted(sections.items())),
        tuple(sorted({name for fragment in fragments for name in fragment.install})),
        tuple(files[path] for path in sorted(files)),
        tuple(path for path, feature in FILES.items() if path not in files and feature not in left),
    )


def _package(name: str, sections: Sections, stays: tuple[str, ...] = ()) -> IntendedPackage:
    return IntendedPackage(Package(name, sections.owned), sections.shared, keep_patterns(name) + stays)


def _left_alone(view: SiteView) -> dict[str, tuple[str, ...]]:
    """Return patterns, by package, of what the sections are called that the site's unmanaged features would give."""
    found: dict[str, tuple[str, ...]] = collections.defaultdict(tuple)
    for feature in view.site.unmanaged:
        for name, sections in FEATURES[feature](view).owned.items():
            called = ((section.type, section.name or identity_value(name, section)) for section in sections)
            found[name] += tuple(f"{kind}.{glob.escape(value)}" for kind, value in called if value)
    return found


def _union(fragments: Iterable[Fragment]) -> dict[str, Sections]:
    sections: dict[str, Sections] = collections.defaultdict(Sections)
    for fragment in fragments:
        for package, owned in fragment.owned.items():
            part = sections[package]
            sections[package] = Sections(part.owned + owned, part.shared)
        for package, shared in fragment.shared.items():
            part = sections[package]
            sections[package] = Sections(part.owned, part.shared + shared)
    for package, part in sections.items():
        _check_union(package, part)
    return sections


def _check_union(package: str, sections: Sections) -> None:
    given = (*sections.owned, *(entry.section for entry in sections.shared))
    for name, count in collections.Counter(section.name for section in given).items():
        if name is not None and count > 1:
            raise FeatureError(f"{package}: {count} sections are called {name}")
    keep = keep_patterns(package)
    for entry in sections.shared:
        if not is_kept(package, entry.section, keep):
            raise FeatureError(f"{package}: {label(package, entry.section)} is shared, but does not stay on the device")


def _with_raw_uci(view: SiteView, sections: dict[str, Sections]) -> dict[str, Sections]:
    """Return the sections with the site's ``router_uci`` merged; raise FleetError with all that is wrong then."""
    merged = dict(sections)
    problems = []
    for raw in view.site.router_uci:
        try:
            merged[raw.package] = overlay(raw, merged.get(raw.package, Sections()))
            render(_package(raw.package, merged[raw.package]).given)
        except IdentityError as error:
            problems.append(_problem(view, raw.package, str(error)))
        except DataError as error:
            problems.extend(_problem(view, raw.package, text) for text in error.problems)
    if not problems:
        given = {name: _package(name, part).given for name, part in merged.items()}
        problems.extend(
            _problem(view, _culprit(view.site.router_uci, finding.path), str(finding))
            for finding in check(given, {})
            if finding.severity == "error"
        )
    if problems:
        raise FleetError(tuple(problems))
    return merged


def _culprit(packages: tuple[RawUci, ...], path: str) -> str:
    """Return the package whose raw sections are to blame: that of the finding, or another one that it refers to."""
    names = [raw.package for raw in packages]
    name = path.partition(":")[0]
    return name if name in names else names[0]


def _problem(view: SiteView, package: str, message: str) -> Problem:
    return Problem(f"sites/{view.name}.yml", f"router_uci.{package}", message)
