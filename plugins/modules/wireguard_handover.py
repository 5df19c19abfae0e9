#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wireguard_handover
short_description: Let a hub follow its sites from one WireGuard key to the next
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - The hub's part of a rotation of keys, as the playbook C(farsite.fleet.rotate_keys) plays it. First the next keys are announced,
    then the routers change to them, and the hub follows.
  - WireGuard gives an address to one key only. Both keys of a site are peers for a while, and the one that was seen last has the
    addresses. A router that takes its change back gets them back at once.
  - What was moved is written to C(/etc/wireguard/INTERFACE.conf) at once, so a restart keeps it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - With O(phase=follow) it does not wait, and tells which key has the addresses now.
  diff_mode:
    support: partial
    details:
      - Only with O(phase=announce).
  idempotent:
    support: full
  platform:
    platforms: Debian, Ubuntu
options:
  interface:
    description:
      - The name of the interface, which M(farsite.fleet.wireguard_peers) has made.
    type: str
    default: fleet
  keys:
    description:
      - The sites' keys and their next ones.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name of the peer, as it is in O(farsite.fleet.wireguard_peers#module:peers).
        type: str
        required: true
      public_key:
        description:
          - The key that it has now.
        type: str
        required: true
      next_public_key:
        description:
          - The key that it will have.
        type: str
        required: true
      next_preshared_key:
        description:
          - The preshared key that goes with the next key. Needed with O(phase=announce) only.
        type: str
  phase:
    description:
      - V(announce) adds the next keys as peers without addresses, so that a handshake with them can be seen.
      - V(follow) moves the addresses of each site to the key that was seen last, until all are on their next keys for O(settle)
        seconds, or O(timeout) is over. Run it with C(async).
    type: str
    required: true
    choices: [announce, follow]
  timeout:
    description:
      - Seconds after which following ends.
    type: int
    default: 300
  settle:
    description:
      - Seconds for which all sites must have been on their next keys before following ends early. More than the time after which
        a router takes its change back.
    type: int
    default: 10
notes:
  - A pair of keys that the interface does not have is no failure; its RV(moved[].holder) is V(none).
  - A next key that was never used stays announced, and M(farsite.fleet.wireguard_peers) leaves it as it is.
seealso:
  - module: farsite.fleet.wireguard_peers
"""

EXAMPLES = r"""
---
- name: Announce the next key of a site
  farsite.fleet.wireguard_handover:
    phase: announce
    keys:
      - name: quarry-north
        public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
        next_public_key: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=

- name: Follow it while the router changes
  farsite.fleet.wireguard_handover:
    phase: follow
    keys:
      - name: quarry-north
        public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
        next_public_key: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=
    timeout: 600
    settle: 150
  async: 700
  poll: 0
"""

RETURN = r"""
moved:
  description: Each pair of keys, and which of them has the addresses.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the peer.
      type: str
    public_key:
      description: The key that it had.
      type: str
    next_public_key:
      description: The next key.
      type: str
    holder:
      description: V(running) for O(keys[].public_key), V(next) for O(keys[].next_public_key), or V(none).
      type: str
    reason:
      description: Why it is none of them; else null.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.wireguard_handover import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import (
    ConfigurationError,
    interface_problem,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Device, DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.follow import announce, follow
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.rotation import read_pairs
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.runner import runner
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    interface, timeout, settle = (module.params[name] for name in ("interface", "timeout", "settle"))
    if problem := interface_problem(interface):
        module.fail_json(msg=problem)
    if min(timeout, settle) < 1:
        module.fail_json(msg=f"timeout, settle: found {timeout} and {settle}, expected seconds, at least 1")
    device = Device(interface, runner(module))
    try:
        pairs = read_pairs(module.params["keys"])
        if module.params["phase"] == "announce":
            result = announce(pairs, device, check_mode=module.check_mode, with_diff=module._diff)
        else:
            result = follow(pairs, device, timeout=timeout, settle=settle, check_mode=module.check_mode)
    except PeersError as error:
        module.fail_json(msg=str(error), problems=list(error.problems))
    except (ConfigurationError, DeviceError, DumpError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
