# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback in whole processes: ansible-playbook with stand-ins for routers, in a pipe and in a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import typing as t

import pytest

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.rollout.terminal import Terminal

ROOT = pathlib.Path(__file__).resolve().parents[4]

INVENTORY = """
all:
  vars: {ansible_connection: local}
  children:
    hub: {hosts: {hub-1: }}
    sites: {hosts: {one: , two: , three: , four: , five: , later: }}
    planned: {hosts: {later: }}
"""

# What becomes of a site is as the task says; event and warnings are its result.
ROUTER_SITE = """
import time
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        Display().display("a worker speaks of " + task_vars["inventory_hostname"])
        time.sleep(float(self._task.args.get("seconds", 0)))
        if self._task.args.get("unreachable"):
            raise AnsibleConnectionFailure("no route to it")
        return dict(self._task.args.get("result", {}))
"""

SITE = """
- name: Set up the hubs
  hosts: hub
  gather_facts: false
  tasks:
    - name: Change the hub
      router_site: {result: {changed: true}}
      notify: Handle
  handlers:
    - name: Handle
      ansible.builtin.debug: {msg: handled}
- name: Converge all
  hosts: sites:!planned
  gather_facts: false
  tasks:
    - name: Say it once
      ansible.builtin.debug: {msg: said once}
      run_once: true
    - name: Quiet
      ansible.builtin.set_fact: {a: 1}
    - name: Skipped
      ansible.builtin.fail: {}
      when: false
    - name: Loop
      router_site_loop: {result: {msg: quiet-word}}
      loop: [1, 2]
    - name: Rescued
      block:
        - name: Fail in a block
          ansible.builtin.fail: {msg: mended soon}
          when: inventory_hostname == 'one'
      rescue:
        - name: Mend
          ansible.builtin.include_tasks: mend.yml
    - name: Warn of a thing
      router_site_loop: {result: {warnings: [careful now]}}
      when: inventory_hostname == 'two'
    - name: Keep a secret
      router_site_loop: {result: {changed: true, msg: s3cret-word}}
      no_log: true
      run_once: true
    - name: Converge
      router_site:
        unreachable: "{{ inventory_hostname == 'four' }}"
        seconds: "{{ 1.2 if inventory_hostname == 'three' else 0 }}"
        result: "{{ results[inventory_hostname] | default({}) }}"
      ignore_errors: true
      ignore_unreachable: true
      vars:
        results:
          one: {changed: true, diff: {before: "old-word\\n", after: "new-word\\n"}}
          two: {failed: true, msg: it went wrong}
          three: {failed: true, msg: undone again, transaction: {end: undone}}
- name: Tell who is left out
  hosts: planned
  gather_facts: false
  tasks:
    - name: Name them
      ansible.builtin.debug: {msg: left out}
"""

ROLLOUT = """
- name: Plan the waves
  hosts: hub
  gather_facts: false
  tasks:
    - name: Schedule
      router_site_loop:
        result:
          rollout_event:
            event: schedule
            waves: [{name: canary, sites: [one]}, {name: "100%", sites: [two, three]}]
- name: Roll out
  hosts: one:two:three
  gather_facts: false
  serial: [1, 2]
  vars:
    names: "{{ ansible_play_batch }}"
    number: "{{ 1 if 'one' in ansible_play_batch else 2 }}"
  tasks:
    - name: Begin the wave
      router_site_loop:
        result:
          rollout_event:
            event: wave
            number: "{{ number | int }}"
            of: 2
            name: "w{{ number }}"
            sites: "{{ names }}"
            off_line: []
      run_once: true
    - name: Converge
      router_site: {result: {changed: true}}
    - name: Hold the gate
      router_site_loop:
        result:
          rollout_event:
            {event: gate, number: "{{ number | int }}", hold: 1, passed: "{{ names }}", failed: {}}
      run_once: true
    - name: Misspell
      router_site_loop: {result: {rollout_event: {event: wawe}}}
      run_once: true
"""


class Run(t.NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(name="place", scope="module")
def _place(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    place = tmp_path_factory.mktemp("playbooks")
    (place / "ansible_collections" / "farsite").mkdir(parents=True)
    (place / "ansible_collections" / "farsite" / "fleet").symlink_to(ROOT)
    (place / "action_plugins").mkdir()
    for name in ("router_site", "router_site_loop"):
        (place / "action_plugins" / f"{name}.py").write_text(ROUTER_SITE, "utf-8")
    (place / "hosts.yml").write_text(INVENTORY, "utf-8")
    (place / "site.yml").write_text(SITE, "utf-8")
    (place / "rollout.yml").write_text(ROLLOUT, "utf-8")
    (place / "mend.yml").write_text("- name: Mend it\n  ansible.builtin.debug: {msg: mended}\n", "utf-8")
    return place


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", *arguments]


def environment(place: pathlib.Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "CI"))}
    ours = {"ANSIBLE_COLLECTIONS_PATH": str(place), "ANSIBLE_HOME": str(place / "home"), "TERM": "xterm"}
    return kept | ours | {"ANSIBLE_STDOUT_CALLBACK": "farsite.fleet.rollout"} | variables


def run(place: pathlib.Path, *arguments: str, **variables: str) -> Run:
    done = subprocess.run(
        command(*arguments),
        cwd=place,
        env=environment(place, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def run_in_terminal(place: pathlib.Path, *arguments: str, width: int, height: int, **variables: str) -> tuple[str, str]:
    """Return what can be read in a terminal in the end, and everything that was written to it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    variables |= {"ANSIBLE_NOCOLOR": "1"}
    process = subprocess.Popen(
        command(*arguments),
        cwd=place,
        env=environment(place, **variables),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    # the kernel says that nobody is left to write with an error
    while True:
        try:
            written += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    assert process.wait(60) == 0
    terminal = Terminal(width, height)
    terminal.feed(written.decode())
    return terminal.text, written.decode()


def test_lines_tell_what_matters(place: pathlib.Path) -> None:
    code, out, err = run(place, "site.yml", "--diff")
    assert code == 0, out + err
    for part in (
        "changed: [hub-1]\n",
        '"msg": "handled"',
        "Converge all begins: 5 sites\n",
        '"msg": "said once"',
        "a worker speaks of four\n",
        "TASK [Warn of a thing] ",
        "ok: [two]\n",
        'fatal: [one]: FAILED! => {"changed": false, "msg": "mended soon"}',
        "-old-word\n+new-word\n",
        "changed: [one]\n",
        "fatal: [four]: UNREACHABLE! => ",
        '"msg": "left out"',
        "PLAY RECAP **",
        "5 sites after ",
        ": 1 changed, 1 right, 1 failed, 1 rolled back, 1 off-line\n  failed: two: it went wrong\n",
        "\n  rolled back: three: undone again\n  off-line: four: ",
    ):
        assert part in out, part
    assert "[WARNING]: careful now" in err
    assert re.search(r"\nConverge all is over after \d+ s: 1 changed, .*\n\nPLAY \[Tell who is left out\]", out)
    for part in ("TASK [Quiet]", "TASK [Skipped]", "TASK [Loop]", "TASK [Mend]", "skipping:", "quiet-word", "s3cret"):
        assert part not in out + err, part


def test_with_v_everything_is_told(place: pathlib.Path) -> None:
    code, out, err = run(place, "site.yml", "-v", "--limit", "hub-1,one", ANSIBLE_DISPLAY_SKIPPED_HOSTS="false")
    assert code == 0, out + err
    assert 'ok: [one] => {"ansible_facts": {"a": 1}, "changed": false}' in out
    assert "quiet-word" in out
    assert "included: " in out
    assert "skipping: [" not in out
    assert "the output has been hidden" in out
    assert "s3cret" not in out + err


def test_json_is_one_object_in_each_line(place: pathlib.Path) -> None:
    code, out, err = run(place, "site.yml", FARSITE_PROGRESS="json", FARSITE_PROGRESS_INTERVAL="0.1")
    assert (code, err) == (0, "")
    records = [json.loads(line) for line in out.splitlines()]
    states = {one["site"]: one["state"] for one in records if one["event"] == "site"}
    assert states == {"one": "changed", "two": "failed", "three": "rolled_back", "four": "off_line", "five": "right"}
    said = "\n".join(one["text"] for one in records if one["event"] == "message")
    for part in ("[WARNING]: careful now", "PLAY RECAP", '"msg": "left out"', "a worker speaks of five"):
        assert part in said, part
    slow = [one for one in records if one["event"] == "status" and one["running"]]
    assert "three" in [running["host"] for one in slow for running in one["running"]]
    assert [one["counts"]["changed"] for one in records if one["event"] in ("wave_end", "end")] == [1, 1]


def test_nothing_is_lost_in_a_terminal(place: pathlib.Path) -> None:
    shown, written = run_in_terminal(place, "site.yml", width=40, height=6)
    whole = shown.replace("\n", "")
    for part in (
        "changed: [hub-1]",
        *(f"a worker speaks of {site}" for site in ("one", "two", "three", "four", "five")),
        "[WARNING]: careful now",
        "Converge all begins: 5 sites",
        '"msg": "mended soon"',
        "fatal: [four]: UNREACHABLE! => ",
        "PLAY RECAP",
        "  failed: two: it went wrong",
    ):
        assert part in whole, part
    # it was drawn, and nothing of it is left
    assert "[####" in written
    assert "[####" not in shown
    assert "under way" not in shown


def test_a_rollout_tells_of_its_waves(place: pathlib.Path) -> None:
    code, out, err = run(place, "rollout.yml")
    assert code == 0, out + err
    told = [line for line in out.splitlines() if re.match(r"\d site|wave|gate|PLAY|TASK", line)]
    assert [re.sub(r"\d+ s\b|\*+", "", line).strip() for line in told] == [
        "PLAY [Plan the waves]",
        "3 sites in 2 waves: canary: 1, 100%: 2",
        "PLAY [Roll out]",
        "wave 1 of 2 (w1) begins: 1 site",
        "TASK [Converge]",
        "gate of wave 1 of 2 (w1), held for : 1 passed, 0 failed",
        "wave 1 of 2 (w1) is over after : 1 changed",
        "PLAY [Roll out]",
        "wave 2 of 2 (w2) begins: 2 sites",
        "TASK [Converge]",
        "gate of wave 2 of 2 (w2), held for : 2 passed, 0 failed",
        "wave 2 of 2 (w2) is over after : 2 changed",
        "PLAY RECAP",
        "3 sites after : 3 changed",
    ]
    assert "Misspell: rollout_event.event: found 'wawe', expected one of schedule, wave, gate" in err.replace("\n", " ")
