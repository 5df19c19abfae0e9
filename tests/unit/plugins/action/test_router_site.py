# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What router_site does with a plan that was reviewed, against a router that answers from data."""

from __future__ import annotations

import dataclasses
import types
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.action import router_site
from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_site import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen, SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import settings_for_sites
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document, to_json
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import LostError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change, End, Outcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    FLEET,
    QUARRY,
    public_key,
    site_view,
)

if t.TYPE_CHECKING:
    import pathlib

SITE = "quarry-north"
DATA: dict[str, t.Any] = {**FLEET["defaults"], **QUARRY, "uplink": {"kind": "ethernet"}}
TWO_STAGES = {**DATA, "uplink": {"kind": "ethernet", "dns": ["192.0.2.53"]}, "tunnel": {"keepalive": 33}}
CONFIRMED_BEFORE = "; what was changed before it, in a transaction of its own, was confirmed and stays"


class Site:
    """The task of one site; ``changes`` are what its router was handed, all of which it confirms."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path) -> None:
        self.folder = folder
        self.router = simulated.settled(site_view(DATA), DATA)
        self.data = DATA
        self.changes: list[Change] = []
        self.said: list[str] = []
        self._patch = monkeypatch.setattr
        monkeypatch.setattr(router_site, "carry_out", self._carry_out)

    def _carry_out(self, _transport: object, change: Change, **_options: object) -> Outcome:
        self.changes.append(change)
        return Outcome(End.CONFIRMED, "", "12ab")

    def confirm_once(self, place: object, name: str, then: object) -> None:
        """Have the first change confirmed, with *then* at *place* from there on."""

        def first_only(_transport: object, _change: Change, **_options: object) -> Outcome:
            self._patch(place, name, then)
            return Outcome(End.CONFIRMED, "", "12ab")

        self.data = TWO_STAGES
        self._patch(router_site, "carry_out", first_only)

    def drift(self) -> None:
        """Change the router by hand."""
        self.router.packages["system"] = self.router.packages["system"].replace(SITE, "by-hand")

    def run(self, *, check: bool = False, **arguments: t.Any) -> dict[str, t.Any]:
        self.router.scripts.clear()
        action = t.cast("t.Any", router_site.ActionModule.__new__(router_site.ActionModule))
        action._task = types.SimpleNamespace(check_mode=check, diff=False, get_name=lambda: "Converge")
        action._templar = types.SimpleNamespace(template=lambda value: value)
        action._tell = self.said.append
        hubs = [{"name": "hub-1", "public_key": public_key(1)}]
        action._variables = {
            "inventory_hostname": SITE,
            "fleet": {"settings": settings_for_sites(FLEET), "hubs": hubs},
            "site": self.data,
        }
        result: dict[str, t.Any] = action.execute(validated(arguments, ARGUMENT_SPEC), self.router)
        return result

    def reviewed(self) -> str:
        """Return the path of a plan that was made now."""
        path = self.folder / "drift.json"
        run = self.run(check=True)
        path.write_text(to_json(document([(SITE, {"router_run": run})], [], 1_700_000_000)), "utf-8")
        return str(path)


def gone(*_arguments: object, **_options: object) -> t.NoReturn:
    raise UnreachableError("No route to host")


@pytest.fixture(name="site")
def _site(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Site:
    return Site(monkeypatch, tmp_path)


def test_the_plan_is_in_the_result_of_a_check_alone(site: Site) -> None:
    site.drift()
    found = site.run(check=True)
    assert (found["plan"]["commands"], site.changes) == (found["commands"], [])
    assert "plan" not in site.run()


def test_what_was_reviewed_is_what_is_carried_out(site: Site) -> None:
    site.drift()
    found = site.run(reviewed_plan=site.reviewed())
    assert (found["changed"], found["transaction"]["end"]) == (True, "confirmed")
    # asked once: the change is made from the very answer that was compared, which the router checks again
    assert len(site.router.scripts) == 1
    (change,) = site.changes
    assert [file.path for file in change.files] == ["/etc/config/system"]


def test_a_router_that_has_changed_is_left_alone(site: Site) -> None:
    site.drift()
    plan = site.reviewed()
    site.router.packages["system"] = site.router.packages["system"].replace("by-hand", "again")
    found = site.run(reviewed_plan=plan)
    assert (found["failed"], found["changed"], site.changes) == (True, False, [])
    assert "no longer holds, so nothing was done: the router has changed (/etc/config/system)" in found["msg"]
    assert b"\nkeys look " in site.router.scripts[0]
    checked = site.run(reviewed_plan=plan, check=True)
    assert checked["msg"] == found["msg"]


def test_files_that_say_something_else_are_not_carried_out(site: Site) -> None:
    site.drift()
    plan = site.reviewed()
    site.data = {**DATA, "system": {"hostname": "renamed"}}
    found = site.run(reviewed_plan=plan)
    assert (found["failed"], site.changes) == (True, [])
    assert "the fleet's files say something else" in found["msg"]
    assert {"-set system.@system[0].hostname='quarry-north'", "+set system.@system[0].hostname='renamed'"} <= set(
        found["msg"].splitlines()
    )


def test_a_router_that_is_right_already_is_right(site: Site) -> None:
    site.drift()
    plan = site.reviewed()
    site.router = simulated.settled(site_view(DATA), DATA)
    found = site.run(reviewed_plan=plan)
    assert (found["changed"], found.get("failed"), site.changes) == (False, None, [])
    assert site.said == ["quarry-north is right already, so nothing is done of what was reviewed"]


def test_a_plan_of_nothing_is_nothing_to_talk_of(site: Site) -> None:
    assert site.run(reviewed_plan=site.reviewed())["changed"] is False
    assert site.said == []


def test_a_key_that_has_to_be_made_is_made_after_the_comparison(site: Site) -> None:
    site.router = simulated.SiteRouter()
    found = site.run(reviewed_plan=site.reviewed())
    assert found["transaction"]["end"] == "confirmed"
    looked, made = site.router.scripts
    assert b"\nkeys look " in looked
    assert b"\nkeys present " in made


def test_a_site_without_a_plan_is_not_even_asked(site: Site) -> None:
    path = site.folder / "drift.json"
    path.write_text(to_json(document([], [], 0)), "utf-8")
    with pytest.raises(NotUsableError, match="quarry-north is not in the plan of 1970-01-01T00:00:00Z in "):
        site.run(reviewed_plan=str(path))
    with pytest.raises(NotUsableError, match="reviewed_plan: is empty"):
        site.run(reviewed_plan="")
    assert site.router.scripts == []


def test_a_router_that_is_lost_between_two_transactions_has_failed_and_was_changed(site: Site) -> None:
    site.confirm_once(site.router, "run", gone)
    found = site.run()
    assert (found["failed"], found["changed"], "unreachable" in found) == (True, True, False)
    assert found["msg"] == f"does not answer any more: No route to host{CONFIRMED_BEFORE}"
    # one that was never reached is another matter
    with pytest.raises(UnreachableError):
        site.run()


def test_so_has_one_that_is_lost_when_the_next_transaction_begins(site: Site) -> None:
    site.confirm_once(router_site, "carry_out", gone)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, [])
    assert found["msg"].startswith("does not answer any more: No route to host; what was changed before it, ")


@pytest.mark.parametrize(
    ("installed", "staying"),
    [({"umdns": "1"}, "; these packages are installed, and stay: umdns"), ({}, "")],
)
def test_so_has_one_that_keeps_the_packages_of_a_change_that_it_undid(
    site: Site, monkeypatch: pytest.MonkeyPatch, installed: dict[str, str], staying: str
) -> None:
    def cut(_transport: object, _change: Change, **_options: object) -> Outcome:
        monkeypatch.setattr(site.router, "run", gone)
        return Outcome(End.UNDONE, "umdns has brought it", "12ab", installed=installed, brought=("/etc/config/umdns",))

    site.drift()
    monkeypatch.setattr(router_site, "carry_out", cut)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, list(installed))
    assert found["msg"] == f"does not answer any more: No route to host{staying}"
    assert "system" in found["services"]


BROUGHT = Outcome(End.UNDONE, "x has brought it", "12ab", installed={"x": "1"}, brought=("/etc/config/dhcp",))


def test_what_a_package_has_brought_may_be_planned_for_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = site.router.packages.pop("dhcp")
    plan = site.reviewed()

    def installing(_transport: object, _change: Change, **_options: object) -> Outcome:
        site.router.packages["dhcp"] = f"{brought}\nconfig host\n\toption name 'sample'\n"
        monkeypatch.setattr(router_site, "carry_out", site._carry_out)
        return BROUGHT

    monkeypatch.setattr(router_site, "carry_out", installing)
    found = site.run(reviewed_plan=plan)
    assert (found.get("failed"), found["installed"], len(site.changes)) == (None, ["x"], 1)


def test_what_the_run_itself_changes_after_an_installation_is_nobody_elses(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.data = TWO_STAGES
    brought = site.router.packages.pop("dhcp")
    plan = site.reviewed()
    ends = [BROUGHT, Outcome(End.CONFIRMED, "", "12ab"), Outcome(End.CONFIRMED, "", "12ac")]

    def next_one(_transport: object, change: Change, **_options: object) -> Outcome:
        if len(ends) == 3:
            site.router.packages["dhcp"] = brought
        else:
            for file in change.files:
                assert file.content is not None
                site.router.packages[file.path.rpartition("/")[2]] = file.content.decode()
        return ends.pop(0)

    monkeypatch.setattr(router_site, "carry_out", next_one)
    found = site.run(reviewed_plan=plan)
    assert (found.get("failed"), found.get("msg"), ends) == (None, None, [])


def test_a_key_that_could_not_be_told_before_is_nobodys_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.router.packages.pop("dhcp")
    site.router.tools = False
    plan = site.reviewed()

    def installing(_transport: object, _change: Change, **_options: object) -> Outcome:
        site.router.tools = True
        monkeypatch.setattr(router_site, "carry_out", site._carry_out)
        return BROUGHT

    monkeypatch.setattr(router_site, "carry_out", installing)
    found = site.run(reviewed_plan=plan)
    assert (found.get("failed"), found.get("msg")) == (None, None)


def test_a_modem_that_was_made_usable_is_a_change_also_where_the_rest_is_undone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = SiteRouter.look
    monkeypatch.setattr(SiteRouter, "look", lambda router: dataclasses.replace(look(router), changed=True))
    undone = Outcome(End.UNDONE, "no confirmation", "12ab")
    monkeypatch.setattr(router_site, "carry_out", lambda *_arguments, **_options: undone)
    site.drift()
    found = site.run()
    assert (found["failed"], found["changed"]) == (True, True)


def test_what_somebody_has_changed_meanwhile_is_not_what_was_reviewed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.router.packages.pop("dhcp")
    plan = site.reviewed()

    def installing(_transport: object, _change: Change, **_options: object) -> Outcome:
        site.drift()
        monkeypatch.setattr(router_site, "carry_out", site._carry_out)
        return BROUGHT

    monkeypatch.setattr(router_site, "carry_out", installing)
    found = site.run(reviewed_plan=plan)
    assert (found["failed"], found["changed"], found["installed"], site.changes) == (True, True, ["x"], [])
    assert found["msg"] == (
        "while packages were installed, /etc/config/system changed, of which the plan that was reviewed does not know, "
        "so nothing else was done; make a plan with farsite.fleet.drift, and have it reviewed; these packages are "
        "installed, and stay: x"
    )
    # without a review there is nothing to keep to
    monkeypatch.setattr(router_site, "carry_out", installing)
    assert "failed" not in site.run()


def test_so_has_one_that_is_lost_while_its_modem_is_made_usable(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(_router: object) -> t.NoReturn:
        raise LostError("No route to host", ["uqmi"])

    monkeypatch.setattr(SiteRouter, "look", look)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, ["uqmi"])
    assert found["msg"] == "does not answer any more: No route to host; these packages are installed, and stay: uqmi"


@pytest.mark.parametrize("installed", [("uqmi",), ()])
def test_so_has_one_that_is_lost_after_its_modem_was_made_usable(
    site: Site, monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...]
) -> None:
    """A SIM card that was unlocked is a change too."""
    look = SiteRouter.look

    def prepared(router: SiteRouter) -> Seen:
        return dataclasses.replace(look(router), changed=True, installed=installed)

    site.drift()
    monkeypatch.setattr(SiteRouter, "look", prepared)
    monkeypatch.setattr(router_site, "carry_out", gone)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, list(installed))
    assert found["msg"].startswith("does not answer any more: No route to host")


def test_one_of_which_nothing_was_changed_is_off_line(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.drift()
    monkeypatch.setattr(router_site, "carry_out", gone)
    with pytest.raises(UnreachableError):
        site.run()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NotUsableError(("no room", "no uci")), "- no room\n- no uci"),
        (IdentityError("two rules are named ssh"), "two rules are named ssh"),
        (failure(["this is the router of another site"]), "this is the router of another site"),
        (
            StoppedError((Finding("sim", "it has no card"),)),
            "the modem cannot be used, and the uplinks are as they were: sim: it has no card",
        ),
    ],
)
def test_a_router_that_is_refused_between_two_transactions_was_changed(
    site: Site, error: Exception, message: str
) -> None:
    def refuse(_router: object) -> t.NoReturn:
        raise error

    site.confirm_once(SiteRouter, "look", refuse)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, [])
    assert found["msg"] == message + CONFIRMED_BEFORE


def test_so_was_one_that_is_refused_after_its_modem_was_made_usable(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(router: SiteRouter) -> t.NoReturn:
        router.steps.changed = True
        router.steps.installed.append("uqmi")
        raise NotUsableError(("/etc/config/network: cannot be parsed",))

    monkeypatch.setattr(SiteRouter, "look", refuse)
    found = site.run()
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, ["uqmi"])
    assert found["msg"] == ("/etc/config/network: cannot be parsed; these packages are installed, and stay: uqmi")


def test_one_that_is_refused_as_it_is_was_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_router: object) -> t.NoReturn:
        raise NotUsableError(("no uci",))

    monkeypatch.setattr(SiteRouter, "look", refuse)
    with pytest.raises(NotUsableError):
        site.run()
