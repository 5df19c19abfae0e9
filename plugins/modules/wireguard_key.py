#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wireguard_key
short_description: Make the WireGuard key of a hub on the hub, and tell its public half
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes a private key on the host where there is none yet. It never leaves the host. Only the public key is returned.
  - A key that is there is never replaced.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - Where there is no key yet, RV(public_key) cannot be told.
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: Debian, Ubuntu
options:
  path:
    description:
      - The file of the private key. M(farsite.fleet.wireguard_peers) expects it in C(/etc/wireguard/INTERFACE.key).
      - Its folder must exist; the package C(wireguard-tools) makes C(/etc/wireguard).
      - It belongs to root and nobody else can read it; owner and mode are put right.
    type: path
    required: true
seealso:
  - module: farsite.fleet.wireguard_peers
"""

EXAMPLES = r"""
---
- name: Have a key of the hub's own
  farsite.fleet.wireguard_key:
    path: /etc/wireguard/fleet.key
  register: hub_key

- name: Show what belongs into the fleet's keys folder
  ansible.builtin.debug:
    var: hub_key.public_key
"""

RETURN = r"""
public_key:
  description: The public key.
  returned: success, unless it would only be made (check mode)
  type: str
  sample: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
"""

import os
import pathlib

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.wireguard_key import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import DeviceError, make_key, public_key
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import key_problem
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import (
    is_roots_own,
    read_text,
    write_private,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.runner import runner


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    path: str = module.params["path"]
    run = runner(module)
    try:
        text = read_text(path)
        if text is not None and (problem := key_problem(text.strip())):
            module.fail_json(msg=f"path: the content of {path} {problem}. Move it away to have a new key made")
        if text is None and module.check_mode:
            module.exit_json(changed=True)
        is_new = text is None
        if text is None:
            text = make_key(run)
            write_private(path, f"{text}\n")
        is_loose = not is_roots_own(path)
        if is_loose and not module.check_mode:
            pathlib.Path(path).chmod(0o600)
            os.chown(path, os.geteuid(), -1)
        module.exit_json(changed=is_new or is_loose, public_key=public_key(run, text.strip()))
    except (DeviceError, OSError) as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
