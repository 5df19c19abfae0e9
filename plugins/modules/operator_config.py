#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_config
short_description: Make the VPN configuration of a person, as a file and as a QR code
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes the WireGuard configuration of a person of a fleet, C(operators/NAME.yml), for the WireGuard apps and for C(wg-quick). Each hub gets
    a file of its own, C(NAME.conf), or C(NAME-HUB.conf) where the fleet has several.
  - A person who makes the key pair keeps the private key. The file has a line then that says where it goes, and the public key, which is
    sent to you, goes into C(operators/NAME.pub).
  - With O(generate_key=true) the pair is made on the controller. The private key stands in the files at O(dest) and nowhere else, and no result,
    diff or log shows it. The public key is written into the fleet's folder.
  - A private key that is in a file at O(dest) already is kept, as long as it belongs to the public key in the fleet's folder.
  - Connects to nothing. The hubs know the person as soon as they are deployed with the new public key.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The private key is not shown, only whether it is another one.
  idempotent:
    support: partial
    details:
      - With O(replace=true) each run makes a new key pair.
  platform:
    details:
      - Nothing is done on a target.
    platforms: all
requirements:
  - segno, on the controller, for O(qr=true)
options:
  folder:
    description:
      - Folder of the fleet, with C(fleet.yml) in it; relative to where Ansible was started.
      - By default, that of the inventory source C(fleet.yml). There must be just one then.
    type: path
  operator:
    description:
      - Name of the person, as the file C(operators/NAME.yml) is called.
    type: str
    required: true
  hub:
    description:
      - Name of the hub that the file is for.
      - By default, there is a file for each active hub.
    type: str
  dest:
    description:
      - Folder for the files, on the controller. It is made if it is not there. The files have the mode 0600.
      - It cannot be in the fleet's folder.
    type: path
    required: true
  generate_key:
    description:
      - Whether to make a key pair if the person has no C(operators/NAME.pub).
    type: bool
    default: false
  replace:
    description:
      - Whether to make a new key pair in any case, such as for a lost phone. The old public key is added to C(keys/retired.txt), and
        the hubs forget it as soon as they are deployed.
      - Needs O(generate_key=true).
    type: bool
    default: false
  qr:
    description:
      - Whether to make a QR code of each file too, C(NAME.png), which the apps of phones can read. It has the private key in it.
      - An error where no private key is known, or where the file is larger than what a QR code holds, 2953 bytes.
    type: bool
    default: false
  dns:
    description:
      - Servers, by address, that the person's device asks for all names while the tunnel is up; and domains that it searches.
      - By default, those it always asks.
    type: list
    elements: str
    default: []
  mtu:
    description:
      - MTU of the person's tunnel in bytes.
      - By default, what the app finds right.
    type: int
notes:
  - Hand the files over on a safe way, and remove them from O(dest) then. They can be made again, but for the private key.
  - The apps take a tunnel's name from the file's, and at most 15 characters of it.
seealso:
  - plugin: farsite.fleet.sites
    plugin_type: inventory
"""

EXAMPLES = r"""
---
- name: Give people their VPN
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Anna gets a file and a QR code for her phone
      farsite.fleet.operator_config:
        operator: anna
        dest: ~/handover
        generate_key: true
        qr: true

    - name: Ben has made a key pair himself
      farsite.fleet.operator_config:
        operator: ben
        dest: ~/handover

    - name: Carla has lost her phone
      farsite.fleet.operator_config:
        operator: carla
        dest: ~/handover
        generate_key: true
        replace: true
        qr: true
"""

RETURN = r"""
files:
  description: What the person gets, files and QR codes.
  returned: success
  type: list
  elements: str
  sample: [/home/operator/handover/anna.conf, /home/operator/handover/anna.png]
public_key:
  description: Public key of the person; null if it is not known, and where check mode would make a pair.
  returned: success
  type: str
  sample: Zf0yRKyBIUvjjk0CaZIPd4uYGNuAvmbbrWDVzMTtNGo=
key_generated:
  description: Whether a key pair was made. In check mode, whether one would be.
  returned: success
  type: bool
  sample: true
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.operator_config import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on a target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.operator_config runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
