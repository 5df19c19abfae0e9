# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook rollout in whole processes, with stand-ins of the routers and of the hub."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
STAND_IN = pathlib.Path(__file__).with_name("rollout") / "stand_in.py"
CONNECTING = ("router_site", "router_facts", "wireguard_info", "rollout_watch")
SITES = ("harbour", "orchard", "quarry-north", "quarry-south")


class World:
    """The example's fleet in a folder, rolled out to routers that do what they are told."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.fleet = folder / "fleet"
        self.set()

    def set(self, **world: t.Any) -> None:
        (self.folder / "world.json").write_text(json.dumps({"sites": {}, **world}), "utf-8")

    def run(
        self, *arguments: str, playbook: str = "farsite.fleet.rollout", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {"ANSIBLE_COLLECTIONS_PATH": str(self.folder), "ANSIBLE_HOME": str(self.folder / "home")}
        environment |= {"ANSIBLE_CONFIG": str(self.fleet / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
        environment |= {"ROLLOUT_WORLD": str(self.folder / "world.json"), **variables}
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "fleet.yml", playbook, *arguments]
        return subprocess.run(command, cwd=self.fleet, env=environment, capture_output=True, text=True, check=False)

    def well(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ill(self, *arguments: str, **options: str) -> str:
        done = self.run(*arguments, **options)
        assert done.returncode == 2, done.stdout + done.stderr
        return done.stdout + done.stderr

    def events(self, *arguments: str) -> list[dict[str, t.Any]]:
        """Return what the callback tells programs."""
        shown = {"ANSIBLE_STDOUT_CALLBACK": "farsite.fleet.rollout", "FARSITE_PROGRESS": "json"}
        return [json.loads(line) for line in self.run(*arguments, **shown).stdout.splitlines()]

    def edit(self, *names: str) -> None:
        """Make sites something else than they were."""
        for name in names:
            file = self.fleet / "sites" / f"{name}.yml"
            file.write_text(f"{file.read_text('utf-8').rstrip()}\nsystem: {{hostname: another-{name}}}\n", "utf-8")

    def calls(self, action: str = "router_site") -> list[str]:
        """Return for whom an action ran since this was last asked."""
        file = self.folder / "calls"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line.partition(" ")[2] for line in lines if line.startswith(f"{action} ")]

    @property
    def journal(self) -> dict[str, t.Any]:
        found: dict[str, t.Any] = json.loads((self.fleet / "report" / "rollout.json").read_text("utf-8"))
        return found

    @property
    def states(self) -> dict[str, str]:
        return {name: site["state"] for name, site in self.journal["sites"].items()}

    @property
    def again(self) -> list[str] | None:
        file = self.fleet / "report" / "again.txt"
        return file.read_text("utf-8").split() if file.exists() else None


@pytest.fixture(name="world")
def _world(tmp_path: pathlib.Path) -> World:
    """Return a world whose collection is this one, but for what connects to anybody."""
    shutil.copytree(ROOT / "inventories" / "example", tmp_path / "fleet")
    collection = tmp_path / "ansible_collections" / "farsite" / "fleet"
    replaced = {
        **{f"plugins/action/{name}.py": STAND_IN.read_text("utf-8") for name in CONNECTING},
        "playbooks/hub.yml": "- hosts: hub\n  gather_facts: false\n",
    }
    link(ROOT, collection, replaced)
    # each with its own wave in the example
    for file in (tmp_path / "fleet" / "sites").glob("*.yml"):
        text = file.read_text("utf-8")
        file.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("wave:")))
    return World(tmp_path)


def link(source: pathlib.Path, target: pathlib.Path, replaced: dict[str, str]) -> None:
    """Make *target* a folder like *source*, with other files where *replaced* has some, by path."""
    target.mkdir(parents=True)
    for entry in source.iterdir():
        below = {
            path.removeprefix(f"{entry.name}/"): text
            for path, text in replaced.items()
            if path.startswith(f"{entry.name}/")
        }
        if below:
            link(entry, target / entry.name, below)
        elif entry.name not in replaced and not entry.name.startswith("."):
            (target / entry.name).symlink_to(entry)
    for name, text in replaced.items():
        if "/" not in name:
            (target / name).write_text(text, "utf-8")


def test_a_canary_then_growing_waves(world: World) -> None:
    said = world.well("-e", '{"rollout_waves": ["50%", "100%"]}')
    assert "wave 1 of 3, canary: harbour" in said
    assert "wave 2 of 3, 50%: orchard, quarry-north" in said
    assert "wave 3 of 3, 100%: quarry-south" in said
    assert world.states == dict.fromkeys(SITES, "changed")
    assert world.journal["owner"] is None
    assert world.again is None
    assert world.calls()[0] == "harbour"
    # who rolls out again after the end looks at all routers again; nothing is changed, so nothing is watched
    assert "done in an earlier run: none" in world.well()
    assert world.states == dict.fromkeys(SITES, "right")
    assert {site["before"] for site in world.journal["sites"].values()} == {None}


def test_a_failed_canary_stops_everything(world: World) -> None:
    world.set(sites={"harbour": "rolls_back"})
    said = world.ill()
    assert "1 site failed in the canary, where none may" in said
    assert world.calls() == ["harbour"]
    assert world.states == {"harbour": "rolled_back", **dict.fromkeys(SITES[1:], "pending")}
    assert world.again == list(SITES)
    # mended, it goes on with the same canary
    world.set()
    assert "wave 1 of 3, canary: harbour" in world.well()
    assert world.states == dict.fromkeys(SITES, "changed")


def test_exactly_the_share_of_failures_that_may_fail(world: World) -> None:
    world.set(sites={"orchard": "fails"})
    world.ill("-e", '{"rollout_waves": [1, "100%"], "rollout_max_failures": "50%"}')
    assert world.states == {**dict.fromkeys(SITES, "changed"), "orchard": "failed"}
    assert world.again == ["orchard"]


def test_a_run_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    world.set(sites={"orchard": "fails", "quarry-north": "off_line"})
    options = ("-e", '{"rollout_waves": [2, "100%"], "rollout_max_failures": "49%"}')
    assert "1 of 2 sites failed that were to be changed, more than 49%" in world.ill(*options)
    assert world.states == {
        "harbour": "changed", "orchard": "failed", "quarry-north": "off_line", "quarry-south": "pending"
    }  # fmt: skip
    world.calls()
    world.set()
    said = world.well(*options)
    assert re.search(
        r"done in an earlier run \(the first \d+ seconds? ago; -e rollout_restart=true looks at all\): harbour", said
    )
    assert sorted(world.calls()) == ["orchard", "quarry-north", "quarry-south"]
    assert world.states == dict.fromkeys(SITES, "changed")


def test_a_site_that_is_to_become_something_else_is_tried_anew(world: World) -> None:
    world.set(sites={"quarry-south": "off_line"})
    world.ill()
    world.edit("harbour")
    world.calls()
    assert "wave 1 of 2, canary: harbour" in world.ill()
    assert sorted(world.calls()) == ["harbour", "quarry-south"]
    world.ill("-e", "rollout_restart=true")
    assert sorted(world.calls()) == sorted(SITES)


def test_a_site_that_is_in_another_wave_by_now_is_taken_in_that_one(world: World) -> None:
    def waves(numbers: dict[str, int]) -> None:
        for name, number in numbers.items():
            file = world.fleet / "sites" / f"{name}.yml"
            text = file.read_text("utf-8").partition("\nwave:")[0].rstrip()
            file.write_text(f"{text}\nwave: {number}\n", "utf-8")

    waves({"harbour": 1, "orchard": 2, "quarry-north": 3, "quarry-south": 3})
    world.set(sites={"orchard": "fails"})
    assert "wave 3 of 3, wave_3: quarry-north, quarry-south" in world.ill("-e", "rollout_canary=0")
    assert world.states == {**dict.fromkeys(SITES, "pending"), "harbour": "changed", "orchard": "failed"}
    waves({"orchard": 4})
    world.calls()
    world.set()
    said = world.well("-e", "rollout_canary=0")
    assert "wave 1 of 2, wave_3: quarry-north, quarry-south" in said
    assert "wave 2 of 2, wave_4: orchard" in said
    assert "harbour" not in world.calls()


def test_a_run_that_was_killed_in_a_wave_gates_whom_it_had_changed(world: World) -> None:
    waves = ("-e", '{"rollout_waves": ["100%"], "rollout_canary": 0}')
    world.set(sites={"orchard": "kills"}, silent=["quarry-north/yard"])
    assert world.run(*waves).returncode < 0
    assert world.states == dict.fromkeys(SITES, "pending")
    assert world.journal["owner"] is not None
    # all routers are right by now; that cameras have been lost since is seen all the same
    (camera,) = world.journal["sites"]["quarry-north"]["before"]["cameras"]
    world.set(silent=[f"quarry-north/{camera}", "quarry-north/yard"])
    world.calls()
    said = world.ill(*waves)
    assert world.calls("rollout_watch")[1] == " ".join(SITES)
    assert f"does not answer any more: ['{camera}']" in said
    assert world.states == {**dict.fromkeys(SITES, "changed"), "quarry-north": "failed"}
    # it has to pass the gate once more, though nothing is to be changed there
    world.set()
    world.calls()
    world.well(*waves)
    assert world.calls("rollout_watch") == ["quarry-north", "quarry-north"]
    assert world.journal["sites"]["quarry-north"]["before"] is None


def test_one_run_at_a_time(world: World) -> None:
    file = world.fleet / "report" / "rollout.json"
    file.parent.mkdir()
    born = pathlib.Path(f"/proc/{os.getpid()}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    owner = {"host": os.uname().nodename, "process": os.getpid(), "born": born}
    journal = {"format": 1, "fleet": "quarries", "began": 1, "updated": 1, "asked": "", "waves": [], "sites": {}}
    file.write_text(json.dumps({**journal, "owner": owner}), "utf-8")
    assert "it is that of a run that is under way" in " ".join(world.ill().split())
    file.write_text(json.dumps({**journal, "owner": {**owner, "host": "elsewhere"}}), "utf-8")
    assert "say -e rollout_take_over=true" in " ".join(world.ill().split())
    assert world.calls() == []
    # a check writes nothing, so it is in nobody's way
    world.well("--check")
    world.calls()
    file.write_text(json.dumps({**journal, "fleet": "another", "owner": None}), "utf-8")
    assert "is that of the fleet another, not of" in " ".join(world.ill().split())
    assert world.calls() == []
    file.write_text(json.dumps({**journal, "owner": {**owner, "host": "elsewhere"}}), "utf-8")
    world.well("-e", "rollout_take_over=true")


def test_what_is_refused_has_changed_no_hub(world: World) -> None:
    hub = world.folder / "ansible_collections/farsite/fleet/playbooks/hub.yml"
    said = "the hubs are changed"
    tasks = f"  tasks:\n    - debug: {{msg: {said}}}\n"
    hub.write_text(f"- hosts: hub\n  gather_facts: false\n{tasks}", "utf-8")
    for option in ("rollout_canary=nobody", "rollout_waves=110%", "rollout_max_failures=x", "rollout_hold=-1"):
        assert said not in world.ill("-e", option)
    for plan in ("nowhere.json", ""):
        assert said not in world.ill("-e", f"plan={plan}")
    file = world.fleet / "report" / "rollout.json"
    file.parent.mkdir()
    owner = {"host": "elsewhere", "process": 1, "born": ""}
    journal = {"format": 1, "fleet": "quarries", "began": 1, "updated": 1, "asked": "", "waves": [], "sites": {}}
    before = json.dumps({**journal, "owner": owner})
    file.write_text(before, "utf-8")
    refused = world.ill()
    assert "say -e rollout_take_over=true" in " ".join(refused.split())
    assert said not in refused
    assert world.calls() == []
    # the hubs alone are no roll-out, and a check is in nobody's way
    assert said in world.well("--tags", "hub")
    assert said in world.well("--check")
    assert file.read_text("utf-8") == before
    assert said in world.well("-e", "rollout_take_over=true")


def test_nor_has_it_where_a_site_has_failed_in_another_playbook_before(world: World) -> None:
    playbooks = world.folder / "ansible_collections/farsite/fleet/playbooks"
    (playbooks / "hub.yml").write_text(
        "- hosts: hub\n  gather_facts: false\n  tasks:\n    - debug: {msg: the hubs are changed}\n", "utf-8"
    )
    before = (
        "- hosts: sites\n  gather_facts: false\n  tasks:\n    - fail:\n      when: inventory_hostname == 'orchard'\n"
    )
    (world.fleet / "both.yml").write_text(f"{before}- import_playbook: farsite.fleet.rollout\n", "utf-8")
    refused = world.ill("-e", "rollout_canary=nobody", playbook="both.yml")
    assert "nobody" in refused
    assert "the hubs are changed" not in refused


def test_a_run_whose_journal_is_another_ones_does_nothing_more(world: World) -> None:
    world.set(sites={"harbour": "loses its journal"}, journal=str(world.fleet / "report" / "rollout.json"))
    assert "is not that of this run any more, but of process 1 on" in " ".join(world.ill().split())
    assert world.calls() == ["harbour"]
    assert (world.journal["owner"]["process"], world.states["harbour"]) == (1, "pending")


def test_a_canary_that_the_change_has_killed_is_no_site_that_is_off_line(world: World) -> None:
    world.set(dead=["harbour"])
    world.ill()
    world.calls()
    world.set(sites={"harbour": "off_line"})
    said = world.ill("-e", "off_line_ok=true")
    assert "1 site failed in the canary, where none may" in said
    assert "off-line since a roll-out was at it; no handshake since the hub started" in said
    assert (world.calls(), world.states["harbour"]) == (["harbour"], "failed")
    # once it is back, its router is right; but nobody has found it well yet
    world.set(dead=["harbour"])
    world.ill()
    assert world.calls() == ["harbour"]
    world.set()
    world.well()
    assert world.states == dict.fromkeys(SITES, "changed")


def test_a_site_that_is_back_after_a_killed_run_has_to_pass_the_gate(world: World) -> None:
    waves = ("-e", '{"rollout_waves": ["100%"], "rollout_canary": 0, "rollout_max_failures": 3}')
    world.set(sites={"orchard": "kills"})
    assert world.run(*waves).returncode < 0
    world.set(sites={"quarry-north": "off_line", "quarry-south": "rolls_back"})
    world.ill(*waves)
    assert (world.states["quarry-north"], world.states["quarry-south"]) == ("failed", "rolled_back")
    world.set(dead=["quarry-north", "quarry-south"])
    world.calls()
    world.ill(*waves)
    assert world.calls("rollout_watch") == ["quarry-north quarry-south"] * 2
    assert (world.states["quarry-north"], world.states["quarry-south"]) == ("failed", "failed")


def test_a_site_that_two_killed_runs_have_met_has_failed_where_it_is_dark_by_now(world: World) -> None:
    waves = ("-e", '{"rollout_waves": ["100%"], "rollout_canary": 0, "off_line_ok": true}')
    world.set(sites={"harbour": "off_line", "orchard": "kills"})
    assert world.run(*waves).returncode < 0
    assert not world.journal["sites"]["harbour"]["before"]["reached"]
    # it is back, and is changed by the second
    world.set(sites={"orchard": "kills"})
    assert world.run(*waves).returncode < 0
    world.set(sites={"harbour": "off_line"})
    world.ill(*waves)
    assert world.states == {**dict.fromkeys(SITES, "changed"), "harbour": "failed"}


def test_another_intention_does_not_forget_which_cameras_worked(world: World) -> None:
    world.set(silent=["quarry-north/nobody"])
    world.well()
    world.edit("quarry-north")
    (world.folder / "made-quarry-north").unlink()
    world.set(dead=["quarry-north"])
    world.ill()
    (camera, *_others) = world.journal["sites"]["quarry-north"]["before"]["cameras"]
    # the next one has lost its cameras already
    file = world.fleet / "sites" / "quarry-north.yml"
    file.write_text(file.read_text("utf-8").replace("another-", "mended-"), "utf-8")
    (world.folder / "made-quarry-north").unlink()
    world.set(silent=[f"quarry-north/{camera}"])
    assert f"does not answer any more: ['{camera}']" in world.ill()


def test_what_failed_earlier_stops_nobody_until_it_is_tried_again(world: World) -> None:
    options = ("-e", '{"rollout_waves": [1, 1, 1], "rollout_max_failures": 1}')
    world.set(sites={"orchard": "fails", "quarry-north": "fails"})
    assert "2 of 3 sites failed that were to be changed, more than 1" in world.ill(*options)
    world.set(sites={"orchard": "fails"})
    world.ill(*options)
    assert world.states == {**dict.fromkeys(SITES, "changed"), "orchard": "failed"}


def test_sites_that_are_to_become_something_else_have_a_canary_of_their_own(world: World) -> None:
    world.set(sites={"quarry-south": "off_line"})
    world.ill()
    world.calls()
    world.edit("orchard", "quarry-north")
    world.set(sites={"orchard": "fails", "quarry-south": "off_line"})
    assert "1 site failed in the canary, where none may" in world.ill()
    assert world.calls() == ["orchard"]


def test_where_the_hub_does_not_answer_nothing_is_changed(world: World) -> None:
    world.set(no_hub=True)
    said = " ".join(world.ill("-e", "off_line_ok=true").split())
    assert "the roll-out has stopped: the hub does not tell of the sites: No route to host" in said
    assert world.calls() == []
    assert world.states == dict.fromkeys(SITES, "pending")
    assert world.journal["owner"] is None
    assert world.again == list(SITES)


def test_one_login_that_is_lost_is_no_failure(world: World) -> None:
    world.set(mute=["orchard"])
    world.well()
    assert world.calls("router_facts").count("orchard") == 2
    assert world.states["orchard"] == "changed"


def test_one_login_that_is_lost_before_a_change_is_no_failure(world: World) -> None:
    world.set(mute=["harbour"], heard=["harbour"])
    world.well("--limit", "harbour")
    # twice before, once after
    assert world.calls("router_facts").count("harbour") == 3
    assert world.states == {"harbour": "changed"}


def test_who_is_off_line_is_not_asked_once_more(world: World) -> None:
    world.set(sites={"harbour": "off_line"}, mute=["harbour"])
    world.ill("--limit", "harbour")
    assert world.calls("router_facts") == ["harbour"]
    assert world.states == {"harbour": "off_line"}


def test_a_hub_that_is_lost_while_it_listens_is_no_end_of_the_window(world: World) -> None:
    world.set(sites={"orchard": "off_line"}, deaf_hub=True)
    said = world.ill("-e", '{"rollout_window": 3600, "off_line_ok": true}')
    assert "the roll-out has stopped: the hub does not tell of the sites: " in said
    assert "No route to host" in world.journal["stopped"]
    assert world.again == ["orchard"]


def test_who_hangs_when_it_is_asked_for_its_uplinks_is_not_tried(world: World) -> None:
    world.set(hanging=["harbour"])
    world.ill("-e", "rollout_site_timeout=2")
    assert world.calls() == []
    harbour = world.journal["sites"]["harbour"]
    assert "its router does not tell of its uplinks: Timed out" in harbour["reason"]
    assert (harbour["state"], harbour["before"]) == ("failed", None)


def test_who_waits_for_sites_listens_until_its_window_is_over(world: World) -> None:
    world.set(sites={"harbour": "off_line", "orchard": "returns"})
    world.ill("-e", "rollout_window=590")
    watched = world.calls("rollout_watch")
    # 3 times 200 s at most, once with those that return and then without
    assert watched[-6:-3] == ["harbour orchard", "orchard", "orchard"]
    assert watched[-3:] == ["harbour"] * 3
    assert world.states == {**dict.fromkeys(SITES, "changed"), "harbour": "off_line"}


def test_begun_anew_for_one_site_the_others_are_as_they_were(world: World) -> None:
    world.set(sites={"quarry-south": "off_line"})
    world.ill()
    world.well("--limit", "orchard", "-e", "rollout_restart=true")
    assert world.states == {**dict.fromkeys(SITES, "changed"), "orchard": "right", "quarry-south": "off_line"}


def test_a_canary_that_is_not_in_the_limit(world: World) -> None:
    said = world.well("--limit", "orchard,quarry-south", "-e", "rollout_canary=harbour")
    assert "wave 1 of 2, canary: orchard" in said


def test_all_sites_are_off_line(world: World) -> None:
    world.set(sites=dict.fromkeys(SITES, "off_line"))
    said = world.well("-e", "off_line_ok=true")
    assert '"harbour": "no handshake since the hub started; No route to host"' in said
    assert world.again == list(SITES)
    assert world.states == dict.fromkeys(SITES, "off_line")


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_what_is_told_of_a_wave_is_what_the_journal_has(world: World, check: tuple[str, ...]) -> None:
    # harbour is not tried, since it does not say which of its uplinks are up; orchard's tunnel works without SSH
    world.set(sites={"harbour": "off_line", "orchard": "off_line"}, mute=["harbour"], heard=["orchard"])
    options = ("-e", '{"rollout_canary": 0, "rollout_waves": ["100%"], "rollout_max_failures": "100%"}')
    told = world.events(*options, *check)
    end = next(index for index, event in enumerate(told) if event["event"] == "wave_end")
    found = {event["site"]: event["state"] for event in told[:end] if event["event"] == "site"}
    assert found == {"orchard": "failed", "harbour": "off_line", "quarry-north": "changed", "quarry-south": "changed"}
    counts = {"pending": 0, "right": 0, "changed": 2, "failed": 1, "rolled_back": 0, "off_line": 1}
    assert told[end]["counts"] == counts
    if not check:
        assert world.states == found


def test_a_hanging_site_is_failed_and_a_deaf_one_too(world: World) -> None:
    world.set(sites={"orchard": "hangs", "quarry-north": "off_line"}, heard=["quarry-north"])
    said = world.ill("-e", "rollout_site_timeout=10", "-e", "rollout_max_failures=100%")
    assert world.states == {
        "harbour": "changed", "orchard": "failed", "quarry-north": "failed", "quarry-south": "changed"
    }  # fmt: skip
    assert '"quarry-north": "its tunnel works, but SSH does not let in: No route to host"' in said


def test_sites_that_return_are_taken_in_the_end(world: World) -> None:
    world.set(sites={"harbour": "off_line", "orchard": "returns", "quarry-south": "returns"})
    said = world.ill()
    called = world.calls()
    # the first is the canary; the sites of a wave run side by side, in no order
    assert (called[0], sorted(called[:4]), sorted(called[4:])) == (
        "harbour",
        sorted(SITES),
        ["orchard", "quarry-south"],
    )
    assert world.states == {**dict.fromkeys(SITES, "changed"), "harbour": "off_line"}
    assert world.again == ["harbour"]
    assert "1 of 4 sites are left to do: harbour" in said


def test_a_limit_is_for_these_alone(world: World) -> None:
    world.set(sites={"orchard": "off_line"})
    world.ill("--limit", "orchard,harbour")
    assert sorted(world.calls()) == ["harbour", "orchard"]
    assert world.states == {"harbour": "changed", "orchard": "off_line"}
    # of the others nothing was known yet
    world.set()
    world.well("--limit", "quarry-north")
    assert world.calls() == ["quarry-north"]
    assert world.states == {"harbour": "changed", "orchard": "off_line", "quarry-north": "changed"}
    assert world.again == ["orchard"]


def test_nobody_is_in_an_empty_fleet(world: World) -> None:
    for folder in ("sites", "operators"):
        shutil.rmtree(world.fleet / folder)
    for name in SITES:
        (world.fleet / "keys" / f"{name}.pub").unlink()
    assert "skipping: no hosts matched" in world.well()
    assert not (world.fleet / "report").exists()


def test_planned_sites_alone(world: World) -> None:
    file = world.fleet / "sites" / "orchard.yml"
    file.write_text(f"{file.read_text('utf-8').rstrip()}\nstate: planned\n", "utf-8")
    said = world.well("--limit", "orchard")
    assert "Planned sites were left out" in said
    assert world.calls() == []


def test_a_check_writes_nothing_and_says_which_waves_there_would_be(world: World) -> None:
    for name, wave in {"orchard": 1, "harbour": 2, "quarry-north": 2, "quarry-south": 3}.items():
        file = world.fleet / "sites" / f"{name}.yml"
        file.write_text(f"{file.read_text('utf-8').rstrip()}\nwave: {wave}\n", "utf-8")
    world.set(sites={"orchard": "off_line", "quarry-north": "fails"})
    said = world.ill("--check", "-e", "rollout_canary=0")
    assert "wave 1 of 3, wave_1: orchard" in said
    assert "wave 2 of 3, wave_2: harbour, quarry-north" in said
    assert "wave 3 of 3, wave_3: quarry-south" in said
    assert sorted(world.calls()) == [f"{name} check" for name in SITES]
    assert not (world.fleet / "report").exists()
    assert '"quarry-north": "it was refused"' in said
    assert '"orchard": "no handshake since the hub started; No route to host"' in said
    assert "2 of 4 sites are left to do: orchard, quarry-north" in " ".join(said.split())
    world.set()
    world.well("--check")


def test_a_check_counts_what_an_earlier_run_has_done(world: World) -> None:
    world.set(sites={"quarry-north": "off_line"})
    world.ill()
    world.set(sites={"quarry-north": "is_right"})
    said = world.well("--check")
    assert "nothing is left to do" in said
    assert world.states["quarry-north"] == "off_line"


def test_what_cannot_be_is_refused_before_anything_is_done(world: World) -> None:
    said = " ".join(world.ill("-e", '{"rollout_waves": ["110%"], "rollout_canary": ["nobody"]}').split())
    assert "waves[0]: found '110%', expected a share such as 10%" in said
    assert "canary: found nobody, expected a number or names of sites" in said
    options = (
        "rollout_hold=300 rollout_gate_timeout=300 rollout_window=-1 rollout_site_timeout=0 rollout_max_failures=x"
    )
    said = " ".join(world.ill("-e", options).split())
    assert "gate_timeout: found 300 s, expected at least 360 s, that is the 300 s of hold and 60 s until" in said
    for name in ("window", "site_timeout", "max_failures"):
        assert f"{name}: found" in said
    assert world.calls() == []
    assert not (world.fleet / "report").exists()
