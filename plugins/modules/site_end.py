#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: site_end
short_description: End a run for routers, and note what is left to do
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Says what the results C(router_run) of the role P(farsite.fleet.router#role) have made of each site of the play, and writes the list of those that are
    left to do. It connects to nothing.
  - Hands the outcomes on as M(ansible.builtin.set_stats) does, as C(farsite_site_outcomes), to whoever has started several runs, each for a part of
    the sites.
  - The playbook C(farsite.fleet.site) ends with it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is written.
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: posix
options:
  again:
    description:
      - The file on the controller that gets the names of the sites that are left to do. Sites in it that are not in the play stay there. Without any it
        is removed, since an empty list is no limit to Ansible.
    type: path
    required: true
  tunnels:
    description:
      - Results of M(farsite.fleet.wireguard_info), one of each hub, with the hub's name as C(item), as a loop registers them. They say
        when a site that is off-line was seen last.
    type: list
    elements: dict
    default: []
  off_line_ok:
    description:
      - Whether sites that are off-line are left out of RV(missed).
    type: bool
    default: false
seealso:
  - module: farsite.fleet.router_site
  - module: farsite.fleet.wireguard_info
  - module: farsite.fleet.rollout_end
"""

EXAMPLES = r"""
---
- name: Make routers what the fleet's files say
  hosts: sites:!planned
  gather_facts: false
  tasks:
    - name: Converge
      ansible.builtin.import_role:
        name: farsite.fleet.router
      ignore_errors: true
      ignore_unreachable: true

    - name: Note what became of each
      farsite.fleet.site_end:
        again: "{{ fleet.report_folder }}/again.txt"
      run_once: true
      register: ended

    - name: Say it
      ansible.builtin.debug:
        var: ended.words
      run_once: true
"""

RETURN = r"""
outcomes:
  description:
    - The names of sites that were C(changed) or were C(right) already, a mapping from names to reasons of those that C(failed) or are C(off_line), and
      the list C(again) of these two.
  returned: success
  type: dict
  sample:
    changed: [quarry-north]
    right: [harbour]
    failed: {}
    off_line: {quarry-south: "last seen 3 hours ago; Connection timed out during banner exchange"}
    again: [quarry-south]
missed:
  description: The names of the sites because of which the run has not done what it was for.
  returned: success
  type: list
  elements: str
words:
  description: The outcomes for people, and how to go on.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.site_end import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.site_end runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
