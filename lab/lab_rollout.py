# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A roll-out to a swarm with sites that are off-line, hang, undo their change, or go dark after it, shown and checked.

``python3 lab/lab_rollout.py [--sites 200] [--off-line 10] [--hanging 3] [--rolling-back 2] [--dying 1]`` makes the
swarm, rolls out twice, and removes it. The first run has to end by itself with the right report, and to take the site
that returns while it runs; the second one takes the rest, and nobody else.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import threading
import time
import typing as t

from lab_podman import LabError
from lab_swarm import Swarm

if t.TYPE_CHECKING:
    import subprocess

NOWHERE = ("192.0.2.2/30", "192.0.2.1")
"""Address and gateway that nobody on the lab's internet has (RFC 5737)."""
SLEEP = 0.5
QUIET = 12.0
"""Seconds after a confirmed transaction in which the next one of the same change has begun."""
LAST_CHANGE = "/tmp/farsite.last"  # noqa: S108 # a file of the router


class Rollout:
    """Roll-outs to a swarm: its first site is the canary, those after it are off-line, the last hang, roll back or die.

    Who dies confirms its change, and is silent from then on.
    """

    def __init__(self, swarm: Swarm, off_line: int, hanging: int, rolling_back: int, dying: int = 0) -> None:
        """Choose who does what. Raise LabError where there are too few sites."""
        if off_line < 1 or 1 + off_line + hanging + rolling_back + dying > len(swarm.sites):
            raise LabError("expected at least one site that is off-line, and one that is none of these")
        self.swarm = swarm
        self.off_line = swarm.sites[1 : 1 + off_line]
        self.returning = self.off_line[0]
        """It has power again while the first run is at other sites."""
        rest = swarm.sites[len(swarm.sites) - hanging - rolling_back - dying :]
        self.hanging, rest = rest[:hanging], rest[hanging:]
        self.rolling_back, self.dying = rest[:rolling_back], rest[rolling_back:]
        self._files = {site: swarm.site_file(site).read_text() for site in self.rolling_back}

    @property
    def left(self) -> list[str]:
        """The sites that the first run leaves, sorted."""
        return sorted({*self.off_line, *self.hanging, *self.rolling_back, *self.dying} - {self.returning})

    @property
    def has_journal(self) -> bool:
        """Whether a run came as far as to write one."""
        return (self.swarm.fleet / "report/rollout.json").exists()

    @property
    def journal(self) -> dict[str, t.Any]:
        """What the journal says."""
        found: dict[str, t.Any] = json.loads((self.swarm.fleet / "report/rollout.json").read_text())
        return found

    @property
    def states(self) -> dict[str, str]:
        """The state of each site."""
        return {name: site["state"] for name, site in self.journal["sites"].items()}

    @property
    def again(self) -> list[str]:
        """The sites of ``again.txt``, sorted; none without it."""
        file = self.swarm.fleet / "report/again.txt"
        return sorted(file.read_text().split()) if file.exists() else []

    @property
    def expected(self) -> dict[str, str]:
        """What the first run has to come to."""
        found = dict.fromkeys(self.swarm.sites, "changed")
        found |= dict.fromkeys(set(self.off_line) - {self.returning}, "off_line")
        found |= dict.fromkeys((*self.hanging, *self.dying), "failed")
        return found | dict.fromkeys(self.rolling_back, "rolled_back")

    def harm(self) -> None:
        """Make the sites what they are to be in the first run."""
        self.swarm.act("power-cut", self.off_line)
        self.swarm.act("hang", self.hanging)
        for site, text in self._files.items():
            address, gateway = NOWHERE
            changed = re.sub(r"(?m)^( +address:).*$", rf"\1 {address}", text)
            changed = re.sub(r"(?m)^( +gateway:).*$", rf"\1 {gateway}", changed)
            self.swarm.site_file(site).write_text(changed)

    def mend(self) -> None:
        """Make all well again."""
        for site, text in self._files.items():
            self.swarm.site_file(site).write_text(text)
        self.swarm.act("unhang", self.hanging)
        self.swarm.act("thaw", self.dying)
        self.swarm.act("power-on", self.off_line)

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Roll out."""
        words = [word for option in options for word in ("-e", option)]
        return self.swarm.run("ansible-playbook", "farsite.fleet.rollout", *words)

    @contextlib.contextmanager
    def meanwhile(self) -> t.Iterator[None]:
        """Give the returning site its power once it was found off-line; stop those that go dark after their change."""
        ended = threading.Event()
        living = list(self.dying)
        confirmed: dict[str, tuple[str, float]] = {}

        def is_done(site: str) -> bool:
            # a change may be several transactions
            last, now = self.last_change(site), time.monotonic()
            if site not in confirmed or confirmed[site][0] != last:
                confirmed[site] = (last, now)
            return "confirmed" in last and now - confirmed[site][1] > QUIET

        def watch() -> None:
            returned = False
            while not (ended.wait(SLEEP) or (returned and not living)):
                with contextlib.suppress(FileNotFoundError):
                    if not returned and self.states.get(self.returning) == "off_line":
                        self.swarm.power_on(self.returning)
                        returned = True
                for site in filter(is_done, tuple(living)):
                    self.swarm.freeze(site)
                    living.remove(site)

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def last_change(self, site: str) -> str:
        """Return how a site's last change ended, and which that was, as its router says; empty without any."""
        return self.swarm.output(site, f"cat {LAST_CHANGE} 2>/dev/null || :")


def problems(rollout: Rollout, status: int, expected: dict[str, str]) -> list[str]:
    """Return what of a run's end is not as *expected*: states by site."""
    if not rollout.has_journal:
        return [f"there is no journal, and the status is {status}"]
    sites = rollout.journal["sites"]
    found = [
        f"{site}: is {sites[site]['state']}, expected {state}: {sites[site]['reason']}"
        for site, state in expected.items()
        if sites[site]["state"] != state
    ]
    left = sorted(site for site, state in expected.items() if state not in ("right", "changed"))
    if rollout.again != left:
        found.append(f"again.txt has {rollout.again}, expected {left}")
    if (status == 0) is bool(left):
        found.append(f"the status is {status}")
    if rollout.journal["stopped"] or rollout.journal["owner"]:
        found.append(f"the journal says stopped: {rollout.journal['stopped']}, owner: {rollout.journal['owner']}")
    return found


def order(play: subprocess.CompletedProcess[str]) -> list[str]:
    """Return whom the waves of a run were for, wave after wave, as it said at its begin."""
    waves = re.findall(r"wave \d+ of \d+, [^:]+: ([^\"\n]+)", play.stdout)
    return [site for wave in waves for site in wave.split(", ")]


def demonstrate(rollout: Rollout, options: tuple[str, ...]) -> list[str]:
    """Roll out twice; return what was wrong, and print how long it took."""
    rollout.harm()
    began = time.monotonic()
    with rollout.meanwhile():
        first = rollout.run(*options)
    said(f"first run: {time.monotonic() - began:.0f} s")
    said(first.stdout[first.stdout.rfind("TASK [Say what became of each]") :])
    wrong = problems(rollout, first.returncode, rollout.expected)
    rollout.mend()
    began = time.monotonic()
    second = rollout.run(*options)
    said(f"second run: {time.monotonic() - began:.0f} s")
    said(second.stdout[second.stdout.rfind("TASK [Say what became of each]") :])
    wrong += problems(rollout, second.returncode, dict.fromkeys(rollout.swarm.sites, "changed"))
    if sorted(order(second)) != rollout.left:
        wrong.append(f"the second run was for {order(second)}, expected {rollout.left}")
    return wrong


def said(text: str) -> None:
    """Print *text* at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Run the command line."""
    made = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    made.add_argument("--sites", type=int, default=200)
    made.add_argument("--off-line", type=int, default=10)
    made.add_argument("--hanging", type=int, default=3)
    made.add_argument("--rolling-back", type=int, default=2)
    made.add_argument("--dying", type=int, default=1)
    made.add_argument("--hold", type=int, default=30)
    made.add_argument("--site-timeout", type=int, default=900)
    made.add_argument("--name", default="rollout")
    given = made.parse_args(arguments)
    began = time.monotonic()
    swarm = Swarm.start(given.name, given.sites)
    try:
        said(f"{given.sites} routers and a hub: {time.monotonic() - began:.0f} s")
        rollout = Rollout(swarm, given.off_line, given.hanging, given.rolling_back, given.dying)
        wrong = demonstrate(rollout, (f"rollout_hold={given.hold}", f"rollout_site_timeout={given.site_timeout}"))
    finally:
        swarm.remove()
    for problem in wrong:
        said(f"wrong: {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LabError as error:
        sys.exit(f"lab: {error}")
