#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_adopt
short_description: Read a live OpenWrt router into the file of a site
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Asks a router for its configuration and writes C(sites/NAME.yml) of a fleet on the controller, such that the next plan for the router
    is empty. Nothing is changed on the router.
  - Where the fleet lacks the site's C(keys/NAME.pub) and the router has a tunnel to the fleet, that is written too.
  - What a site's file has words for is said in them. Options and sections that the router has otherwise, or besides, stand in
    C(router_uci). A feature of the fleet of which the router lacks something is named in C(unmanaged).
  - The plan is made before the file is written. A package of C(UCI) of which it would change anything all the same is left alone, and told.
  - A router that the fleet has set up gives the file that it was set up by, without what no router knows.
  - Secrets do not leave the router. The file refers to variables, and RV(secrets) says what has to be put into them.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  site:
    description:
      - Name of the site. It need not be in the inventory.
    type: str
    required: true
  id:
    description:
      - The site's number. By default that of the file which is replaced, else the one that the address of the router's tunnel says; a router
        without a tunnel to this fleet's hubs needs it for a new file.
    type: int
  folder:
    description:
      - Folder of the fleet, with C(fleet.yml) in it; relative to where Ansible was started.
      - By default, that of the inventory source C(fleet.yml). There must be just one then.
    type: path
  exact:
    description:
      - Whether the router is to stay as it is. With V(false) the file has only what a site's file has words for, without C(router_uci) and
        C(unmanaged), so that the next plan makes the router the fleet's; RV(plan) shows it.
    type: bool
    default: true
  replace:
    description:
      - Whether a file of that site that is there already is replaced. Its C(state), C(labels) and C(wave), and of its cameras C(vendor),
        C(default_password) and C(forward), are taken over, since no router knows them.
    type: bool
    default: false
  packages:
    description:
      - Further packages of C(UCI), such as V(uhttpd), that C(router_uci) is to have whole. Of those that no feature of the fleet knows all stays
        on a router anyway.
    type: list
    elements: str
    default: []
seealso:
  - module: farsite.fleet.router_site
"""

EXAMPLES = r"""
---
- name: Read the router on the bench into sites/shed.yml
  farsite.fleet.router_adopt:
    site: shed
    id: 19
"""

RETURN = r"""
path:
  description: The site's file, relative to the fleet's folder.
  returned: success
  type: str
  sample: sites/shed.yml
site:
  description: What stands in it.
  returned: success
  type: dict
unmanaged:
  description: The features of the fleet that the router does not have, with what it lacks.
  returned: success
  type: dict
  sample:
    tunnel: "these packages are not installed: wireguard-tools"
left_alone:
  description: Packages of C(UCI) that the file says nothing of, though features of the fleet know them, and why.
  returned: success
  type: dict
not_read:
  description: Packages of C(UCI) that the router has besides, and that were not asked for. They stay as they are.
  returned: success
  type: list
  elements: str
  sample: [rpcd, uhttpd]
secrets:
  description: The secrets that the file refers to.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The variable that has to have it.
      type: str
      sample: vault_shed.network_wan_password
    option:
      description: Where it is on the router, as C(uci get) takes it.
      type: str
      sample: network.wan.password
notes:
  description: What of the router a site's file cannot say, so that it stands in C(router_uci), and why.
  returned: success
  type: list
  elements: str
public_key:
  description: The router's WireGuard public key, V(null) where it has none.
  returned: success
  type: str
plan:
  description: What the next plan does, nothing with O(exact=true).
  returned: success
  type: dict
  contains:
    commands:
      description: The change in the words of C(uci), secrets masked.
      type: list
      elements: str
    files:
      description: Files outside C(/etc/config) that change, each with its C(path) and C(action).
      type: list
      elements: dict
    packages:
      description: Packages that the router lacks.
      type: list
      elements: str
    problem:
      description: Why C(commands) and C(files) are not known, V(null) where they are.
      type: str
standard:
  description: What a plan would do if the file had neither C(router_uci) nor C(unmanaged), that is, how the router differs from the fleet's own
    way. Its keys are those of RV(plan).
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_adopt import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.router_adopt runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
