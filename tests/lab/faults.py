# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults at every step of the router's transaction, and what must hold after each.

The router's program is sent with the commands that change something (mv, sync, rm, …) wrapped: before each, a fault can
strike. Nothing of this is in the product.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import time
import typing as t

from ssh_transport import SshTransport

from ansible_collections.farsite.fleet.plugins.plugin_utils.router import files as router_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import WantedFile, plan_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question, observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import (
    Change,
    End,
    FileChange,
    Install,
    Outcome,
    carry_out,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options

if t.TYPE_CHECKING:
    from lab_router import LabRouter

    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

Kind = t.Literal["record", "kill", "power", "cut", "full"]
Place = t.Literal["run", "confirm", "boot"]
FILES = ("network", "firewall", "system")
OTHER_FILES = (
    WantedFile("/etc/nftables.d/20-lab.nft", "chain lab {\n}\n", 0o644),
    WantedFile("/etc/lab-secret", "it's new\n", 0o600),
    WantedFile("/etc/lab.d/alone", "in a folder of its own\n", 0o755),
    WantedFile("/etc/hotplug.d/iface/95-lab", None, 0),
)
"""New, another content and mode, new with its folder, removed."""
PACKAGE = "lab-small"
BASELINE = "/overlay/lab-baseline"
IDLE_SECONDS = 60

# /tmp is gone after a power cut, so a fault for the boot script waits on flash
_WRAPPERS = """\
fault_strikes() {
    fault_file=/tmp/lab/fault
    [ "$tx_command" != boot ] || fault_file=/overlay/lab-fault
    [ -r "$fault_file" ] || return 0
    read -r fault_at fault_kind fault_place <"$fault_file"
    [ "$fault_place" = "$tx_command" ] || return 0
    # in a file, since what runs in a subshell counts as well
    fault_count=0
    [ ! -r "$fault_file-count" ] || read -r fault_count <"$fault_file-count"
    fault_count=$((fault_count + 1))
    echo "$fault_count" >"$fault_file-count"
    [ "$fault_kind" != record ] || echo "$fault_count $*" >>"${fault_file%/*}/lab-points"
    [ "$fault_count" = "$fault_at" ] || return 0
    command rm -f "$fault_file"
    case $fault_kind in
        kill) kill -9 $$; command sleep 3 ;;
        power) command reboot -f; command sleep 30 ;;
        cut) for fault_pid in $(pidof dropbear); do
            [ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$fault_pid/status")" = 1 ] || kill -9 "$fault_pid"
        done ;;
        full) dd if=/dev/zero of=/overlay/.lab-filler bs=1024 2>/dev/null; command sync ;;
    esac
}
"""
_WRAPPED = ("opkg", "mv", "cp", "rm", "ln", "mkdir", "chmod", "cat", "sync", "ubus", "uci", "mount", "umount", "flock")


def with_faults(script: bytes) -> bytes:
    """Return *script* with the program in its here-document wrapped."""
    wrappers = _WRAPPERS + "".join(
        f'{name}() {{ fault_strikes {name} "$@"; command {name} "$@"; }}\n' for name in _WRAPPED
    )
    return re.sub(
        rb"""(cat >"\$work/tx" <<'END-[0-9a-f]+'[^\n]*\n)""",
        lambda found: found[1] + wrappers.encode(),
        script,
        count=1,
    )


@dataclasses.dataclass(frozen=True)
class Trial:
    """A fault before the *at*-th command of *place*; with ``boot``, after a power cut while the change was armed."""

    kind: Kind
    place: Place
    at: int


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a trial ended with: the outcome on the controller, ``old`` or ``new``, and what is wrong.

    ``left`` is what lies on flash until the next run: only a power cut may leave something, and nothing that acts.
    """

    trial: Trial
    step: str
    end: str
    configuration: str
    left: str
    seconds: float
    problems: tuple[str, ...]


class Bench:
    """One router that takes trials, each from the same configuration."""

    def __init__(self, router: LabRouter) -> None:
        self.router = router
        self.transport = SshTransport(router)
        router.execute(
            f"mkdir -p {BASELINE}/other && cp -p /etc/config/* {BASELINE}/; "
            f"cp -p /usr/lib/opkg/status {BASELINE}/other; cd {BASELINE}/other; "
            "echo old >lab-secret; echo hook >95-lab; chmod 755 95-lab; mkdir -p /tmp/lab"
        )
        self._put_others_back()
        self.old = self.live()
        self.new: dict[str, str] = {}

    def live(self) -> dict[str, str]:
        """What is on flash: contents of packages by name, mode and content of the other files by path."""
        files = {name: self.router.read(f"/etc/config/{name}").decode() for name in FILES}
        paths = " ".join(file.path for file in OTHER_FILES)
        shown = 'echo "$f"; ls -ln "$f" | cut -d " " -f 1; cat "$f"; ls -d "${f%/*}"; echo =='
        text = self.router.execute(f"for f in {paths}; do {shown}; done 2>/dev/null").stdout
        return files | {part.partition("\n")[0]: part.partition("\n")[2] for part in text.split("==\n") if part}

    def _put_others_back(self) -> None:
        self.router.execute(
            f"rm -rf /etc/lab.d /etc/nftables.d/20-lab.nft; opkg remove {PACKAGE}; cd {BASELINE}/other; "
            "cp -p status /usr/lib/opkg/status; cp -p lab-secret /etc/lab-secret; "
            "mkdir -p /etc/hotplug.d/iface; cp -p 95-lab /etc/hotplug.d/iface/95-lab; sync"
        )

    def change(self) -> Change:
        """A second address, a firewall rule, the host name; other files; and a package."""
        questions = [Question(name, secret_options(name)) for name in FILES]
        asked = [f"packages_missing {PACKAGE}", *router_files.commands(OTHER_FILES)]
        observation = observe(
            self.transport, questions, "salt", more=asked, sources=["packages", *router_files.SOURCES]
        )
        files = []
        for name in FILES:
            observed = observation.packages[name]
            text = edited(name, observed.package)
            files.append(FileChange(f"/etc/config/{name}", observed.digest, observed.staged, text.encode()))
        self.new = {name: (file.content or b"").decode() for name, file in zip(FILES, files, strict=True)}
        self.new |= {file.path: _listed(file) for file in OTHER_FILES}
        files += [plan.change for plan in plan_files(OTHER_FILES, observation)]
        services = ("network", "firewall", "system")
        missing = tuple(observation.parts["missing"][1].split())
        return Change(
            tuple(files),
            services,
            (),
            "salt",
            secret_options(*FILES),
            rollback_timeout=25,
            install=Install("opkg", missing) if missing else None,
        )

    def trial(self, trial: Trial, step: str = "") -> Verdict:
        """Play one fault and say what was found."""
        start = time.monotonic()
        self.reset()
        change = self.change()
        self.transport.change_script = with_faults
        if trial.place == "boot":
            # the first cut comes when everything is in place: before the last sync of the apply
            self.router.execute(f"echo '{trial.at} {trial.kind} boot' >/overlay/lab-fault; sync")
            self.router.execute("echo '1 power confirm' >/tmp/lab/fault")
        else:
            self.router.execute(f"echo '{trial.at} {trial.kind} {trial.place}' >/tmp/lab/fault")
        stop = threading.Event()
        power = threading.Thread(target=self._keep_powered, args=(stop,))
        power.start()
        try:
            outcome = self._carry_out(change)
            problems, left = self._settled(trial)
        finally:
            stop.set()
            power.join()
            self.transport.change_script = lambda script: script
        configuration = self._configuration(problems)
        self.router.execute("rm -f /overlay/.lab-filler /overlay/lab-fault* /tmp/lab/fault*; sync")
        self._judge(trial, outcome, configuration, problems)
        problems += self._converges()
        end = outcome.end.value if outcome else "not begun"
        return Verdict(trial, step, end, configuration, left, time.monotonic() - start, tuple(problems))

    def _carry_out(self, change: Change) -> Outcome | None:
        try:
            return carry_out(self.transport, change)
        except UnreachableError:
            return None

    def _keep_powered(self, stop: threading.Event) -> None:
        while not stop.wait(0.3):
            if not self.router.running():
                self.router.power_on(timeout=0)

    def _settled(self, trial: Trial | None) -> tuple[list[str], str]:
        """Wait until the router has nothing left to do; return what is wrong then, and what lies on flash."""
        until = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < until:
            busy = self.router.execute(
                "ubus call service list | grep -o 'farsite-[0-9a-f]*'; mount | grep farsite; true"
            )
            if busy.returncode == 0 and not busy.stdout and self.router.takes_connections():
                break
            time.sleep(0.3)
        else:
            return [f"the router does not come to rest: {busy.stdout.strip()}"], ""
        left = self._left()
        if not left or (trial and trial.kind == "power" and "state.armed" not in left):
            return [], left
        return [f"left behind: {left}"], left

    def _left(self) -> str:
        command = (
            "cd /etc; ls -d farsite.tx farsite.tx/state.* rc.d/*farsite* rc.d/.S* .farsite.* */.farsite.* "
            "hotplug.d/iface/.farsite.* 2>/dev/null"
        )
        return " ".join(self.router.execute(command).stdout.split())

    def _configuration(self, problems: list[str]) -> str:
        live = self.live()
        if live == self.old:
            return "old"
        if live == self.new:
            return "new"
        problems.append("a mixture: " + ", ".join(name for name in live if live[name] != self.old[name]))
        return "mixed"

    def _judge(self, trial: Trial, outcome: Outcome | None, configuration: str, problems: list[str]) -> None:
        end = outcome.end if outcome else None
        if end is End.CONFIRMED and configuration != "new":
            problems.append("said to be confirmed, but it is the old configuration")
        if end in (None, End.REFUSED, End.UNDONE) and configuration != "old":
            problems.append(f"said to be {end.value if end else 'not begun'}, but it is the new configuration")
        if end is End.UNKNOWN and trial.kind != "full":
            problems.append(f"the controller does not know how it ended: {outcome.reason if outcome else ''}")
        if self.router.ssh("true").returncode != 0:
            problems.append("no login")
        hostname = self.router.execute("uci get system.@system[0].hostname; cat /proc/sys/kernel/hostname").stdout
        if len(set(hostname.split())) != 1:
            problems.append(f"the host name in force is not that of the configuration: {hostname.split()}")

    def _converges(self) -> t.Iterator[str]:
        if self.live() == self.new:
            self.router.execute(f"cp -p {BASELINE}/system /etc/config/system")
        outcome = self._carry_out(self.change())
        if outcome is None or outcome.end is not End.CONFIRMED:
            yield f"the next run does not converge: {outcome}"
        elif left := self._left():
            yield f"left behind by the next run: {left}"
        elif self.live() != self.new:
            yield "the next run is confirmed, but the configuration is not the new one"

    def reset(self) -> None:
        """Put the baseline back, as if nothing had ever been done; what procd still has to reload comes before."""
        self._put_others_back()
        self.router.execute(
            "for s in $(seq 30); do ls /tmp/lab/trigger.* >/dev/null 2>&1 || break; sleep 1; done; "
            "rm -f /overlay/.lab-filler /overlay/lab-fault* /overlay/lab-points /tmp/lab/fault* /tmp/lab/lab-points; "
            f"for f in {' '.join(FILES)}; do cp -p {BASELINE}/$f /etc/config/$f; done; rm -f /tmp/farsite.last; "
            "mkdir -p /tmp/lab; for s in network firewall system; do /etc/init.d/$s reload >/dev/null 2>&1; done; sync"
        )

    def record(self, place: Place) -> dict[int, str]:
        """Return the commands of *place* by their number, by playing it once without a fault."""
        self.reset()
        change = self.change()
        self.transport.change_script = with_faults
        points = "/tmp/lab/lab-points"
        self.router.execute(f"echo '0 record {place}' >/tmp/lab/fault")
        if place == "boot":
            points = "/overlay/lab-points"
            self.router.execute(
                "echo '0 record boot' >/overlay/lab-fault; echo '1 power confirm' >/tmp/lab/fault; sync"
            )
        stop = threading.Event()
        power = threading.Thread(target=self._keep_powered, args=(stop,))
        power.start()
        try:
            self._carry_out(change)
            self._settled(None)
        finally:
            stop.set()
            power.join()
            self.transport.change_script = lambda script: script
        steps: dict[int, str] = {}
        for line in self.router.read(points).decode().splitlines():
            number, _blank, command = line.partition(" ")
            steps[int(number)] = re.sub(r"[0-9a-f]{16}", "ID", command)
        return steps


def _listed(file: WantedFile) -> str:
    """Return what ``live`` says of a file that is as it is to be."""
    folder = file.path.rpartition("/")[0]
    if file.text is None:
        return f"{folder}\n"
    letters = "".join(
        letter if file.mode >> bit & 1 else "-" for bit, letter in zip(range(8, -1, -1), "rwx" * 3, strict=True)
    )
    return f"-{letters}\n{file.text}{folder}\n"


def edited(name: str, package: Package) -> str:
    """Return the text of the changed package."""
    text = render(package)
    if name == "network":
        options = "\toption device 'lo'\n\toption proto 'static'\n\toption ipaddr '127.0.7.1/32'\n"
        return f"{text}\nconfig interface 'extra'\n{options}"
    if name == "firewall":
        rule = (
            "\nconfig rule\n\toption name 'Lab'\n\toption src 'lan'\n\toption proto 'tcp'\n\toption dest_port '8080'\n"
        )
        return text + rule + "\toption target 'ACCEPT'\n"
    return re.sub(r"option hostname '[^']*'", "option hostname 'changed'", text)
