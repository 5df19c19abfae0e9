# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several workers over one fleet: as if one run had done all, and the hub's part once."""

from __future__ import annotations

import json
import re
import signal
import sys
import tempfile
import typing as t
import uuid

import pytest
from lab_swarm import Swarm
from lab_tunnel_host import why_unusable
from secret_search import Search
from shards import PROGRAMS, Shards

if t.TYPE_CHECKING:
    import pathlib
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(why_unusable() is not None, reason=str(why_unusable()))

SITES = ("site-001", "site-002", "site-003", "site-004")
HALVES = {"shard-1": "sites[0:1]", "shard-2": "sites[2:3]"}
PASSWORD, SECRET = "a password of the vault", "a-word-that-is-encrypted"
RULE = """
router_uci:
  firewall:
    - {{type: rule, name: lab_rule, options: {{name: Lab, src: lan, proto: tcp, dest_port: '{port}', target: ACCEPT}}}}
"""
WIFI = 'wifi: {ssid: lab, key: "{{ vault_word }}", country: DE}\n'
KINDS = ("changed", "right", "failed", "off_line", "again")


@pytest.fixture(name="swarm", scope="module")
def _swarm(router_image: str, hub_image: str) -> Iterator[Swarm]:
    assert router_image
    assert hub_image
    swarm = Swarm.start(f"s{uuid.uuid4().hex[:4]}", len(SITES))
    try:
        yield swarm
    finally:
        swarm.remove()


@pytest.fixture(name="shards", scope="module")
def _shards(swarm: Swarm, tmp_path_factory: pytest.TempPathFactory) -> Shards:
    """The fleet has an encrypted value that each router is to have; the hub's part is done, the routers' is not."""
    shards = Shards(swarm, tmp_path_factory.mktemp("shards"), PASSWORD)
    words = ["encrypt_string", "--vault-password-file", str(shards.password), "--name", "vault_word", SECRET]
    done = swarm.run("ansible-vault", *words)
    assert done.returncode == 0, done.stdout
    (swarm.fleet / "group_vars/all/secrets.yml").write_text(done.stdout[done.stdout.index("vault_word:") :])
    with swarm.site_file(SITES[3]).open("a") as file:
        file.write(WIFI)
    open_port(swarm, 8080)
    done = shards.single("--tags", "hub")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^hub-1 .* changed=[1-9]", done.stdout, re.MULTILINE), done.stdout
    assert "Wait for routers that the hub has just let in" in done.stdout
    assert opened(swarm) == [""] * len(SITES)
    return shards


def open_port(swarm: Swarm, port: int, *sites: str) -> None:
    """Let routers accept a port of their LAN, all or those of *sites*: a change that is easily seen."""
    for site in sites or SITES:
        text = swarm.site_file(site).read_text().partition("\nrouter_uci:")[0]
        swarm.site_file(site).write_text(text + RULE.format(port=port))


def opened(swarm: Swarm, *sites: str) -> list[str]:
    return [swarm.output(site, "uci -q get firewall.lab_rule.dest_port; true").strip() for site in sites or SITES]


def told(run: subprocess.CompletedProcess[str]) -> dict[str, t.Any]:
    """Return the outcomes among the custom statistics that a run has printed."""
    (line,) = [line for line in run.stdout.splitlines() if "farsite_site_outcomes" in line]
    return t.cast("dict[str, t.Any]", json.loads(line.partition("RUN: ")[2])["farsite_site_outcomes"])


def without_times(outcomes: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return them without when a site was seen last, and what ssh says where it was still connected before."""
    text = json.dumps({kind: outcomes[kind] for kind in KINDS})
    return t.cast("dict[str, t.Any]", json.loads(re.sub(r'last seen \d+ \w+ ago; [^"]*', "last seen", text)))


def test_two_workers_bring_a_fleet_up_to_date(swarm: Swarm, shards: Shards) -> None:
    said = shards.run(HALVES)
    done, merged = shards.merge()
    assert done.returncode == 0, done.stdout + "".join(said.values())
    assert merged["changed"] == [*SITES]
    assert done.stdout.splitlines()[-2:] == [
        "4 changed, 0 right already, 0 failed, 0 off-line",
        "again: nothing is left to do",
    ]
    assert shards.again() is None
    assert opened(swarm) == ["8080"] * len(SITES)
    assert SECRET in swarm.output(SITES[3], "cat /etc/config/wireless")
    # the hubs are done once, before
    for output in said.values():
        assert "farsite.fleet.hub :" not in output
        assert not re.search(r"^hub-1 ", output.partition("PLAY RECAP")[2], re.MULTILINE), output
    # a worker leaves nothing, and needs no key and no known host of its own
    for name in HALVES:
        machine = shards.folder / name
        assert not (machine / "private").exists()
        assert [*(machine / ".ssh").iterdir()] == []
    # nor does anything that comes back tell what is secret
    search = Search({"password": PASSWORD, "key": swarm.user_key.read_text()[40:200], "value": SECRET})
    files = [path for path in shards.runs.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert {str(path): found for path in files if (found := search.in_file(path))} == {}


def test_the_second_time_nothing_is_to_be_done_as_in_a_single_run(shards: Shards) -> None:
    said = shards.run(HALVES)
    done, merged = shards.merge()
    assert done.returncode == 0, done.stdout + "".join(said.values())
    assert merged["right"] == [*SITES]
    assert without_times(merged) == without_times(told(shards.single("--skip-tags", "hub")))


def test_what_fails_or_is_off_line_is_told_as_in_a_single_run(swarm: Swarm, shards: Shards) -> None:
    open_port(swarm, 8081, SITES[1])
    swarm.output(SITES[1], "uci set system.ntp.enabled=0")
    swarm.power_cut(SITES[3])
    try:
        single = shards.single("--skip-tags", "hub")
        assert (single.returncode, shards.again()) == (2, [SITES[1], SITES[3]]), single.stdout
        (swarm.fleet / "report/again.txt").unlink()
        said = shards.run(HALVES)
        done, merged = shards.merge()
        assert (done.returncode, shards.again()) == (2, [SITES[1], SITES[3]]), done.stdout + "".join(said.values())
        assert without_times(merged) == without_times(told(single))
        assert merged["problems"] == []
        assert re.search(r"^off-line +site-004  last seen \d+ \w+ ago; ", done.stdout, re.MULTILINE), done.stdout

        swarm.output(SITES[1], "uci revert system")
        shards.run(HALVES, "-e", "off_line_ok=true")
        done, merged = shards.merge("--off-line-ok")
        assert (done.returncode, merged["changed"], merged["again"]) == (0, [SITES[1]], [SITES[3]]), done.stdout
        assert shards.again() == [SITES[3]]
    finally:
        swarm.power_on(SITES[3])


def test_a_worker_that_dies_leaves_its_sites_to_do_and_no_secret(swarm: Swarm, shards: Shards) -> None:
    open_port(swarm, 8082)
    swarm.freeze(SITES[2])
    try:
        begun = shards.begin(HALVES)
        victim = begun["shard-2"]
        victim.wait_for("runner_on_ok", SITES[3])
        victim.worker.send_signal(signal.SIGKILL)
        said = {name: shard.finish() for name, shard in begun.items()}
    finally:
        swarm.thaw(SITES[2])
    done, merged = shards.merge("--off-line-ok")
    assert done.returncode == 2, done.stdout + "".join(said.values())
    assert merged["changed"] == [*SITES[:2]]
    assert merged["failed"] == dict.fromkeys(SITES[2:], "no run told of it; shard-2 ended before it could tell")
    assert shards.again() == [*SITES[2:]]
    victim.wait_for_orphans()
    search = Search({"password": PASSWORD, "key": swarm.user_key.read_text()[40:200]})
    files = [path for path in victim.machine.rglob("*") if path.is_file()]
    assert any(path.name == "fleet.yml" for path in files)
    assert {str(path): found for path in files if (found := search.in_file(path))} == {}

    # one worker takes what is left
    (swarm.fleet / "rest").write_text("".join(f"{site}\n" for site in shards.again() or ()))
    said = shards.run({"rest": "@rest"})
    done, merged = shards.merge("--limit", str(swarm.fleet / "rest"))
    assert done.returncode == 0, done.stdout + said["rest"]
    assert sorted(merged["changed"] + merged["right"]) == [*SITES[2:]]
    assert SITES[3] in merged["right"]
    assert shards.again() is None
    assert opened(swarm) == ["8082"] * len(SITES)


def slice_of(exported: dict[str, t.Any], number: int, count: int) -> dict[str, t.Any]:
    """Return an inventory as AWX gives it to a slice: every so many-th host by name, and all groups' variables."""
    variables = exported["_meta"]["hostvars"]
    hosts = sorted(variables)[number - 1 :: count]
    groups = {name: group for name, group in exported.items() if name != "_meta"}
    found: dict[str, t.Any] = {"_meta": {"hostvars": {host: variables[host] for host in hosts}}}
    for name, group in groups.items():
        found[name] = {
            "hosts": [host for host in group.get("hosts", ()) if host in hosts],
            "vars": group.get("vars", {}),
        }
    found["all"]["children"] = [name for name in groups if name != "all"]
    return found


def test_slices_as_awx_makes_them(swarm: Swarm, shards: Shards, tmp_path: pathlib.Path) -> None:
    done = swarm.run("ansible-inventory", "--list", "--export", "--output", str(tmp_path / "exported.json"))
    assert done.returncode == 0, done.stdout
    exported = json.loads((tmp_path / "exported.json").read_text())
    (swarm.fleet / "site.yml").write_text("- import_playbook: farsite.fleet.site\n")
    runs = []
    for number in (1, 2):
        found = slice_of(exported, number, 2)
        assert ("hub-1" in found["hub"]["hosts"]) is (number == 1)
        folder = tmp_path / f"slice-{number}"
        inventory = folder / "inventory" / "hosts"
        inventory.parent.mkdir(parents=True)
        inventory.write_text(f"#!{sys.executable}\nprint({json.dumps(found)!r})\n")
        inventory.chmod(0o700)
        # the name of a socket has at most 108 bytes
        with tempfile.TemporaryDirectory(prefix="farsite-") as sockets:
            words = f"--skip-tags hub -e fleet_jump_sockets={sockets} --vault-password-file {shards.password}"
            command = [str(PROGRAMS / "ansible-runner"), "run", str(folder), "-p", "site.yml", "--ident", folder.name]
            command += ["--project-dir", str(swarm.fleet), "--cmdline", words]
            done = swarm.run(*command, ANSIBLE_HOST_KEY_CHECKING="true", ANSIBLE_SSH_CONTROL_PATH_DIR=sockets)
        assert done.returncode == 0, done.stdout
        runs.append(folder / "artifacts" / folder.name)
    merging, merged = shards.merge(runs=runs)
    assert merging.returncode == 0, merging.stdout
    assert merged["right"] == [*SITES]
