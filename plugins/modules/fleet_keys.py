#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_keys
short_description: Put the public keys of routers and hubs into a fleet's files
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Writes the public WireGuard keys that devices have told into C(keys/NAME.pub) of a fleet, on the controller. Commit them.
  - A key of a device that had none is new. One that differs from the file's is an error, unless it is said that the device was replaced (O(replace)), or that
    its key was rotated (O(rotated)).
  - Connects to nothing. One task with C(run_once) does all devices. The playbooks C(farsite.fleet.enroll) and
    C(farsite.fleet.rotate_keys) use it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - A diff for each file that differs.
  idempotent:
    support: full
  platform:
    details:
      - Nothing is done on a target.
    platforms: all
options:
  folder:
    description:
      - Folder of the fleet, with C(fleet.yml) in it; relative to where Ansible was started.
      - By default, that of the inventory source C(fleet.yml). There must be just one then.
    type: path
  keys:
    description:
      - The public keys by the name of the site or hub. Nothing is written where one of them is no key, is retired, is somebody else's too, or is of a
        name that the fleet does not have.
    type: dict
    required: true
  replace:
    description:
      - Names of devices that were replaced or reset. A key of these that differs is taken, and the old one goes to C(keys/retired.txt), so that the hub never
        lets it in again.
    type: list
    elements: str
    default: []
  rotated:
    description:
      - Names of devices that have switched to another key of their own. A key of these that differs is taken, and the old one is not retired.
    type: list
    elements: str
    default: []
notes:
  - Where some keys differ, the others are written all the same, and then the task fails with a list of those that differ.
seealso:
  - module: farsite.fleet.router_key
"""

EXAMPLES = r"""
---
- name: Ask routers for their keys
  hosts: sites
  gather_facts: false
  tasks:
    - name: Have a key
      farsite.fleet.router_key:
      register: key

    - name: Keep the public keys
      farsite.fleet.fleet_keys:
        keys: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, ['key', 'public_key']))) }}"
        replace: [quarry-north]
      run_once: true
"""

RETURN = r"""
new:
  description: Names of devices that had no key in the fleet's files.
  returned: success, and where keys differ
  type: list
  elements: str
  sample: [quarry-north]
same:
  description: Names of devices whose key is that of the fleet's files.
  returned: success, and where keys differ
  type: list
  elements: str
  sample: [harbour]
replaced:
  description: Names of devices whose old key is retired now.
  returned: success, and where keys differ
  type: list
  elements: str
  sample: []
rotated:
  description: Names of devices that have another key of their own now.
  returned: success, and where keys differ
  type: list
  elements: str
  sample: []
differs:
  description: Names of devices with another key than the fleet's files, which were left as they are.
  returned: success, and where keys differ
  type: list
  elements: str
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.fleet_keys import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on a target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.fleet_keys runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
