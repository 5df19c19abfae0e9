# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's router does what its tests rely on: it is no better a computer than an OpenWrt router."""

from __future__ import annotations

import json
import subprocess
import time
import typing as t

import pytest
from lab_router import LabRouter
from waiting import wait_until

if t.TYPE_CHECKING:
    from lab_flash import Kind

ABSENT = (
    "bash python python3 perl timeout stat base64 realpath truncate od nohup diff scp sftp-server unshare usleep tac "
    "hostname whoami pkill"
)
PRESENT = (
    "[ ash awk basename cat chmod chroot cmp cp cut date dd df dirname dropbearkey du egrep env expr find flock free "
    "fsync fw4 grep gunzip gzip head hexdump id ifconfig ifdown ifup ip kill killall ln logger logread ls md5sum mkdir "
    "mkfifo mktemp mount mv nc netstat nft nslookup pgrep pidof ping printf ps readlink reload_config rm sed seq "
    "setsid sh sha256sum sleep sort start-stop-daemon sync sysctl tail tar tee touch tr ubus uci udhcpc umount uname "
    "uniq uptime vi wc wg which xargs zcat"
)
KEY = "cGxlYXNlIGRvIG5vdCB1c2UgdGhpcyBrZXkgaGVyZSE="
PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="


def output(router: LabRouter, command: str) -> str:
    done = router.execute(command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def service(command: str) -> str:
    instance = {"command": ["/bin/sh", "-c", command], "respawn": ["3600", "1", "0"]}
    return json.dumps({"name": "lab-test", "instances": {"one": instance}})


def pid_of_service(router: LabRouter) -> int | None:
    listed = json.loads(output(router, "ubus call service list"))
    pid = listed.get("lab-test", {}).get("instances", {}).get("one", {}).get("pid")
    return None if pid is None else int(pid)


def spare_address(router: LabRouter, last: int = 210) -> str:
    return f"{router.address.rsplit('.', 1)[0]}.{last}"


def established_session(router: LabRouter) -> subprocess.Popen[bytes]:
    """A shell over SSH that answers `alive` for each line it gets."""
    session = subprocess.Popen(
        ["ssh", *router.ssh_options(), router.address, "while read -r line; do echo alive; done"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert answers(session)
    return session


def answers(session: subprocess.Popen[bytes]) -> bool:
    assert session.stdin
    assert session.stdout
    session.stdin.write(b"\n")
    session.stdin.flush()
    return session.stdout.readline() == b"alive\n"


@pytest.mark.parametrize("name", ABSENT.split())
def test_what_openwrt_lacks_is_absent(shared_router: LabRouter, name: str) -> None:
    assert shared_router.execute(f"command -v {name}").returncode == 127


def test_what_openwrt_has_is_present(shared_router: LabRouter) -> None:
    assert output(shared_router, f"for n in {PRESENT}; do command -v $n >/dev/null || echo $n; done") == ""


def test_sleep_takes_whole_seconds_only(shared_router: LabRouter) -> None:
    assert shared_router.execute("sleep 0.5").returncode == 1
    assert shared_router.execute("sleep 0").returncode == 0


def test_the_shell_is_ash_over_ssh_and_logins_are_counted(shared_router: LabRouter) -> None:
    before = shared_router.logins()
    done = shared_router.ssh("readlink $(command -v sh); . /etc/openwrt_release; echo $DISTRIB_RELEASE")
    assert done.stdout.splitlines() == ["/bin/busybox", "24.10.3"]
    assert shared_router.logins() == before + 1


def test_root_is_an_overlay_of_a_small_flash(shared_router: LabRouter) -> None:
    mounts = [line.split()[:3] for line in output(shared_router, "cat /proc/mounts").splitlines()]
    assert ["overlayfs:/overlay", "/", "overlay"] in mounts
    assert next(kind for _device, place, kind in mounts if place == "/overlay") != "tmpfs"
    assert int(output(shared_router, "df -k /overlay").split()[-3]) < 5000


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("system board", 0),
        ("system info", 0),
        ("network.interface dump", 0),
        ("network.interface.lan status", 0),
        ("network.interface.nowhere status", 4),
        ("nobody something", 4),
        ("system something", 3),
        ('service delete \'{"name":"nobody"}\'', 4),
        ("service delete '{}'", 2),
        ("service list '{'", 255),
    ],
)
def test_ubus_exit_codes(shared_router: LabRouter, call: str, status: int) -> None:
    done = shared_router.execute(f"ubus call {call}")
    assert done.returncode == status, done.stderr
    if not status:
        json.loads(done.stdout)


def test_ubus_tells_what_runs(shared_router: LabRouter) -> None:
    board = json.loads(output(shared_router, "ubus call system board"))
    assert (board["release"]["version"], board["board_name"]) == ("24.10.3", "tplink,tl-mr3020-v3")
    lan = json.loads(output(shared_router, "ubus call network.interface.lan status"))
    assert (lan["up"], lan["ipv4-address"][0]["address"]) == (True, shared_router.address)
    wan = json.loads(output(shared_router, "ubus call network.interface.wan status"))
    assert wan["up"] is False


def test_a_killed_service_is_restarted_and_a_deleted_one_is_not(router: LabRouter) -> None:
    added = router.ssh(f"ubus call service add '{service('while :; do sleep 100; done')}'")
    assert added.returncode == 0, added.stderr
    assert wait_until(lambda: pid_of_service(router) is not None)
    first = pid_of_service(router)
    # Identical data for a live service is ignored.
    router.execute(f"ubus call service add '{service('while :; do sleep 100; done')}'")
    assert pid_of_service(router) == first
    output(router, f"kill -9 {first}")
    assert wait_until(lambda: pid_of_service(router) not in (None, first))
    second = pid_of_service(router)
    output(router, 'ubus call service delete \'{"name":"lab-test"}\'')
    assert wait_until(lambda: router.execute(f"kill -0 {second}").returncode != 0)
    time.sleep(2)
    assert "lab-test" not in json.loads(output(router, "ubus call service list"))


def test_a_service_ignores_sigterm_for_five_seconds_at_most(router: LabRouter) -> None:
    output(router, f"ubus call service add '{service('trap : TERM; while :; do sleep 1; done')}'")
    assert wait_until(lambda: pid_of_service(router) is not None)
    pid = pid_of_service(router)
    output(router, 'ubus call service delete \'{"name":"lab-test"}\'')
    assert router.execute(f"kill -0 {pid}").returncode == 0
    assert wait_until(lambda: router.execute(f"kill -0 {pid}").returncode != 0)


def test_a_service_holds_nothing_of_the_session_that_added_it(router: LabRouter) -> None:
    command = f"exec 9>/tmp/test.lock; flock -n 9 || exit 1; ubus call service add '{service('sleep 100')}'"
    assert router.ssh(command, timeout=90).returncode == 0
    assert router.ssh("flock -n /tmp/test.lock true").returncode == 0
    assert pid_of_service(router) is not None


def test_boot_scripts_run_in_order_and_before_any_service(router: LabRouter) -> None:
    script = (
        "#!/bin/sh\n"
        "{ ip address show dev eth0 | grep -c 'inet '; nft list tables | wc -l; pidof dropbear; ls /var/lock; } "
        ">/etc/seen-by-undo 2>&1\n"
    )
    router.write("/etc/init.d/farsite-undo", script.encode(), 0o755)
    output(router, "ln -s ../init.d/farsite-undo /etc/rc.d/S01farsite-undo; sync")
    router.kill()
    router.power_on()
    assert wait_until(lambda: any(entry.service == "S98sysntpd" for entry in router.trace()))
    links = [entry.service for entry in router.trace() if entry.service.startswith("S")]
    assert links == sorted(links)
    assert links[0] == "S01farsite-undo"
    assert {"S19dropbear", "S19firewall", "S20network"} < set(links)
    seen = router.read("/etc/seen-by-undo").decode().splitlines()
    assert seen[:2] == ["0", "0"]
    assert "No such file" in seen[-1]


def test_a_power_cut_keeps_etc_and_clears_tmp(router: LabRouter) -> None:
    boot = router.read("/proc/sys/kernel/random/boot_id")
    router.write("/etc/config/farsite", b"config a 'b'\n", 0o600)
    output(router, "touch /tmp/gone")
    output(router, "sync")
    router.kill()
    assert not router.running()
    assert router.read("/etc/config/farsite") == b"config a 'b'\n"
    router.power_on()
    assert router.read("/etc/config/farsite") == b"config a 'b'\n"
    assert output(router, "ls -l /etc/config/farsite").startswith("-rw-------")
    assert router.execute("ls /tmp/gone").returncode != 0
    assert router.read("/proc/sys/kernel/random/boot_id") != boot


def test_a_full_disk_takes_no_file_but_a_rename(router: LabRouter) -> None:
    router.write("/etc/old", b"x")
    router.fill_disk()
    assert router.execute("cp /bin/busybox /etc/new").returncode != 0
    assert router.execute("mv /etc/old /etc/older && sync").returncode == 0
    router.free_disk()
    assert router.execute("cp /bin/busybox /etc/new").returncode == 0


def test_a_disk_can_be_filled_up_to_a_rest(router: LabRouter) -> None:
    router.fill_disk(leave=64 * 1024)
    free = int(output(router, "df -k /overlay").split()[-3])
    assert 48 <= free <= 80


def test_a_firewall_that_rejects_cuts_new_logins_only(router: LabRouter) -> None:
    session = established_session(router)
    output(router, "uci set firewall.@zone[0].input=REJECT; uci commit firewall; /etc/init.d/firewall reload")
    assert not router.takes_connections()
    assert answers(session)
    output(router, "uci set firewall.@zone[0].input=ACCEPT; uci commit firewall; /etc/init.d/firewall reload")
    assert router.takes_connections()
    assert answers(session)
    session.kill()


def test_a_firewall_that_does_not_parse_drops_everything_with_status_0(router: LabRouter) -> None:
    output(router, "echo garbage >>/etc/config/firewall")
    done = router.execute("fw4 check; fw4 reload")
    assert (done.returncode, done.stdout) == (0, "Ruleset passes nftables check.\n")
    assert "jump input" not in output(router, "nft list chain inet fw4 input")
    assert "policy drop" in output(router, "nft list chain inet fw4 input")
    assert not router.takes_connections()


def test_a_rule_admits_its_source_only(router: LabRouter) -> None:
    output(
        router,
        "uci set firewall.@zone[0].input=DROP; uci set firewall.ssh=rule; uci set firewall.ssh.src=lan;"
        "uci set firewall.ssh.proto=tcp; uci set firewall.ssh.dest_port=22; uci set firewall.ssh.target=ACCEPT;"
        "uci set firewall.ssh.src_ip=192.0.2.0/24; uci commit firewall; fw4 reload",
    )
    assert not router.takes_connections()
    subnet = router.address.rsplit(".", 1)[0] + ".0/24"
    output(router, f"uci set firewall.ssh.src_ip={subnet}; uci commit firewall; fw4 reload")
    assert router.takes_connections()


@pytest.mark.parametrize(
    ("commands", "lines"),
    [
        (
            "uci set firewall.@zone[0].input=BOGUS",
            # Recorded of 24.10.3.
            [
                "[!] Section @zone[0] (lan) option 'input' specifies invalid value 'BOGUS'",
                "[!] Section @zone[0] (lan) skipped due to invalid options",
                "[!] Section @rule[7] (Allow-IPSec-ESP) option 'dest' specifies invalid value 'lan'",
                "[!] Section @rule[7] (Allow-IPSec-ESP) skipped due to invalid options",
                "[!] Section @rule[8] (Allow-ISAKMP) option 'dest' specifies invalid value 'lan'",
                "[!] Section @rule[8] (Allow-ISAKMP) skipped due to invalid options",
                "[!] Section @forwarding[0] option 'src' specifies invalid value 'lan'",
                "[!] Section @forwarding[0] skipped due to invalid options",
            ],
        ),
        (
            "uci set firewall.x=rule; uci set firewall.x.src=nozone; uci set firewall.x.target=ACCEPT",
            [
                "[!] Section x option 'src' specifies invalid value 'nozone'",
                "[!] Section x skipped due to invalid options",
            ],
        ),
        (
            "uci set firewall.x=rule; uci set firewall.x.target=ACCEPT; uci set firewall.x.dest_prt=22",
            ["[!] Section x specifies unknown option 'dest_prt'"],
        ),
        (
            "uci set firewall.x=rule; uci set firewall.x.target=ACCEPT; uci set firewall.x.dest_port=70000",
            [
                "[!] Section x option 'dest_port' specifies invalid value '70000'",
                "[!] Section x skipped due to invalid options",
            ],
        ),
        ("uci add_list firewall.@zone[0].network=unknown", []),
        ("true", []),
    ],
)
def test_fw4_check_complains_and_passes(shared_router: LabRouter, commands: str, lines: list[str]) -> None:
    done = shared_router.execute(f"{commands} >/dev/null; fw4 check; rc=$?; uci revert firewall; exit $rc")
    assert done.stderr.splitlines() == lines
    assert (done.returncode, done.stdout) == (0, "Ruleset passes nftables check.\n")


def test_the_address_changes_live_and_stays_changed(router: LabRouter) -> None:
    other = spare_address(router)
    done = router.ssh(
        f"uci set network.lan.ipaddr={other}; uci commit network; "
        "(sleep 1; /etc/init.d/network reload) </dev/null >/dev/null 2>&1 &"
    )
    assert done.returncode == 0, done.stderr
    router.wait_for_ssh(address=other)
    assert router.ssh("echo there", address=other).stdout == "there\n"
    assert not router.takes_connections()
    router.kill()
    router.power_on(timeout=0)
    router.wait_for_ssh(address=other)


def test_an_empty_network_takes_every_address_away_and_a_broken_one_none(router: LabRouter) -> None:
    output(router, "echo garbage >>/etc/config/network")
    assert router.execute("/etc/init.d/network reload").returncode != 0
    assert router.takes_connections()
    output(router, ": >/etc/config/network; /etc/init.d/network reload")
    assert not router.takes_connections()
    assert "inet " not in output(router, "ip -4 address")


def test_dropbear_restarts_without_ending_sessions(router: LabRouter) -> None:
    session = established_session(router)
    output(router, "uci set dropbear.main.Port=2222; uci commit dropbear; /etc/init.d/dropbear restart")
    assert wait_until(lambda: router.takes_connections(port=2222))
    assert not router.takes_connections()
    assert answers(session)
    session.kill()


def test_wireguard_keeps_its_peers_until_it_is_made_anew(router: LabRouter) -> None:
    output(
        router,
        f"""uci batch <<END
set network.wg0=interface
set network.wg0.proto=wireguard
set network.wg0.private_key={KEY}
set network.wg0.listen_port=51820
add_list network.wg0.addresses=10.9.0.2/32
commit network
END
/etc/init.d/network reload""",
    )
    status = json.loads(output(router, "ubus call network.interface.wg0 status"))
    assert (status["up"], status["ipv4-address"][0]["address"]) == (True, "10.9.0.2")
    index = output(router, "cat /sys/class/net/wg0/ifindex")
    output(
        router,
        f"uci set network.peer=wireguard_wg0; uci set network.peer.public_key={PEER};"
        "uci add_list network.peer.allowed_ips=10.9.0.1/32; uci commit network; /etc/init.d/network reload",
    )
    assert output(router, "wg show wg0 peers") == ""
    assert output(router, "cat /sys/class/net/wg0/ifindex") == index
    output(router, "uci set network.wg0.listen_port=51821; uci commit network; /etc/init.d/network reload")
    assert output(router, "wg show wg0 peers; wg show wg0 listen-port").split() == [PEER, "51821"]
    assert output(router, "cat /sys/class/net/wg0/ifindex") != index


def test_a_candidate_is_checked_in_a_chroot_without_touching_what_runs(router: LabRouter) -> None:
    before = router.trace()
    done = router.execute("""
        P=/tmp/p; R=$P/root
        mkdir -p $R $P/cfg $P/tmp/run $P/tmp/lock $P/tmp/etc
        cp -p /etc/config/* $P/cfg/
        sed -i "s/cachesize '1000'/cachesize 'abc'/" $P/cfg/dhcp
        mount --bind / $R; mount --bind $P/tmp $R/tmp; mount --bind $P/cfg $R/etc/config
        mount --bind /dev $R/dev; mount --bind /proc $R/proc
        chroot $R /bin/sh /etc/rc.common /etc/init.d/dnsmasq start
        chroot $R /usr/sbin/dnsmasq --test -C /tmp/etc/dnsmasq.conf.*
        rc=$?
        for m in proc dev etc/config tmp ''; do umount -l $R/$m; done
        exit $rc
    """)
    assert done.returncode == 1
    assert "at line" in done.stderr
    assert router.trace() == before
    assert router.execute("dnsmasq --test -C /tmp/etc/dnsmasq.conf.*").returncode == 0


def test_reload_config_reloads_what_changed_and_nothing_else(router: LabRouter) -> None:
    before = len(router.trace())
    output(router, "uci set system.@system[0].hostname=quarry; uci commit system; reload_config")
    assert wait_until(lambda: output(router, "cat /proc/sys/kernel/hostname") == "quarry\n")
    called = {(entry.service, entry.action) for entry in router.trace()[before:]}
    assert called == {(name, "reload") for name in ("dnsmasq", "log", "sysntpd", "system")}


def test_a_flash_in_memory_can_be_had_and_shows(router_image: str) -> None:
    assert router_image
    kinds: tuple[Kind, ...] = ("tmpfs", "overlay")
    for kind in kinds:
        router = LabRouter.start(f"flash-{kind}", flash=kind)
        try:
            mounts = [line.split()[:3] for line in output(router, "cat /proc/mounts").splitlines()]
            assert [found for _device, place, found in mounts if place == "/overlay"] == [kind]
            router.write("/etc/kept", b"x")
            router.kill()
            router.power_on()
            assert router.read("/etc/kept") == b"x"
            router.fill_disk()
            assert router.execute("cp /bin/busybox /etc/new").returncode != 0
        finally:
            router.remove()
