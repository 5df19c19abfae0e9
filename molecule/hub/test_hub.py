# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hub is like after the role, and again after a restart; run by verify.yml."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from testinfra.host import Host

PEERS = {
    "cGxlYXNlIGRvIG5vdCB1c2UgdGhpcyBrZXkgaGVyZSE=": {"10.79.0.17/32", "10.80.17.0/24", "fdaa:bbcc:dd00:11::/64"},
    "dGhlIHB1YmxpYyBrZXkgb2YgYW5vdGhlciBzaXRlLi4=": {"10.79.0.18/32", "10.80.18.0/24"},
    "YSBrZXkgb2YgYSBwZXJzb24ncyBvd24gcGhvbmUuLi4=": {"10.78.0.5/32"},
}


def test_everything_has_started(host: Host) -> None:
    assert host.check_output("systemctl is-system-running --wait") == "running"


@pytest.mark.parametrize(
    "unit", ["wg-quick@fleet.service", "farsite-fleet-firewall.service", "apt-daily-upgrade.timer"]
)
def test_units_are_enabled_and_run(host: Host, unit: str) -> None:
    assert host.service(unit).is_enabled
    assert host.service(unit).is_running


def test_the_tunnel_has_its_peers(host: Host) -> None:
    lines = host.check_output("wg show fleet allowed-ips").splitlines()
    assert {line.split()[0]: set(line.split()[1:]) for line in lines} == PEERS
    assert host.check_output("wg show fleet listen-port") == "51820"
    assert host.socket("udp://0.0.0.0:51820").is_listening


def test_the_tunnel_has_its_addresses_and_routes(host: Host) -> None:
    shown = json.loads(host.check_output("ip -json address show dev fleet"))[0]
    assert {entry["local"] for entry in shown["addr_info"]} >= {"10.79.255.254", "fdaa:bbcc:dd00::1:0"}
    assert shown["mtu"] == 1420
    for address in ("10.80.17.11", "10.79.0.18", "10.78.0.5", "fdaa:bbcc:dd00:11::b"):
        assert json.loads(host.check_output("ip -json route get %s", address))[0]["dev"] == "fleet"


def test_keys_are_for_root_only(host: Host) -> None:
    for name in ("fleet.key", "fleet.conf"):
        file = host.file(f"/etc/wireguard/{name}")
        assert (file.mode, file.user) == (0o600, "root")
    assert host.check_output("wg pubkey < /etc/wireguard/fleet.key") == host.check_output("wg show fleet public-key")
    assert "PrivateKey" not in host.file("/etc/wireguard/fleet.conf").content_string


def test_the_firewall_drops_what_it_does_not_know(host: Host) -> None:
    listed = json.loads(host.check_output("nft --json list table inet farsite_fleet"))["nftables"]
    chains = {entry["chain"]["hook"]: entry["chain"]["policy"] for entry in listed if "hook" in entry.get("chain", {})}
    assert (chains["input"], chains["forward"]) == ("drop", "drop")


def test_the_firewall_has_the_forward(host: Host) -> None:
    listed = host.check_output("nft list table inet farsite_fleet")
    assert "8017 : 10.80.17.11 . 80" in listed
    assert "198.51.100.0/24 . 8017" in listed


def test_the_kernel_forwards(host: Host) -> None:
    wanted = {
        "net.ipv4.ip_forward": 1,
        "net.ipv4.conf.all.rp_filter": 2,
        "net.ipv4.tcp_syncookies": 1,
        "net.ipv6.conf.all.forwarding": 1,
    }
    assert {name: host.sysctl(name) for name in wanted} == wanted


def test_security_updates_are_on(host: Host) -> None:
    shown = host.check_output("apt-config dump")
    assert 'APT::Periodic::Unattended-Upgrade "1";' in shown
    assert 'Unattended-Upgrade::Automatic-Reboot "false";' in shown
    assert host.check_output("unattended-upgrade --help")


def test_the_ssh_server_takes_keys_only(host: Host) -> None:
    shown = host.check_output("sshd -T").splitlines()
    wanted = {"passwordauthentication no", "kbdinteractiveauthentication no", "permitrootlogin without-password"}
    assert wanted <= set(shown)
    assert not host.file("/run/farsite-fleet/sshd-trial.conf").exists
