#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_wave
short_description: Keep the journal of a wave of a roll-out
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Notes in the journal of a roll-out that sites are about to be changed, and then what became of them. Says whether the roll-out may go on. It
    connects to nothing.
  - Of each site it reads the registered results C(router_run) of the role P(farsite.fleet.router#role), C(rollout_before) and C(rollout_after) of
    M(farsite.fleet.router_facts) before and after the change.
  - The playbook C(farsite.fleet.rollout) uses it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is written, and nobody is to be watched.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - The journal has the time in it.
  platform:
    platforms: posix
options:
  step:
    description:
      - V(begin) notes what works at the sites before they are changed.
      - V(tried) says whom M(farsite.fleet.rollout_watch) has to watch, those that were changed and those whose router did not let in.
      - V(judged) notes what became of them, and says whether too many have failed.
      - V(queue) says for whom to listen, and how long.
    type: str
    choices: [begin, tried, judged, queue]
    required: true
  run:
    description:
      - What M(farsite.fleet.rollout_schedule) has returned, with the waves, the sites and the options.
    type: dict
    required: true
  names:
    description:
      - The names of the sites that it is about. They are a wave, or some of those that have returned.
    type: list
    elements: str
    required: true
  returned:
    description:
      - Whether O(names) have returned, and are no wave.
    type: bool
    default: false
  looked:
    description:
      - The result of M(farsite.fleet.rollout_watch) for these sites before they are changed. If it has none, V(begin) stops the roll-out.
    type: dict
  interrupted:
    description:
      - What RV(interrupted) of V(begin) was. These sites are watched also where their routers are right.
    type: list
    elements: str
    default: []
  reached:
    description:
      - What RV(reached) of V(begin) was. One of these sites that is off-line has failed.
    type: list
    elements: str
    default: []
  watched:
    description:
      - The result of M(farsite.fleet.rollout_watch) for the sites that V(tried) named.
    type: dict
  round:
    description:
      - How often V(queue) has said for whom to listen.
    type: int
    default: 0
seealso:
  - module: farsite.fleet.rollout_schedule
  - module: farsite.fleet.rollout_watch
  - module: farsite.fleet.rollout_end
"""

EXAMPLES = r"""
---
# Of the tasks of the playbook farsite.fleet.rollout
- name: Note what became of the wave
  farsite.fleet.rollout_wave:
    step: judged
    run: "{{ planned }}"
    names: [quarry-north]
    watched: "{{ watched }}"
  run_once: true
  register: judged
"""

RETURN = r"""
interrupted:
  description: Sites whose routers may have been changed by an earlier run that did not find out whether they are well.
  returned: with O(step=begin)
  type: list
  elements: str
reached:
  description: Those of them whose routers were there then, so that they may have been changed indeed.
  returned: with O(step=begin)
  type: list
  elements: str
untried:
  description: Sites whose routers did not say which of their uplinks are up. They are not to be changed.
  returned: with O(step=begin)
  type: list
  elements: str
gate:
  description: Sites that have to be well for a while.
  returned: with O(step=tried)
  type: list
  elements: str
watch:
  description: The O(farsite.fleet.rollout_watch#module:sites) that are to be watched.
  returned: with O(step=tried) and O(step=queue)
  type: list
  elements: dict
states:
  description: By name, C(state) and C(reason) of each site. The state is one of right, changed, failed, rolled_back, off_line.
  returned: with O(step=judged)
  type: dict
stopped:
  description: Why nothing more is to be done; null if the roll-out may go on.
  returned: with O(step=begin) and O(step=judged)
  type: str
queue:
  description: Sites that are not there, of this wave and of those before.
  returned: with O(step=judged)
  type: list
  elements: str
enough:
  description: The O(farsite.fleet.rollout_watch#module:enough) with which to listen.
  returned: with O(step=queue)
  type: int
linger:
  description: The O(farsite.fleet.rollout_watch#module:linger) with which to listen.
  returned: with O(step=queue)
  type: int
seconds:
  description: For how many seconds to listen.
  returned: with O(step=queue)
  type: int
times:
  description: How many times to do so, if nobody returns.
  returned: with O(step=queue)
  type: int
round:
  description: The O(round) of the next time.
  returned: with O(step=queue)
  type: int
last:
  description: Whether nobody is listened for after that.
  returned: with O(step=queue)
  type: bool
until:
  description: Until when sites that return are taken, in seconds since 1970.
  returned: with O(step=queue)
  type: int
rollout_event:
  description: What happened, for P(farsite.fleet.rollout#callback).
  returned: if anything happened that is told
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_wave import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.rollout_wave runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
