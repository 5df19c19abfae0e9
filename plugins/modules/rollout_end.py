#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_end
short_description: End a run of a roll-out, and note what is left to do
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Says what the journal has of the sites of the play, writes the list of those that are left to do, and gives the journal free for the next run. It
    connects to nothing.
  - In check mode it says what the results C(rollout_judged) of M(farsite.fleet.rollout_wave) come to, and of the sites in O(done) what the journal has.
  - The playbook C(farsite.fleet.rollout) uses it.
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
    support: none
    details:
      - The journal has the time in it.
  platform:
    platforms: posix
options:
  journal:
    description:
      - The file of the journal, which M(farsite.fleet.rollout_schedule) opens.
    type: path
    required: true
  again:
    description:
      - The file on the controller that gets the names of the sites that are left to do. Sites in it that are not in the play stay there. Without any it
        is removed.
    type: path
    required: true
  done:
    description:
      - The names of the sites that an earlier run has done, as M(farsite.fleet.rollout_schedule) returns them. Check mode needs them, since no wave is
        for them.
    type: list
    elements: str
    default: []
seealso:
  - module: farsite.fleet.rollout_schedule
  - module: farsite.fleet.rollout_wave
"""

EXAMPLES = r"""
---
- name: End a roll-out
  hosts: sites:!planned
  gather_facts: false
  tasks:
    - name: Note what is left to do
      farsite.fleet.rollout_end:
        journal: "{{ fleet.report_folder }}/rollout.json"
        again: "{{ fleet.report_folder }}/again.txt"
      run_once: true
      register: ended

    - name: Show what became of each
      ansible.builtin.debug:
        var: ended.words
      run_once: true
"""

RETURN = r"""
states:
  description: By name, C(state) and C(reason) of each site. The state is one of pending, right, changed, failed, rolled_back, off_line.
  returned: success
  type: dict
  sample:
    quarry-north:
      state: changed
      reason: null
left:
  description: The names of the sites that are left to do.
  returned: success
  type: list
  elements: str
off_line:
  description: Those of them that are off-line.
  returned: success
  type: list
  elements: str
stopped:
  description: Why the roll-out has stopped by itself; null if it has not.
  returned: success
  type: str
words:
  description: The same for people.
  returned: success
  type: dict
rollout_event:
  description: The end, for P(farsite.fleet.rollout#callback).
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_end import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.rollout_end runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
