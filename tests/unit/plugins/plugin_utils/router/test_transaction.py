# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import hashlib
import re
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import (
    TUNNELS_ALONE,
    Change,
    End,
    FileChange,
    Install,
    carry_out,
    confirmation,
    submission,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.replayed import ReplayedTransport, Ticks

FILE = FileChange("/etc/config/system", "d1", "-", b"\nconfig system\n\toption hostname 'it'\\''s'\n\n")
CHANGE = Change((FILE,), ("system", "log"), (), "5a17", SecretOptions(frozenset({"psk", "key"})), rollback_timeout=30)
LOST = UnreachableError("broken pipe")


def identified(text: str) -> t.Callable[[bytes], bytes]:
    """A reply in which ID stands for the id in the question."""

    def reply(script: bytes) -> bytes:
        identifier = re.search(rb"(?:ask|submit) (\w{16})\b", script)
        assert identifier
        return text.replace("ID", identifier[1].decode()).encode()

    return reply


APPLIED = "farsite checked \nfarsite armed \nfarsite swapped \nfarsite reloaded \n"


@pytest.mark.parametrize(
    ("replies", "end", "reason"),
    [
        ([APPLIED, "farsite confirmed\n"], End.CONFIRMED, ""),
        (["farsite refused busy another change\n"], End.REFUSED, "busy another change"),
        ([APPLIED, LOST, LOST, "farsite confirmed\n"], End.CONFIRMED, ""),
        ([APPLIED, LOST, "farsite last confirmed ID\n"], End.CONFIRMED, ""),
        ([LOST, "farsite begun\n", "farsite begun\nfarsite said refused full no room\n"], End.REFUSED, "full no room"),
        ([LOST, "farsite confirmed\n"], End.CONFIRMED, ""),
        ([APPLIED, "farsite stale the login is old\n", "farsite confirmed\n"], End.CONFIRMED, ""),
        (
            [APPLIED, "farsite unhealthy interface wan was up\n", "farsite last undone ID no confirmation\n"],
            End.UNDONE,
            "no confirmation (interface wan was up)",
        ),
        (
            [APPLIED, "farsite rejected x was changed\n", "farsite last undone ID x was changed\n"],
            End.UNDONE,
            "x was changed",
        ),
        (["farsite armed \nfarsite undone no room\n"], End.UNDONE, "no room"),
        ([APPLIED, *[LOST] * 70], End.UNKNOWN, "broken pipe"),
        ([APPLIED, LOST, "farsite live d1 /etc/config/system\n"], End.UNDONE, "restarted"),
        ([APPLIED, LOST, "farsite live d2 /etc/config/system\n"], End.CONFIRMED, ""),
        ([LOST, "farsite live d2 /etc/config/system\n"], End.CONFIRMED, ""),
        ([APPLIED, "farsite begun\nfarsite live d1 /etc/config/system\n", "farsite confirmed\n"], End.CONFIRMED, ""),
        ([APPLIED, *["farsite last undone other_one deadline\n"] * 70], End.UNKNOWN, "did not say"),
    ],
)
def test_ends(replies: list[str | Exception], end: End, reason: str) -> None:
    transport = ReplayedTransport(*(identified(reply) if isinstance(reply, str) else reply for reply in replies))
    outcome = carry_out(transport, CHANGE, Ticks())
    assert (outcome.end, outcome.identifier != "") == (end, True)
    assert reason in outcome.reason
    assert not any(transport.fresh[:1])
    assert all(transport.fresh[1:])


def test_a_change_that_never_reached_the_router_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match="not begun"):
        carry_out(
            ReplayedTransport(LOST, b"farsite last undone 0123 x\nfarsite live d1 /etc/config/system\n"),
            CHANGE,
            Ticks(),
        )


def test_the_files_of_others_are_reported() -> None:
    last = "farsite last undone ID deadline\nfarsite last kept /tmp/farsite.kept/ID/network\n"
    outcome = carry_out(ReplayedTransport(identified(APPLIED), identified(last)), CHANGE, Ticks())
    assert outcome.kept == (f"/tmp/farsite.kept/{outcome.identifier}/network",)


def test_a_router_that_moves_is_asked_at_its_new_address_until_the_deadline() -> None:
    change = dataclasses.replace(CHANGE, moves_to="192.0.2.7")
    transport = ReplayedTransport(identified(APPLIED), *[LOST] * 15, identified("farsite last undone ID deadline\n"))
    assert carry_out(transport, change, Ticks()).end is End.UNDONE
    assert transport.hosts[0] is None
    assert set(transport.hosts[1:16]) == {"192.0.2.7"}
    assert transport.hosts[16] is None
    # at the old address it is not confirmed
    assert b"\nonly_ask=\n" in transport.scripts[1]
    assert b"\nonly_ask=yes\n" in transport.scripts[16]
    assert transport.forgotten == 1


def test_without_confirmation_nobody_asks() -> None:
    change = dataclasses.replace(CHANGE, confirm=False)
    transport = ReplayedTransport(identified(APPLIED + "farsite confirmed \n"))
    assert carry_out(transport, change, Ticks()).end is End.CONFIRMED
    assert len(transport.scripts) == 1


def test_the_submission_has_the_plan_and_the_files() -> None:
    script = submission(CHANGE, "0123456789abcdef").decode()
    assert "\nservices='system log'\n" in script
    assert "\nsecrets='key psk ~^" in script
    assert "\nwireguard=''\n" in script
    assert '\n"$1" 1 /etc/config/system d1 - - || return 1\n' in script
    assert FILE.content
    assert FILE.content.decode() in script
    assert script.endswith("submit 0123456789abcdef reloaded 120\n}\nmain\n")
    assert "salt=5a17" in script


def test_the_confirmation_names_the_transaction() -> None:
    assert confirmation(CHANGE, "0123456789abcdef").endswith(
        b"only_ask=\nask 0123456789abcdef /etc/config/system\n}\nmain\n"
    )


def test_uplinks_are_handed_over_and_waited_for() -> None:
    told: list[str] = []
    change = dataclasses.replace(CHANGE, uplinks=("lte", "lte2"))
    assert b"\nuplinks='lte lte2'\n" in submission(change, "0123456789abcdef")
    assert b"\nuplinks=''\n" in submission(CHANGE, "0123456789abcdef")
    waiting = "farsite unhealthy uplink lte has no bearer yet: netifd says CALL_FAILED\n"
    transport = ReplayedTransport(*map(identified, [APPLIED, waiting, "farsite confirmed\n"]))
    assert carry_out(transport, change, Ticks(), told.append).end is End.CONFIRMED
    assert told == ["not confirmed yet: uplink lte has no bearer yet: netifd says CALL_FAILED"]


def test_files_have_modes_and_may_go() -> None:
    files = (
        FILE,
        FileChange("/etc/nftables.d/20-x.nft", "-", "-", b"chain x\n", 0o644),
        FileChange("/etc/dropbear/authorized_keys", "d1", "-", None),
    )
    script = submission(dataclasses.replace(CHANGE, files=files), "0123456789abcdef").decode()
    assert '\n"$1" 2 /etc/nftables.d/20-x.nft - - 644 || return 1\n' in script
    assert '\n"$1" 3 /etc/dropbear/authorized_keys d1 - gone || return 1\n' in script
    assert "\npackages='system firewall'\n" in script
    assert '"$work/new/2"' in script
    assert '"$work/new/3"' not in script


def test_packages_are_handed_over_with_what_installs_them() -> None:
    change = dataclasses.replace(CHANGE, files=(), install=Install("apk", ("uqmi", "wireguard-tools")))
    script = submission(change, "0123456789abcdef").decode()
    assert "\nmanager=apk\naction=install\nnames='uqmi wireguard-tools'\nexpect='uqmi wireguard-tools'\n" in script
    assert "install_packages() {" in script
    assert script.endswith("submit 0123456789abcdef reloaded 900\n}\nmain\n")
    without = submission(CHANGE, "0123456789abcdef").decode()
    assert "\nnames=\n" in without
    assert "install_packages() {" not in without


INSTALL = dataclasses.replace(CHANGE, install=Install("opkg", ("uqmi",)))
SAID = "farsite checked \nfarsite armed \nfarsite installed uqmi 1-r1\nfarsite installed libubox 1 2\n"


@pytest.mark.parametrize(
    ("reply", "end", "reason", "installed", "brought"),
    [
        (
            "farsite refused packages Unknown package 'uqmi'.\tCollected errors:\t * opkg_x: Cannot install\t\n",
            End.REFUSED,
            "uqmi: no package of that name is in the router's index",
            {},
            (),
        ),
        (
            "farsite refused packages the flash has 5 bytes free, and uqmi may need 6; \t\n",
            End.REFUSED,
            "the flash has 5 bytes free",
            {},
            (),
        ),
        (
            SAID + "farsite undone packages:  * x: No space left on device.\t\n",
            End.UNDONE,
            "the flash is full",
            {"uqmi": "1-r1", "libubox": "2"},
            (),
        ),
        (
            SAID
            + "farsite brought  /etc/config/ddns\nfarsite undone the packages brought /etc/config/ddns with them\n",
            End.UNDONE,
            "the packages brought /etc/config/ddns",
            {"uqmi": "1-r1", "libubox": "2"},
            ("/etc/config/ddns",),
        ),
    ],
)
def test_what_becomes_of_packages(
    reply: str, end: End, reason: str, installed: dict[str, str], brought: tuple[str, ...]
) -> None:
    outcome = carry_out(ReplayedTransport(identified(reply)), INSTALL, Ticks())
    assert outcome.end is end
    assert outcome.reason.startswith(reason)
    assert (outcome.installed, outcome.brought) == (installed, brought)


def test_an_installation_that_nobody_saw_end_is_waited_for() -> None:
    minutes = ["farsite begun\n"] * 200
    replies: list[str | Exception] = [
        LOST,
        *minutes,
        "farsite begun\nfarsite said installed uqmi 1\nfarsite confirmed\n",
    ]
    transport = ReplayedTransport(*(identified(reply) if isinstance(reply, str) else reply for reply in replies))
    outcome = carry_out(transport, INSTALL, Ticks())
    assert (outcome.end, outcome.installed) == (End.CONFIRMED, {"uqmi": "1"})


def test_a_mode_alone_tells_nothing_of_the_end() -> None:
    digest = hashlib.sha256(b"chain x\n").hexdigest()
    mode = FileChange("/etc/nftables.d/20-x.nft", digest, "-", b"chain x\n", 0o644)
    change = dataclasses.replace(CHANGE, files=(FILE, mode))
    transport = ReplayedTransport(identified(APPLIED), LOST, identified("farsite live d2 /etc/config/system\n"))
    assert carry_out(transport, change, Ticks()).end is End.CONFIRMED
    alone = dataclasses.replace(CHANGE, files=(mode,))
    transport = ReplayedTransport(identified(APPLIED), *[LOST] * 70)
    assert carry_out(transport, alone, Ticks()).end is End.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "services", "answered"),
    [({}, "'system log'", "0"), ({"services": TUNNELS_ALONE, "answered": True}, "-", "1")],
)
def test_a_plan_says_what_is_reloaded_and_what_proves_a_tunnel(
    changes: dict[str, t.Any], services: str, answered: str
) -> None:
    script = submission(dataclasses.replace(CHANGE, **changes), "0123456789abcdef").decode()
    assert f"\nservices={services}\n" in script
    assert f"\nanswered={answered}\n" in script
