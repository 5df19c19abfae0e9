# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import uci_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import MASK, NEW_MASK
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import Wanted, make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

WIRELESS = Package("wireless", (Section("wifi-iface", "ap", (("ssid", "s"), ("key", "the passphrase"))),))
WANTED = Wanted(WIRELESS, ((),))


def seen(package: Package, *, last: tuple[str, ...] = (), pending: tuple[str, str] | None = None) -> Observation:
    return Observation({package.name: Observed(package, "d", "-")}, ("uhttpd",), pending, last, {})


def test_rendered_and_parsed_show_no_secret() -> None:
    rendered = uci_results.rendered([WANTED])["rendered"]
    assert "the passphrase" not in rendered
    assert MASK in rendered
    text = "package wireless\n\nconfig wifi-iface 'ap'\n\toption key 'the passphrase'\n"
    assert uci_results.parsed(text)["parsed"][0]["sections"][0]["options"] == {"key": MASK}


def test_a_plan_shows_what_changes_and_masks_it() -> None:
    empty = Package("wireless", (Section("wifi-iface", "ap", (("ssid", "s"),)),))
    result = uci_results.planned(make_plan([WANTED], "merged", seen(empty), "salt"), seen(empty))
    assert result["changed"] is True
    (difference,) = result["diff"]
    assert NEW_MASK in difference["after"]
    assert difference["before_header"] == difference["after_header"] == "/etc/config/wireless"
    assert "the passphrase" not in str(result)
    assert "uhttpd" in " ".join(result["warnings"])


def test_nothing_to_do_has_no_diff() -> None:
    package = Package("system", (Section("system", None, (("hostname", "a"),)),))
    result = uci_results.planned(make_plan([Wanted(package, ((),))], "merged", seen(package), "salt"), seen(package))
    assert result["changed"] is False
    assert "diff" not in result
    assert "after" not in result


def test_how_the_last_change_ended_is_told() -> None:
    package = Package("system", (Section("system", None, (("hostname", "a"),)),))
    observation = seen(package, last=("undone 12 no confirmation", "kept /tmp/k/system"), pending=("armed", "34"))
    plan = make_plan([Wanted(package, ((),))], "merged", observation, "salt")
    warnings = "\n".join(uci_results.planned(plan, observation)["warnings"])
    for text in ("undone its last change (12): no confirmation", "/tmp/k/system", "(34)"):
        assert text in warnings


def test_an_error_in_the_configuration_to_be_is_refused() -> None:
    firewall = Package("firewall", (Section("zone", None, (("name", "lan"),)),))
    bad = Package("firewall", (Section("forwarding", None, (("src", "lan"), ("dest", "nowhere"))),))
    observation = Observation(
        {
            name: Observed(package, "d", "-")
            for name, package in (("firewall", firewall), ("network", Package("network")))
        },
        (),
        None,
        (),
        {},
    )
    with pytest.raises(NotUsableError, match="nowhere"):
        uci_results.refuse_errors(make_plan([Wanted(bad, ((),))], "merged", observation, "salt"))


@pytest.mark.parametrize("end", [end for end in End if end is not End.CONFIRMED])
def test_an_end_that_is_no_confirmation_fails(end: End) -> None:
    result = uci_results.ended(Outcome(end, "because", "12", ("/tmp/k",)))
    assert result["failed"] is True
    assert "because" in result["msg"]
    assert result["transaction"] == {"id": "12", "end": end.value, "reason": "because", "kept": ["/tmp/k"]}


def test_a_confirmation_is_a_plain_result() -> None:
    assert uci_results.ended(Outcome(End.CONFIRMED, "", "12")) == {"transaction": {"id": "12", "end": "confirmed"}}
