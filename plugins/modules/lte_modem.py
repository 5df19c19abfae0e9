#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lte_modem
short_description: Make an LTE uplink of an OpenWrt router work
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Finds out what the modem is, installs the packages that it needs and the router lacks, switches it where it shows a disk with
    drivers first, tells the SIM card its PIN, looks the APN up, and writes the interface through the transaction of
    M(farsite.fleet.uci_config).
  - The change is confirmed only when the interface has a bearer, no other interface has the bearer's network, and everything
    that was up before is up. Until then the router undoes it by itself. Sections of other uplinks are not touched.
  - Where something does not work the task fails with the step, and with what is known about it.
  - A router that is right costs one SSH command.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: partial
    details:
      - Nothing is installed, switched, unlocked or configured. Where a package must be installed first, what follows it is not
        known, and a warning says so.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  uplink:
    description:
      - The uplink as a site's file has it, with C(kind) V(lte). Its keys, among them C(modem), C(device), C(apn), C(pin),
        C(roaming) and C(metric), and their defaults are in the section B(uplink) of the fleet's data model
        (C(docs/data-model.md)).
      - With C(modem) V(auto) the protocol is found out. A protocol that is named is used if the modem can do it, and the result
        says where the rules would have decided otherwise.
      - With C(device) missing there must be one modem only. It is a device of the modem, which is used as such where the protocol
        takes one of its kind, or the USB port that M(farsite.fleet.lte_modem_info) tells. The name of a device may change with each
        release of OpenWrt, that of a port does not.
      - With C(apn) V(auto) it follows from the SIM card, if its operator has one only.
      - A C(pin) is tried once at most in a run, and never with fewer than 3 tries left.
    type: dict
    required: true
  zone:
    description:
      - Zone of the firewall that the interface joins, if it exists. Empty for none.
    type: str
    default: wan
  identities:
    description:
      - Whether IMEI, IMSI and ICCID are returned in full. They say whose modem and card it is.
    type: bool
    default: false
  confirm_host:
    description:
      - Address at which the router is to be reached after the change, where it is another one. As for
        M(farsite.fleet.uci_config).
    type: str
  rollback_timeout:
    description:
      - Seconds from the end of the reload until the router undoes a change that was not confirmed, 20 to 3600. By default 300.
    type: int
seealso:
  - module: farsite.fleet.lte_modem_info
  - module: farsite.fleet.uci_config
  - plugin: farsite.fleet.lte_profile
    plugin_type: filter
    description: The decision alone, without a router.
"""

EXAMPLES = r"""
---
- name: Set up the LTE uplinks of the sites
  hosts: sites
  gather_facts: false
  tasks:
    # Loop over names: what a loop runs over is shown with its results, and an uplink has a PIN.
    - name: Set up each modem
      farsite.fleet.lte_modem:
        uplink: "{{ uplinks | selectattr('name', 'equalto', item) | first }}"
      loop: "{{ uplinks | selectattr('kind', 'equalto', 'lte') | map(attribute='name') }}"

- name: Set up the modem of a router that is in no fleet
  hosts: routers
  gather_facts: false
  tasks:
    - name: Set up the modem
      farsite.fleet.lte_modem:
        uplink:
          kind: lte
          apn: internet.example
          pin: "{{ vault_pin }}"
          metric: 20
"""

RETURN = r"""
modem:
  description:
    - The modem as it is now. Its keys are those of an element of RV(farsite.fleet.lte_modem_info#module:modems).
  returned: where one was found
  type: dict
packages:
  description: Packages that were installed, or would be.
  returned: unless it failed before
  type: list
  elements: str
step:
  description:
    - The step that failed. V(detect) is what the modem is; V(packages) what it needs; V(port) whether it answers; V(sim) its card,
      PIN and APN; V(signal) and V(register) the network; V(bearer) the connection.
  returned: on failure
  type: str
  choices: [detect, packages, port, sim, signal, register, bearer]
problems:
  description: What is known to be wrong, each with its C(step) and a C(message).
  returned: on failure
  type: list
  elements: dict
before:
  description: The packages C(network) and C(firewall) as observed, as from M(farsite.fleet.uci_config).
  returned: once the modem is usable
  type: list
  elements: dict
after:
  description: The packages as they are to be, as from M(farsite.fleet.uci_config).
  returned: if the configuration changes
  type: list
  elements: dict
commands:
  description: The change in the words of C(uci), for reading.
  returned: once the modem is usable
  type: list
  elements: str
services:
  description: Init scripts that are reloaded.
  returned: once the modem is usable
  type: list
  elements: str
transaction:
  description: How the change ended, as from M(farsite.fleet.uci_config).
  returned: if the configuration was changed
  type: dict
"""
