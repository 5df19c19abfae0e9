#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_password
short_description: The password of root on an OpenWrt router
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - A router that was just flashed lets everybody in who reaches it, since root has no password. This gives root one, or sees to it that
    there is none that anybody could type; then root logs in over SSH with a key only, and not at all in LuCI.
  - It takes one SSH command. What root has now never leaves the router.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details:
      - It is a secret.
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  password_hash:
    description:
      - The hash of the password, as C(openssl passwd -6) makes it, or C(*) for none that could be typed.
      - Without this option, a root with no password gets C(*), and one that has a password keeps it.
    type: str
notes:
  - It is written at once, not in a transaction, since no way in by a key depends on it.
seealso:
  - module: farsite.fleet.router_facts
    description: Tells whether root has no password.
"""

EXAMPLES = r"""
---
- name: Let nobody in without a key
  farsite.fleet.router_password:

- name: Have a password for LuCI
  farsite.fleet.router_password:
    password_hash: "{{ vault_root_password_hash }}"
"""

RETURN = r"""
was_empty:
  description: Whether root had no password, so that everybody could log in.
  returned: success
  type: bool
  sample: true
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_password import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.router_password runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
