#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_packages
short_description: Install and remove packages of an OpenWrt router, whole or not at all
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes packages of a router present, absent or the newest. The router needs no Python. What is done is the same for C(opkg) and
    C(apk); which one the router has is found out.
  - One SSH command reads what is installed and lets the manager say what it would do. Where nothing is to do, that is all. Else a
    second one hands the work over and waits for its end.
  - The router works alone from then on. A broken connection does not stop it, a killed run is started again and repeats what
    was left half done, and the next run tells how a run ended whose end nobody has seen. After a power cut, a repeated run heals.
  - Before anything is installed, the sizes of all packages, plus a tenth, plus 200 kB, must be free on the flash. The managers
    themselves add nothing up.
  - Where an installation fails, what had been added is removed again. An upgrade cannot be undone, since the old version is not there
    any more; the result says what is different.
  - It does not run beside a change of the configuration by M(farsite.fleet.uci_config), nor while one waits for its confirmation.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
    details:
      - The package index, which is in memory and not on the flash, is read anew also in check mode where O(update_cache=true).
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  name:
    description:
      - The names of the packages, without versions.
      - They are installed or removed together, which is what needs the least space and time.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(present) installs what is not installed, in the version of the index, and upgrades nothing that is named.
      - V(absent) removes what is installed, and what had been installed only because that needed it. It fails, and
        nothing is removed, where a package that is not named needs one that is.
      - V(latest) installs what is not installed and upgrades what the index has a newer version of.
    type: str
    default: present
    choices: [present, absent, latest]
  update_cache:
    description:
      - Whether to read the package feeds first. A router forgets them when it restarts.
      - They are not read where nothing can be to do, since all names are installed (O(state=present)) or since
        nothing is to be installed (O(state=absent)).
    type: bool
    default: false
notes:
  - The managers are asked up to 5 times, 2 seconds apart, while another program holds their lock. Then the task fails.
  - The command that hands the work over waits 15 minutes for its end. After that the task fails though the router goes on.
  - With C(opkg) the dry run loads the packages into memory to look at them, so they are loaded twice in all.
  - A removed package takes its configuration files with it, except those that were changed.
seealso:
  - module: farsite.fleet.router_facts
  - module: farsite.fleet.uci_config
"""

EXAMPLES = r"""
---
- name: Provide what a site with an LTE modem and a tunnel needs
  farsite.fleet.router_packages:
    name:
      - kmod-usb-net-cdc-ether
      - usb-modeswitch
      - wireguard-tools
    update_cache: true

- name: Do without the web interface
  farsite.fleet.router_packages:
    name:
      - luci
      - uhttpd
    state: absent

- name: Have the newest firewall
  farsite.fleet.router_packages:
    name:
      - firewall4
    state: latest
    update_cache: true
"""

RETURN = r"""
manager:
  description: The package manager, V(opkg) or V(apk).
  returned: success
  type: str
  sample: opkg
installed:
  description:
    - The packages that are installed now and were not before, with those that came because others needed them. In check mode,
      those that would be.
  returned: success and when an installation failed
  type: list
  elements: str
  sample: [libusb-1.0-0, usb-modeswitch]
upgraded:
  description: The packages that have another version than before.
  returned: success and when an installation failed
  type: list
  elements: str
  sample: []
removed:
  description: The packages that are not installed any more.
  returned: success and when an installation failed
  type: list
  elements: str
  sample: []
kept:
  description: The names given for which nothing was to be done.
  returned: success
  type: list
  elements: str
  sample: [wireguard-tools]
free_before:
  description: Bytes that were free on the flash before.
  returned: success
  type: int
  sample: 3788800
free_after:
  description: Bytes that are free on the flash now; null in check mode where something would be done.
  returned: success
  type: int
  sample: 3545088
run:
  description: The run on the router.
  returned: when work was handed to the router
  type: dict
  contains:
    id:
      description: Its name, by which a later run tells of it.
      type: str
    end:
      description: V(done), V(refused) (nothing was changed), V(failed) or V(unknown) (the connection broke).
      type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_packages import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.router_packages runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
