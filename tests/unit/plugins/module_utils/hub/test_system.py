# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.hub import system

if t.TYPE_CHECKING:
    import pathlib

ROUTES = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
ens3	00000000	010012AC	0003	0	0	0	00000000	0	0	0
fleet	0000500A	00000000	0001	0	0	0	0000F0FF	0	0	0
"""
ZEROS = "0" * 32
ROUTES6 = f"""\
{ZEROS} 00 {ZEROS} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ens4
{ZEROS} 00 {ZEROS} 00 {ZEROS} ffffffff 00000001 00000000 00200200       lo
fe800000000000000000000000000000 40 {ZEROS} 00 {ZEROS} 00000100 00000001 00000000 00000001     ens5
"""


class Programs:
    """Answers by the first words of what is run."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.ran: list[tuple[str, ...]] = []

    def __call__(self, *arguments: str) -> str | None:
        self.ran.append(arguments)
        return self.answers.get(arguments[0].replace("-", "_"))


def write(root: pathlib.Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize("path", ["etc/os-release", "usr/lib/os-release"])
def test_the_distribution_is_what_its_file_says(tmp_path: pathlib.Path, path: str) -> None:
    write(tmp_path, path, 'PRETTY_NAME="Debian 12"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n')
    assert system.distribution(tmp_path) == {"id": "debian", "name": "Debian GNU/Linux", "version": "12"}


def test_a_system_that_does_not_say_is_none(tmp_path: pathlib.Path) -> None:
    assert system.distribution(tmp_path) == {"id": "", "name": "", "version": ""}


def test_packages_that_are_not_installed_are_missing() -> None:
    programs = Programs(dpkg_query="nftables installed\nprocps config-files\nwireguard-tools half-installed\n")
    wanted = ["wireguard-tools", "nftables", "procps", "iproute2"]
    assert system.missing_packages(programs, wanted) == ["wireguard-tools", "procps", "iproute2"]
    assert system.missing_packages(Programs(), ["nftables"]) == ["nftables"]
    assert system.missing_packages(programs, []) == []
    assert len(programs.ran) == 1


def test_a_file_has_its_text_and_its_mode(tmp_path: pathlib.Path) -> None:
    file, bytes_ = tmp_path / "a.conf", tmp_path / "b.conf"
    file.write_text("a = 1\r\n", newline="")
    file.chmod(0o640)
    bytes_.write_bytes(b"\xff")
    bytes_.chmod(0o644)
    found = system.file_states([str(file), str(bytes_), str(tmp_path / "none"), str(tmp_path), str(file / "below")])
    assert list(found.values()) == [
        {"text": "a = 1\r\n", "mode": "0640"},
        {"text": "\N{REPLACEMENT CHARACTER}", "mode": "0644"},
        None,
        None,
        None,
    ]


def test_settings_of_the_kernel_are_found_by_both_ways_to_name_them(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n")
    write(tmp_path, "proc/sys/net/ipv6/conf/eth0.7/accept_ra", "1\n")
    wanted = {
        "net.ipv4.tcp_rmem": "4096 131072 6291456",
        "net.ipv6.conf.eth0/7.accept_ra": "1",
        "net/ipv6/conf/eth0.7/accept_ra": "1",
        "net.ipv4.no_such": None,
    }
    assert system.sysctl_values(wanted, tmp_path) == wanted


def test_uplinks_are_those_with_a_default_route(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "proc/net/route", ROUTES)
    write(tmp_path, "proc/net/ipv6_route", ROUTES6)
    for number, name in enumerate(("ens3", "ens4", "ens5", "lo", "fleet")):
        write(tmp_path, f"proc/sys/net/ipv6/conf/{name}/accept_ra", f"{number}\n")
    assert system.router_listening(tmp_path) == {
        "net/ipv6/conf/ens3/accept_ra": "0",
        "net/ipv6/conf/ens4/accept_ra": "1",
    }
    assert not system.has_ipv6(tmp_path)
    write(tmp_path, "proc/sys/net/ipv6/conf/all/forwarding", "0\n")
    assert system.has_ipv6(tmp_path)


def test_a_kernel_without_ipv6_has_no_uplink_that_listens(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "proc/net/route", ROUTES)
    assert system.router_listening(tmp_path) == {}


def test_units_are_asked_for_in_one_go() -> None:
    shown = "UnitFileState=enabled\nActiveState=active\n\nUnitFileState=\nActiveState=inactive\n"
    programs = Programs(systemctl=shown)
    assert system.unit_states(programs, ["a.timer", "b.timer"]) == {
        "a.timer": {"enabled": True, "active": True},
        "b.timer": {"enabled": False, "active": False},
    }
    assert system.unit_states(Programs(), ["a.timer"]) == {"a.timer": {"enabled": False, "active": False}}
    assert system.unit_states(programs, []) == {}
    assert len(programs.ran) == 1


def test_the_ssh_server_that_cannot_tell_says_nothing() -> None:
    assert system.ssh_settings(Programs(sshd="port 22\nusepam yes\n")) == ["port 22", "usepam yes"]
    assert system.ssh_settings(Programs()) == []
