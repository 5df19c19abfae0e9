# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose files are wished for and what they are, on fleets in memory; the whole is tested with the action."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.key_pairs import public_key_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.operator_files import (
    Handover,
    OperatorError,
    Wish,
    handover,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter.qr_reader import decoded
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    FLEET,
    fleet_of,
    public_key,
    small_files,
)

if t.TYPE_CHECKING:
    import pathlib

PUBLIC = public_key(40)
RETIRED = public_key(99)
TWO_HUBS = {**FLEET, "hub": [{"address": "203.0.113.10"}, {"address": "hub.example.net"}]}


class Desk:
    """A fleet, its folder, and the folder that is handed over."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder / "fleet"
        self.dest = folder / "handover"
        self.files = dataclasses.replace(
            small_files(),
            operators={"anna": {"id": 5, "access": {"sites": "all"}}, "ben": {"id": 6}},
            operator_keys={"ben": public_key(50)},
            retired_keys=f"{RETIRED} operator anna\n",
        )

    def change(self, **more: t.Any) -> None:
        self.files = dataclasses.replace(self.files, **more)

    def wish(self, **more: t.Any) -> Handover:
        given: dict[str, t.Any] = {
            **dict.fromkeys(("folder", "hub", "mtu")),
            **dict.fromkeys(("generate_key", "replace", "qr"), False),
            "operator": "anna",
            "dest": str(self.dest),
            "dns": [],
        }
        return handover(fleet_of(self.files), self.folder, Wish(**given | more))

    def done(self, **more: t.Any) -> dict[str, str]:
        """Write all files; return the texts of those that differed, by name. The .pub is in the fleet from then on."""
        wished = self.wish(**more)
        changed = [file for file in wished.wanted if file.differs()]
        for file in changed:
            file.write()
        key = self.folder / "operators" / "anna.pub"
        if key.exists():
            self.change(operator_keys={"ben": public_key(50), "anna": key.read_text()})
        if (self.folder / "keys" / "retired.txt").exists():
            self.change(retired_keys=(self.folder / "keys" / "retired.txt").read_text())
        return {file.path.name: file.content.decode(errors="replace") for file in changed}


@pytest.fixture(name="desk")
def _desk(tmp_path: pathlib.Path) -> Desk:
    return Desk(tmp_path)


def private_key(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("PrivateKey = ")]
    return line.removeprefix("PrivateKey = ")


def test_a_person_with_a_key_of_their_own(desk: Desk) -> None:
    desk.change(operator_keys={"anna": PUBLIC})
    wished = desk.wish()
    assert wished.warnings == ()
    (file,) = wished.wanted
    assert (file.path, file.mode) == (desk.dest / "anna.conf", 0o600)
    assert f"public key {PUBLIC})" in file.content.decode()
    assert "\nAllowedIPs = 10.79.255.254/32, 10.80.0.0/12\n" in file.content.decode()
    assert desk.done().keys() == {"anna.conf"}
    assert desk.done() == {}


def test_a_key_pair_is_made_once(desk: Desk) -> None:
    first = desk.done(generate_key=True)
    assert first.keys() == {"anna.conf", "anna.pub"}
    assert public_key_of(private_key(first["anna.conf"])) + "\n" == first["anna.pub"]
    assert (desk.folder / "operators" / "anna.pub").stat().st_mode & 0o777 == 0o644
    assert desk.done(generate_key=True) == {}
    assert desk.done() == {}
    assert desk.wish(generate_key=True).warnings == ()
    # other data, the same key
    desk.change(fleet={**FLEET, "hub": {"address": "203.0.113.99"}})
    changed = desk.done(generate_key=True)
    assert changed.keys() == {"anna.conf"}
    assert private_key(changed["anna.conf"]) == private_key(first["anna.conf"])


def test_a_picture_is_the_file(desk: Desk) -> None:
    first = desk.done(generate_key=True, qr=True)
    assert first.keys() == {"anna.conf", "anna.png", "anna.pub"}
    picture = desk.dest / "anna.png"
    assert decoded(picture.read_bytes()) == first["anna.conf"] == (desk.dest / "anna.conf").read_text()
    assert picture.stat().st_mode & 0o777 == 0o600
    assert desk.done(generate_key=True, qr=True) == {}
    assert desk.done(qr=True) == {}
    (warning,) = desk.wish(mtu=1280).warnings
    assert warning == f"{picture}: is the QR code of the file as it was; remove it, or say qr: true"


def test_a_lost_phone(desk: Desk) -> None:
    before = desk.done(generate_key=True)
    after = desk.done(generate_key=True, replace=True, qr=True)
    assert after.keys() == {"anna.conf", "anna.png", "anna.pub", "retired.txt"}
    assert private_key(after["anna.conf"]) != private_key(before["anna.conf"])
    assert before["anna.pub"].strip() in after["retired.txt"]
    assert after["anna.pub"].strip() not in after["retired.txt"]
    assert desk.done(generate_key=True, qr=True) == {}


def test_the_order_never_loses_a_private_key_and_a_broken_off_run_is_completed(desk: Desk) -> None:
    wished = desk.wish(generate_key=True, replace=True, qr=True)
    assert [file.path.suffix for file in wished.wanted] == [".conf", ".png", ".pub"]
    wished.wanted[0].write()
    text = wished.wanted[0].content.decode()
    assert desk.done(generate_key=True)["anna.pub"] == public_key_of(private_key(text)) + "\n"
    assert desk.wish(generate_key=True, replace=True).wanted[1].path.name == "retired.txt"


def test_a_private_key_is_in_no_text_for_people(desk: Desk) -> None:
    first = desk.done(generate_key=True)
    wished = desk.wish(generate_key=True, replace=True, qr=True)
    key = private_key(wished.wanted[0].content.decode())
    shown = repr(wished) + "".join(str(file.difference()) for file in wished.wanted)
    for secret in (key, private_key(first["anna.conf"])):
        assert secret not in shown
    difference = wished.wanted[0].difference()
    assert "PrivateKey = (hidden)\n" in difference["before"]
    assert "PrivateKey = (hidden, another one)\n" in difference["after"]


def test_each_hub_has_a_file_with_the_same_key(desk: Desk) -> None:
    keys = {**desk.files.keys, "hub-2": public_key(60)}
    desk.change(fleet=TWO_HUBS, keys=keys)
    done = desk.done(generate_key=True)
    assert done.keys() == {"anna-hub-1.conf", "anna-hub-2.conf", "anna.pub"}
    assert private_key(done["anna-hub-1.conf"]) == private_key(done["anna-hub-2.conf"])
    assert "Endpoint = 203.0.113.10:51820" in done["anna-hub-1.conf"]
    assert "Endpoint = hub.example.net:51820" in done["anna-hub-2.conf"]
    # the name is the same when one is asked for, and the key is found in the other's file
    (desk.dest / "anna-hub-2.conf").unlink()
    alone = desk.done(generate_key=True, hub="hub-2")
    assert alone == {"anna-hub-2.conf": done["anna-hub-2.conf"]}


def test_warnings(desk: Desk) -> None:
    assert desk.wish().warnings == ("there is no operators/anna.pub, so no hub knows anna; the person has to send it",)
    (warning,) = desk.wish(operator="ben", generate_key=True).warnings
    there = f"there is operators/ben.pub, but no private key for it in {desk.dest}"
    assert warning == f"{there}: the file has none. replace: true makes one"
    name = "maximiliane-anna"
    desk.change(operators={name: {"id": 7}}, operator_keys={name: public_key(70)})
    assert desk.wish(operator=name).warnings == (
        f"{name}.conf: a tunnel's name has at most 15 characters; rename the file to import it",
    )


def test_a_private_key_without_a_public_one_is_told_and_written_only_when_asked(desk: Desk) -> None:
    desk.done(generate_key=True)
    (desk.folder / "operators" / "anna.pub").unlink()
    desk.change(operator_keys={})
    wished = desk.wish()
    assert wished.warnings[0].endswith(f"; {wished.keys.public} is it, by the file in {desk.dest}")
    assert [file for file in wished.wanted if file.differs()] == []


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"operator": "ana"}, "operator: there is no operators/ana.yml; did you mean anna?"),
        ({"operator": "zoe"}, "operator: there is no operators/zoe.yml; add that file"),
        ({"hub": "hub-2"}, "hub: hub-2 is no active hub; expected hub-1"),
        ({"replace": True}, "replace: is for a key pair that is made here; say generate_key: true too"),
        (
            {"replace": True, "generate_key": True, "hub": "hub-1"},
            "replace: makes one key pair for all hubs; leave hub out",
        ),
        ({"mtu": 100}, "mtu: found 100, expected 576 to 65535"),
        ({"dns": ["192.0.2.1", "x y"]}, "dns[1]: found 'x y', expected the address of a server, or a domain to search"),
        ({"dns": ["a\nPostUp = x"]}, "dns[0]: found 'a\\nPostUp = x', expected"),
        ({"qr": True}, "qr: a QR code without the private key is of no use, and it is on the person's own device; "),
        (
            {"operator": "ben", "qr": True},
            f"qr: a QR code without the private key is of no use, and that of {public_key(50)}",
        ),
    ],
)
def test_wishes_that_are_refused(desk: Desk, wish: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(OperatorError) as raised:
        desk.wish(**wish)
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith(problem)
    assert not desk.dest.exists()


def test_all_that_is_wrong_at_once(desk: Desk) -> None:
    with pytest.raises(OperatorError) as raised:
        desk.wish(mtu=1, dns=["?"], replace=True, operator="x", dest=str(desk.folder / "out"))
    words = [problem.partition(":")[0] for problem in raised.value.problems]
    assert words == ["replace", "mtu", "dns[0]", "dest", "operator"]


def test_private_keys_stay_out_of_the_fleets_folder(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder.parent / "link").symlink_to(desk.folder)
    for dest in (desk.folder, desk.folder / "operators", desk.folder.parent / "link" / "x"):
        with pytest.raises(OperatorError, match=r"is in the fleet's folder .* where no private key belongs"):
            desk.wish(dest=str(dest))


def test_a_hub_without_a_key(desk: Desk) -> None:
    sites = {name: {**t.cast("dict[str, t.Any]", data), "state": "planned"} for name, data in desk.files.sites.items()}
    desk.change(keys={}, sites=sites)
    with pytest.raises(OperatorError, match=r"^hub-1: there is no keys/hub-1\.pub yet, so nobody can dial it$"):
        desk.wish()


def test_a_code_that_is_too_large_is_refused_before_anything_is_written(desk: Desk) -> None:
    uplink = {"kind": "ethernet"}
    cameras = [{"name": "gate", "mac": "44:19:b6:00:00:01"}]
    sites = {
        f"site-{number}": {
            "id": number * 2,
            "uplink": uplink,
            "cameras": [cameras[0] | {"mac": f"44:19:b6:00:00:{number:02x}"}],
        }
        for number in range(1, 200)
    }
    names = sorted(sites)
    keys = {name: public_key(1000 + number) for number, name in enumerate(names)} | {"hub-1": public_key(1)}
    desk.change(sites=sites, keys=keys, operators={"anna": {"id": 1, "access": {"sites": names}}}, operator_keys={})
    with pytest.raises(
        OperatorError, match=r"^qr: .*anna\.png: the file has \d+ bytes, a QR code holds 2953; hand over"
    ):
        desk.done(generate_key=True, qr=True)
    assert not desk.dest.exists()
    # all of them are one prefix
    desk.change(operators={"anna": {"id": 1, "access": {"sites": "all"}}})
    assert "anna.png" in desk.done(generate_key=True, qr=True)


def test_the_fleet_is_not_changed_by_looking(desk: Desk) -> None:
    assert isinstance(desk.files, FleetFiles)
    desk.wish(generate_key=True, qr=True)
    assert not desk.folder.exists()
    assert not desk.dest.exists()
