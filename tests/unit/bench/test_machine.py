# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line about the machine that was measured on."""

from __future__ import annotations

from ansible_collections.farsite.fleet.bench.machine import describe_machine, processor


def test_every_machine_is_described() -> None:
    machine = describe_machine()
    assert list(machine) == ["processor", "memory", "Linux", "Python", "ansible-core", "OpenSSH", "load before"]
    assert all(machine.values())
    assert machine["OpenSSH"][0].isdigit()


def test_the_processor_has_a_name() -> None:
    assert processor("processor\t: 0\nmodel name\t: Fast One @ 2.50GHz\n") == "Fast One @ 2.50GHz"
    assert processor("processor\t: 0\nBogoMIPS\t: 38.40\n")
