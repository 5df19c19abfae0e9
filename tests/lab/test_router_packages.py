# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""router_packages as its user sees it: real Ansible, real SSH; opkg and apk are the lab's stand-ins."""

from __future__ import annotations

import threading
import typing as t

import pytest
from waiting import left_behind, wait_until

from playbooks import Play, Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

LEFT_BEHIND = "ls -d /tmp/farsite/* 2>/dev/null; ubus call service list | grep -o 'farsite-[a-z0-9-]*'; true"


@pytest.fixture(params=["opkg", "apk"])
def manager(request: pytest.FixtureRequest) -> str:
    return t.cast("str", request.param)


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> Player:
    return Player(router, tmp_path / "play")


@pytest.fixture
def ready(router: LabRouter, manager: str) -> LabRouter:
    """A router with that manager and an index."""
    if manager == "apk":
        assert router.execute("/usr/share/lab/play-apk").returncode == 0
    assert router.execute(f"{manager} update").returncode == 0
    return router


def run(player: Player, name: str, **arguments: t.Any) -> Play:
    return player.module("router_packages", name=name.split(), **arguments)


def installed(router: LabRouter) -> set[str]:
    file = "/usr/lib/opkg/status" if router.execute("command -v opkg").returncode == 0 else "/lib/apk/db/installed"
    lines = router.execute(f"cat {file}").stdout.splitlines()
    return {line.split(":")[1].strip() for line in lines if line.startswith(("Package:", "P:")) and "lab-" in line}


def idle(router: LabRouter) -> bool:
    return left_behind(router, LEFT_BEHIND) == ""


def test_two_operations_and_a_second_run_takes_one(ready: LabRouter, player: Player, manager: str) -> None:
    announced = run(player, "lab-tool lab-other uci", check=True, diff=True)
    assert len(announced.ssh) == 1
    assert installed(ready) == set()
    first = run(player, "lab-tool lab-other uci", diff=True)
    assert first.status == 0, first.output
    result = first.result
    assert len(first.ssh) == 2
    assert result["manager"] == manager
    assert result["changed"] is True
    assert result["installed"] == ["lab-library", "lab-other", "lab-tool"]
    assert result["kept"] == ["uci"]
    assert 0 < result["free_after"] < result["free_before"]
    for key in ("changed", "installed", "removed", "upgraded", "kept", "diff"):
        assert announced.result[key] == result[key]
    assert installed(ready) == {"lab-library", "lab-other", "lab-tool"}
    second = run(player, "lab-tool lab-other uci")
    assert (second.result["changed"], len(second.ssh)) == (False, 1)
    assert idle(ready)
    removed = run(player, "lab-tool lab-other nothing", state="absent")
    assert removed.result["removed"] == ["lab-library", "lab-other", "lab-tool"], removed.output
    assert removed.result["kept"] == ["nothing"]
    assert installed(ready) == set()
    assert run(player, "lab-tool", state="absent").result["changed"] is False


def test_the_newest(ready: LabRouter, player: Player) -> None:
    assert run(player, "dnsmasq").result["changed"] is False
    newest = run(player, "dnsmasq lab-small", state="latest")
    assert (newest.result["upgraded"], newest.result["installed"]) == (["dnsmasq"], ["lab-small"]), newest.output
    assert newest.result["diff"]["before"] == "dnsmasq 2.90-r4\n"
    assert newest.result["diff"]["after"] == "dnsmasq 2.90-r5\nlab-small 1.0-r1\n"
    assert run(player, "dnsmasq lab-small", state="latest").result["changed"] is False
    assert idle(ready)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("lab-small lab-nowhere", "name[1]: lab-nowhere: no package of that name is in the router's index"),
        ("lab-big lab-bulky", "bytes free, and lab-big, lab-bulky may need"),
    ],
)
def test_what_cannot_be_installed_changes_nothing(ready: LabRouter, player: Player, names: str, message: str) -> None:
    play = run(player, names)
    assert message in play.result["msg"]
    assert len(play.ssh) == 1
    assert installed(ready) == set()


def test_a_script_that_fails_takes_back_what_was_added(ready: LabRouter, player: Player) -> None:
    assert run(player, "lab-small").result["changed"] is True
    play = run(player, "lab-broken")
    assert play.result["failed"] is True
    assert "nothing is different from before" in play.result["msg"]
    assert play.result["run"]["end"] == "failed"
    assert play.result["changed"] is False
    assert installed(ready) == {"lab-small"}
    assert idle(ready)


def test_a_flash_that_fills_up_takes_back_what_was_added(ready: LabRouter, player: Player, manager: str) -> None:
    # its index understates its size, so the check before does not help
    before = ready.execute("grep -c . /usr/lib/opkg/status /lib/apk/db/installed 2>/dev/null").stdout
    play = run(player, "lab-liar")
    assert play.result["failed"] is True, manager
    assert "the flash is full" in play.result["msg"]
    assert installed(ready) == set()
    assert ready.execute("ls /usr/lib/lab-liar /usr/lib/liblab.so.2").stdout == ""
    assert ready.execute("grep -c . /usr/lib/opkg/status /lib/apk/db/installed 2>/dev/null").stdout == before
    assert play.result["free_after"] > play.result["free_before"] - 50_000
    assert run(player, "lab-small").result["installed"] == ["lab-small"]


def test_a_full_flash_is_refused(ready: LabRouter, player: Player) -> None:
    ready.fill_disk(leave=100_000)
    play = run(player, "lab-small")
    assert "bytes free, and lab-small may need" in play.result["msg"]
    assert len(play.ssh) == 1


def test_what_another_package_needs_stays(ready: LabRouter, player: Player) -> None:
    run(player, "lab-tool")
    play = run(player, "lab-library", state="absent")
    assert play.result["msg"].startswith("name[0]: lab-library ")
    assert "lab-tool" in play.result["msg"]
    assert installed(ready) == {"lab-tool", "lab-library"}


LOCKS = {"opkg": "/var/lock/opkg.lock", "apk": "/lib/apk/db/lock"}


def hold(router: LabRouter, lock: str, seconds: int) -> None:
    router.execute(f"mkdir -p {lock.rpartition('/')[0]}; (flock {lock} sleep {seconds} </dev/null >/dev/null 2>&1 &)")


def test_a_lock_that_is_let_go_soon_is_waited_for(ready: LabRouter, player: Player, manager: str) -> None:
    hold(ready, LOCKS[manager], 5)
    assert run(player, "lab-small").result["installed"] == ["lab-small"]


def test_a_lock_that_is_held_fails_in_time(ready: LabRouter, player: Player, manager: str) -> None:
    hold(ready, LOCKS[manager], 600)
    play = run(player, "lab-small")
    assert "another program holds the package manager's lock" in play.result["msg"]
    assert ready.execute(f"flock -n {LOCKS[manager]} true").returncode == 1
    # what is installed is known all the same
    assert run(player, "uci").result["changed"] is False


def test_it_does_not_run_beside_a_change_of_the_configuration(ready: LabRouter, player: Player) -> None:
    hold(ready, "/tmp/farsite.lock", 600)
    play = run(player, "lab-small")
    assert play.result["msg"].endswith("nothing was changed: another change of this router is under way")
    assert installed(ready) == set()
    assert idle(ready)


def test_feeds_that_cannot_be_reached(router: LabRouter, player: Player) -> None:
    router.execute("touch /tmp/lab/feed-unreachable")
    play = run(player, "lab-small", update_cache=True)
    assert play.result["msg"].startswith("update_cache: the package feeds cannot be read: ")
    assert len(play.ssh) == 1
    # nothing is to do, so they are not needed
    assert run(player, "uci", update_cache=True).result["changed"] is False
    router.execute("rm /tmp/lab/feed-unreachable")
    assert "see update_cache" in run(player, "lab-small").result["msg"]
    assert run(player, "lab-small", update_cache=True).result["installed"] == ["lab-small"]


def test_names_are_refused_without_an_operation(player: Player) -> None:
    play = run(player, "a;reboot b b")
    assert "name[0]: 'a;reboot' is no name" in play.result["msg"]
    assert "name[2]: b is given already by name[1]" in play.result["msg"]
    assert play.ssh == ()


SLOW = "/tmp/lab/slow"
"""While the router has this file, the installation of lab-slow goes on."""
KILL_SESSIONS = """for pid in $(pidof dropbear); do
    [ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")" = 1 ] || kill -9 "$pid"
done"""


def test_a_broken_connection_does_not_stop_it_and_the_next_run_tells(router: LabRouter, player: Player) -> None:
    router.execute(f"opkg update; touch {SLOW}")
    plays: list[Play] = []
    thread = threading.Thread(target=lambda: plays.append(run(player, "lab-slow")))
    thread.start()
    assert wait_until(lambda: router.execute("ls /tmp/farsite/packages-*/started").returncode == 0)
    router.execute(KILL_SESSIONS)
    thread.join()
    assert plays[0].result["run"]["end"] == "unknown"
    assert "the next run tells" in plays[0].result["msg"]
    busy = run(player, "lab-slow")
    assert "is still at work on the router" in busy.result["msg"], busy.output
    router.execute(f"rm {SLOW}")
    assert wait_until(lambda: installed(router) == {"lab-slow", "lab-library"})
    assert wait_until(lambda: router.execute("ls /tmp/farsite/packages-*/result").returncode == 0)
    told = run(player, "lab-slow")
    assert told.result["changed"] is False
    assert "it ended so: end done; added" in "".join(told.result["warnings"])
    assert "warnings" not in run(player, "lab-slow").result
    assert idle(router)


def test_a_killed_run_is_started_again(router: LabRouter, player: Player) -> None:
    router.execute(f"opkg update; touch {SLOW}")
    plays: list[Play] = []
    thread = threading.Thread(target=lambda: plays.append(run(player, "lab-slow")))
    thread.start()
    assert wait_until(lambda: router.execute("ls /tmp/farsite/packages-*/started").returncode == 0)
    # the brackets keep the shell that kills from being found
    victims = "$(pgrep -f '[f]arsite/packages-.*/tx') $(pgrep -f 'bin/[o]pkg install')"
    # a short-lived child of theirs may be gone by itself
    killed = router.execute(f"for pid in {victims}; do kill -9 $pid && echo $pid; done")
    assert killed.stdout
    router.execute(f"rm {SLOW}")
    thread.join()
    assert plays[0].result.get("installed") == ["lab-library", "lab-slow"], plays[0].output
    assert installed(router) == {"lab-slow", "lab-library"}
    assert idle(router)


def test_a_power_cut_is_healed_by_the_next_run(router: LabRouter, player: Player) -> None:
    router.execute(f"opkg update; touch {SLOW}")
    thread = threading.Thread(target=lambda: run(player, "lab-slow"))
    thread.start()
    assert wait_until(lambda: "lab-library" in installed(router))
    router.kill()
    router.power_on()
    thread.join()
    assert run(player, "lab-slow", update_cache=True).result["changed"] is True
    assert installed(router) == {"lab-slow", "lab-library"}
