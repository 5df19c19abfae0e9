# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the role hub in check mode, by an answer that stands for the hub's; this machine lends files of its own."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    import pathlib
    import subprocess

    from ansible_collections.farsite.fleet.tests.unit.playbooks.conftest import Runner

PLAY = """
- hosts: hub-1
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {{name: farsite.fleet.hub, tasks_from: {part}}}
"""
SYSCTLS = {
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.rp_filter": "2",
    "net.ipv4.conf.default.rp_filter": "2",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
}
JOURNAL = "#!/bin/sh\necho 'Accepted publickey for root from 192.0.2.7 port 4711 ssh2'\n"


def checked(alone: Runner, fleet: pathlib.Path, part: str, **variables: t.Any) -> subprocess.CompletedProcess[str]:
    (fleet / "part.yml").write_text(PLAY.format(part=part), "utf-8")
    variables |= {"ansible_connection": "local", "ansible_become": False, "hub_sysctls": {}}
    return alone("part.yml", "--check", "-e", json.dumps(variables))


@pytest.mark.parametrize(("forwarding", "changed"), [("1", 0), ("0", 1)])
def test_a_setting_that_the_kernel_does_not_have_any_more_is_a_change(
    alone: Runner, fleet: pathlib.Path, forwarding: str, changed: int
) -> None:
    file = fleet / "sysctl.conf"
    lines = ["# Written by the Ansible role farsite.fleet.hub; changes are lost."]
    lines += [f"{name} = {value}" for name, value in SYSCTLS.items()]
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    file.chmod(0o644)
    seen = {"sysctls": SYSCTLS | {"net.ipv4.ip_forward": forwarding}, "accept_ra": {}, "ipv6": False}
    done = checked(alone, fleet, "sysctls", hub_seen=seen, hub_sysctl_file=str(file))
    assert done.returncode == 0, done.stdout
    assert f"changed={changed} " in done.stdout
    assert ("The kernel's settings in force are not those of" in done.stdout) is bool(changed)


def ssh_server(fleet: pathlib.Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> dict[str, t.Any]:
    """Let this machine be a hub that is logged in to by key, with these lines in the role's file; return variables."""
    (fleet / "bin").mkdir()
    (fleet / "bin" / "journalctl").write_text(JOURNAL)
    (fleet / "bin" / "journalctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(fleet / "bin"), prepend=":")
    file = fleet / "sshd.conf"
    head = ("# Written by the Ansible role farsite.fleet.hub; changes are lost.", "MaxStartups 100:30:300")
    file.write_text("".join(f"{line}\n" for line in (*head, *lines)), "utf-8")
    file.chmod(0o644)
    return {"hub_ssh_way": {"stdout": "192.0.2.7 4711 192.0.2.1 22"}, "hub_ssh_file": str(file)}


def test_root_is_let_in_no_further_than_the_users_settings_say(
    alone: Runner, fleet: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("PermitRootLogin no", "KbdInteractiveAuthentication no", "PasswordAuthentication no")
    variables = ssh_server(fleet, monkeypatch, *lines)
    variables |= {"hub_seen": {"ssh_settings": []}, "hub_ssh_settings": {"PermitRootLogin": "no"}}
    done = checked(alone, fleet, "ssh_settings", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0 " in done.stdout


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (["passwordauthentication no", "x11forwarding no"], None),
        (["passwordauthentication yes", "x11forwarding no"], "passwordauthentication yes"),
        (["passwordauthentication no", "x11forwarding yes"], "x11forwarding yes"),
    ],
)
def test_a_server_that_does_the_opposite_of_its_file_is_refused(
    alone: Runner,
    fleet: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    refused: str | None,
) -> None:
    lines = ["X11Forwarding no", "KbdInteractiveAuthentication no", "PasswordAuthentication no"]
    variables = ssh_server(fleet, monkeypatch, *lines, "PermitRootLogin prohibit-password")
    variables |= {"hub_seen": {"ssh_settings": said}, "hub_ssh_settings": {"X11Forwarding": "no"}}
    file = variables["hub_ssh_file"]
    done = checked(alone, fleet, "ssh_settings", **variables)
    assert done.returncode == (2 if refused else 0), done.stdout + done.stderr
    assert "changed=0 " in done.stdout
    if refused:
        found = " ".join((done.stdout + done.stderr).split())
        assert f"does not do what its settings would have it do, but {refused}: {file} is not included before" in found
