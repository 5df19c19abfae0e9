# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import (
    Configuration,
    ConfigurationError,
    interface_problem,
    parse,
    path_problem,
    render,
    render_sync,
    routes,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import NO_KEY, Peer
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import Running, same_in_wireguard
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting, parse_seen
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.cases import cases, wanted_peers
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

if t.TYPE_CHECKING:
    import pathlib

FULL = Configuration(
    ("10.79.255.254/32", "fdaa::1/128"),
    1420,
    51820,
    "/etc/wireguard/fleet.key",
    "0xca6c",
    (
        peer(1, "10.79.0.1/32", "10.80.0.0/24", preshared_key=secret(1), endpoint="[fd00::1]:5", keepalive=25),
        peer(2, name="site #2, (the other key)", role="next"),
        peer(3, "10.80.1.0/24", name=None, role="kept"),
        peer(4, "fdaa:0:0:4::/64", role="other"),
    ),
)
NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8).filter(
    lambda text: not text.startswith("(")
)


def text_of(configuration: Configuration) -> str:
    return render(configuration, "fleet", routes(configuration.peers))


@given(
    st.builds(
        Configuration,
        st.sampled_from([("10.79.255.254/32",), ("10.79.255.254/32", "fdaa::1/128")]),
        st.integers(1280, 9000),
        st.integers(1, 65535),
        st.just("/etc/wireguard/fleet.key"),
        st.sampled_from([None, "0xca6c"]),
        st.one_of(wanted_peers(), cases().map(lambda case: tuple(case.known.values()))),
    )
)
@settings(max_examples=50)
def test_what_is_written_is_read(configuration: Configuration) -> None:
    found = parse(text_of(configuration))
    assert found.ours == configuration
    assert tuple(found.peers.values()) == configuration.peers


@given(NAMES)
def test_every_name_is_read_as_it_was_written(name: str) -> None:
    configuration = Configuration(("10.0.0.1/32",), 1420, 1, "/k", None, (peer(1, "10.1.0.0/24", name=name),))
    assert parse(text_of(configuration)).ours == configuration


def test_the_file_has_no_private_key_and_all_else() -> None:
    text = text_of(FULL)
    assert "PrivateKey" not in text
    assert "PostUp = wg set %i private-key /etc/wireguard/fleet.key" in text
    assert "# ip route add 10.80.0.0/23 dev fleet proto 171" in text
    assert "[Peer] # site 1\nPublicKey" in text
    assert parse(text).ours == FULL


@pytest.mark.skipif(shutil.which("bash") is None, reason="wg-quick evaluates hooks with bash")
def test_hooks_are_bash_that_wg_quick_does_not_cut_off() -> None:
    hooks = re.findall(r"^(?:PostUp|PreDown) = (.*)$", text_of(FULL), re.MULTILINE)
    assert len(hooks) == 4
    for hook in hooks:
        assert "#" not in hook
        subprocess.run(["bash", "-n", "-c", hook], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="wg-quick evaluates hooks with bash")
@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_hook_that_cannot_do_its_work_does_not_stop_wg_quick(number: int, tmp_path: pathlib.Path) -> None:
    hook = re.findall(r"^(?:PostUp|PreDown) = (.*)$", text_of(FULL), re.MULTILINE)[number]
    hook = hook.replace("/etc/wireguard/%i", str(tmp_path / "absent" / "fleet")).replace("%i", "no-such-interface")
    assert "absent" in hook
    subprocess.run(["bash", "-c", 'set -e -o pipefail; (eval "$0")', hook], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="wg-quick evaluates hooks with bash")
def test_the_last_hook_keeps_the_newest_handshake_of_each_key(tmp_path: pathlib.Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    dump = [
        [key(0, "private"), key(0), "51820", "off"],
        [key(1), secret(1), "192.0.2.1:5", "10.80.1.0/24", "500", "1", "1", "25"],
        [key(2), "(none)", "(none)", "(none)", "0", "0", "0", "off"],
        [key(3), "(none)", "(none)", "(none)", "7", "0", "0", "off"],
    ]
    (programs / "dump").write_text("".join("\t".join(line) + "\n" for line in dump))
    (programs / "wg").write_text(f"#!/usr/bin/env bash\n[ \"$*\" = 'show fleet dump' ] && cat {programs}/dump\n")
    (programs / "wg").chmod(0o755)
    seen = tmp_path / "fleet.seen"
    seen.write_text(f"{key(1)} 1000 192.0.2.2:5\n{key(1)} 99 192.0.2.3:5\n{key(2)} 4 -\n{key(3)} 6 192.0.2.9:5\n")
    hook = re.findall(r"^PreDown = (.*)$", text_of(FULL), re.MULTILINE)[0]
    hook = hook.replace("/etc/wireguard/%i", str(tmp_path / "fleet")).replace("%i", "fleet")
    path = f"{programs}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C"}
    subprocess.run(["bash", "-c", 'set -e -o pipefail; (eval "$0")', hook], check=True, env=environment)
    assert parse_seen(seen.read_text()) == {
        key(1): Sighting(1000, "192.0.2.2:5"),
        key(2): Sighting(4),
        key(3): Sighting(7),
    }
    assert len(seen.read_text().splitlines()) == 3
    seen.unlink()
    subprocess.run(["bash", "-c", 'set -e -o pipefail; (eval "$0")', hook], check=True, env=environment)
    assert parse_seen(seen.read_text()) == {key(1): Sighting(500, "192.0.2.1:5"), key(3): Sighting(7)}
    assert seen.stat().st_mode & 0o777 == 0o600


def running(peers: t.Mapping[str, Peer] | None = None, **changed: t.Any) -> Running:
    """Return what runs with key 0, port 51820 and these peers."""
    return dataclasses.replace(Running(key(0, "private"), None, 51820, None, peers or {}, {}), **changed)


def test_a_sync_takes_away_what_addconf_keeps() -> None:
    before = {
        key(1): peer(1, preshared_key=secret(1), keepalive=25),
        key(2): peer(2, preshared_key=secret(2), keepalive=25),
    }
    one, two = (
        peer(1, "10.80.1.0/24"),
        peer(2, "10.80.2.0/24", preshared_key=secret(3), keepalive=9, endpoint="1.2.3.4:5"),
    )
    wanted = Configuration((), 0, 51820, "", None, (one, two))
    text = render_sync(wanted, key(0, "private"), running(before), {key(1): "192.0.2.1:7"})
    head, first, second = text.split("[Peer]\n")
    assert not head
    assert f"PresharedKey = {NO_KEY}\nPersistentKeepalive = off\n" in first
    assert "Endpoint = 192.0.2.1:7" in first
    assert f"PresharedKey = {secret(3)}" in second
    assert NO_KEY not in second
    assert "Endpoint" not in second


@pytest.mark.parametrize(
    ("private_key", "port", "mark", "expected"),
    [
        (key(0, "private"), 51820, None, ""),
        (key(1, "private"), 51820, None, f"[Interface]\nPrivateKey = {key(1, 'private')}\n"),
        (None, 51820, None, f"[Interface]\nPrivateKey = {NO_KEY}\n"),
        (key(0, "private"), 51821, None, "[Interface]\nListenPort = 51821\n"),
        (key(0, "private"), 51820, "0x7", "[Interface]\nFwMark = 0x7\n"),
    ],
)
def test_a_sync_names_nothing_that_is_right(
    private_key: str | None, port: int, mark: str | None, expected: str
) -> None:
    wanted = Configuration((), 0, port, "", mark, (peer(1, "10.80.1.0/24", preshared_key=secret(1)),))
    peers = {one.public_key: one for one in wanted.peers}
    assert render_sync(wanted, private_key, running(peers), {}) == expected
    other_mark = render_sync(wanted, key(0, "private"), running(peers, fwmark="0x9", listen_port=port), {})
    assert other_mark == f"[Interface]\nFwMark = {mark or 'off'}\n"
    assert "[Peer]" in render_sync(wanted, private_key, running(peers), {key(1): "192.0.2.1:7"})


@given(cases())
@settings(max_examples=50)
def test_a_sync_names_exactly_the_peers_that_differ(case: object) -> None:
    wanted: tuple[Peer, ...] = case.wanted  # type: ignore[attr-defined]
    known: t.Mapping[str, Peer] = case.known  # type: ignore[attr-defined]
    text = render_sync(Configuration((), 0, 51820, "", None, wanted), key(0, "private"), running(known), {})
    found = parse(text).peers
    differing = [
        one for one in wanted if one.public_key not in known or not same_in_wireguard(one, known[one.public_key])
    ]
    assert list(found) == [one.public_key for one in differing]
    assert all(same_in_wireguard(found[one.public_key], one) for one in differing)
    assert "[Interface]" not in text


def test_a_file_of_somebody_else_is_read_for_its_peers() -> None:
    text = f"""
        [interface]
        PrivateKey = {key(0, "private")}
        Address=10.0.0.1/24, fd00::1/64
        [PEER]   # a comment
        # another
        publickey={key(1)}
        AllowedIPs = 10.0.0.2/24, fd00::2
        allowedips = 10.1.0.0/16
        PersistentKeepalive = off
    """
    found = parse(text)
    assert found.ours is None
    prefixes = tuple(network(item) for item in ("10.0.0.0/24", "10.1.0.0/16", "fd00::2/128"))
    assert found.peers == {key(1): Peer(key(1), prefixes, name="a comment")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nonsense", "line 1: expected a section or NAME = VALUE"),
        ("MTU = 5", r"line 1: a setting stands before \[Interface\]"),
        ("[Peer]\nAllowedIPs = 10.0.0.0/8", r"the \[Peer\] of line 1: PublicKey is no base64|has 0 bytes"),
        (f"[Peer]\nPublicKey = {key(1)}\nAllowedIPs = x", r"the \[Peer\] of line 1: 'x'"),
        (f"[Peer]\nPublicKey = {key(1)}\nPersistentKeepalive = x", r"the \[Peer\] of line 1"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_line(text: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        parse(text)


@pytest.mark.parametrize(
    "cut", ["MTU = 1420\n", "ListenPort = 51820\n", "PostUp = wg set %i private-key /etc/wireguard/fleet.key\n"]
)
def test_a_file_of_ours_that_was_spoiled_still_has_its_peers(cut: str) -> None:
    found = parse(text_of(FULL).replace(cut, ""))
    assert found.ours != FULL
    assert tuple(found.peers.values()) == FULL.peers


@pytest.mark.parametrize("name", ["fleet", "wg0", "a.b-c_d=e+f", "x" * 15])
def test_what_is_an_interface(name: str) -> None:
    assert interface_problem(name) is None


@pytest.mark.parametrize("name", ["", "x" * 16, "a/b", "..", ".", "a b", "fleet\n"])
def test_what_is_no_interface(name: str) -> None:
    assert interface_problem(name)


@pytest.mark.parametrize("path", ["fleet.key", "/etc/a b", "/etc/$(x)", "/etc/a;b", "/etc/a#b", "/etc/a\n", "/"])
def test_what_is_no_path_for_a_hook(path: str) -> None:
    assert path_problem(path)
    assert path_problem("/etc/wireguard/fleet-2.key") is None


def test_routes_are_the_fewest() -> None:
    assert [str(route) for route in routes(FULL.peers)] == ["10.79.0.1/32", "10.80.0.0/23", "fdaa:0:0:4::/64"]
