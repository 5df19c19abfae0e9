# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role hub never locks itself out: what would cut its own log-in off is taken back by the hub, or not done."""

from __future__ import annotations

import re
import time
import typing as t

import pytest

from playbooks import Play, Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_hub import LabHub

SECONDS = 40
"""What a machine under load needs between a setting and its trial, and more."""
DROP_IN = "/etc/ssh/sshd_config.d/00-farsite-fleet.conf"
TABLE = "nft list table inet farsite_fleet"
# No address of the lab.
ELSEWHERE = ["198.51.100.0/24"]


@pytest.fixture(scope="module")
def player(hub: LabHub, tmp_path_factory: pytest.TempPathFactory) -> Player:
    player = Player(hub, tmp_path_factory.mktemp("role"))
    foreign = {"ansible.builtin.copy": {"content": "X11Forwarding no\n", "dest": DROP_IN, "mode": "0644"}}
    assert player.play(foreign, {"farsite.fleet.hub_firewall": {}}).status == 0
    return player


def role(player: Player, *options: str, **variables: t.Any) -> Play:
    """Run the role with only the parts that *variables* switch on."""
    parts = ("packages", "firewall", "sysctls", "wireguard", "updates", "ssh")
    off = {f"hub_manage_{part}": False for part in parts}
    task = {"ansible.builtin.include_role": {"name": "farsite.fleet.hub"}, "vars": off | variables}
    return player.play(task, options=options, vars={"ansible_pipelining": True})


def test_settings_of_the_ssh_server_that_lock_out_are_taken_back(hub: LabHub, player: Player) -> None:
    before = hub.read(DROP_IN)
    wrong = {"hub_ssh_settings": {"AllowUsers": "nobody"}, "hub_rollback_timeout": SECONDS}
    done = role(player, hub_manage_ssh=True, **wrong)
    assert done.status != 0
    assert "the SSH server did not let this run in again, so the hub went back to what it had" in done.output
    assert hub.ssh("true").returncode == 0
    settings = hub.output("sshd -T").splitlines()
    assert "allowusers nobody" not in settings
    assert "passwordauthentication yes" in settings
    assert hub.read(DROP_IN).splitlines()[1:] == before.splitlines()


def test_settings_that_are_confirmed_too_late_are_not_kept(hub: LabHub, player: Player) -> None:
    before, kept = hub.output("sshd -T"), hub.read(DROP_IN)
    done = role(player, hub_manage_ssh=True, hub_ssh_settings={"LoginGraceTime": 99}, hub_rollback_timeout=1)
    assert done.status != 0
    assert "since the new ones were not confirmed within 1 s" in re.sub(r"\s+", " ", done.output)
    # what an earlier undone change has left in the file is no setting
    assert hub.output("sshd -T") == before
    assert hub.read(DROP_IN).split() == kept.split()
    assert not hub.execute("ls /run/farsite-fleet/sshd-trial.conf").stdout


def test_settings_that_the_ssh_server_does_not_know_are_not_tried(hub: LabHub, player: Player) -> None:
    done = role(player, hub_manage_ssh=True, hub_ssh_settings={"AllowUsrs": "root"})
    assert done.status != 0
    assert "Bad configuration option: AllowUsrs" in done.output
    hub.output("sshd -t")
    assert hub.execute("systemctl is-active farsite-fleet-ssh-undo.timer").stdout == "inactive\n"


def test_a_restart_before_the_confirmation_takes_them_back(hub: LabHub, player: Player) -> None:
    # As ssh_trial.yml leaves it when the run is killed before it comes in again.
    before = hub.read(DROP_IN)
    trial = "/run/farsite-fleet/sshd-trial.conf"
    hub.write(trial, b"AllowUsers nobody\n")
    hub.write(DROP_IN, f"Include {trial}\n".encode() + before)
    hub.output("systemctl reload ssh.service; sleep 1")
    assert hub.ssh("true").returncode == 255
    hub.reboot()
    assert hub.ssh("true").returncode == 0
    hub.write(DROP_IN, before)
    assert player.play({"ansible.builtin.ping": {}}).status == 0


def test_passwords_stay_where_the_run_came_in_by_one(hub: LabHub, tmp_path: pathlib.Path) -> None:
    hub.output("echo root:quarry | chpasswd; echo PermitRootLogin yes >/etc/ssh/sshd_config.d/01-root.conf")
    hub.output("systemctl reload ssh.service; mv ~/.ssh/authorized_keys ~/.ssh/kept; sleep 1")
    try:
        log_in = {"ansible_password": "quarry", "ansible_ssh_password_mechanism": "ssh_askpass"}
        # One of its own, that has no connection yet.
        done = role(Player(hub, tmp_path), hub_manage_ssh=True, ansible_ssh_common_args=by_password(hub), **log_in)
    finally:
        hub.output("mv ~/.ssh/kept ~/.ssh/authorized_keys")
    assert done.status == 0, done.output
    assert "Log-in with a password is left as it is" in done.output
    assert "passwordauthentication yes" in hub.output("sshd -T").splitlines()
    assert "X11Forwarding no" in hub.read(DROP_IN).decode()


def by_password(hub: LabHub) -> str:
    """Return the options of ssh without those that insist on a key."""
    return f"-F none -o StrictHostKeyChecking=yes -o UserKnownHostsFile={hub.known_hosts} -o CheckHostIP=no"


def test_passwords_go_where_the_run_came_in_by_key(hub: LabHub, player: Player) -> None:
    announced = role(player, "--check", "--diff", hub_manage_ssh=True)
    assert announced.status == 0, announced.output
    assert "+PasswordAuthentication no" in announced.output
    assert "passwordauthentication yes" in hub.output("sshd -T").splitlines()
    done = role(player, hub_manage_ssh=True, hub_rollback_timeout=300)
    assert done.status == 0, done.output
    shown = hub.output("sshd -T").splitlines()
    assert {"passwordauthentication no", "permitrootlogin without-password"} <= set(shown)
    assert hub.ssh("true").returncode == 0
    again = role(player, hub_manage_ssh=True)
    assert (again.status, "changed=0 " in again.output) == (0, True)


def test_a_firewall_that_cuts_ssh_is_taken_back(hub: LabHub, player: Player) -> None:
    before = hub.output(TABLE)
    begun = time.monotonic()
    done = role(player, hub_manage_firewall=True, hub_ssh_from=ELSEWHERE, hub_rollback_timeout=SECONDS)
    assert done.status != 0
    assert "The new firewall was not confirmed, and the hub has undone it" in done.output
    assert time.monotonic() - begun > SECONDS
    assert hub.ssh("true").returncode == 0
    assert hub.output(TABLE) == before


def test_a_hub_without_packages_is_told_what_it_would_get(hub: LabHub, player: Player) -> None:
    missing = {"hub_packages": ["wireguard-tools", "farsite-no-such-package"]}
    done = role(player, "--check", hub_manage_packages=True, hub_manage_wireguard=True, **missing)
    assert "Have the tunnel and all its peers" not in done.output
    assert "farsite-no-such-package" in done.output
    assert hub.execute("test -e /etc/wireguard/fleet.conf").returncode == 1


def test_a_key_that_the_files_do_not_have_is_no_key(hub: LabHub, player: Player) -> None:
    site, other = (hub.output("wg genkey | wg pubkey").strip() for _ in range(2))
    peers = [{"name": "quarry", "public_key": site, "allowed_ips": ["10.79.0.17/32"]}]
    done = role(player, hub_manage_wireguard=True, hub_peers=peers, hub_public_key=other)
    assert done.status != 0
    assert f"the fleet's files have {other}: the routers would not reach it" in done.output
    assert hub.execute("test -e /etc/wireguard/fleet.conf").returncode == 1
