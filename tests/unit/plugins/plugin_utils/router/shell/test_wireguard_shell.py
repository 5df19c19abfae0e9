# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `wg syncconf` gets, with this machine's awk and with busybox's (``FARSITE_BUSYBOX``, PATH)."""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source

if t.TYPE_CHECKING:
    import pathlib

BUSYBOX = os.environ.get("FARSITE_BUSYBOX") or shutil.which("busybox")
INTERFACE = """
config interface 'wg0'
	option proto 'wireguard'
	option private_key 'PRIVATE='
	list addresses '10.9.0.2/32'
	list addresses 'fd00::2/128'
"""
WHOLE = "[Interface]\nPrivateKey = PRIVATE=\nListenPort = 1000\n"
NO_KEY = f"PresharedKey = {'A' * 43}=\n"
OFF = "PersistentKeepalive = off\n"
ADDRESSES = "#address 10.9.0.2/32\n#address fd00::2/128\n"


@pytest.fixture(params=["system", "busybox"])
def run(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> t.Callable[[str, str], tuple[int, str]]:
    if request.param == "busybox" and BUSYBOX is None:
        pytest.skip("no busybox on this machine")
    environment = dict(os.environ)
    if request.param == "busybox":
        (tmp_path / "awk").symlink_to(str(BUSYBOX))
        environment["PATH"] = f"{tmp_path}:{environment['PATH']}"

    def command(line: str, text: str) -> tuple[int, str]:
        script = f"{source('wireguard')}\n{line} <<'END'\n{text}END\n"
        done = subprocess.run(["sh", "-s"], input=script, capture_output=True, text=True, check=False, env=environment)
        return done.returncode, done.stdout + done.stderr

    return command


def peer(*options: str, interface: str = "wg0") -> str:
    return f"\nconfig wireguard_{interface}\n\toption public_key 'PUBLIC='\n" + "".join(
        f"\t{line}\n" for line in options
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (INTERFACE, ADDRESSES + WHOLE),
        (INTERFACE + "\toption listen_port '51820'\n", ADDRESSES + WHOLE.replace("1000", "51820")),
        (
            INTERFACE + peer("option allowed_ips '10.0.0.0/8 192.0.2.0/24 '", "option endpoint_host '2001:db8::1'"),
            ADDRESSES
            + WHOLE
            + f"[Peer]\nPublicKey = PUBLIC=\n{NO_KEY}AllowedIPs = 10.0.0.0/8,192.0.2.0/24\n"
            + f"Endpoint = [2001:db8::1]:51820\n{OFF}",
        ),
        (
            peer("list allowed_ips '10.0.0.0/8'", "list allowed_ips 'fd00::/8'", "option preshared_key 'S='")
            + INTERFACE
            + peer(
                "option endpoint_host 'hub.example'", "option endpoint_port '7'", "option persistent_keepalive '25'"
            ),
            ADDRESSES
            + WHOLE
            + f"[Peer]\nPublicKey = PUBLIC=\nPresharedKey = S=\nAllowedIPs = 10.0.0.0/8,fd00::/8\n{OFF}"
            + f"[Peer]\nPublicKey = PUBLIC=\n{NO_KEY}Endpoint = hub.example:7\nPersistentKeepalive = 25\n",
        ),
        (INTERFACE + peer("option disabled 'true'") + peer("option disabled '1'"), ADDRESSES + WHOLE),
        (INTERFACE + peer(interface="wg01"), ADDRESSES + WHOLE),
        (
            INTERFACE + "\nconfig interface 'alias'\n\toption ipaddr '10.8.0.1/24'\n\toption device '@wg0'\n",
            ADDRESSES + "#address 10.8.0.1/24\n" + WHOLE,
        ),
    ],
)
def test_the_file_for_syncconf(run: t.Callable[[str, str], tuple[int, str]], text: str, expected: str) -> None:
    assert run("wireguard_config wg0 1000 off", text) == (0, expected)


def test_a_mark_is_kept(run: t.Callable[[str, str], tuple[int, str]]) -> None:
    assert run("wireguard_config wg0 1000 0x1", INTERFACE) == (0, ADDRESSES + WHOLE + "FwMark = 0x1\n")


def test_without_a_private_key_there_is_no_file_to_wipe_it_with(run: t.Callable[[str, str], tuple[int, str]]) -> None:
    status, _output = run("wireguard_config wg0 1000 off", INTERFACE.replace("private_key", "other"))
    assert status == 3


def test_only_peers_that_are_dialled_can_prove_a_tunnel(run: t.Callable[[str, str], tuple[int, str]]) -> None:
    dialled = peer("option endpoint_host 'hub.example'")
    text = INTERFACE + dialled + peer() + dialled.replace("wg0", "wg1") + dialled + "\toption disabled '1'\n"
    assert run("wireguard_dialled", text) == (0, "wg0 PUBLIC=\nwg1 PUBLIC=\n")


WG = """
wireguard_addresses() { :; }
uci() { cat; }
wg() {
    case "$1 $3" in
        "show listen-port") echo 1000 ;;
        "show fwmark") echo off ;;
        "show private-key") echo LIVE ;;
        *) echo "$1:"; cat "$3" ;;
    esac
}
"""


@pytest.mark.parametrize(("live", "added"), [("PRIVATE=", ""), ("ANOTHER=", "addconf:\n{peer}")])
def test_allowed_ips_are_never_taken_away_and_another_private_key_comes_last(
    run: t.Callable[[str, str], tuple[int, str]], tmp_path: pathlib.Path, live: str, added: str
) -> None:
    options = ("list allowed_ips '10.0.0.0/8'", "option preshared_key 'S='", "option endpoint_host 'hub.example'")
    known = "[Peer]\nPublicKey = PUBLIC=\nPresharedKey = S=\nAllowedIPs = 10.0.0.0/8\n"
    whole = WHOLE + known + f"Endpoint = hub.example:51820\n{OFF}"
    status, output = run(
        WG.replace("LIVE", live) + f"wireguard_sync_once wg0 {tmp_path}/sync", INTERFACE + peer(*options)
    )
    assert (status, output) == (0, added.format(peer=known + OFF) + "syncconf:\n" + whole)
