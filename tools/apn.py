#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plugins/plugin_utils/modem/data/apn.json anew from the database mobile-broadband-provider-info.

Run it after an update of the Debian package of that name: ``tools/apn.py``. The database may be elsewhere too; its
release is then to be told: ``tools/apn.py FILE RELEASE``, such as ``serviceproviders.xml 20230416``.

Taken are the access points of GSM and later networks whose usage is the internet, or not said.
"""

from __future__ import annotations

import itertools
import json
import pathlib
import sys

# Safe: the file comes from a signed package of the distribution, read by who develops; nothing of a modem gets here.
# expat, which this uses, loads no external entities, and the DTD that the file names is not read.
import xml.etree.ElementTree as ET

TABLE = pathlib.Path(__file__).parents[1] / "plugins" / "plugin_utils" / "modem" / "data" / "apn.json"
DATABASE = pathlib.Path("/usr/share/mobile-broadband-provider-info/serviceproviders.xml")
PACKAGE = pathlib.Path("/usr/share/pkgconfig/mobile-broadband-provider-info.pc")
SOURCE = "mobile-broadband-provider-info, serviceproviders.xml"
LICENCE = "public domain; its authors dedicate their copyright to the public domain at the head of that file"

Entry = dict[str, str]
"""An access point: ``n`` (operator), ``a`` (APN), and where there are any ``u`` (user name) and ``p`` (password)."""


def access_points(database: pathlib.Path) -> dict[str, list[Entry]]:
    """Return the access points by MCC and MNC in one, in the order of the file, each of them once."""
    found: dict[str, list[Entry]] = {}
    for provider in ET.parse(database).getroot().iter("provider"):  # noqa: S314 - see the import
        operator = text_of(provider, "name")
        for network in provider.iter("gsm"):
            codes = [code.get("mcc", "") + code.get("mnc", "") for code in network.iter("network-id")]
            entries = [entry(operator, apn) for apn in network.iter("apn") if for_internet(apn)]
            for code, new in itertools.product(codes, entries):
                known = found.setdefault(code, [])
                if new not in known:
                    known.append(new)
    return dict(sorted(found.items()))


def for_internet(apn: ET.Element) -> bool:
    """Return whether *apn* is for the internet; one without a usage is, as readers of the database take it."""
    usage = apn.find("usage")
    return usage is None or usage.get("type") == "internet"


def entry(operator: str, apn: ET.Element) -> Entry:
    """Return the access point *apn* of *operator*."""
    fields = {
        "n": operator,
        "a": apn.get("value", "").strip(),  # one has a space at its end
        "u": text_of(apn, "username"),
        "p": text_of(apn, "password"),
    }
    return {key: value for key, value in fields.items() if value}


def text_of(element: ET.Element, tag: str) -> str:
    """Return the text of the first *tag* in *element*, empty where there is none."""
    return (element.findtext(tag) or "").strip()


def release(package: pathlib.Path) -> str:
    """Return the release of the database, such as 20230416, as the pkg-config file of the *package* says it."""
    lines = package.read_text("utf-8").splitlines()
    return next(line.removeprefix("Version:").strip() for line in lines if line.startswith("Version:"))


def table(of_release: str, by_code: dict[str, list[Entry]]) -> str:
    """Return the table as JSON with one network on each line, so that differences can be read."""
    head = {"source": SOURCE, "release": of_release, "licence": LICENCE}
    rows = [f"{json.dumps(code)}: {json.dumps(entries, ensure_ascii=False)}" for code, entries in by_code.items()]
    lines = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    return "\n".join(["{", *lines, '"apn": {', ",\n".join(rows), "}", "}", ""])


def main(arguments: list[str]) -> None:
    """Write the table."""
    database, of_release = (pathlib.Path(arguments[0]), arguments[1]) if arguments else (DATABASE, release(PACKAGE))
    TABLE.write_text(table(of_release, access_points(database)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
