# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib
import shutil

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.rollout_digests import digests
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document, to_json
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.plans import NOW, PLAN

EXAMPLE = pathlib.Path(__file__).parents[5] / "inventories" / "example"
SITES = ("orchard", "quarry-north")
REVIEWED = to_json(document([("orchard", {"router_run": {"changed": True, "plan": PLAN}})], [], NOW))
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n{}\n"


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    shutil.copytree(EXAMPLE, tmp_path / "fleet")
    return tmp_path / "fleet"


def digests_of(folder: pathlib.Path, plan: str | None = None) -> dict[str, str]:
    loaded = load_folder(folder)
    assert loaded.fleet, loaded.problems
    return digests(loaded.fleet, loaded, folder, plan, SITES)


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in SITES if before[name] != after[name]]


def append(file: pathlib.Path, text: str) -> None:
    file.write_text(f"{file.read_text('utf-8').rstrip()}\n{text}\n", "utf-8")


def test_what_changes_a_router_changes_the_digest_of_its_site(fleet: pathlib.Path) -> None:
    before = digests_of(fleet)
    assert len(set(before.values())) == len(SITES)
    append(fleet / "sites/orchard.yml", "# a comment is for people")
    append(fleet / "sites/orchard.yml", "labels: [another]")
    assert changed(before, digests_of(fleet)) == []
    append(fleet / "sites/orchard.yml", "system: {hostname: another}")
    assert changed(before, digests_of(fleet)) == ["orchard"]


def test_so_does_what_encrypts_a_secret(fleet: pathlib.Path) -> None:
    before = digests_of(fleet)
    (fleet / "group_vars/all/plain.yml").write_text("a: 1\n")
    assert changed(before, digests_of(fleet)) == []
    (fleet / "group_vars/all/vault.yml").write_text(VAULT.format("6162"))
    known = digests_of(fleet)
    assert changed(before, known) == list(SITES)
    (fleet / "group_vars/all/vault.yml").write_text(VAULT.format("6163"))
    assert changed(known, digests_of(fleet)) == list(SITES)


def test_so_does_one_in_the_site_itself(fleet: pathlib.Path) -> None:
    def preshared(text: str) -> dict[str, str]:
        file = fleet / "sites/orchard.yml"
        head = file.read_text("utf-8").partition("tunnel:")[0].rstrip()
        file.write_text(f"{head}\ntunnel:\n  preshared_key: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    {text}\n")
        return digests_of(fleet)

    assert changed(preshared("6162"), preshared("6163")) == ["orchard"]
    assert changed(preshared("6163"), preshared("6163")) == []


def test_so_does_a_template_that_stands_for_a_secret(fleet: pathlib.Path) -> None:
    file = fleet / "sites/orchard.yml"
    before, text = digests_of(fleet), file.read_text("utf-8")
    file.write_text(text.replace("vault_wifi_keys.orchard", "vault_wifi_keys.harbour"))
    assert changed(before, digests_of(fleet)) == ["orchard"]


def test_so_do_two_such_that_change_places(fleet: pathlib.Path) -> None:
    def keys(uplink: str, own: str) -> dict[str, str]:
        text = f"id: 2\nuplink: {{kind: wifi, ssid: guests, country: DE, key: '{{{{ {uplink} }}}}'}}\n"
        text += f"wifi: {{ssid: office, country: DE, key: '{{{{ {own} }}}}'}}\n"
        (fleet / "sites/orchard.yml").write_text(text)
        return digests_of(fleet)

    assert changed(keys("one", "two"), keys("two", "one")) == ["orchard"]


def test_so_does_its_reviewed_plan(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    before, plan = digests_of(fleet), tmp_path / "plan.json"
    plan.write_text(REVIEWED)
    known = digests_of(fleet, str(plan))
    assert changed(before, known) == ["orchard"]
    plan.write_text(REVIEWED.replace("wireguard-tools", "umdns"))
    assert changed(known, digests_of(fleet, str(plan))) == ["orchard"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is no JSON: "),
        (b"\xff", "'utf-8' codec can't decode"),
        (b"[]", "has no made, hubs and sites, "),
        (REVIEWED.replace('"format": 1', '"format": 2').encode(), "has the format 2, expected 1; "),
        (REVIEWED.replace('"running": ', '"ran": ').encode(), "sites.orchard: is not what "),
    ],
)
def test_a_plan_that_no_site_could_keep_to_is_refused_at_once(
    fleet: pathlib.Path, tmp_path: pathlib.Path, content: bytes, problem: str
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(content)
    with pytest.raises(AnsibleActionFail) as caught:
        digests_of(fleet, str(plan))
    assert f"plan: {plan}: {problem}" in str(caught.value)


def test_so_is_one_that_is_not_there(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(AnsibleActionFail, match=r"none\.json: cannot be read: No such file"):
        digests_of(fleet, str(tmp_path / "none.json"))


def test_an_empty_path_of_a_plan_is_refused(fleet: pathlib.Path) -> None:
    """A variable that a CI job forgot must not mean that anything goes."""
    with pytest.raises(AnsibleActionFail, match=r"^plan: is empty, expected the path"):
        digests_of(fleet, "")
