# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import (
    DumpError,
    parse_dump,
    same_in_wireguard,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

DUMP = "\n".join(
    "\t".join(line)
    for line in (
        (key(0, "private"), key(0), "51820", "0xca6c"),
        (key(1), secret(1), "192.0.2.1:40000", "10.80.1.0/24,fd00::/64", "1700000000", "148", "92", "25"),
        (key(2), "(none)", "(none)", "(none)", "0", "0", "0", "off"),
    )
)


def test_a_dump_is_read() -> None:
    running = parse_dump(DUMP)
    assert (running.private_key, running.public_key) == (key(0, "private"), key(0))
    assert (running.listen_port, running.fwmark) == (51820, "0xca6c")
    assert running.peers == {
        key(1): peer(1, "10.80.1.0/24", "fd00::/64", name=None, preshared_key=secret(1), keepalive=25),
        key(2): peer(2, name=None),
    }
    assert running.seen == {key(1): Sighting(1700000000, "192.0.2.1:40000"), key(2): Sighting(0)}
    assert key(0, "private") not in repr(running)
    assert secret(1) not in repr(running)


def test_an_interface_without_anything_is_read() -> None:
    running = parse_dump("(none)\t(none)\t0\toff\n")
    assert (running.private_key, running.public_key, running.fwmark, running.peers) == (None, None, None, {})


@pytest.mark.parametrize("text", ["", "one line", DUMP.replace("\toff", ""), DUMP.replace("\t1700000000", "\tsoon")])
def test_another_dump_is_refused_without_its_secrets(text: str) -> None:
    with pytest.raises(DumpError) as caught:
        parse_dump(text)
    assert secret(1) not in str(caught.value)
    assert key(0, "private") not in str(caught.value)


def test_names_and_endpoints_are_not_what_wireguard_keeps() -> None:
    one = peer(1, "10.80.1.0/24", endpoint="192.0.2.1:5")
    assert same_in_wireguard(one, dataclasses.replace(one, name=None, endpoint=None, role="kept"))
    for changed in ({"keepalive": 5}, {"preshared_key": secret(1)}, {"allowed_ips": (network("10.80.2.0/24"),)}):
        assert not same_in_wireguard(one, dataclasses.replace(one, **changed))
