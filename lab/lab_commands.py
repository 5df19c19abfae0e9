# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the lab's machines: each kind is built and started by its own program, the rest is the same."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import typing as t

import lab_hub_image
import lab_image
from lab_hub import LabHub
from lab_namespace import remove_namespaces, worlds_folder
from lab_network import remove_network
from lab_podman import LABEL, LabError, podman, state_name
from lab_router import LabRouter
from lab_swarm import Swarm

if t.TYPE_CHECKING:
    from lab_machine import Machine

BUILDERS = {"router": lab_image.build, "hub": lab_hub_image.build}
MACHINES: dict[str, type[LabRouter | LabHub]] = {"router": LabRouter, "hub": LabHub}


def machines() -> list[Machine]:
    """Return every machine there is."""
    return [machine for kind in MACHINES.values() for machine in kind.all()]


def find(name: str) -> Machine:
    """Return the machine of that name. Raise LabError if there is none."""
    there = {machine.name: machine for machine in machines()}
    if name not in there:
        raise LabError(f"there is no machine {name}; there are: {', '.join(there) or 'none'}")
    return there[name]


def find_hub(name: str) -> LabHub:
    """Return the hub of that name. Raise LabError if there is none."""
    machine = find(name)
    if not isinstance(machine, LabHub):
        raise LabError(f"{name} is a {machine.KIND}, expected a hub")
    return machine


def clean() -> None:
    """Remove every swarm and machine, whatever else has the lab's label, the worlds, and the network."""
    for swarm in Swarm.all():
        swarm.remove()
    for machine in machines():
        machine.remove()
    others = podman("ps", "--all", "--quiet", f"--filter=label={LABEL}={state_name()}").split()
    if others:
        podman("rm", "--force", "--time=0", *others)
    remove_namespaces()
    shutil.rmtree(worlds_folder(), ignore_errors=True)
    remove_network()


def parser(kind: str) -> argparse.ArgumentParser:
    """Return what reads the arguments of the program for one kind of machines."""
    made = argparse.ArgumentParser(description=f"Machines of the lab, containers; this program starts a {kind}.")
    commands = made.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help=f"build the image of a {kind}, if its inputs changed")
    build.add_argument("--force", action="store_true", help="build in any case, with the packages of today")
    named = {"start": f"start a {kind}; prints how to reach it", "stop": "remove a machine of any kind"}
    if kind == "hub":
        named["reboot"] = "shut a hub down and start it again"
    for command, text in named.items():
        commands.add_parser(command, help=text).add_argument("name")
    commands.add_parser("list", help="print the machines of every kind")
    commands.add_parser("clean", help="remove every machine, world and swarm, and the network")
    return made


def run(kind: str, arguments: list[str]) -> str:
    """Do what the arguments of the program for *kind* say; what is to be printed."""
    options = parser(kind).parse_args(arguments)
    match options.command:
        case "build":
            return BUILDERS[kind](force=options.force) + "\n"
        case "start":
            return json.dumps(MACHINES[kind].start(options.name).describe(), indent=2) + "\n"
        case "stop":
            find(options.name).remove()
        case "reboot":
            find_hub(options.name).reboot()
        case "list":
            return json.dumps([machine.describe() for machine in machines()], indent=2) + "\n"
        case "clean":
            clean()
    return ""


def main(kind: str, arguments: list[str]) -> None:
    """Run the command line; what fails ends it with its reason."""
    try:
        sys.stdout.write(run(kind, arguments))
    except LabError as error:
        sys.exit(f"lab: {error}")
