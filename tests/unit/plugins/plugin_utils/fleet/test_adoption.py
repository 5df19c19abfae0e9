# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A live router becomes a site's file, and the plan for that is empty."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption import adopt
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundFile
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.camera_flows import PATH as FLOWS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import AUTHORIZED_KEYS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.filling import filled
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import UNMANAGED
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site, read_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import values
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import (
    PRIVATE_KEY,
    SCRIPTS,
    STOCK_FIREWALL,
    STOCK_NETWORK,
    modems_of,
    set_up,
    stock,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    AUTHORIZED_KEY,
    QUARRY,
    files,
    fleet_of,
    small_files,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption import Adopted
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

EXAMPLE = pathlib.Path(__file__).parents[5] / "inventories/example"
KEYS = FoundFile(f"{AUTHORIZED_KEY}\n", 0o600)


def without(given: FleetFiles, name: str) -> FleetFiles:
    return dataclasses.replace(given, sites={site: data for site, data in given.sites.items() if site != name})


def adopted_from(found: FoundRouter, given: FleetFiles | None = None, name: str = "shed", **options: t.Any) -> Adopted:
    """Adopt a router as another site of a fleet, whose id is 18 unless the router says it."""
    given = given or small_files()
    return adopt(found, fleet_of(given), given, name, **{"site_id": 18, "scripts": SCRIPTS, **options})


def nothing_to_do(given: FleetFiles, name: str, found: FoundRouter, adopted: Adopted) -> None:
    """Make the plan from the files as they are with the new one, as router_site does, and see that it is empty."""
    new = dataclasses.replace(given, sites={**given.sites, name: adopted.data})
    fleet, problems = read_fleet(new)
    assert fleet is not None, problems
    view, (data, _inherited) = fleet.sites[name], merged_site(new, name)
    secrets = {secret.template: secret.value for secret in adopted.secrets}
    known = {path: secrets.get(text, text) for path, text in values(data).items()}
    wanted = filled(intended(view), view, values=known, private_key=PRIVATE_KEY, modems=modems_of(view))
    after = target_packages(wanted, found.packages)
    assert {package: found.package(package) for package in after} == after
    texts = {file.path: (SCRIPTS.get(file.script, file.content), file.mode) for file in wanted.files}
    assert {path: (file.text, file.mode) for path, file in found.files.items() if path in texts} == texts
    assert not set(wanted.absent) & set(found.files)
    assert set(wanted.install) <= (found.installed or set())


def recovered(given: FleetFiles, name: str) -> Adopted:
    found, left = set_up(given, fleet_of(given).sites[name]), without(given, name)
    adopted = adopt(found, fleet_of(given), left, name, site_id=None, scripts=SCRIPTS)
    assert (adopted.unmanaged, adopted.left, adopted.notes) == ({}, {}, ())
    assert "router_uci" not in adopted.data
    nothing_to_do(left, name, found, adopted)
    return adopted


@pytest.mark.parametrize("name", ["harbour", "orchard", "quarry-north", "quarry-south"])
def test_the_sites_of_the_example_are_recovered(name: str) -> None:
    recovered(load_folder(EXAMPLE).files, name)


@given(given=fleets(least=1, most=2))
@settings(max_examples=40, deadline=None)
def test_the_site_of_a_router_that_was_set_up_is_recovered(given: FleetFiles) -> None:
    recovered(given, min(given.sites))


@pytest.mark.parametrize(
    "site",
    [
        {"tunnel": {"interface": "tun", "mtu": 1300, "keepalive": 40, "preshared_key": "{{ vault_k }}"}},
        {"lan": {"address": "10.80.20.7", "device": "br-cams", "dhcp": {"first": 20, "count": 30, "lease": "30m"}}},
        {"lan": {"dhcp": {"enabled": False}, "internet": True}, "ssh": {"port": 2222, "from_lan": False}},
        {"system": {"hostname": "gate", "log": {"size": 128, "remote": "192.0.2.5", "port": 99, "protocol": "tcp"}}},
        {"system": {"ntp": {"servers": ["time.example.net"], "serve_lan": True}}, "description": "on the mast"},
        {"wifi": {"ssid": "x", "key": "{{ vault_w }}", "country": "DE", "channel": "11", "encryption": "sae"}},
        {"uplink": {"kind": "ethernet", "device": "eth1", "dns": ["192.0.2.53"], "mtu": 1400, "metric": 5}},
        {"uplink": [{"kind": "lte", "modem": "mbim", "roaming": True, "mtu": 1400}, {"kind": "ethernet"}]},
        {
            "uplink": {
                "kind": "lte",
                "modem": "qmi",
                "username": "u",
                "password": "{{ vault_p }}",
                "auth": "both",
            }
        },
        {"cameras": [{"name": "b", "mac": "44:19:b6:00:00:09", "number": 7, "address": "10.80.20.9"}]},
        {
            "ddns": {
                "service": "duckdns.org",
                "domain": "x.duckdns.org",
                "password": "{{ vault_d }}",
                "https": False,
            }
        },
    ],
)
def test_each_setting_that_a_router_knows_is_recovered(site: dict[str, t.Any]) -> None:
    data = {"id": 20, "uplink": {"kind": "ethernet"}, **site}
    adopted = recovered(files({"mast": data}), "mast")
    for key, value in site.items():
        if "{{" not in str(value) and key != "uplink":
            assert adopted.data[key] == value


def test_a_stock_router_keeps_all_that_it_has() -> None:
    found = dataclasses.replace(stock(), files={AUTHORIZED_KEYS: KEYS})
    adopted = adopted_from(found)
    assert adopted.left == {}
    assert adopted.unmanaged == {
        "tunnel": "these packages are not installed: wireguard-tools",
        "firewall": "the router has no /etc/nftables.d/20-farsite-lan-mapping.nft",
        "cameras": "the router has no domain 'site' in /etc/config/dhcp",
    }
    assert adopted.data["state"] == "planned"
    assert adopted.data["lan"]["prefix"] == "192.168.1.0/24"
    raw = adopted.data["router_uci"]
    assert raw["system"] == [{"type": "system", "options": {"timezone": "UTC", "zonename": None}}]
    assert {"type": "interface", "name": "wan", "options": {"metric": None}} in raw["network"]
    assert len(raw["firewall"]) == STOCK_FIREWALL.count("config ")
    nothing_to_do(without(small_files(), "shed"), "shed", found, adopted)
    assert {package.name for package in adopted.standard.packages} > {"firewall", "network", "dhcp"}


def test_without_exact_the_file_has_only_what_it_has_words_for() -> None:
    adopted = adopted_from(stock(), exact=False)
    assert not {"router_uci", "unmanaged"} & set(adopted.data)
    assert adopted.unmanaged == {}
    assert adopted.wanted == adopted.standard


def test_a_rule_keeps_its_place_among_those_of_the_fleet() -> None:
    given = files({"quarry": QUARRY})
    found = set_up(given, fleet_of(given).sites["quarry"])
    rules = list(found.package("firewall").sections)
    mine = Section("rule", None, (("name", "mine"), ("src", "wan"), ("dest_port", "8080"), ("target", "ACCEPT")))
    first = next(place for place, section in enumerate(rules) if section.type == "rule")
    changed = Package("firewall", (*rules[: first + 2], mine, *rules[first + 2 :]))
    found = dataclasses.replace(found, packages={**found.packages, "firewall": changed})
    adopted = adopted_from(found, given, "quarry", site_id=None)
    assert (adopted.unmanaged, adopted.left) == ({}, {})
    assert [len(entry.get("options", {})) for entry in adopted.data["router_uci"]["firewall"]].count(4) == 1
    nothing_to_do(given, "quarry", found, adopted)


def test_what_no_router_knows_stays_from_the_old_file() -> None:
    old = {**QUARRY, "labels": ["north"], "wave": 3}
    given = files({"quarry": old})
    found = set_up(given, fleet_of(given).sites["quarry"])
    adopted = adopted_from(found, given, "quarry", site_id=None)
    assert (adopted.data["labels"], adopted.data["wave"]) == (["north"], 3)
    assert adopted.data["cameras"] == QUARRY["cameras"]


def test_a_secret_is_a_reference_and_told() -> None:
    network = f"{STOCK_NETWORK}\nconfig interface 'dsl'\n\toption proto 'pppoe'\n\toption password 'token'\n"
    adopted = adopted_from(stock(network=network))
    (secret,) = adopted.secrets
    assert (secret.name, secret.option, secret.value) == (
        "vault_shed.network_dsl_password",
        "network.dsl.password",
        "token",
    )
    dsl = next(entry for entry in adopted.data["router_uci"]["network"] if entry.get("name") == "dsl")
    assert dsl["options"] == {"proto": "pppoe", "password": "{{ vault_shed.network_dsl_password }}"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("\udc80", "no UTF-8"),
        ("<router APN of the SIM card>", "stands for something else here"),
        ("{{ x }}", "found a template"),
    ],
)
def test_a_package_that_no_file_can_hold_is_left_alone(value: str, reason: str) -> None:
    network = f"{STOCK_NETWORK}\nconfig interface 'odd'\n\toption proto 'none'\n\toption note '{value}'\n"
    found = stock(network=network)
    adopted = adopted_from(found)
    assert reason in adopted.left["network"]
    assert {"lan", "uplink", "tunnel"} <= set(adopted.unmanaged)
    assert "network" not in adopted.data["router_uci"]
    nothing_to_do(small_files(), "shed", found, adopted)


def with_rule_for_all() -> FleetFiles:
    """Return files whose defaults have a rule of their own for each site."""
    given = small_files()
    assert isinstance(given.fleet, dict)
    rule = {"type": "rule", "name": "for_all", "options": {"src": "wan", "proto": "icmp", "target": "DROP"}}
    defaults = {**given.fleet.get("defaults", {}), "router_uci": {"firewall": [rule]}}
    return dataclasses.replace(given, fleet={**given.fleet, "defaults": defaults})


def test_what_all_sites_have_is_not_taken_from_one_that_is_to_be_like_them() -> None:
    given = with_rule_for_all()
    adopted = adopted_from(stock(), given, exact=False)
    assert "router_uci" not in adopted.data
    (firewall,) = (package for package in adopted.wanted.packages if package.name == "firewall")
    assert firewall.owned.named("for_all")
    assert adopted.standard == adopted.wanted
    # else the router would get it
    exact = adopted_from(stock(), given)
    assert "for_all" not in str(exact.data["router_uci"])
    assert "router_uci.firewall of the fleet's defaults does not count for this site" in exact.notes
    nothing_to_do(given, "shed", stock(), exact)


def test_a_router_that_has_what_all_sites_have_does_not_say_it() -> None:
    recovered(with_rule_for_all(), "quarry-north")


def test_what_is_left_alone_cannot_have_what_all_sites_have() -> None:
    firewall = f"{STOCK_FIREWALL}\nconfig rule 'odd'\n\toption name '{{{{ x }}}}'\n"
    with pytest.raises(
        FleetError, match=r"^fleet.yml: defaults.router_uci.firewall: a router whose firewall has to be"
    ):
        adopted_from(stock(firewall=firewall), with_rule_for_all())


def test_a_description_that_no_file_can_hold_is_dropped() -> None:
    found = stock(system="config system\n\toption hostname 'OpenWrt'\n\toption description '{{ x }}'\n")
    adopted = adopted_from(found)
    assert "description" not in adopted.data
    assert any(note.startswith("description is not as a site can have it: ") for note in adopted.notes)
    nothing_to_do(small_files(), "shed", found, adopted)


@pytest.mark.parametrize("package", ["network", "wireless", "ddns", "foo"])
def test_what_a_router_calls_a_type_is_no_template_of_the_controller(package: str) -> None:
    template = "{{lookup(dict(pipe=1)|first,dict(id=1)|first)}}"
    last = STOCK_NETWORK if package == "network" else ""
    found = stock(**{package: f"{last}\nconfig {template} 'odd'\n"})
    adopted = adopted_from(found, more=("foo",))
    assert "found a template" in adopted.left[package]
    assert template not in str(adopted.data)


def without_route(found: FoundRouter) -> FoundRouter:
    network = found.package("network")
    left = tuple(section for section in network.sections if section.name != "route_to_hub_tunnel")
    return dataclasses.replace(found, packages={**found.packages, "network": Package("network", left)})


def test_the_key_of_a_tunnel_that_lacks_something_stays_on_the_router() -> None:
    given = files({"quarry": QUARRY})
    found = without_route(set_up(given, fleet_of(given).sites["quarry"]))
    adopted = adopted_from(found, given, "quarry", site_id=None)
    assert list(adopted.unmanaged) == ["tunnel"]
    assert not [secret.option for secret in adopted.secrets if secret.option.endswith("private_key")]
    (tunnel,) = (entry for entry in adopted.data["router_uci"]["network"] if entry.get("name") == "fleet")
    assert tunnel["options"]["private_key"] == "<router WireGuard private key>"
    nothing_to_do(given, "quarry", found, adopted)


def test_another_key_than_the_routers_own_is_a_secret() -> None:
    network = f"{STOCK_NETWORK}\nconfig interface 'other'\n\toption proto 'wireguard'\n\toption private_key 'token'\n"
    adopted = adopted_from(stock(network=network))
    assert [secret.option for secret in adopted.secrets] == ["network.other.private_key"]


def test_a_router_with_a_tunnel_brings_its_key_and_is_not_planned() -> None:
    given = files({"mast": {"id": 20, "uplink": {"kind": "ethernet"}}})
    found = set_up(given, fleet_of(given).sites["mast"])
    lost = dataclasses.replace(without(given, "mast"), keys={"hub-1": given.keys["hub-1"]})
    assert adopted_from(found, lost, "mast", site_id=None).data["state"] == "planned"
    key = given.keys["mast"].strip()
    for router in (found, without_route(found)):
        adopted = adopted_from(dataclasses.replace(router, public_key=key), lost, "mast", site_id=None)
        assert "state" not in adopted.data
        nothing_to_do(dataclasses.replace(lost, keys=given.keys), "mast", router, adopted)


def test_a_lease_by_hand_leaves_the_cameras_of_the_fleet_managed() -> None:
    given = files({"quarry": QUARRY})
    found = set_up(given, fleet_of(given).sites["quarry"])
    printer = Section("host", None, (("name", "printer"), ("mac", "44:19:b6:00:00:aa"), ("ip", "192.168.1.40")))
    dhcp = Package("dhcp", (*found.package("dhcp").sections, printer))
    found = dataclasses.replace(found, packages={**found.packages, "dhcp": dhcp})
    adopted = adopted_from(found, given, "quarry", site_id=None)
    assert (adopted.unmanaged, adopted.left) == ({}, {})
    assert adopted.data["cameras"] == QUARRY["cameras"]
    assert adopted.notes == ("the static lease of printer is no camera: the fleet has not made it, as it has others",)
    assert [entry["options"]["name"] for entry in adopted.data["router_uci"]["dhcp"]] == ["printer"]
    nothing_to_do(given, "quarry", found, adopted)


@pytest.mark.parametrize("name", ["harbour", "orchard", "quarry-north", "quarry-south"])
@pytest.mark.parametrize("features", [*((feature,) for feature in UNMANAGED), ("lan", "uplink", "tunnel", "cameras")])
def test_a_router_of_the_fleet_keeps_what_somebody_leaves_unmanaged(name: str, features: tuple[str, ...]) -> None:
    given = load_folder(EXAMPLE).files
    found = set_up(given, fleet_of(given).sites[name])
    data, _inherited = merged_site(given, name)
    changed = {**t.cast("dict[str, t.Any]", given.sites[name]), "unmanaged": [*features]}
    view = fleet_of(dataclasses.replace(given, sites={**given.sites, name: changed})).sites[name]
    modems = {} if "uplink" in features else modems_of(view)
    wanted = filled(intended(view), view, values=values(data), private_key=PRIVATE_KEY, modems=modems)
    after = target_packages(wanted, found.packages)
    assert {package: found.package(package) for package in after} == after


def test_what_collides_in_the_fleet_is_no_camera_or_name() -> None:
    system = "config system\n\toption hostname 'depot'\n\toption timezone 'UTC'\n"
    dhcp = "config host\n\toption name 'gate'\n\toption mac '44:19:b6:00:00:01'\n\toption ip '192.168.1.11'\n"
    found = stock(system=system, dhcp=dhcp)
    adopted = adopted_from(found)
    assert "cameras" not in adopted.data
    assert "system" not in adopted.data
    assert any(note.startswith("the static lease of gate is no camera: the MAC address") for note in adopted.notes)
    assert any("host name" in note for note in adopted.notes)
    nothing_to_do(small_files(), "shed", found, adopted)


def test_a_file_that_the_site_would_take_away_makes_its_feature_unmanaged() -> None:
    given = files({"mast": {"id": 20, "uplink": {"kind": "ethernet"}}})
    found = set_up(given, fleet_of(given).sites["mast"])
    found = dataclasses.replace(found, files={**found.files, FLOWS: FoundFile("# mine\n", 0o644)})
    adopted = adopted_from(found, given, "mast", site_id=None)
    assert adopted.unmanaged == {"firewall": f"the router has {FLOWS}, which such a site has not"}
    nothing_to_do(given, "mast", found, adopted)


def test_a_modem_that_lacks_a_driver_of_others_is_found_out_about_and_pinned() -> None:
    given = files({"mast": {"id": 20, "uplink": {"kind": "lte", "modem": "dhcp", "device": "usb0"}}})
    found = set_up(given, fleet_of(given).sites["mast"])
    found = dataclasses.replace(found, installed=frozenset({"wireguard-tools", "kmod-usb-net-rndis"}))
    adopted = adopted_from(found, given, "mast", site_id=None)
    assert adopted.data["uplink"] == {"kind": "lte"}
    assert adopted.unmanaged == {}
    (pinned,) = adopted.data["router_uci"]["network"]
    assert (pinned["options"]["proto"], pinned["options"]["device"]) == ("dhcp", "usb0")
    nothing_to_do(given, "mast", found, adopted)


@pytest.mark.parametrize(
    ("site_id", "found", "message"),
    [
        (None, stock(), "sites/shed.yml: id: is not known: the router has no tunnel to say it; give it"),
        (
            18,
            set_up(small_files(), fleet_of(small_files()).sites["depot"]),
            "sites/shed.yml: id: found 18, but the router's tunnel has the address of the site with the id 300",
        ),
        (
            17,
            stock(),
            "sites/shed.yml: id: 17 is the id of sites/quarry-north.yml too; every site needs one of its own",
        ),
    ],
)
def test_an_id_that_cannot_be_is_an_error(site_id: int | None, found: FoundRouter, message: str) -> None:
    with pytest.raises(FleetError) as raised:
        adopted_from(found, site_id=site_id)
    assert str(raised.value).startswith(message)


def test_a_router_of_another_id_does_not_replace_a_site() -> None:
    given = files({"quarry": QUARRY, "pit": {**QUARRY, "id": 23, "cameras": []}})
    found = set_up(given, fleet_of(given).sites["pit"])
    with pytest.raises(FleetError, match=r"^sites/quarry.yml: id: found 17, but the router's tunnel has .* the id 23$"):
        adopted_from(found, files({"quarry": QUARRY}), "quarry", site_id=None)
    # one that says nothing of itself is what the file says
    assert adopted_from(stock(), given, "quarry", site_id=None).data["id"] == 17


NAMES = st.sampled_from(("lan", "wan", "a", "b", "site", "fleet", None))
OPTIONS: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    st.sampled_from(("name", "proto", "ipaddr", "src", "dest", "mac", "ip", "device", "password", "network", "key")),
    st.sampled_from(("lan", "wan", "dhcp", "pppoe", "192.168.1.9", "44:19:b6:00:00:01", "x", ("lan", "b"))),
    max_size=4,
)
SECTIONS = st.builds(
    lambda kind, name, options: Section(kind, name, tuple(options.items())),
    st.sampled_from(
        ("interface", "rule", "zone", "host", "dhcp", "wifi-iface", "system", "service", "dropbear", "odd")
    ),
    NAMES,
    OPTIONS,
)


@st.composite
def disarranged(draw: st.DrawFn, package: Package) -> Package:
    """Return the package after somebody was at it: sections gone, others new, options changed, the order another."""
    sections = [section for section in package.sections if draw(st.integers(0, 9))]
    for place, section in enumerate(sections):
        if not draw(st.integers(0, 5)):
            kept = [item for item in section.options if draw(st.booleans())]
            options: dict[str, Value] = {**dict(kept), **draw(OPTIONS)}
            sections[place] = Section(section.type, section.name, tuple(options.items()))
    for section in draw(st.lists(SECTIONS, max_size=2)):
        if section.name is None or all(other.name != section.name for other in sections):
            sections.insert(draw(st.integers(0, len(sections))), section)
    if draw(st.booleans()) and len(sections) > 1:
        sections.append(sections.pop(draw(st.integers(0, len(sections) - 1))))
    return Package(package.name, tuple(sections))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_somebody_did_to_a_router_the_plan_is_empty(data: st.DataObject) -> None:
    given = small_files()
    found = data.draw(st.sampled_from((stock(), set_up(given, fleet_of(given).sites["quarry-north"]))))
    names = data.draw(st.lists(st.sampled_from(sorted(found.packages)), min_size=1, max_size=2, unique=True))
    changed = {name: data.draw(disarranged(found.package(name))) for name in names}
    found = dataclasses.replace(found, packages={**found.packages, **changed})
    left = without(given, "quarry-north")
    try:
        adopted = adopt(found, fleet_of(given), left, "quarry-north", site_id=17, scripts=SCRIPTS)
    except FleetError as error:
        # somebody has given the tunnel another site's address
        assert "the router's tunnel has the address of" in str(error)  # noqa: PT017
        return
    nothing_to_do(left, "quarry-north", found, adopted)


def every_text(data: object) -> t.Iterator[str]:
    if isinstance(data, dict):
        yield from (text for pair in data.items() for part in pair for text in every_text(part))
    elif isinstance(data, list):
        yield from (text for item in data for text in every_text(item))
    elif isinstance(data, str):
        yield data


@given(
    package=st.sampled_from(("network", "dhcp", "firewall", "system", "wireless", "dropbear", "ddns", "foo")),
    template=st.sampled_from(("{{x}}", "{%x%}", "{#x#}", "{{x")),
    kind=st.sampled_from(("interface", "host", "rule", "system", "wifi-iface", "service", "odd")),
    option=st.sampled_from(("name", "proto", "hostname", "description", "password", "ssid", "server")),
    place=st.sampled_from(("type", "option", "value", "list")),
)
@settings(max_examples=100, deadline=None)
def test_no_text_of_a_router_is_a_template_of_the_controller(
    package: str, template: str, kind: str, option: str, place: str
) -> None:
    value: Value = (template,) if place == "list" else template if place == "value" else "x"
    section = Section(
        template if place == "type" else kind, "odd", ((template if place == "option" else option, value),)
    )
    found = stock()
    sections = (*found.package(package).sections, section)
    found = dataclasses.replace(found, packages={**found.packages, package: Package(package, sections)})
    adopted = adopted_from(found, more=("foo",))
    told = {secret.template for secret in adopted.secrets}
    for text in every_text(adopted.data):
        assert text in told or not {"{{", "{%", "{#"} & {text[at : at + 2] for at in range(len(text))}, text
