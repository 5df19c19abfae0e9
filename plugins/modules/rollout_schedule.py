#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_schedule
short_description: Plan the waves of a roll-out, and open its journal
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Plans in which waves the sites of the play get what the fleet's files say, and opens the journal, in which M(farsite.fleet.rollout_wave) notes
    what becomes of each. It connects to nothing.
  - If there is a journal of a roll-out of which something is left to do, that one goes on, with the waves it had. A site that was done is not tried
    again, unless it is to become something else by now. If any is, or if it is for other sites, or sites are in other groups of O(waves), there are
    new waves, of those that are left.
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
      - The file of the journal on the controller. Its folder is made if need be.
      - One run at a time writes it. A journal of a run that is under way is refused.
    type: path
    required: true
  folder:
    description:
      - The fleet's folder. By default that of the only fleet among the inventory's sources.
    type: path
  canary:
    description:
      - The sites of the first wave, or how many there are. Those that are off-line are taken last where it is a number. V(0) is none.
      - If there are names, and none of these sites is left to do, one other site is taken.
    type: list
    elements: str
    default: ["1"]
  waves:
    description:
      - The waves after that.
      - Each is a share of all sites that are left to do such as V(10%), a number of sites, or a group of the inventory such as V(label_north).
      - Sites that are in none of them make one more wave, the last.
      - By default these are the groups that the sites' own C(wave) makes, where they differ in it, else V(10%), V(30%) and V(100%).
    type: list
    elements: str
  max_failures:
    description:
      - The share of the sites that were to be changed which may fail, such as V(10%), or how many may. The roll-out stops when there are more.
      - In the canary, and as long as no site was found well after its change, none may.
    type: str
    default: 10%
  hold:
    description:
      - For how many seconds a site that was changed has to be well without a break.
    type: int
    default: 60
  gate_timeout:
    description:
      - Seconds that it has for that in all, at least 60 more than O(hold). By default 240 more.
    type: int
  site_timeout:
    description:
      - Seconds that a router has to be changed in.
    type: int
    default: 900
  window:
    description:
      - For how many seconds sites that return are taken.
      - With V(0) those are taken that have returned when all waves are done, and nobody is waited for. That is the default, since a fleet may always
        have sites that are gone for days.
    type: int
    default: 0
  plan:
    description:
      - A plan that was reviewed, as P(farsite.fleet.router#role) takes it. Where that of a site is another one, the site is tried anew.
    type: path
  lasts:
    description:
      - For how many seconds a roll-out goes on that has ended by itself and left some sites. After that the next run looks at all sites again.
      - One that has stopped, or was killed, goes on whenever it is started again.
    type: int
    default: 86400
  restart:
    description:
      - Whether what the journal says of the sites of the play is forgotten.
    type: bool
    default: false
  take_over:
    description:
      - Whether a journal of a run that may be under way is taken all the same.
    type: bool
    default: false
  ask:
    description:
      - Whether it is only asked if a roll-out may begin. Nothing is written then, but a journal of a run that is under way is refused, other than in
        check mode.
    type: bool
    default: false
  tunnels:
    description:
      - Results of M(farsite.fleet.wireguard_info), one of each hub, with the hub's name as C(item), as a loop registers them.
      - They tell who is off-line now.
    type: list
    elements: dict
    default: []
seealso:
  - module: farsite.fleet.rollout_wave
  - module: farsite.fleet.rollout_end
"""

EXAMPLES = r"""
---
- name: Show the waves that there would be
  hosts: sites:!planned
  gather_facts: false
  tasks:
    - name: Plan them
      farsite.fleet.rollout_schedule:
        journal: "{{ fleet.report_folder }}/rollout.json"
        canary: [quarry-north]
        waves: [label_near, 50%]
      check_mode: true
      run_once: true
      register: planned

    - name: Show them
      ansible.builtin.debug:
        var: planned.waves
      run_once: true
"""

RETURN = r"""
waves:
  description: The waves with the sites that are left to do.
  returned: success
  type: list
  elements: dict
  sample:
    - name: canary
      sites: [quarry-north]
    - name: 10%
      sites: [harbour, orchard]
order:
  description: The names of these sites, wave after wave.
  returned: success
  type: list
  elements: str
sizes:
  description: How many each wave has.
  returned: success
  type: list
  elements: int
done:
  description: The names of the sites that an earlier run has done.
  returned: success
  type: list
  elements: str
done_ago:
  description: When the first of them was done, for people; null without any.
  returned: success
  type: str
  sample: 3 hours ago
hold:
  description: As in the options; so are C(gate_timeout), C(site_timeout), C(window) and C(max_failures).
  returned: success
  type: int
ask_timeout:
  description: The seconds that a router has to tell of its uplinks.
  returned: success
  type: int
handshake_lasts:
  description: The seconds since its latest handshake after which a site is not there.
  returned: success
  type: int
  sample: 180
began:
  description: When this run began, in seconds since 1970.
  returned: success
  type: int
journal:
  description: The file of the journal.
  returned: success
  type: str
sites:
  description: By name, what M(farsite.fleet.rollout_wave) has to know of each site.
  returned: success
  type: dict
rollout_event:
  description: The waves for P(farsite.fleet.rollout#callback).
  returned: success, without O(ask=true)
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_schedule import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.rollout_schedule runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
