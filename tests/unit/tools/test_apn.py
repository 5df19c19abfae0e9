# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of access points from a database like the one that Debian has."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.farsite.fleet.tools import apn

if t.TYPE_CHECKING:
    import pathlib

    import pytest

DATABASE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE serviceproviders SYSTEM "serviceproviders.2.dtd">
<serviceproviders format="2.0">
<country code="xx">
  <name>Utopia</name>
  <provider>
    <name>Über</name>
    <name xml:lang="en">Over</name>
    <gsm>
      <network-id mcc="999" mnc="02"/>
      <network-id mcc="999" mnc="011"/>
      <apn value="web "><usage type="internet"/><name>Web</name><username> me </username><password>mine</password></apn>
      <apn value="web"><username>me</username><password>mine</password></apn>
      <apn value="plain"><username></username><password/></apn>
      <apn value="mms"><usage type="mms"/></apn>
      <apn value="wap"><usage type="wap"/></apn>
      <apn value="phone"><usage type="mms-internet-hipri"/></apn>
    </gsm>
  </provider>
  <provider>
    <name>Second</name>
    <gsm><network-id mcc="999" mnc="02"/><apn value="web"><usage type="internet"/></apn></gsm>
    <cdma><username>never</username></cdma>
  </provider>
  <provider>
    <name>Pictures</name>
    <gsm><network-id mcc="999" mnc="03"/><apn value="mms"><usage type="mms"/></apn></gsm>
  </provider>
</country>
</serviceproviders>
"""
WEB = {"n": "Über", "a": "web", "u": "me", "p": "mine"}
PLAIN = {"n": "Über", "a": "plain"}


def test_each_network_has_its_access_points_for_the_internet(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, table = tmp_path / "serviceproviders.xml", tmp_path / "table.json"
    database.write_text(DATABASE, "utf-8")
    monkeypatch.setattr(apn, "TABLE", table)
    apn.main([str(database), "20310101"])
    content = table.read_text("utf-8")
    assert json.loads(content) == {
        "source": apn.SOURCE,
        "release": "20310101",
        "licence": apn.LICENCE,
        "apn": {"999011": [WEB, PLAIN], "99902": [WEB, PLAIN, {"n": "Second", "a": "web"}]},
    }
    assert [line.partition(":")[0] for line in content.splitlines() if line.startswith('"9')] == ['"999011"', '"99902"']


def test_the_release_is_that_of_the_installed_package(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in {"DATABASE": DATABASE, "PACKAGE": "Name: x\nRequires:\nVersion: 20310202\n"}.items():
        (tmp_path / name).write_text(content, "utf-8")
        monkeypatch.setattr(apn, name, tmp_path / name)
    monkeypatch.setattr(apn, "TABLE", tmp_path / "table.json")
    apn.main([])
    assert json.loads((tmp_path / "table.json").read_text("utf-8"))["release"] == "20310202"
