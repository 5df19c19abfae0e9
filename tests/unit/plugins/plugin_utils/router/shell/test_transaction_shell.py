# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single decisions of the router's program, in a stock router's own shell; the whole of it is tested in the lab."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    import pathlib

KNOWN = ("static", "dhcp")


@pytest.fixture
def router(tmp_path: pathlib.Path) -> pathlib.Path:
    return make_applets(tmp_path)


def answer(router: pathlib.Path, *commands: str) -> str:
    return run(router, ["preflight", "transaction"], ["part answer", *commands])["answer"][1].strip()


@pytest.mark.parametrize(
    ("configured", "scripts", "known", "restart"),
    [
        (["static", "wireguard"], ["wireguard"], KNOWN, "yes"),
        (["static", "wireguard"], ["wireguard"], (*KNOWN, "wireguard"), "no"),
        (["static", "wireguard"], [], KNOWN, "no"),
        (["static", "none"], ["wireguard"], KNOWN, "no"),
        (["qmi"], ["qmix"], KNOWN, "no"),
        (["static", "wireguard"], ["wireguard"], None, "no"),
    ],
)
def test_netifd_begins_anew_where_a_protocol_s_script_is_new(  # noqa: PLR0913, PLR0917 # a row
    router: pathlib.Path,
    tmp_path: pathlib.Path,
    configured: list[str],
    scripts: list[str],
    known: tuple[str, ...] | None,
    restart: str,
) -> None:
    shown = "".join(f"network.i{number}.proto='{proto}'\n" for number, proto in enumerate(configured))
    handlers = json.dumps({name: {"no_device": False} for name in known or ()}, indent="\t")
    folder = tmp_path / "proto"
    folder.mkdir()
    for name in scripts:
        (folder / f"{name}.sh").write_text(f'[ -n "$INCLUDE_ONLY" ] || {{\n\tadd_protocol {name}\n}}\n')
    commands = [
        f"uci() {{ printf %s {quoted(shown)}; }}",
        f"ubus() {{ printf '%s\\n' {quoted(handlers)}; return {4 * (known is None)}; }}",
        # the only absolute path
        f"""grep() {{ shift; word=$1; cat {quoted(folder)}/*.sh 2>/dev/null | command grep -q "$word"; }}""",
        "new_protocol && echo yes || echo no",
    ]
    assert answer(router, *commands) == restart


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("/etc/config/network", "yes"),
        ("/etc/nftables.d/20-x.nft", "yes"),
        ("/etc/dnsmasq.d/x", "yes"),
        ("/etc/dropbear/authorized_keys", "no"),
        ("/etc/hotplug.d/iface/95-x", "no"),
        ("/etc/x", "no"),
    ],
)
def test_what_the_preflight_copies(router: pathlib.Path, path: str, read: str) -> None:
    assert answer(router, f"preflight_reads {path} && echo yes || echo no") == read


def test_errors_of_nft_are_compared_without_their_lines(router: pathlib.Path) -> None:
    said = (
        "/etc/nftables.d/20-x.nft:3:1-7: Error: syntax error\n"
        "[!] Section @rule[7] (x) is disabled\nSection x: fine\n[!] disabling reflection\n"
    )
    told = answer(router, f"printf %s {quoted(said)} | firewall_complaints")
    assert told.splitlines() == ["/etc/nftables.d/20-x.nft: Error: syntax error", "[!] Section @rule (x) is disabled"]
