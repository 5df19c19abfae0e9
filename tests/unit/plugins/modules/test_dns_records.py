# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before a server is asked, and what a result says; tests/lab/test_dns_records.py runs the module."""

from __future__ import annotations

import io
import json
import typing as t

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.farsite.fleet.plugins.module_utils.dns import server
from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import plan
from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import Names, RecordSet, marker
from ansible_collections.farsite.fleet.plugins.modules.dns_records import difference, main, outcome

RECORD: dict[str, t.Any] = {"name": "a.z.test", "type": "A", "values": ["192.0.2.1"]}
ARGUMENTS: dict[str, t.Any] = {
    "server": "192.0.2.53",
    "zone": "z.test",
    "records": [RECORD],
    "owner": "us",
    "key_name": "k",
    "key_secret": "c2VjcmV0",
}


def node(address: str) -> dict[str, RecordSet]:
    return {"A": RecordSet(60, frozenset({address}))}


def marked(address: str) -> dict[str, RecordSet]:
    return {**node(address), "TXT": RecordSet(60, frozenset({marker("us")}))}


def failed(monkeypatch: pytest.MonkeyPatch, **arguments: t.Any) -> str:
    """Run the module, which must fail before it asks a server, and return its message."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    with patch_module_args(ARGUMENTS | arguments), pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return str(json.loads(out.getvalue())["msg"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"records": []}, "records: found none, which would remove every name of the fleet"),
        ({"zone": "a b"}, "zone: found 'a b', expected a domain name"),
        ({"owner": "a b"}, "owner: found 'a b', expected 1 to 63 letters"),
        ({"records": [RECORD | {"name": "a.other.test"}]}, "records[0].name: a.other.test is not in the zone z.test"),
        ({"records": [RECORD | {"values": ["x"], "ttl": -1}]}, "- records[0].ttl: found -1, expected seconds"),
        ({"key_secret": "?"}, "key_secret: found something else than base64"),
    ],
)
def test_what_is_refused_before_a_server_is_asked(
    monkeypatch: pytest.MonkeyPatch, arguments: dict[str, t.Any], message: str
) -> None:
    assert failed(monkeypatch, **arguments).startswith(message)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MISSING", "Traceback: no module named dns")
    assert "Failed to import the required Python library (dnspython)" in failed(monkeypatch)


def test_a_result_has_the_names_and_the_lines() -> None:
    wanted: Names = {"b.z.test": node("192.0.2.1"), "d.z.test": node("192.0.2.2")}
    present: Names = {"a.z.test": marked("192.0.2.9"), "d.z.test": marked("192.0.2.3")}
    changes = plan(wanted, present, zone="z.test", owner="us", adopt=False, max_removals="1")
    assert outcome(changes) == {
        "changed": True,
        "added": ["b.z.test"],
        "updated": ["d.z.test"],
        "removed": ["a.z.test"],
    }
    assert outcome([]) == {"changed": False, "added": [], "updated": [], "removed": []}
    text = marker("us")
    assert difference("z.test", changes) == {
        "before": f"a.z.test. 60 IN A 192.0.2.9\na.z.test. 60 IN TXT {text}\n"
        f"d.z.test. 60 IN A 192.0.2.3\nd.z.test. 60 IN TXT {text}\n",
        "after": f"b.z.test. 60 IN A 192.0.2.1\nb.z.test. 60 IN TXT {text}\n"
        f"d.z.test. 60 IN A 192.0.2.2\nd.z.test. 60 IN TXT {text}\n",
        "before_header": "zone z.test",
        "after_header": "zone z.test",
    }
