#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wireguard_info
short_description: Tell which WireGuard peers a host has, and when each was last there
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Reads all WireGuard interfaces of a host with one C(wg show all dump). It changes nothing, and returns no private and no preshared key.
  - An interface that restarts forgets its peers' handshakes. What M(farsite.fleet.wireguard_peers) has remembered of them is told too.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: posix
requirements:
  - wireguard-tools
options:
  interfaces:
    description:
      - The interfaces to tell of. By default all that there are; one that is not there is left out.
    type: list
    elements: str
  wait_for:
    description:
      - Addresses of peers, as in their allowed-ips, of which each is to be waited for until it has been seen once. A router whose peer was only just
        added calls again within its keepalive. An address that no peer has is not waited for.
    type: list
    elements: str
    default: []
  timeout:
    description:
      - How many seconds to wait for O(wait_for). When they are over the task tells what there is.
    type: int
    default: 45
seealso:
  - module: farsite.fleet.wireguard_peers
"""

EXAMPLES = r"""
---
- name: Look at the hub
  hosts: "{{ fleet.hub.name }}"
  gather_facts: false
  tasks:
    - name: Read its tunnels
      farsite.fleet.wireguard_info:
        interfaces:
          - fleet
      register: found

    - name: Show who was not there in the last five minutes
      ansible.builtin.debug:
        msg: "{{ item.public_key }} {{ item.allowed_ips | join(' ') }}"
      loop: "{{ found.interfaces[0].peers | rejectattr('handshake_age', 'none') | rejectattr('handshake_age', 'lt', 300) }}"
      loop_control:
        label: "{{ item.public_key }}"
"""

RETURN = r"""
interfaces:
  description: The interfaces by name.
  returned: success
  type: list
  elements: dict
  contains:
    interface:
      description: Its name.
      type: str
    public_key:
      description: Its public key; null while it has none.
      type: str
    listen_port:
      description: The UDP port it listens on.
      type: int
    peers:
      description: Its peers by public key.
      type: list
      elements: dict
      contains:
        public_key:
          description: The peer's public key.
          type: str
        endpoint:
          description: Where it is now; null while that is not known.
          type: str
        allowed_ips:
          description: The prefixes that are its own.
          type: list
          elements: str
        handshake_age:
          description: Seconds since the latest handshake; null without one since the interface came up.
          type: int
        last_seen:
          description: When the latest handshake was, in seconds since 1970, also before the interface came up; null if that is not known.
          type: int
        received:
          description: Bytes that came from it since the interface came up.
          type: int
        sent:
          description: Bytes that went to it since the interface came up.
          type: int
  sample:
    - interface: fleet
      public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
      listen_port: 51820
      peers:
        - public_key: TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
          endpoint: 198.51.100.1:40112
          allowed_ips: [10.79.0.17/32, 10.80.17.0/24]
          handshake_age: 41
          last_seen: 1795308732
          received: 12041120
          sent: 918232
"""

import pathlib
import time

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.wireguard_info import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.information import (
    Information,
    information,
    never_seen,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Seen, parse_seen

FOLDER = pathlib.Path("/etc/wireguard")


def remembered(folder: pathlib.Path) -> dict[str, Seen]:
    """Return what the files of *folder* say of earlier handshakes, by interface."""
    return {file.stem: parse_seen(file.read_text("utf-8", "replace")) for file in folder.glob("*.seen")}


def read(module: AnsibleModule) -> list[Information]:
    """Return the interfaces; fails the task where they cannot be read."""
    status, output, errors = module.run_command([module.get_bin_path("wg", required=True), "show", "all", "dump"])
    if status:
        module.fail_json(msg=f"wg show all dump: exit {status}: {errors.strip()}")
    try:
        return information(output, int(time.time()), remembered(FOLDER))
    except (DumpError, OSError) as error:
        module.fail_json(msg=str(error))


def main() -> None:
    """Read the interfaces, again and again while somebody is waited for."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    found = read(module)
    end = time.monotonic() + module.params["timeout"]
    try:
        while never_seen(found, module.params["wait_for"]) and time.monotonic() < end:
            time.sleep(1)
            found = read(module)
    except ValueError as error:
        module.fail_json(msg=f"wait_for: {error}; expected addresses such as 10.79.0.17")
    wanted = module.params["interfaces"]
    module.exit_json(
        changed=False, interfaces=[item for item in found if wanted is None or item["interface"] in wanted]
    )


if __name__ == "__main__":
    main()
