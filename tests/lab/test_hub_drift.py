# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role hub goes only through what is not right: nothing costs one exchange, and whatever was changed is mended."""

from __future__ import annotations

import itertools
import re
import typing as t

import pytest

from playbooks import Play, Player

if t.TYPE_CHECKING:
    from lab_hub import LabHub

SITE = "dGhlIHB1YmxpYyBrZXkgb2YgYW5vdGhlciBzaXRlLi4="
OTHER = "YSBrZXkgb2YgYSBwZXJzb24ncyBvd24gcGhvbmUuLi4="
VARIABLES: dict[str, t.Any] = {
    "hub_wireguard_go": True,
    "hub_addresses": ["10.79.255.254/32"],
    "hub_pools": ["10.79.0.0/16", "10.80.0.0/12"],
    "hub_site_networks": ["10.79.0.0/16", "10.80.0.0/12"],
    "hub_peers": [{"name": "quarry", "public_key": SITE, "allowed_ips": ["10.79.0.17/32", "10.80.17.0/24"]}],
    "hub_sysctls": {"net.ipv4.tcp_syncookies": 1},
    # what a machine under load needs between a setting and its trial, and more
    "hub_rollback_timeout": 300,
    "ansible_pipelining": True,
    "ansible_python_interpreter": "/usr/bin/python3",
}
PARTS = ("firewall", "sysctls", "wireguard", "updates", "ssh")
SSH, SYSCTL, APT = (
    "/etc/ssh/sshd_config.d/00-farsite-fleet.conf",
    "/etc/sysctl.d/99-zz-farsite-fleet.conf",
    "/etc/apt/apt.conf.d/52farsite-fleet",
)
DRIFT = {
    "firewall: a rule": (
        "firewall",
        "nft insert rule inet farsite_fleet input accept",
        "nft list table inet farsite_fleet",
    ),
    "firewall: the table": ("firewall", "nft delete table inet farsite_fleet", "nft list table inet farsite_fleet"),
    "firewall: the file": ("firewall", "echo >>/etc/farsite-fleet/firewall.nft", "cat /etc/farsite-fleet/firewall.nft"),
    "firewall: the unit": (
        "firewall",
        "systemctl disable farsite-fleet-firewall.service",
        "systemctl is-enabled farsite-fleet-firewall.service",
    ),
    "kernel: in force": ("sysctls", "sysctl -w net.ipv4.ip_forward=0", "sysctl net.ipv4.ip_forward"),
    "kernel: one of the user's": ("sysctls", "sysctl -w net.ipv4.tcp_syncookies=2", "sysctl net.ipv4.tcp_syncookies"),
    "kernel: the file": ("sysctls", f"echo kernel.panic = 1 >>{SYSCTL}", f"cat {SYSCTL}"),
    "kernel: its mode": ("sysctls", f"chmod 0600 {SYSCTL}", f"stat -c %a {SYSCTL}"),
    "tunnel: a peer is gone": ("wireguard", f"wg set fleet peer {SITE} remove", "wg show fleet allowed-ips"),
    "tunnel: a peer is new": (
        "wireguard",
        f"wg set fleet peer {OTHER} allowed-ips 10.79.0.18/32",
        "wg show fleet allowed-ips",
    ),
    "tunnel: a route": ("wireguard", "ip route del 10.80.17.0/24", "ip route show dev fleet"),
    "tunnel: an address": ("wireguard", "ip address add 10.79.255.1/32 dev fleet", "ip -4 -o address show dev fleet"),
    "tunnel: the file": ("wireguard", "echo >>/etc/wireguard/fleet.conf", "cat /etc/wireguard/fleet.conf"),
    "tunnel: the key's mode": (
        "wireguard",
        "chmod 0644 /etc/wireguard/fleet.key",
        "stat -c %a /etc/wireguard/fleet.key",
    ),
    "tunnel: the unit": ("wireguard", "systemctl disable wg-quick@fleet", "systemctl is-enabled wg-quick@fleet"),
    "updates: the file": ("updates", f"rm {APT}", f"cat {APT}"),
    "updates: a timer is stopped": ("updates", "systemctl stop apt-daily.timer", "systemctl is-active apt-daily.timer"),
    "updates: a timer is off": (
        "updates",
        "systemctl disable apt-daily-upgrade.timer",
        "systemctl is-enabled apt-daily-upgrade.timer",
    ),
    "ssh: the file": ("ssh", f"echo X11Forwarding yes >{SSH}", f"cat {SSH}"),
    "ssh: it is gone": ("ssh", f"rm {SSH}", f"cat {SSH}"),
}
"""By what it is: the part that mends it, what somebody does by hand, and what tells that it is as before."""


def _rounds() -> t.Iterator[dict[str, tuple[str, str, str]]]:
    """Yield all of DRIFT, at most one of each part at a time, so that each has to be found by itself."""
    parts = [[(name, drift) for name, drift in DRIFT.items() if drift[0] == part] for part in PARTS]
    yield from (dict(filter(None, found)) for found in itertools.zip_longest(*parts))


@pytest.fixture(scope="module", name="player")
def _player(hub: LabHub, tmp_path_factory: pytest.TempPathFactory) -> Player:
    player = Player(hub, tmp_path_factory.mktemp("drift"))
    done = role(player)
    assert done.status == 0, done.output
    return player


def role(player: Player, *options: str, **variables: t.Any) -> Play:
    play = {"roles": [{"role": "farsite.fleet.hub"}], "vars": VARIABLES | variables}
    return player.play({"ansible.builtin.meta": "noop"}, options=options, **play)


def gone_through(done: Play) -> set[str]:
    return set(re.findall(r"^included: \S+/roles/hub/tasks/(\w+)\.yml", done.output, re.MULTILINE)) & set(PARTS)


def test_where_nothing_is_to_be_done_there_is_one_exchange(player: Player) -> None:
    for options in ((), ("--check", "--diff")):
        done = role(player, *options)
        assert (done.status, gone_through(done)) == (0, set()), done.output
        assert re.search(r"changed=0 .*failed=0 ", done.output)
        assert len(done.ssh) == 1, done.ssh


@pytest.mark.parametrize("drifts", list(_rounds()), ids=", ".join)
def test_what_somebody_changed_is_mended(hub: LabHub, player: Player, drifts: dict[str, tuple[str, str, str]]) -> None:
    parts = {part for part, _command, _shown in drifts.values()}
    before = {shown: hub.output(shown) for _part, _command, shown in drifts.values()}
    for _part, command, shown in drifts.values():
        hub.output(command)
        assert hub.execute(shown).stdout != before[shown], f"{command} makes no difference"
    done = role(player)
    assert (done.status, gone_through(done)) == (0, parts), done.output
    assert {shown: hub.output(shown) for shown in before} == before


def test_a_check_finds_it_and_changes_nothing(hub: LabHub, player: Player) -> None:
    drifts = [DRIFT[name] for name in ("firewall: the table", "kernel: in force", "tunnel: a route", "ssh: it is gone")]
    for _part, command, _shown in drifts:
        hub.output(command)
    changed = [hub.execute(shown).stdout for _part, _command, shown in drifts]
    announced = role(player, "--check", "--diff")
    assert (announced.status, gone_through(announced)) == (0, {part for part, _command, _shown in drifts})
    assert [hub.execute(shown).stdout for _part, _command, shown in drifts] == changed
    done = role(player)
    assert done.status == 0, done.output
    assert gone_through(role(player)) == set()


def test_a_server_that_does_not_read_its_file_any_more_is_told(hub: LabHub, player: Player) -> None:
    hub.output("sed -i.kept /^Include/d /etc/ssh/sshd_config")
    try:
        done = role(player)
    finally:
        hub.output("mv /etc/ssh/sshd_config.kept /etc/ssh/sshd_config")
    assert (done.status, gone_through(done)) == (2, {"ssh"}), done.output
    assert "does not do what its settings would have it do, but " in done.output
    assert "passwordauthentication yes" in done.output
    assert role(player).status == 0


def test_a_package_that_is_missing_is_found(player: Player) -> None:
    done = role(player, "--check", hub_packages=["nftables", "farsite-no-such-package"])
    assert "packages.yml for" in done.output
    assert "farsite-no-such-package" in done.output


def test_other_options_are_brought_there(hub: LabHub, player: Player) -> None:
    peers = [*VARIABLES["hub_peers"], {"name": "anna", "public_key": OTHER, "allowed_ips": ["10.79.0.18/32"]}]
    done = role(player, hub_peers=peers)
    assert (done.status, gone_through(done)) == (0, {"wireguard"}), done.output
    assert OTHER in hub.output("wg show fleet allowed-ips")
    # one of two is a removal that is meant
    assert role(player, hub_retired_keys=[OTHER]).status == 0


def test_what_a_task_would_warn_of_is_told_although_it_does_not_run(player: Player, hub: LabHub) -> None:
    foreign = "add table ip other; add chain ip other in { type filter hook input priority 1; policy drop; }"
    hub.output(["nft", foreign])
    try:
        hub.output("nft add rule ip other in tcp dport 22 accept")
        done = role(player)
    finally:
        hub.output("nft delete table ip other")
    assert (done.status, gone_through(done)) == (0, set()), done.output
    assert "WireGuard" in done.output
    assert "ip other in" in done.output


def test_another_key_than_that_of_the_files_is_refused_as_ever(player: Player) -> None:
    done = role(player, hub_public_key=OTHER)
    assert done.status != 0
    assert f"the fleet's files have {OTHER}" in re.sub(r"\s+", " ", done.output)
