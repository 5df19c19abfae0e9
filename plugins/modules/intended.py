#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: intended
short_description: Validate a fleet, and render what each of its hosts is to have
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Reads a fleet's files on the controller, fails with everything that is wrong with them, and renders the intended configuration of
    hosts into the folder C(intended/) beside C(fleet.yml), a folder for each host. Commit it, so that a review shows what a change of the fleet's files
    does to each router.
  - A router's folder has the UCI text of each package, its other files, C(packages.txt) and C(addresses.yml); a hub's has C(peers.yml),
    C(forwards.yml), C(operators.yml) and C(addresses.yml).
  - "No secret is needed and none is rendered: where one is used stands a placeholder such as C(<secret uplink.pin>). The result is the same to the byte
    whoever renders it."
  - Connects to nothing. One task with C(run_once) does all hosts. The playbooks C(farsite.fleet.plan) and C(farsite.fleet.validate)
    are all that most need.
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
  hosts:
    description:
      - Hosts to render. The whole fleet is validated all the same.
      - By default, all; then the folders of hosts that are not in the fleet any more are removed too.
    type: list
    elements: str
  state:
    description:
      - V(rendered) makes the folders what the fleet's files say. Files in them that are not rendered are removed.
      - V(validated) only validates, and writes nothing.
    type: str
    default: rendered
    choices: [rendered, validated]
notes:
  - Files beside the hosts' folders, and hidden folders there, are left alone.
seealso:
  - plugin: farsite.fleet.sites
    plugin_type: inventory
"""

EXAMPLES = r"""
---
- name: Render all hosts
  hosts: sites:hub
  gather_facts: false
  tasks:
    - name: Bring intended/ up to date
      farsite.fleet.intended:
      run_once: true

- name: Refuse a fleet that is not valid, or whose rendered configurations are not committed
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Compare
      farsite.fleet.intended:
        folder: inventories/example
      check_mode: true
      register: plan
      failed_when: plan is changed

    - name: Validate another fleet, and render nothing
      farsite.fleet.intended:
        folder: inventories/next
        state: validated
"""

RETURN = r"""
written:
  description: Files that were written, or would be in check mode, relative to the fleet's folder.
  returned: with O(state=rendered)
  type: list
  elements: str
  sample:
    - intended/quarry-north/etc/config/network
removed:
  description: Files that were removed, or would be in check mode, relative to the fleet's folder.
  returned: with O(state=rendered)
  type: list
  elements: str
  sample: []
sites:
  description: Number of sites of the fleet.
  returned: always
  type: int
  sample: 4
planned:
  description: Number of sites that are only planned.
  returned: always
  type: int
  sample: 0
cameras:
  description: Number of cameras of all sites.
  returned: always
  type: int
  sample: 6
forwards:
  description: Number of ports of the hub that lead to cameras.
  returned: always
  type: int
  sample: 1
operators:
  description: Number of people with access.
  returned: always
  type: int
  sample: 2
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.intended import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on a target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.intended runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
