# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrolment and rotation by the playbooks: a real hub, a real router without Python, traffic through their tunnel."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import pathlib
import re
import threading
import time
import typing as t
import uuid

import pytest
from small_fleet import HUB, PEERS, SITE, SmallFleet

if t.TYPE_CHECKING:
    import subprocess

LONGEST_GAP = 1.0
MANY = 100
PRESHARED_KEYS = (
    "cHJlc2hhcmVkIGtleSBvZiB0aGUgbGFiLCBmaXJzdC4=",
    "cHJlc2hhcmVkIGtleSBvZiB0aGUgbGFiLCBzZWNvbmQ=",
)


@pytest.fixture(scope="module")
def fleet(router_image: str, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[SmallFleet]:
    """A fleet whose router has its tunnel; every test leaves it with one, with the key of the fleet's files."""
    assert router_image
    small = SmallFleet(f"keys-{uuid.uuid4().hex[:6]}", tmp_path_factory.mktemp("fleet") / "lab")
    try:
        small.connect()
        yield small
    finally:
        small.remove()


def task(state: str, **arguments: t.Any) -> dict[str, t.Any]:
    return {"farsite.fleet.router_key": {"state": state, **arguments}}


def hand_over(fleet: SmallFleet, upcoming: str, phase: str, **arguments: t.Any) -> subprocess.CompletedProcess[str]:
    pair = {"name": SITE, "public_key": fleet.running_key(), "next_public_key": upcoming}
    return fleet.tasks("hub", {"farsite.fleet.wireguard_handover": {"keys": [pair], "phase": phase, **arguments}})


def next_key(fleet: SmallFleet) -> str:
    """Have the router make its next key, and announce it."""
    fleet.tasks("sites", task("next"))
    (upcoming,) = (
        fleet.router.execute("wg pubkey", input_data=f"{key}\n".encode()).stdout.strip()
        for key in re.findall(r"private_key '(.*)'", fleet.router.read("/etc/farsite.keys").decode())
    )
    hand_over(fleet, upcoming, "announce")
    return upcoming


def said(done: subprocess.CompletedProcess[str], status: int = 0) -> str:
    if done.returncode != status:
        pytest.fail(f"ended with {done.returncode}: {done.stdout[-6000:]}{done.stderr[-2000:]}", pytrace=False)
    return done.stdout + done.stderr


def listed(text: str, word: str) -> bool:
    """Return whether the site is in the list or table *word* of what a playbook says at its end."""
    found = re.search(rf'"{word}": [\[{{]([^\]}}]*)[\]}}]', text)
    if found is None:
        pytest.fail(f"there is no {word} in {text[-3000:]}", pytrace=False)
    return f'"{SITE}"' in found[1] or pytest.fail(f"{SITE} is not {word}: {text[-3000:]}", pytrace=False)


def test_enrolment_tells_what_is_new_the_same_and_another(fleet: SmallFleet) -> None:
    again = said(fleet.playbook("farsite.fleet.enroll"))
    assert listed(again, "same")
    assert f'"{HUB}"' in again
    known = fleet.public_key(SITE)
    stranger = fleet.router.output("wg genkey | wg pubkey").strip()
    file = fleet.folder / "keys" / f"{SITE}.pub"
    file.write_text(f"{stranger}\n", "utf-8")
    differs = said(fleet.playbook("farsite.fleet.enroll"), 2)
    assert f"{SITE}: the router has the key {known}" in differs
    assert f"-e replace={SITE}" in differs
    assert file.read_text("utf-8") == f"{stranger}\n"
    said(fleet.playbook("farsite.fleet.enroll", "-e", f"replace={SITE}"))
    assert fleet.public_key(SITE) == known
    assert (fleet.folder / "keys" / "retired.txt").read_text("utf-8") == f"{stranger} {SITE}\n"
    refused = said(fleet.playbook("farsite.fleet.enroll", "--limit", HUB, "-e", "bench=192.0.2.1"), 2)
    assert "Only one router can have the address 192.0.2.1" in refused


def test_a_site_that_is_off_line_stops_nobody(fleet: SmallFleet) -> None:
    fleet.router.output("/etc/init.d/dropbear stop; killall dropbear; true")
    enrolled = said(fleet.playbook("farsite.fleet.enroll"))
    assert listed(enrolled, "off-line")
    assert re.search(r'"same": \[\s*"hub-1"\s*\]', enrolled)
    rotated = said(fleet.playbook("farsite.fleet.rotate_keys"))
    assert listed(rotated, "took no part")
    assert f'"{SITE}": "is off-line"' in rotated
    fleet.router.output("/etc/init.d/dropbear start")
    assert fleet.holder() == fleet.public_key(SITE)


def test_a_rotation_takes_less_than_a_second(fleet: SmallFleet) -> None:
    before, files = fleet.public_key(SITE), (fleet.folder / "keys" / f"{SITE}.pub").read_text("utf-8")
    with fleet.pinging() as gaps:
        assert listed(said(fleet.playbook("farsite.fleet.rotate_keys")), "moved")
    assert gaps["longest"] < LONGEST_GAP, gaps
    assert gaps["answered"] > MANY
    after = fleet.public_key(SITE)
    assert after == fleet.running_key() == fleet.holder() != before
    assert fleet.router.execute("ls /etc/farsite*").stdout == ""
    retired = fleet.folder / "keys" / "retired.txt"
    assert not retired.exists() or before not in retired.read_text("utf-8")
    # the new key lives a reload of the network, in which netifd sets the tunnel up with it
    with fleet.pinging() as gaps:
        fleet.router.output("reload_config; sleep 3")
    assert gaps["longest"] < LONGEST_GAP, gaps
    assert fleet.running_key() == after
    older_files_do_no_harm(fleet, files)


def older_files_do_no_harm(fleet: SmallFleet, files: str) -> None:
    file = fleet.folder / "keys" / f"{SITE}.pub"
    current = file.read_text("utf-8")
    file.write_text(files, "utf-8")
    with fleet.pinging() as gaps:
        applied = said(fleet.tasks("hub", PEERS))
    assert gaps["longest"] < LONGEST_GAP, gaps
    assert "[WARNING]" in applied
    assert fleet.holder() == fleet.running_key() == current.strip()
    file.write_text(current, "utf-8")
    fleet.tasks("hub", PEERS)
    assert fleet.hub.output(["wg", "show", "fleet", "peers"]).split() == [current.strip()]


def test_a_preshared_key_changes_with_the_key_pair(fleet: SmallFleet) -> None:
    for preshared_key in PRESHARED_KEYS:
        fleet.site(state="active", tunnel={"preshared_key": preshared_key})
        with fleet.pinging() as gaps:
            assert listed(said(fleet.playbook("farsite.fleet.rotate_keys")), "moved")
        assert gaps["longest"] < LONGEST_GAP, gaps
        found = fleet.router.output("uci get network.wireguard_hub_peer.preshared_key").strip()
        assert found == preshared_key
        shown = fleet.hub.output(["wg", "show", "fleet", "preshared-keys"])
        assert f"{fleet.public_key(SITE)}\t{preshared_key}" in shown


def test_a_preshared_key_goes_with_the_key_pair(fleet: SmallFleet) -> None:
    fleet.site(state="active")
    assert listed(said(fleet.playbook("farsite.fleet.rotate_keys")), "moved")
    assert "preshared_key" not in fleet.router.read("/etc/config/network").decode()
    shown = fleet.hub.output(["wg", "show", "fleet", "preshared-keys"])
    assert f"{fleet.public_key(SITE)}\t(none)" in shown


def watch_arguments(words: set[bytes], enough: threading.Event) -> None:
    """Collect the command lines of all processes of this machine, and so of its containers."""
    while not enough.is_set():
        for place in pathlib.Path("/proc").iterdir():
            if place.name.isdigit():
                with contextlib.suppress(OSError):
                    words.add((place / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" "))


def test_no_key_is_seen_outside_of_the_devices(fleet: SmallFleet) -> None:
    fleet.site(state="active", tunnel={"preshared_key": PRESHARED_KEYS[0]})
    secrets = fleet.private_keys() | {*PRESHARED_KEYS}
    words: set[bytes] = set()
    enough = threading.Event()
    watching = threading.Thread(target=watch_arguments, args=(words, enough))
    watching.start()
    try:
        seen = said(fleet.playbook("farsite.fleet.rotate_keys", "-vvvv", "--diff"))
    finally:
        enough.set()
        watching.join()
    assert listed(seen, "moved")
    assert any(b"wireguard_handover" in line for line in words)
    assert any(b"/tx run " in line for line in words)
    seen += b"\n".join(words).decode(errors="replace")
    seen += fleet.router.output("logread; cat /tmp/lab/*.log") + fleet.hub.output("journalctl")
    for secret in secrets | fleet.private_keys():
        at = seen.find(secret)
        if at >= 0:
            pytest.fail(f"a secret was seen: {seen[max(0, at - 200) : at]}SECRET{seen[at + len(secret) : at + 200]}")


def test_a_router_that_is_not_followed_keeps_its_key(fleet: SmallFleet) -> None:
    before = fleet.running_key()
    upcoming = next_key(fleet)
    play = fleet.folder.parent / "switch.json"
    play.write_text(json.dumps([{"hosts": "sites", "tasks": [task("switched", rollback_timeout=20)]}]))
    undone = said(fleet.playbook(str(play)), 2)
    assert "the router has undone the change" in undone
    assert "nothing comes through" in undone or "no confirmation within 20 seconds" in undone
    assert fleet.running_key() == before
    fleet.wait_for_tunnel()
    # the next try is with the same next key
    said(fleet.playbook("farsite.fleet.rotate_keys"))
    assert fleet.running_key() == fleet.public_key(SITE) == fleet.holder() == upcoming


def test_a_power_cut_in_the_middle_of_the_switch(fleet: SmallFleet) -> None:
    before = fleet.running_key()
    upcoming = next_key(fleet)
    play = fleet.folder.parent / "switch.json"
    play.write_text(json.dumps([{"hosts": "sites", "tasks": [task("switched")]}]))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        following = pool.submit(hand_over, fleet, upcoming, "follow", timeout=90, settle=80)
        running = pool.submit(fleet.playbook, str(play))
        while fleet.running_key() != upcoming:
            assert not running.done(), running.result().stdout
        fleet.router.kill()
        time.sleep(1)
        fleet.router.power_on()
        ended = running.result()
        fleet.wait_for_tunnel()
        assert fleet.running_key() == fleet.holder() == before, ended.stdout
        following.result()
    assert "undone" in said(ended, 2) or "restarted" in ended.stdout
    rotated = said(fleet.playbook("farsite.fleet.rotate_keys"))
    assert fleet.running_key() == fleet.public_key(SITE) == fleet.holder() == upcoming, rotated
