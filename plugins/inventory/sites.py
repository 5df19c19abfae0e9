# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of a fleet: its folder's files in, hosts, groups and variables out."""
# ruff: noqa: E402 # ansible-test wants the documentation before the imports

from __future__ import annotations

DOCUMENTATION = r"""
name: sites
short_description: Hosts, groups and variables from the files of a fleet
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - The inventory source is the file C(fleet.yml) in a fleet's folder. The plugin reads it, C(sites/*.yml),
    C(operators/*) and C(keys/*) beside it.
  - "B(Hosts): every site, in the group C(sites), and every hub, in the group C(hub)."
  - "B(Groups) of sites: C(planned), C(model_<model>), C(release_<release>), C(uplink_<kind>), C(wave_<number>) and
    C(label_<word>). What a group's name cannot have becomes C(_)."
  - "B(Variables of a site): C(site) has the data of its file with the fleet's defaults. Its secrets are templates and
    vault values as they stand there, rendered and decrypted where they are used. C(tunnel_address),
    C(tunnel_address6), C(site_prefix), C(site_prefix6), C(lan_prefix), C(lan_address) (the router's own), C(dns_name),
    C(cameras) and C(forwards) follow from its id. C(tunnel_interfaces) has its WireGuard interfaces in the order of the
    hubs, C(public_key) its public key where the fleet has one. C(uplinks) has each uplink with its name and metric.
    C(ansible_host) is the tunnel address."
  - "B(Variables of a hub), for the role C(hub): C(hub_interface), C(hub_port), C(hub_addresses), C(hub_pools),
    C(hub_site_networks), C(hub_peers), C(hub_retired_keys), C(hub_forwards) and C(hub_operators), from all of the
    fleet's files, whatever hosts a play is limited to. The pre-shared key of a peer is a template that leads to that
    of the site. C(operators) has what is known of each person who has a key."
  - "B(Variables of all hosts): C(fleet) has the fleet's name, domain, folder, the C(report_folder) in it, address
    pools, hubs, and as C(hub) the first active one; C(settings) is what M(farsite.fleet.router_site) makes a site's
    configuration from."
  - The group C(sites) sets C(ansible_user=root), C(ansible_facts_modules=[]), so that gathering facts neither fails nor
    costs a connection, and C(ansible_ssh_common_args). That has a C(HostKeyAlias), so that one line of
    C(known_hosts) serves every address of a router, and a C(ProxyCommand) through the hub C(fleet_jump_host), by
    default the first active one. The hub is logged in to with its own C(ansible_user), C(ansible_port),
    C(ansible_ssh_private_key_file), C(ansible_ssh_common_args) and C(ansible_ssh_extra_args), over one connection for
    all routers. With C(fleet_jump_host="") a router is reached directly. So it is where the playbooks for a router on
    the bench set C(fleet_direct), and one whose host key is not known yet is taken as it is then. Put more SSH options
    into C(ansible_ssh_extra_args). C(group_vars) and C(host_vars) beside C(fleet.yml) win over all of these.
  - The whole fleet is validated first. If anything is wrong with it, every problem is shown and the program ends with
    the exit code 1, whatever is set in C(ansible.cfg) and whatever other inventory sources there are. Ansible by itself
    only warns of a source that cannot be read, and runs the play on the hosts that are left.
notes:
  - Name the file C(fleet.yml) as the source, not its folder. Ansible would take every file below a folder for an
    inventory.
  - In C(ansible.cfg) put C(farsite.fleet.sites) first in C(enable_plugins) and set C(any_unparsed_is_failed=true), both
    in the section C([inventory]). Without the former, Ansible's own plugin V(auto) looks at the file first. If that is
    no YAML at all, this plugin never sees it, and Ansible only warns.
  - The keys of C(fleet.yml) and of a site's file are described in C(docs/data-model.md) of the collection. The options
    here are those that are about the inventory.
  - With O(cache=true) the finished inventory is kept together with a digest of all the files that it was made from and
    of this collection's code. If any of them changes, it is made anew. So it is never stale, and O(cache_timeout) only
    says when it is dropped.
extends_documentation_fragment:
  - inventory_cache
  - constructed
options:
  plugin:
    description:
      - Marks the file as one of this plugin.
    type: str
    required: true
    choices:
      - farsite.fleet.sites
seealso:
  - module: farsite.fleet.intended
  - module: farsite.fleet.router_facts
"""

EXAMPLES = r"""
---
# inventories/example/fleet.yml
plugin: farsite.fleet.sites
name: quarries
hub:
  address: 192.0.2.10
defaults:
  router:
    model: tplink_tl-mr3020-v3
    release: "24.10"
  ssh:
    authorized_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ops@example.net
keyed_groups:
  - key: site.labels | default([]) | length
    prefix: labels

# inventories/example/sites/quarry-north.yml
# id: 17
# uplink: {kind: lte, pin: "{{ vault_pins.quarry_north }}"}
# cameras:
#   - {name: gate, mac: "44:19:b6:00:00:01", vendor: hikvision}
"""

import contextlib
import hashlib
import pathlib
import re
import traceback
import typing as t

from ansible import constants as C  # noqa: N812 # as everywhere in Ansible
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.parsing.vault import EncryptedString
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.plugins.loader import connection_loader

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import inventory_data as data
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import run_start
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_contents, read_contents
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_yaml import VAULT_HEADER
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.jump_host import SOCKETS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import errors

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Contents

_OURS = re.compile(rb"""^[-{,\s]*["']?plugin["']?\s*:\s*["']?farsite\.fleet\.sites\b""", re.MULTILINE)
_CODE = pathlib.Path(__file__).parents[1] / "plugin_utils"


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Makes the inventory, or ends the program."""

    NAME = "farsite.fleet.sites"
    # loaded here, before anything else of the run
    began = run_start.BEGAN
    # all is from the fleet's own files, where only secrets may be templates
    trusted_by_default = True

    def verify_file(self, path: str) -> bool:
        """Return whether the file is a fleet's, also if it is not valid YAML."""
        if not path.endswith((".yml", ".yaml")) or not super().verify_file(path):
            return False
        file = pathlib.Path(path)
        content = file.read_bytes()
        if content.startswith(VAULT_HEADER.encode()):
            return file.name == FLEET_FILE and (file.parent / "sites").is_dir()
        return bool(_OURS.search(content))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:  # noqa: FBT001, FBT002
        """Add the fleet to *inventory*. Raises SystemExit if anything is wrong."""
        super().parse(inventory, loader, path, cache)
        try:
            self._add(self._data(pathlib.Path(path), cached=cache))
            self._provide_sockets()
        except Exception as error:  # noqa: BLE001 # of any other Ansible would warn, and run the play on what is left
            self.display.vvv(traceback.format_exc())
            self._stop([str(error) if isinstance(error, AnsibleError) else f"{type(error).__name__}: {error}"], path)

    def _data(self, path: pathlib.Path, *, cached: bool) -> data.InventoryData:
        if path.name != FLEET_FILE:
            raise AnsibleParserError(f"found {path.name}, but the file of a fleet is called {FLEET_FILE}; rename it")
        contents = read_contents(path.parent)
        try:
            self._read_config_data(str(path))
        except AnsibleParserError:
            # what is wrong with the file is better said by us, and together with all else
            self._load(contents, path)
            raise
        if not self.get_option("cache"):
            return self._load(contents, path)
        key = self.get_cache_key(str(path))
        digest = f"{contents.digest()} {_code_digest()}"
        known = self._cache.get(key) if cached else None
        if not isinstance(known, dict) or known.get("digest") != digest:
            known = {"digest": digest, "inventory": self._load(contents, path)}
            self._cache[key] = known
        return t.cast("data.InventoryData", known["inventory"])

    def _load(self, contents: Contents, path: pathlib.Path) -> data.InventoryData:
        loaded = load_contents(contents)
        for problem in loaded.problems:
            if problem.severity == "warning":
                self.display.warning(str(problem))
        if loaded.fleet is None:
            self._stop([str(problem) for problem in errors(loaded.problems)], str(path))
        return data.inventory_data(loaded.fleet, loaded.files, str(path.parent))

    def _stop(self, problems: list[str], path: str) -> t.NoReturn:
        for problem in problems:
            self.display.error(problem)
        self.display.error(f"{path}: the fleet has {_count(problems)}, so nothing is done with it.")
        # an error that is raised here becomes a warning, and the play runs on no hosts, or on those of other sources
        raise SystemExit(1)

    def _add(self, found: data.InventoryData) -> None:
        inventory = t.cast("InventoryData", self.inventory)
        for group in found["groups"]:
            inventory.add_group(group)
        for host, variables in found["hosts"].items():
            inventory.add_host(host)
            for name, value in variables.items():
                inventory.set_variable(host, name, _decryptable(value) if name == "site" else value)
        for group, hosts in found["groups"].items():
            for host in hosts:
                inventory.add_child(group, host)
        for group, variables in found["variables"].items():
            for name, value in variables.items():
                inventory.set_variable(group, name, _decryptable(value))
        if any(self.get_option(option) for option in ("compose", "groups", "keyed_groups")):
            self._construct(found["hosts"])

    def _provide_sockets(self) -> None:
        """Say where ssh keeps the connection to a hub that all share: where Ansible, once it has any, keeps its own."""
        # the plugin's options are known once it was looked for
        connection_loader.get("ssh", class_only=True)
        place = C.config.get_config_value("control_path_dir", plugin_type="connection", plugin_name="ssh")
        folder = pathlib.Path(place).expanduser()
        # who cannot write there can validate and plan all the same
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        t.cast("InventoryData", self.inventory).set_variable(data.SITES, SOCKETS, str(folder))

    def _construct(self, hosts: Iterable[str]) -> None:
        strict = self.get_option("strict")
        inventory = t.cast("InventoryData", self.inventory)
        for host in hosts:
            self._set_composite_vars(self.get_option("compose"), inventory.hosts[host].get_vars(), host, strict=strict)
            variables = inventory.hosts[host].get_vars()
            self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


def _decryptable(value: t.Any) -> t.Any:
    """Return the value with what is encrypted in it as Ansible has that: it is decrypted where it is used."""
    if isinstance(value, dict):
        if value.keys() == {data.ENCRYPTED}:
            return EncryptedString(ciphertext=value[data.ENCRYPTED])
        return {key: _decryptable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decryptable(item) for item in value]
    return value


def _code_digest() -> str:
    state = hashlib.sha256()
    for package in ("adapter", "fleet", "modem", "uci"):
        for file in sorted((_CODE / package).rglob("*.py")):
            state.update(file.read_bytes())
    return state.hexdigest()


def _count(problems: list[str]) -> str:
    return f"{len(problems)} errors" if len(problems) > 1 else "an error"
