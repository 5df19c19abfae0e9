# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""uci_config as its user sees it: real Ansible, real SSH, a router without Python."""

from __future__ import annotations

import concurrent.futures
import re
import typing as t

import pytest
from faults import Bench
from waiting import left_behind

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import confirmation, submission
from playbooks import Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

HOST_NAME = [{"package": "system", "sections": [{"type": "system", "options": {"hostname": "quarry"}}]}]
FIVE_PACKAGES = [
    *HOST_NAME,
    {"package": "network", "sections": [{"type": "interface", "name": "spare", "options": {"proto": "none"}}]},
    {"package": "dhcp", "sections": [{"type": "host", "options": {"mac": "02:00:00:00:00:01", "ip": "192.168.1.9"}}]},
    {
        "package": "firewall",
        "sections": [{"type": "rule", "options": {"name": "Nine", "src": "lan", "target": "ACCEPT"}}],
    },
    {"package": "dropbear", "sections": [{"type": "dropbear", "options": {"PasswordAuth": False}}]},
]
LEFT_BEHIND = "ls -d /etc/farsite* /etc/rc.d/*farsite* /etc/rc.d/.S* /etc/config/.farsite* 2>/dev/null"


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> Player:
    return Player(router, tmp_path / "play")


def test_a_change_takes_three_operations_and_a_second_run_one(router: LabRouter, player: Player) -> None:
    before = len(router.trace())
    first = player.uci(FIVE_PACKAGES)
    assert first.status == 0, first.output
    assert first.result["changed"] is True
    assert first.result["transaction"]["end"] == "confirmed"
    assert len(first.ssh) == 3
    assert left_behind(router, LEFT_BEHIND) == ""
    assert router.execute("uci get system.@system[0].hostname").stdout == "quarry\n"
    assert router.execute("cat /proc/sys/kernel/hostname").stdout == "quarry\n"
    reloaded = [entry.service for entry in router.trace()[before:] if entry.action == "reload"]
    # reload_config, the last step, may reload some a second time
    assert reloaded[: len(first.result["services"])] == [name for name in first.result["services"] if name in reloaded]
    assert {"network", "firewall", "dnsmasq", "system", "dropbear"} <= set(reloaded)
    second = player.uci(FIVE_PACKAGES)
    assert second.result["changed"] is False
    assert len(second.ssh) == 1
    assert "transaction" not in second.result


def test_the_confirmation_is_a_login_of_its_own(router: LabRouter, player: Player) -> None:
    before = router.logins()
    assert player.uci(HOST_NAME).result["transaction"]["end"] == "confirmed"
    assert router.logins() - before == 2


def test_what_check_mode_announces_is_what_is_done(router: LabRouter, player: Player) -> None:
    before = router.read("/etc/config/firewall")
    announced = player.uci(FIVE_PACKAGES, check=True, diff=True)
    assert announced.status == 0, announced.output
    assert router.read("/etc/config/firewall") == before
    assert len(announced.ssh) == 1
    done = player.uci(FIVE_PACKAGES, diff=True)
    for key in ("diff", "before", "after", "commands", "services"):
        assert announced.result[key] == done.result[key]
    assert printed_diff(announced.output) == printed_diff(done.output) != ""
    live = {item["after_header"]: item["after"] for item in done.result["diff"]}
    for path, text in live.items():
        assert router.read(path).decode() == text
    assert player.uci(FIVE_PACKAGES, check=True).result["changed"] is False


def printed_diff(output: str) -> str:
    return "\n".join(line for line in output.splitlines() if re.match(r"[-+@ ]", line))


SECRETS = ("cGVlcnMgb3duIHByZXNoYXJlZCBrZXkgZm9yIHRlc3Rz", "the old passphrase", "the new passphrase")


def tunnel(key: str) -> list[dict[str, t.Any]]:
    options = {"public_key": "cHVibGlj", "preshared_key": SECRETS[0], "allowed_ips": ["10.9.0.0/16"]}
    sections = [{"type": "wireguard_wg9", "options": options}]
    wireless = [{"type": "wifi-iface", "name": "ap", "options": {"ssid": "s", "key": key}}]
    return [{"package": "network", "sections": sections}, {"package": "wireless", "sections": wireless}]


def test_secrets_are_compared_and_never_shown(router: LabRouter, player: Player) -> None:
    first = player.uci(tunnel(SECRETS[1]), diff=True, verbose=True)
    assert first.result["changed"] is True, first.output
    assert router.execute("uci get wireless.ap.key").stdout == f"{SECRETS[1]}\n"
    again = player.uci(tunnel(SECRETS[1]), diff=True, verbose=True)
    assert again.result["changed"] is False
    changed = player.uci(tunnel(SECRETS[2]), diff=True, verbose=True)
    assert changed.result["changed"] is True
    assert [line for line in changed.result["commands"] if "key" in line] == ["set wireless.ap.key='******** (new)'"]
    assert router.execute("uci get wireless.ap.key").stdout == f"{SECRETS[2]}\n"
    # the preshared key stayed, though what was sent has only its digest
    assert router.execute("uci get network.@wireguard_wg9[0].preshared_key").stdout == f"{SECRETS[0]}\n"
    seen = "".join(play.output + str(play.results) + str(play.ssh) for play in (first, again, changed))
    for secret in SECRETS:
        assert secret not in seen
    gathered = player.uci([{"package": "wireless"}], state="gathered")
    assert gathered.result["gathered"][0]["sections"][0]["options"]["key"] == "********"


def test_the_router_s_own_key_survives_a_change_of_the_interface(router: LabRouter, player: Player) -> None:
    router.execute('uci set network.wg9=interface; uci set network.wg9.private_key="it\'s mine"; uci commit network')
    section = {"type": "interface", "name": "wg9", "options": {"proto": "none", "mtu": 1280}}
    play = player.uci([{"package": "network", "sections": [section]}], verbose=True, diff=True)
    assert play.result["transaction"]["end"] == "confirmed", play.output
    assert router.execute("uci get network.wg9.private_key").stdout == "it's mine\n"
    assert "it's mine" not in play.output


def test_replaced_overridden_and_deleted(router: LabRouter, player: Player) -> None:
    rule = {"type": "rule", "options": {"name": "Allow-Ping", "src": "wan", "proto": "icmp", "target": "ACCEPT"}}
    assert player.uci([{"package": "firewall", "sections": [rule]}], state="replaced").result["changed"] is True
    shown = router.execute("uci show firewall").stdout
    assert "Allow-DHCP-Renew" in shown
    assert "echo-request" not in shown.partition("Allow-Ping")[2].partition("=rule")[0]
    keep = ["defaults", "zone", "forwarding"]
    overridden = [{"package": "firewall", "sections": [rule], "keep": keep}]
    assert player.uci(overridden, state="overridden").result["changed"] is True
    assert router.execute("uci show firewall | grep -c '=rule$'").stdout == "1\n"
    assert router.execute("uci show firewall | grep -c '=zone$'").stdout == "2\n"
    assert player.uci(overridden, state="overridden").result["changed"] is False
    gone = [{"package": "firewall", "sections": [{"type": "rule", "options": {"name": "Allow-Ping"}}]}]
    assert player.uci(gone, state="deleted").result["changed"] is True
    assert router.execute("uci show firewall | grep -c '=rule$'").stdout == "0\n"
    assert player.uci(gone, state="deleted").result["changed"] is False


def test_rendered_and_parsed_need_no_router(player: Player) -> None:
    rendered = player.uci(FIVE_PACKAGES, state="rendered")
    assert rendered.ssh == ()
    text = rendered.result["rendered"]
    assert text.startswith("package system\n")
    parsed = player.uci(None, state="parsed", running_config=text)
    assert [package["package"] for package in parsed.result["parsed"]] == [item["package"] for item in FIVE_PACKAGES]
    assert parsed.result["parsed"][0]["sections"][0]["options"] == {"hostname": "quarry"}
    assert parsed.ssh == ()


BAD: tuple[tuple[dict[str, t.Any], tuple[str, ...]], ...] = (
    (
        {
            "config": [
                {"package": "system", "sections": [{"type": "system", "optoins": {}}]},
                {"package": "a b", "sections": []},
                {"package": "network", "sections": [{"type": "device", "options": {"name": "br", "ports": [["x"]]}}]},
            ]
        },
        ("config[0].sections[0].optoins", "config[1].package", "config[2].sections[0].options.ports[0]"),
    ),
    ({"config": [{"package": "system", "sections": []}], "rollback_timeout": 5}, ("rollback_timeout: found 5",)),
    ({"config": [{"package": "system", "sections": []}], "state": "parsed"}, ("running_config: is missing",)),
    ({"config": []}, ("config: is missing",)),
    ({"config": [{"package": "system"}]}, ("config[0].sections: is missing",)),
    (
        {"config": [{"package": "system", "sections": []}, {"package": "system", "sections": []}]},
        ("config[1].package",),
    ),
    ({"config": [{"package": "system", "sections": []}], "stat": "merged"}, ("stat", "Supported parameters include")),
    (
        {"config": None, "state": "parsed", "running_config": "package p\nconfig a\n\tgarbage"},
        ("line 3", "invalid command"),
    ),
)


@pytest.mark.parametrize(
    ("arguments", "expected"), BAD, ids=lambda value: value[0][:30] if isinstance(value, tuple) else ""
)
def test_bad_input_is_named(player: Player, arguments: dict[str, t.Any], expected: tuple[str, ...]) -> None:
    arguments = dict(arguments)
    play = player.uci(arguments.pop("config"), **arguments)
    assert play.result["failed"] is True
    for text in expected:
        assert text in play.result["msg"]
    assert play.ssh == ()
    assert "Traceback" not in play.output


def test_a_configuration_that_locks_a_zone_out_by_mistake_is_named_before_anything_is_written(
    router: LabRouter, player: Player
) -> None:
    sections = [{"type": "zone", "options": {"name": "lan", "input": "BOGUS"}}]
    play = player.uci([{"package": "firewall", "sections": sections}])
    assert play.result["failed"] is True
    assert play.result["transaction"]["end"] == "refused"
    assert "BOGUS" in play.result["msg"]
    assert left_behind(router, LEFT_BEHIND) == ""
    unknown = [{"type": "zone", "options": {"name": "vpn", "network": ["nowhere"]}}]
    play = player.uci([{"package": "firewall", "sections": unknown}])
    assert play.result["failed"] is True
    assert "nowhere" in play.result["msg"]
    assert len(play.ssh) == 1


def test_a_file_that_somebody_else_broke_stops_the_run(router: LabRouter, player: Player) -> None:
    broken = router.read("/etc/config/firewall") + b"\ngarbage 'x\n"
    router.write("/etc/config/firewall", broken)
    play = player.uci(FIVE_PACKAGES)
    assert play.result["failed"] is True
    assert "/etc/config/firewall" in play.result["msg"]
    assert router.read("/etc/config/firewall") == broken
    assert router.execute("uci get system.@system[0].hostname").stdout == "OpenWrt\n"


def test_a_machine_that_is_no_router_is_named(router: LabRouter, player: Player) -> None:
    router.execute("mv /etc/openwrt_release /etc/lab_release")
    play = player.uci(HOST_NAME)
    router.execute("mv /etc/lab_release /etc/openwrt_release")
    assert "not an OpenWrt router" in play.result["msg"]


def test_staged_edits(router: LabRouter, player: Player) -> None:
    stage = "uci set system.ntp.enabled=0"
    router.execute(stage)
    refused = player.uci(HOST_NAME)
    assert refused.result["failed"] is True
    assert "staged edits" in refused.result["msg"]
    assert router.execute("uci changes").stdout == "system.ntp.enabled='0'\n"
    announced = player.uci(HOST_NAME, staged_changes="commit", check=True)
    done = player.uci(HOST_NAME, staged_changes="commit")
    assert announced.result["diff"] == done.result["diff"]
    assert "option enabled '0'" in done.result["diff"][0]["after"]
    assert router.execute("uci changes; uci get system.ntp.enabled").stdout == "0\n"
    router.execute("uci set system.ntp.enabled=1")
    play = player.uci(
        [{"package": "system", "sections": [{"type": "system", "options": {"hostname": "other"}}]}],
        staged_changes="discard",
    )
    assert play.result["transaction"]["end"] == "confirmed", play.output
    assert router.execute("uci changes; uci get system.ntp.enabled").stdout == "0\n"


def test_staged_edits_of_another_service_do_not_matter(router: LabRouter, player: Player) -> None:
    router.execute("uci set uhttpd.main.home=/x")
    play = player.uci(HOST_NAME)
    assert play.result["transaction"]["end"] == "confirmed", play.output
    assert "uhttpd" in " ".join(play.result["warnings"])
    assert router.execute("uci changes").stdout != ""


LOCK_OUTS = {
    "firewall": [
        {"package": "firewall", "sections": [{"type": "zone", "options": {"name": "lan", "input": "REJECT"}}]},
    ],
    "dropbear port": [{"package": "dropbear", "sections": [{"type": "dropbear", "options": {"Port": 2222}}]}],
    "address": [
        {
            "package": "network",
            "sections": [{"type": "interface", "name": "lan", "options": {"ipaddr": "10.255.255.1"}}],
        }
    ],
}


@pytest.mark.parametrize("name", LOCK_OUTS)
def test_a_change_that_locks_us_out_is_undone(router: LabRouter, player: Player, name: str) -> None:
    config = LOCK_OUTS[name]
    path = f"/etc/config/{config[0]['package']}"
    before = router.read(path)
    play = player.uci(config, rollback_timeout=20)
    assert play.result["failed"] is True
    assert play.result["transaction"]["end"] == "undone", play.output
    assert "no confirmation within 20 seconds" in play.result["msg"]
    assert router.read(path) == before
    assert router.ssh("true").returncode == 0
    assert left_behind(router, LEFT_BEHIND) == ""
    told = player.uci(HOST_NAME, check=True)
    assert "has undone its last change" in " ".join(told.result["warnings"])


def test_a_router_that_moves_is_confirmed_at_its_new_address(router: LabRouter, player: Player) -> None:
    new = ".".join([*router.address.split(".")[:3], "199"])
    section = {"type": "interface", "name": "lan", "options": {"ipaddr": new}}
    play = player.uci([{"package": "network", "sections": [section]}], confirm_host=new, rollback_timeout=120)
    assert play.result["transaction"]["end"] == "confirmed", play.output
    assert router.takes_connections(address=new)
    assert not router.takes_connections()


def test_somebody_else_s_commit_in_the_window_is_kept(router: LabRouter, player: Player) -> None:
    config = [{"package": "firewall", "sections": [{"type": "zone", "options": {"name": "lan", "input": "REJECT"}}]}]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(player.uci, config, rollback_timeout=20)
        while router.execute("ls /tmp/farsite/*/reloaded").returncode:
            assert not running.done(), running.result().output
        router.execute("uci set firewall.other=include; uci commit firewall")
        play = running.result()
    assert play.result["transaction"]["end"] == "undone", play.output
    (kept,) = play.result["transaction"]["kept"]
    assert b"include 'other'" in router.read(kept)
    assert b"include 'other'" not in router.read("/etc/config/firewall")


def test_without_confirmation_the_router_keeps_the_change(router: LabRouter, player: Player) -> None:
    play = player.uci(HOST_NAME, confirm=False)
    assert play.result["transaction"]["end"] == "confirmed", play.output
    assert len(play.ssh) == 2
    assert left_behind(router, LEFT_BEHIND) == ""
    assert router.execute("uci get system.@system[0].hostname").stdout == "quarry\n"


def test_a_full_flash_is_refused(router: LabRouter, player: Player) -> None:
    before = router.read("/etc/config/system")
    router.fill_disk()
    play = player.uci(HOST_NAME)
    router.free_disk()
    assert play.result["transaction"]["end"] == "refused", play.output
    assert "room" in play.result["msg"]
    assert router.read("/etc/config/system") == before
    assert left_behind(router, LEFT_BEHIND) == ""
    assert player.uci(HOST_NAME).result["changed"] is True


def test_only_one_of_two_parallel_runs_changes_the_router(router: LabRouter, tmp_path: pathlib.Path) -> None:
    players = [Player(router, tmp_path / name) for name in ("one", "two")]
    configs = [
        [{"package": "system", "sections": [{"type": "system", "options": {"hostname": name}}]}]
        for name in ("one", "two")
    ]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        plays = list(pool.map(lambda player, config: player.uci(config), players, configs))
    ends = sorted(play.result["transaction"]["end"] for play in plays)
    confirmed = [play.result["transaction"]["end"] == "confirmed" for play in plays]
    hostname = router.execute("uci get system.@system[0].hostname").stdout.strip()
    assert ends in (["confirmed", "refused"], ["confirmed", "confirmed"])
    assert hostname in [name for name, good in zip(("one", "two"), confirmed, strict=True) if good]
    for play in plays:
        if play.result["transaction"]["end"] == "refused":
            assert re.search("under way|no longer what the plan was made from|unfinished", play.result["msg"])


def test_a_killed_preflight_does_not_take_the_router_with_it(router: LabRouter, player: Player) -> None:
    # the preflight of dhcp starts dnsmasq in a tree in which the root is mounted
    router.execute("sed -i '2i [ \"$1\" != start ] || sleep 30' /etc/rc.common")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(player.uci, FIVE_PACKAGES)
        while router.execute("grep -q /check/root /proc/mounts").returncode:
            assert not running.done(), running.result().output
        router.execute("kill -9 $(pgrep -f 'tx run')")
        play = running.result()
    assert play.result["transaction"]["end"] == "refused", play.output
    assert router.execute(
        "ls /bin/busybox /etc/config/network /dev/null; grep -c /check/ /proc/mounts"
    ).stdout.split() == [
        "/bin/busybox",
        "/dev/null",
        "/etc/config/network",
        "0",
    ]
    assert router.ssh("true").returncode == 0


@pytest.mark.parametrize("room", [30, 60, 90])
def test_a_full_tmp_is_refused_and_nothing_is_cut_off(router: LabRouter, player: Player, room: int) -> None:
    router.execute(f"mount -o remount,size=$(($(df -k /tmp | tail -n 1 | awk '{{ print $3 }}') + {room}))k /tmp")
    rules = [{"type": "rule", "options": {"name": f"Rule-{number}", "src": "lan"}} for number in range(900)]
    before = router.read("/etc/config/firewall")
    play = player.uci([{"package": "firewall", "sections": rules}], confirm=False)
    assert play.result["failed"] is True, play.output
    assert router.read("/etc/config/firewall") == before
    assert left_behind(router, LEFT_BEHIND) == ""


def test_an_init_script_that_hangs_does_not_stop_the_undo(router: LabRouter, player: Player) -> None:
    router.execute("sed -i '2i [ \"$action\" != reload ] || sleep 1000' /etc/init.d/log")
    before = router.read("/etc/config/system")
    lock_out = [{"package": "dropbear", "sections": [{"type": "dropbear", "options": {"Port": 2222}}]}]
    play = player.uci([*HOST_NAME, *lock_out], rollback_timeout=20)
    assert play.result["transaction"]["end"] == "undone", play.output
    assert router.read("/etc/config/system") == before


def test_a_confirmation_over_an_old_connection_is_stale(router: LabRouter) -> None:
    bench = Bench(router)
    change = bench.change()
    bench.transport.run(submission(change, "0123456789abcdef"))
    old = bench.transport.run(confirmation(change, "0123456789abcdef"))
    assert b"farsite stale" in old.output
    fresh = bench.transport.run(confirmation(change, "0123456789abcdef"), fresh=True)
    assert b"farsite confirmed" in fresh.output


def test_an_interface_that_is_to_go_down_may(player: Player) -> None:
    extra = {"device": "lo", "proto": "static", "ipaddr": "127.0.7.1/32"}
    sections = [{"type": "interface", "name": "extra", "options": extra}]
    assert player.uci([{"package": "network", "sections": sections}]).result["changed"] is True
    sections = [{"type": "interface", "name": "extra", "options": {"disabled": True}}]
    play = player.uci([{"package": "network", "sections": sections}], rollback_timeout=60)
    assert play.result["transaction"]["end"] == "confirmed", play.output


def test_peers_and_addresses_of_a_tunnel_are_live_at_once(router: LabRouter, player: Player) -> None:
    keys = router.execute(
        "wg genkey | tee /tmp/k; wg pubkey </tmp/k; wg genkey | wg pubkey; wg genkey | wg pubkey"
    ).stdout.split()
    private, _own, first, second = keys

    def tunnel(address: str, *peers: str) -> list[dict[str, t.Any]]:
        interface = {"proto": "wireguard", "private_key": private, "listen_port": 51820, "addresses": [address]}
        sections: list[dict[str, t.Any]] = [{"type": "interface", "name": "wg0", "options": interface}]
        for number, peer in enumerate(peers):
            options = {"public_key": peer, "allowed_ips": [f"10.9.{number}.0/24"], "persistent_keepalive": 25}
            sections.append({"type": "wireguard_wg0", "options": options})
        return [{"package": "network", "sections": sections}]

    assert player.uci(tunnel("10.9.9.2/24", first)).result["transaction"]["end"] == "confirmed"
    assert first in router.execute("wg show wg0 peers").stdout
    play = player.uci(tunnel("10.9.9.3/24", first, second))
    assert play.result["transaction"]["end"] == "confirmed", play.output
    # wg lists peers in an order of its own.
    allowed = sorted(router.execute("wg show wg0 allowed-ips").stdout.splitlines())
    assert allowed == sorted([f"{first}\t10.9.0.0/24", f"{second}\t10.9.1.0/24"])
    assert router.execute("wg show wg0 private-key").stdout.strip() == private
    assert router.execute("wg show wg0 listen-port").stdout.strip() == "51820"
    shown = router.execute("ip -4 addr show dev wg0").stdout
    assert "10.9.9.3/24" in shown
    assert "10.9.9.2/24" not in shown


def test_a_file_that_is_a_link_is_refused(router: LabRouter, player: Player) -> None:
    router.execute("mv /etc/config/system /overlay/system; ln -s /overlay/system /etc/config/system")
    play = player.uci(HOST_NAME)
    assert "not a plain file" in play.result["msg"]
