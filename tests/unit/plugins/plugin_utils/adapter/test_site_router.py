# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import site_router
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen, SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import LostError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError, Wish
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, TWO_HUBS, site_view

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import RouterKeys

DATA: dict[str, t.Any] = {
    **QUARRY,
    "uplink": {"kind": "ethernet", "protocol": "pppoe", "username": "u", "password": "it's me"},
    "tunnel": {"preshared_key": "psk="},
    "wifi": {"ssid": "s", "key": "twelve chars", "country": "DE"},
}
MOST_BYTES = 8192


def look(
    data: dict[str, t.Any],
    router: simulated.SiteRouter,
    *,
    change: bool = True,
    needs_modems: bool = True,
    **fleet: t.Any,
) -> Seen:
    view = site_view(data, **fleet)
    return SiteRouter(
        router, view, data, change=change, needs_modems=needs_modems, admit=lambda _keys: None, tell=print
    ).look()


def test_a_router_that_is_right_is_asked_once_and_left_alone() -> None:
    router = simulated.settled(site_view(DATA), DATA)
    seen = look(DATA, router)
    plan = make_plan(seen.wanted, seen.observation, seen.salt)
    assert [package.after for package in plan.uci.changed] == []
    assert not plan.changed
    assert len(router.scripts) == 1
    assert seen.keys.in_use
    assert seen.keys.in_use.public == simulated.PUBLIC_KEY
    assert len(gzip.compress(router.scripts[0], mtime=0)) <= MOST_BYTES


def test_what_is_asked_has_no_secret() -> None:
    router = simulated.settled(site_view(DATA), DATA)
    look(DATA, router)
    text = router.scripts[0].decode()
    for secret in ("it's me", "psk=", "twelve chars"):
        assert secret not in text


@pytest.mark.parametrize("hubs", [1, 2])
def test_the_router_s_own_key_is_in_every_tunnel(hubs: int) -> None:
    fleet: dict[str, t.Any] = {"hub": TWO_HUBS} if hubs == len(TWO_HUBS) else {}
    seen = look(DATA, simulated.SiteRouter(), **fleet)
    network = next(package for package in seen.wanted.packages if package.name == "network").given
    keys = [section.get("private_key") for section in network.sections if section.get("proto") == "wireguard"]
    assert seen.keys.in_use
    assert keys == [seen.keys.in_use.token] * hubs


def test_check_mode_makes_no_key_and_shows_that_one_comes() -> None:
    router = simulated.SiteRouter()
    seen = look(DATA, router, change=False)
    assert seen.keys.in_use is None
    assert b"keys look " in router.scripts[0]
    plan = make_plan(seen.wanted, seen.observation, seen.salt)
    assert "set network.fleet.private_key='******** (new)'" in plan.uci.commands


def test_a_router_without_tools_tells_no_public_key() -> None:
    seen = look(DATA, simulated.SiteRouter(tools=False))
    assert seen.keys.in_use
    assert seen.keys.in_use.public is None


LTE = {**QUARRY, "uplink": {"kind": "lte", "pin": "0815"}}


def test_a_modem_that_is_not_there_stops_a_new_site() -> None:
    router = simulated.SiteRouter()
    with pytest.raises(StoppedError, match="no modem is plugged in"):
        look(LTE, router)
    assert b"\nmodem_probe\n" in router.scripts[0]
    assert len(gzip.compress(router.scripts[0], mtime=0)) <= MOST_BYTES + 1024


def test_a_router_that_is_not_admitted_is_asked_once_and_no_more() -> None:
    """What makes a modem usable changes the router, so it is not even begun."""

    def refuse(keys: RouterKeys) -> None:
        assert keys.in_use
        raise PermissionError(keys.in_use.public)

    router = simulated.SiteRouter()
    site = SiteRouter(router, site_view(LTE), LTE, change=True, needs_modems=False, admit=refuse, tell=print)
    with pytest.raises(PermissionError, match="="):
        site.look()
    assert len(router.scripts) == 1


def test_on_the_bench_a_modem_may_be_missing() -> None:
    seen = look(LTE, simulated.SiteRouter(), needs_modems=False)
    network = next(package for package in seen.wanted.packages if package.name == "network").given
    lte = network.named("lte")
    assert lte
    assert dict(lte.options) == {"proto": "none", "metric": "10"}
    (note,) = seen.notes
    assert note.startswith("uplink lte is not configured yet, since its modem cannot be used: ")
    assert note.endswith("; farsite.fleet.site does it once it can")
    assert not make_plan(seen.wanted, seen.observation, seen.salt).uci.findings


def test_a_modem_that_is_gone_leaves_its_uplink_as_it_is() -> None:
    router = simulated.SiteRouter()
    router.packages["network"] += (
        "\nconfig interface 'lte'\n\toption proto 'qmi'\n\toption device '/dev/cdc-wdm0'\n\toption pincode '4711'\n"
    )
    seen = look(LTE, router)
    assert len(router.scripts) == 1
    assert [note.startswith("uplink lte stays as it is, since its modem cannot be used: ") for note in seen.notes] == [
        True
    ]
    plan = make_plan(seen.wanted, seen.observation, seen.salt)
    assert plan.changed
    assert plan.changed_interfaces(["lte"]) == ()


def test_a_modem_that_is_told_needs_no_probe() -> None:
    told = {**QUARRY, "uplink": {"kind": "lte", "modem": "qmi", "apn": "x", "device": "/dev/cdc-wdm0"}}
    router = simulated.SiteRouter()
    look(told, router)
    assert b"modem_probe" not in router.scripts[0]


@pytest.mark.parametrize(
    ("data", "router", "ready"),
    [
        (DATA, simulated.settled(site_view(DATA), DATA), True),
        # its key is made first
        (DATA, simulated.SiteRouter(), False),
        (LTE, simulated.settled(site_view(DATA), DATA), False),
    ],
)
def test_whether_all_is_known_before_anything_is_done(
    data: dict[str, t.Any],
    router: simulated.SiteRouter,
    ready: bool,  # noqa: FBT001
) -> None:
    assert look(data, router, change=False, needs_modems=False).ready is ready


def test_what_was_seen_already_is_not_asked_again() -> None:
    router = simulated.settled(site_view(DATA), DATA)
    seen = look(DATA, router, change=False)
    site = SiteRouter(
        router,
        site_view(DATA),
        DATA,
        change=True,
        needs_modems=True,
        admit=lambda _keys: None,
        tell=print,
        seen=seen,
    )
    assert site.look() is seen
    assert len(router.scripts) == 1
    assert site.look() is not seen


TWO_LTE = {**QUARRY, "uplink": [{"kind": "lte", "name": "lte"}, {"kind": "lte", "name": "lte2"}]}


@pytest.mark.parametrize(
    ("error", "installed"),
    [(LostError("No route to host", ["b"]), ("a", "b")), (UnreachableError("No route to host"), ("a",))],
)
def test_a_router_that_goes_dark_after_one_modem_was_made_usable_is_lost(
    monkeypatch: pytest.MonkeyPatch, error: Exception, installed: tuple[str, ...]
) -> None:
    """An uplink that it has already does not make that a modem that cannot be used."""

    def prepare(_transport: object, wish: Wish, **_options: object) -> t.NoReturn:
        if wish.name == "lte2":
            raise error
        stopped = StoppedError((Finding("sim", "no card"),))
        stopped.installed, stopped.changed = ("a",), True
        raise stopped

    monkeypatch.setattr(site_router, "prepare", prepare)
    with pytest.raises(LostError) as caught:
        look(TWO_LTE, simulated.SiteRouter(), needs_modems=False)
    assert (caught.value.reason, caught.value.installed) == ("No route to host", installed)


def test_one_that_goes_dark_before_that_is_off_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(*_arguments: object, **_options: object) -> t.NoReturn:
        raise UnreachableError("No route to host")

    monkeypatch.setattr(site_router, "prepare", prepare)
    with pytest.raises(UnreachableError):
        look(TWO_LTE, simulated.SiteRouter(), needs_modems=False)
