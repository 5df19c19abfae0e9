# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras of the lab, on cables into its routers, and the frame that somebody sees of one.

``python3 lab/lab_camera.py start NAME ROUTER MAC | stop NAME | list | frame URL FILE``
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import time

import lab_camera_image
from lab_commands import find
from lab_namespace import cable
from lab_podman import LABEL, LabError, attempt, environment, podman, state_name
from lab_router import LabRouter

USER = "admin"
PASSWORD = "Lens-4711"  # noqa: S105
"""What the lab's cameras have unless told otherwise; nothing real."""
STREAM = "/Streaming/Channels/101"
SNAPSHOT = "/ISAPI/Streaming/channels/101/picture"
ROLE = "farsite.lab.camera"
"""The label that tells a camera from the lab's other containers; its value is the camera's name."""
PNG = b"\x89PNG\r\n\x1a\n"


class LabCamera:
    """A camera: RTSP (H.264) on 554, HTTP on 80, both Digest. ``start`` makes one, ``remove`` leaves nothing of it."""

    def __init__(self, name: str) -> None:
        """Take hold of one that was started."""
        self.name = name
        self.container = container_name(name)

    @classmethod
    def start(
        cls, name: str, router: LabRouter, mac: str, *, port: str = "lan1", password: str = PASSWORD
    ) -> LabCamera:
        """Start one with the address *mac*, plug it into *router*'s *port*; it serves when this returns.

        Its IPv4 address it asks of whoever answers DHCP there. Raise LabError if there is one of that name.
        """
        camera = cls.start_alone(name, password=password)
        try:
            camera.plug(router, mac, port)
        except BaseException:
            camera.remove()
            raise
        return camera

    @classmethod
    def start_alone(cls, name: str, *, password: str = PASSWORD) -> LabCamera:
        """Start one that waits for its cable; it serves when this returns."""
        camera = cls(name)
        podman(
            "run", "--detach", f"--name={camera.container}", f"--label={LABEL}={state_name()}",
            f"--label={ROLE}={name}", "--network=none", "--systemd=false", "--cap-add=NET_ADMIN", "--cap-add=NET_RAW",
            "--tmpfs=/tmp", f"--env=CAMERA_NAME={name}", f"--env=CAMERA_USER={USER}",
            f"--env=CAMERA_PASSWORD={password}",
            lab_camera_image.build(),
        )  # fmt: skip
        try:
            camera._wait_until_ready()
        except BaseException:
            camera.remove()
            raise
        return camera

    def plug(self, router: LabRouter, mac: str, port: str = "lan1") -> None:
        """Plug its cable into *port* of *router*, a port of the bridge of the LAN; again after each power cut of it.

        A bridge that has no such port in UCI is joined until the next reload of the network.
        """
        cable(str(self.process_id()), "eth0", str(router.process_id()), port, mac=mac)
        router.join_lan(port)

    def process_id(self) -> int:
        """Return the id of its PID 1 on this machine. Raise LabError if it does not run."""
        state = attempt(["inspect", "--format={{.State.Pid}}", self.container]).stdout.strip()
        if state in (b"", b"0"):
            raise LabError(f"the camera {self.name} does not run: {self.log()}")
        return int(state)

    def execute(self, command: list[str] | str) -> subprocess.CompletedProcess[str]:
        """Run a command in it; a ``str`` is for ``sh -c``."""
        words = ["sh", "-c", command] if isinstance(command, str) else command
        done = attempt(["exec", self.container, *words])
        return subprocess.CompletedProcess(
            words, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )

    def addresses(self) -> list[str]:
        """Return the IPv4 addresses that it has now."""
        listed = self.execute("ip -4 -o address show dev eth0").stdout.splitlines()
        return [line.split()[3].partition("/")[0] for line in listed]

    def wait_for_address(self, timeout: float = 30) -> str:
        """Return the address that it got by DHCP. Raise LabError after *timeout* seconds without one."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = self.addresses()
            if found:
                return found[0]
            time.sleep(0.2)
        raise LabError(f"the camera {self.name} got no address in {timeout} s: {self.log()}")

    def log(self) -> str:
        """Return what it printed."""
        done = attempt(["logs", self.container])
        return (done.stdout + done.stderr).decode(errors="replace")

    def _wait_until_ready(self, timeout: float = 60) -> None:
        end = time.monotonic() + timeout
        while "ready\n" not in self.log():
            if time.monotonic() > end:
                raise LabError(f"the camera {self.name} does not serve after {timeout} s: {self.log()}")
            self.process_id()
            time.sleep(0.2)

    def remove(self) -> None:
        """Remove it, and with it its cable."""
        attempt(["rm", "--force", "--time=0", self.container])

    def describe(self) -> dict[str, object]:
        """Return what a person needs to watch it."""
        found = self.addresses()
        address = found[0] if found else None
        return {
            "name": self.name,
            "container": self.container,
            "address": address,
            "stream": f"rtsp://{address}{STREAM}",
            "snapshot": f"http://{address}{SNAPSHOT}",
            "user": USER,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Grabbed:
    """A decoded frame as ``png``, or why there is none."""

    png: bytes
    reason: str = ""


def grab_frame(url: str, *, network: str = "host", password: str = PASSWORD, timeout: float = 20) -> Grabbed:
    """Pull one frame by RTSP over TCP and decode it, from *network* in podman's words.

    That is ``host``, ``container:NAME`` or ``ns:/run/netns/NAME``. The password travels on stdin.
    """
    asked = json.dumps({"url": url, "user": USER, "password": password, "timeout": timeout})
    command = [
        "podman", "run", "--rm", "--interactive", f"--label={LABEL}={state_name()}", f"--network={network}",
        "--systemd=false", "--tmpfs=/tmp", lab_camera_image.build(), "/camera/python", "/camera/grab_frame.py",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603
        command, input=asked.encode() + b"\n", capture_output=True, check=False, env=environment(), timeout=timeout + 30
    )
    if done.returncode or not done.stdout.startswith(PNG):
        return Grabbed(b"", done.stderr.decode(errors="replace").strip() or "what came is no PNG")
    return Grabbed(done.stdout)


def container_name(name: str) -> str:
    """Return the name of the container of the camera *name*."""
    return f"farsite-lab-{state_name()}-camera-{name}"


def cameras() -> list[LabCamera]:
    """Return every camera there is, by name."""
    filters = [f"--filter=label={LABEL}={state_name()}", f"--filter=label={ROLE}"]
    names = podman("ps", "--all", *filters, f'--format={{{{index .Labels "{ROLE}"}}}}').split()
    return [LabCamera(name) for name in sorted(names)]


def main(arguments: list[str]) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Cameras of the lab.")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="start a camera behind a router of the lab")
    start.add_argument("name")
    start.add_argument("router")
    start.add_argument("mac")
    commands.add_parser("stop", help="remove a camera").add_argument("name")
    commands.add_parser("list", help="print the cameras there are")
    frame = commands.add_parser("frame", help="pull one frame by RTSP and write it as PNG")
    frame.add_argument("url")
    frame.add_argument("file", type=pathlib.Path)
    frame.add_argument("--network", default="host", help="host, container:NAME or ns:/run/netns/NAME")
    options = parser.parse_args(arguments)
    if options.command == "start":
        router = find(options.router)
        if not isinstance(router, LabRouter):
            raise LabError(f"{router.name} is a {router.KIND}, expected a router")
        camera = LabCamera.start(options.name, router, options.mac)
        sys.stdout.write(json.dumps(camera.describe(), indent=2) + "\n")
    elif options.command == "stop":
        LabCamera(options.name).remove()
    elif options.command == "list":
        sys.stdout.write(json.dumps([camera.describe() for camera in cameras()], indent=2) + "\n")
    else:
        grabbed = grab_frame(options.url, network=options.network)
        if grabbed.reason:
            raise LabError(f"{options.url}: {grabbed.reason}")
        options.file.write_bytes(grabbed.png)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(f"lab: {error}")
