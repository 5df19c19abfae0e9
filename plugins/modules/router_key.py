#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_key
short_description: The WireGuard key of a router, which it makes itself, and the switch to the next one
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Has a router make its own WireGuard key, and returns the public one. The private key never leaves the router; it is not in a result, a diff, an
    argument list or a log, nor on the way to the router.
  - For a rotation, has the router make a next key, and switch to it in a transaction that undoes itself like those of M(farsite.fleet.uci_config).
  - The key in use is in UCI, C(network.INTERFACE.private_key). One that is not in use yet is in C(/etc/farsite.keys) on the
    router, which only root can read.
  - O(state=present) and O(state=next) take one SSH command, also where a key is made. O(state=switched) takes one where nothing is to do, else four.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
    details:
      - The public key of a key that would be made is not known, and null.
  diff_mode:
    support: full
    details:
      - Values of secret options are masked.
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  interfaces:
    description:
      - The router's WireGuard interfaces, the sections of the package C(network). A router has one key for all its hubs.
    type: list
    elements: str
    default: [fleet]
  state:
    description:
      - V(present) has the router make a key, unless one of O(interfaces) has one, or the router's own file has.
      - V(next) has the router make a next key, unless there is one to which it has not switched yet. The router must have a key.
      - V(switched) makes the next key the private key of all O(interfaces). Where there is no next key, nothing is to do.
    type: str
    default: present
    choices: [present, next, switched]
  preshared_keys:
    description:
      - With O(state=switched), the preshared key that the hub's peer gets together with the next key, by the name of the interface. The hub's peer is the only
        one of the interface that has an C(endpoint_host).
      - An empty text removes the one that is there.
      - The hub must expect this key of the next public key.
    type: dict
    default: {}
  rollback_timeout:
    description:
      - With O(state=switched), seconds that the router waits for the confirmation, counted from the end of the reload, between
        20 and 3600. Then it takes its old key again.
    type: int
    default: 120
notes:
  - The router needs C(wg), of the package C(wireguard-tools).
  - A switch is confirmed only if each tunnel that was up answers a ping to the first addresses in the hub peer's
    C(allowed_ips). So the hub must know the next key, and give it the site's addresses as soon as it is used;
    M(farsite.fleet.wireguard_handover) does that. Where it does not, the router undoes the switch, and keeps the next
    key for another try.
  - The playbook C(farsite.fleet.rotate_keys) does all of a rotation.
seealso:
  - module: farsite.fleet.fleet_keys
  - module: farsite.fleet.wireguard_handover
"""

EXAMPLES = r"""
---
- name: Have a key
  farsite.fleet.router_key:
  register: key

- name: Have a next key, and tell it to the hub
  farsite.fleet.router_key:
    state: next
  register: key

- name: Switch to it, and to a new preshared key
  farsite.fleet.router_key:
    state: switched
    preshared_keys:
      fleet: "{{ site.tunnel.preshared_key }}"
"""

RETURN = r"""
public_key:
  description: The public key in use. Null in check mode where the router has no key yet.
  returned: success
  type: str
  sample: cm91dGVyIGtleSBmb3IgdGhlIGRvY3VtZW50YXRpb24=
next_public_key:
  description: The public key to switch to, null if there is none.
  returned: success
  type: str
  sample: bmV4dCBrZXkgZm9yIHRoZSBkb2N1bWVudGF0aW9uLi4=
commands:
  description: The change in the words of C(uci), secrets masked.
  returned: with O(state=switched)
  type: list
  elements: str
  sample: ["set network.fleet.private_key='******** (new)'"]
transaction:
  description: How a switch ended.
  returned: when something was changed with O(state=switched)
  type: dict
  contains:
    id:
      description: Its name on the router.
      type: str
    end:
      description: V(confirmed), V(refused) (nothing was changed), V(undone) or V(unknown).
      type: str
    reason:
      description: Why it was not confirmed.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_key import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.router_key runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
