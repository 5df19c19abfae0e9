# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of a router's configuration together."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import intended as module
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import FeatureError, intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import UNMANAGED
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, QUARRY, site_view

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended, IntendedPackage

GUARD = "/etc/hotplug.d/iface/95-farsite-tunnel"
CAMERAS = "/etc/nftables.d/20-farsite-cameras.nft"
MAPPING = "/etc/nftables.d/20-farsite-lan-mapping.nft"


def package(wanted: Intended, name: str) -> IntendedPackage:
    return next(package for package in wanted.packages if package.name == name)


def with_raw(data: dict[str, object]) -> Intended:
    return intended(site_view({**DEPOT, "router_uci": data}, "depot"))


def problems(data: dict[str, object]) -> list[str]:
    with pytest.raises(FleetError) as raised:
        with_raw(data)
    return [str(problem) for problem in raised.value.problems]


def test_a_site_has_all_packages_that_the_fleet_knows() -> None:
    wanted = intended(site_view(QUARRY))
    names = ["ddns", "dhcp", "dropbear", "firewall", "network", "system", "wireless"]
    assert [package.name for package in wanted.packages] == names


def test_packages_and_files_are_in_order_and_once() -> None:
    uplinks = [
        {"kind": "lte", "modem": "qmi"},
        {"kind": "lte", "modem": "qmi", "name": "lteb", "device": "/dev/cdc-wdm1"},
    ]
    wanted = intended(site_view({**QUARRY, "uplink": uplinks, "packages": ["mtr-json", "uqmi"]}))
    assert wanted.install == ("mtr-json", "uqmi", "wireguard-tools")
    assert [file.path for file in wanted.files] == sorted(file.path for file in wanted.files)


def test_files_that_a_site_does_not_need_must_not_be_there() -> None:
    mapped, plain = intended(site_view(QUARRY)), intended(site_view(DEPOT))
    assert mapped.absent == (GUARD,)
    assert plain.absent == (GUARD, CAMERAS, MAPPING)
    for wanted in (mapped, plain):
        paths = {file.path for file in wanted.files}
        assert paths | set(wanted.absent) == {"/etc/dropbear/authorized_keys", GUARD, CAMERAS, MAPPING}
        assert not paths & set(wanted.absent)


@pytest.mark.parametrize(
    ("unmanaged", "gone", "absent"),
    [
        ([], set(), {GUARD}),
        (["tunnel"], set(), set()),
        (["firewall"], {"firewall"}, {GUARD}),
        (["lan", "uplink", "tunnel"], {"network"}, set()),
        (["wifi", "ddns", "ssh", "system"], {"wireless", "ddns", "dropbear", "system"}, {GUARD}),
        (["lan", "uplink", "cameras"], {"dhcp"}, {GUARD}),
    ],
)
def test_what_is_unmanaged_is_not_said(unmanaged: list[str], gone: set[str], absent: set[str]) -> None:
    whole, left = intended(site_view(QUARRY)), intended(site_view(QUARRY | {"unmanaged": unmanaged}))
    assert {package.name for package in whole.packages} - {package.name for package in left.packages} == gone
    assert set(left.absent) == absent
    given = {"tunnel": {"wireguard-tools"}}
    assert set(whole.install) - set(left.install) == set().union(*(given.get(name, set()) for name in unmanaged))
    files_of = {"firewall": {CAMERAS, MAPPING}, "ssh": {"/etc/dropbear/authorized_keys"}}
    paths = {file.path for file in whole.files} - {file.path for file in left.files}
    assert paths == set().union(*(files_of.get(name, set()) for name in unmanaged))


def test_of_an_unmanaged_package_router_uci_says_all() -> None:
    raw = {"firewall": [{"type": "defaults", "options": {"input": "ACCEPT"}}]}
    wanted = intended(site_view({**DEPOT, "unmanaged": ["firewall"], "router_uci": raw}, "depot"))
    assert package(wanted, "firewall").given.sections == (Section("defaults", None, (("input", "ACCEPT"),)),)


def test_every_feature_but_packages_may_be_unmanaged() -> None:
    assert (*UNMANAGED, "packages") == tuple(module.FEATURES)


def test_raw_sections_are_merged_last() -> None:
    wanted = with_raw(
        {
            "network": [
                {"type": "interface", "name": "wan", "options": {"metric": None, "hostname": "*"}},
                {"type": "interface", "name": "guest", "options": {"proto": "none"}},
            ],
            "uhttpd": [{"type": "uhttpd", "name": "main", "options": {"redirect_https": True}}],
        }
    )
    network = package(wanted, "network").owned
    assert network.named("wan") == Section(
        "interface", "wan", (("device", "wan"), ("proto", "dhcp"), ("hostname", "*"))
    )
    assert network.named("guest") == Section("interface", "guest", (("proto", "none"),))
    assert package(wanted, "uhttpd").shared == (SectionData(Section("uhttpd", "main", (("redirect_https", "1"),))),)
    assert package(wanted, "uhttpd").owned.sections == ()


def test_a_raw_secret_is_a_placeholder() -> None:
    wanted = with_raw({"rpcd": [{"type": "login", "options": {"username": "me", "password": "{{ vault_rpcd }}"}}]})
    login = package(wanted, "rpcd").shared[0].section
    assert login.get("password") == "<secret router_uci.rpcd[0].options.password>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"network": [{"type": "route", "name": "lan"}]},
            (
                "network: network: route 'lan': the name belongs to a section of type 'interface'; choose another "
                "name, or remove that section first"
            ),
        ),
        (
            {"firewall": [{"type": "rule", "options": {"name": "x", "src": "wna", "target": "ACCEPT"}}]},
            "firewall: firewall: rule 'x': src 'wna' is not a zone; did you mean 'wan'?",
        ),
        (
            {"dropbear": [{"type": "dropbear", "name": "main", "options": {"PasswordAuht": "on"}}]},
            "dropbear: dropbear: dropbear 'main': PasswordAuht: unknown option; did you mean 'PasswordAuth'?",
        ),
        (
            {"network": [{"type": "interface", "name": "lan", "options": {"ipaddr": "300.1.1.1"}}]},
            "network: network: interface 'lan': ipaddr: '300.1.1.1' is no IPv4 address",
        ),
    ],
)
def test_raw_sections_that_do_not_fit_are_refused(data: dict[str, object], expected: str) -> None:
    assert problems(data) == [f"sites/depot.yml: router_uci.{expected}"]


def test_all_that_does_not_fit_is_told() -> None:
    data: dict[str, object] = {
        "network": [{"type": "route", "name": "lan"}],
        "dhcp": [{"type": "host", "name": "lan"}],
    }
    assert [text.partition(": ")[2].partition(":")[0] for text in problems(data)] == [
        "router_uci.network",
        "router_uci.dhcp",
    ]


@pytest.mark.parametrize(
    ("fragments", "message"),
    [
        (
            (
                Fragment(owned={"network": (Section("route", "a"),)}),
                Fragment(owned={"network": (Section("route6", "a"),)}),
            ),
            "network: 2 sections are called a",
        ),
        ((Fragment(shared={"network": (SectionData(Section("interface", "lan")),)}),), "interface 'lan' is shared"),
        ((Fragment(files=(File("/a", 0o644),)), Fragment(files=(File("/a", 0o600),))), "same file"),
    ],
)
def test_features_that_do_not_fit_together_are_found(
    fragments: tuple[Fragment, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEATURES", {str(given): lambda _view, given=given: given for given in fragments})
    with pytest.raises(FeatureError, match=message):
        intended(site_view(DEPOT))
