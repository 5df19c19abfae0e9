#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Write a report of a fleet's state, for people and for programs
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Puts together what other tasks have found out about hubs, sites and cameras, and says of each site whether it is in order, and why not.
  - Writes C(report.html), one page that needs nothing else, with the topology drawn, and C(report.json). The result has the same as a table.
  - Of each site it reads the variables of the inventory and, where they are, the registered results C(report_router) of
    M(farsite.fleet.router_facts), C(report_modem) of M(farsite.fleet.lte_modem_info), and C(router_run) of the role P(farsite.fleet.router#role).
  - The playbook C(farsite.fleet.verify) does all of it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - The files are written in check mode too, since they are all that it is for.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - The report has the time in it.
  platform:
    platforms: posix
options:
  dest:
    description:
      - The folder on the controller for C(report.html) and C(report.json). It is made if need be. Without it, nothing is written.
    type: path
  sites:
    description:
      - The sites to report on. By default those of the play that are in the group C(sites).
    type: list
    elements: str
  tunnels:
    description:
      - Results of M(farsite.fleet.wireguard_info), one of each hub, with the hub's name as C(item), as a loop registers them.
    type: list
    elements: dict
    default: []
  cameras:
    description:
      - The cameras as M(farsite.fleet.camera_info) returns them, named as P(farsite.fleet.camera_questions#filter) does.
    type: list
    elements: dict
    default: []
seealso:
  - module: farsite.fleet.camera_info
  - module: farsite.fleet.wireguard_info
  - module: farsite.fleet.router_facts
"""

EXAMPLES = r"""
---
- name: Report on the fleet
  hosts: sites
  gather_facts: false
  tasks:
    - name: Ask the routers
      farsite.fleet.router_facts:
      register: report_router
      ignore_unreachable: true

    - name: Ask the hubs for their tunnels
      farsite.fleet.wireguard_info:
      loop: "{{ fleet.hubs | map(attribute='name') }}"
      delegate_to: "{{ item }}"
      run_once: true
      register: tunnels

    - name: Write the report
      farsite.fleet.fleet_report:
        dest: "{{ fleet.report_folder }}"
        tunnels: "{{ tunnels.results }}"
      run_once: true
"""

RETURN = r"""
table:
  description: The report as lines of at most 100 letters.
  returned: success
  type: list
  elements: str
summary:
  description: How many sites there are, and how many of them are C(ok), C(degraded), C(unknown) and C(off-line).
  returned: success
  type: dict
  sample:
    sites: 3
    off-line: 1
    degraded: 0
    unknown: 0
    ok: 2
states:
  description: The names of the sites by state.
  returned: success
  type: dict
  sample:
    off-line: [harbour]
    degraded: []
    unknown: []
    ok: [quarry-north, quarry-south]
written:
  description: The files.
  returned: success
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.fleet_report import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.fleet_report runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
