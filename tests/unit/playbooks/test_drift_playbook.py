# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook drift, and site with a plan that was reviewed, in whole processes with nobody there to answer."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.tests.unit.playbooks.conftest import Runner


def written(path: pathlib.Path) -> dict[str, t.Any]:
    found: dict[str, t.Any] = json.loads(path.read_text("utf-8"))
    return found


def test_who_is_off_line_is_in_the_document_and_fails(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.drift", "--limit", "quarry-north,orchard")
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert "2 of 2 hosts are not as they are to be: orchard, quarry-north" in said
    made = written(fleet / "report" / "drift.json")
    assert made["format"] == 1
    assert made["sites"]["orchard"] == {
        "state": "off_line",
        "reason": "no hub tells when it was seen; ssh: connect to host: No route to host",
    }
    assert sorted(made["sites"]) == ["orchard", "quarry-north"]
    assert "off-line orchard" in done.stdout
    assert "changed=0" in done.stdout
    assert "hub-1" not in done.stdout.partition("PLAY RECAP")[2]


def test_the_file_may_be_another_and_off_line_may_be_fine(alone: Runner, fleet: pathlib.Path) -> None:
    options = (
        "--limit",
        "hub:harbour",
        "-e",
        "off_line_ok=true",
        "-e",
        "drift_report=new/plan.json",
        "--check",
        "--diff",
    )
    done = alone("farsite.fleet.drift", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    made = written(fleet / "new" / "plan.json")
    assert made["sites"].keys() == {"harbour"}
    reason = "ssh: connect to host: No route to host"
    assert made["hubs"] == {"hub-1": {"state": "off_line", "reason": reason, "parts": []}}
    assert not (fleet / "report").exists()


SSH_FILE = "/etc/ssh/sshd_config.d/00-farsite-fleet.conf"
FILES = ("/etc/apt/apt.conf.d/52farsite-fleet", "/etc/sysctl.d/99-zz-farsite-fleet.conf", SSH_FILE)
SEEN: dict[str, t.Any] = {
    "distribution": {"id": "debian", "name": "Debian GNU/Linux", "version": "12"},
    "missing_packages": [],
    "files": dict.fromkeys(FILES),
    "sysctls": {},
    "ipv6": False,
    "accept_ra": {},
    "units": {name: {"enabled": True, "active": True} for name in ("apt-daily.timer", "apt-daily-upgrade.timer")},
    "ssh_settings": [
        "passwordauthentication no",
        "kbdinteractiveauthentication no",
        "permitrootlogin prohibit-password",
    ],
    "public_key": None,
    "private_key_right": True,
    "tunnel": {"right": True, "reason": None},
    "firewall": {"right": True, "reason": None},
}
SSH_TEXT = """\
# Written by the Ansible role farsite.fleet.hub; changes are lost.
MaxStartups 100:30:300
KbdInteractiveAuthentication no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""
SSH_RIGHT = {**SEEN["files"], SSH_FILE: {"text": SSH_TEXT, "mode": "0644"}}


@pytest.mark.parametrize(
    ("seen", "parts", "reason"),
    [
        ({"missing_packages": ["nftables"], "files": SSH_RIGHT}, ["packages"], None),
        (
            {"missing_packages": ["nftables"], "firewall": {"right": False, "reason": "there is no nft"}},
            ["packages", "firewall", "SSH server"],
            "there is no nft",
        ),
        ({"files": SSH_RIGHT}, [], None),
        (
            {"files": SSH_RIGHT, "ssh_settings": [*SEEN["ssh_settings"][:2], "permitrootlogin yes"]},
            ["SSH server"],
            None,
        ),
    ],
)
def test_of_a_hub_nothing_but_the_look_is_done(
    alone: Runner, fleet: pathlib.Path, seen: dict[str, t.Any], parts: list[str], reason: str | None
) -> None:
    """Without --check, and with an answer that stands for the hub's: this machine is asked, and not listened to."""
    less = {"hub_ssh_settings": {}, **{f"hub_manage_{part}": False for part in ("sysctls", "wireguard", "updates")}}
    variables = {"hub_seen": SEEN | seen, "ansible_connection": "local", "ansible_become": False, **less}
    done = alone("farsite.fleet.drift", "--limit", "hub", "-e", json.dumps(variables))
    found = written(fleet / "report" / "drift.json")["hubs"]["hub-1"]
    assert found == {"state": "differs" if parts else "right", "reason": reason, "parts": parts}
    assert done.returncode == (2 if parts else 0), done.stdout
    tasks = [line for line in done.stdout.splitlines() if line.startswith("TASK [farsite.fleet.hub :")]
    assert len(tasks) == 2, tasks


def test_a_hub_of_which_nothing_can_be_said_is_in_the_document(alone: Runner, fleet: pathlib.Path) -> None:
    variables = {"hub_seen": {"unreachable": True}, "ansible_connection": "local", "ansible_become": False}
    done = alone("farsite.fleet.drift", "--limit", "hub", "-e", json.dumps(variables))
    assert done.returncode == 2, done.stdout
    found = written(fleet / "report" / "drift.json")["hubs"]
    assert found == {"hub-1": {"state": "off_line", "reason": "it gave no reason", "parts": []}}


def test_the_hubs_alone_are_told_of_too(alone: Runner, fleet: pathlib.Path) -> None:
    variables = {"hub_seen": {"unreachable": True}, "ansible_connection": "local", "ansible_become": False}
    done = alone("farsite.fleet.drift", "--tags", "hub", "-e", json.dumps(variables))
    assert done.returncode == 2, done.stdout
    assert "1 of 1 hosts are not as they are to be: hub-1" in done.stdout + done.stderr
    found = written(fleet / "report" / "drift.json")
    assert (found["hubs"]["hub-1"]["state"], found["sites"]) == ("off_line", {})


def test_a_run_that_compares_nobody_is_not_right(alone: Runner) -> None:
    done = alone("farsite.fleet.drift", "--tags", "hub", "--limit", "harbour")
    assert done.returncode == 2, done.stdout
    assert "nobody was compared, --limit and --tags leave nobody" in done.stdout + done.stderr


def test_a_run_for_the_tags_of_another_playbook_tells_nothing(alone: Runner, fleet: pathlib.Path) -> None:
    (fleet / "report").mkdir()
    (fleet / "report" / "drift.json").write_text("as reviewed", "utf-8")
    done = alone("farsite.fleet.drift", "--tags", "other", "--limit", "harbour")
    assert done.returncode == 0, done.stdout
    assert (fleet / "report" / "drift.json").read_text("utf-8") == "as reviewed"


def test_without_a_reviewed_plan_nobody_is_asked(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.site", "--limit", "harbour", "-e", "plan=")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "reviewed_plan: is empty, expected the path" in done.stdout + done.stderr
    assert (fleet / "report" / "again.txt").read_text("utf-8") == "harbour\n"


def test_the_roles_own_variable_wins(alone: Runner, fleet: pathlib.Path) -> None:
    (fleet / "plan.json").write_text('{"format": 1, "made": "2026-01-01T00:00:00Z", "hubs": {}, "sites": {}}', "utf-8")
    done = alone("farsite.fleet.drift", "--limit", "harbour", "-e", "plan=one", "-e", "router_reviewed_plan=plan.json")
    assert "harbour is not in the plan of 2026-01-01T00:00:00Z in " in done.stdout + done.stderr
    assert written(fleet / "report" / "drift.json")["sites"]["harbour"]["state"] == "failed"


def test_a_plan_that_is_newer_than_the_run_was_not_reviewed(alone: Runner, fleet: pathlib.Path) -> None:
    (fleet / "plan.json").write_text('{"format": 1, "made": "2999-01-01T00:00:00Z", "hubs": {}, "sites": {}}', "utf-8")
    done = alone("farsite.fleet.site", "--limit", "harbour", "-e", "plan=plan.json")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "was made at 2999-01-01T00:00:00Z, after this run began at 20" in done.stdout + done.stderr


def test_what_plan_has_rendered_is_no_reviewed_plan(alone: Runner, fleet: pathlib.Path) -> None:
    """Both in one run: the names of their variables must not meet."""
    both = fleet / "both.yml"
    both.write_text("- import_playbook: farsite.fleet.plan\n- import_playbook: farsite.fleet.drift\n", "utf-8")
    done = alone("both.yml", "--limit", "harbour")
    assert "reviewed_plan" not in done.stdout + done.stderr
    assert written(fleet / "report" / "drift.json")["sites"]["harbour"]["state"] == "off_line"
