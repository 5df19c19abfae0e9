#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lte_modem_info
short_description: Tell what an OpenWrt router's modems are, say and do, in one SSH command
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Finds every USB device that may be a modem, tells how OpenWrt drives it (see P(farsite.fleet.lte_profile#filter)), asks it
    for its state, SIM card, network and signal, and looks for what is known to go wrong.
  - Modems are asked by C(uqmi), C(umbim) or C(mmcli) where the router has them, on their AT port, or by the web pages of
    sticks that are routers themselves (Huawei's HiLink, ZTE). A serial port that another program has open is left alone.
  - One SSH command does it. It changes nothing, and does not wait long for a modem that hangs.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
    details:
      - Nothing is ever changed on the router; O(save_to) is not written.
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  identities:
    description:
      - Whether IMEI, IMSI and ICCID are returned in full. They say whose modem and card it is.
    type: bool
    default: false
  save_to:
    description:
      - A file on the controller into which what was found is written as JSON, for the tests of this collection.
      - It has the composition of the devices and the decision on them, but no numbers of devices or cards, no addresses, and
        nothing of the network.
    type: path
seealso:
  - module: farsite.fleet.lte_modem
  - plugin: farsite.fleet.lte_profile
    plugin_type: filter
    description: The decision alone, without a router.
"""

EXAMPLES = r"""
---
- name: Look at the modems
  hosts: routers
  gather_facts: false
  tasks:
    - name: Ask them
      farsite.fleet.lte_modem_info:
      register: found

    - name: Show signal and what is wrong
      ansible.builtin.debug:
        msg: "{{ item.status.signal.quality | default('not told') }}; {{ item.problems | map(attribute='message') | join('; ') }}"
      loop: "{{ found.modems }}"
      loop_control:
        label: "{{ item.reason }}"

# To contribute a modem to the tests of this collection:
# ansible -i inventories/example quarry-north -m farsite.fleet.lte_modem_info \
#     -a save_to=tests/unit/data/contributed_modems/vendor-model.json
"""

RETURN = r"""
modems:
  description: The USB devices that may be modems, by port.
  returned: success
  type: list
  elements: dict
  contains:
    device:
      description: The USB device, as the filter P(farsite.fleet.lte_profile#filter) takes it, with its port and its nodes.
      type: dict
    state:
      description: As from P(farsite.fleet.lte_profile#filter). Only V(ok) can be used as it is.
      type: str
    proto:
      description: Protocol of its interface in C(/etc/config/network); null where there is none.
      type: str
    node:
      description: What the option C(device) of that interface is to be, now and on this router.
      type: str
    packages:
      description: Packages that it needs, installed or not.
      type: list
      elements: str
    options:
      description: Further options that its interface needs.
      type: dict
    dial:
      description: AT command without which it stays silent, and that no handler of OpenWrt sends; null for most.
      type: str
    rule:
      description: The rule that decided.
      type: str
    reason:
      description: Why, and what to do where it cannot be used.
      type: str
    at_ports:
      description: Serial ports that answer AT; null where none was asked.
      type: list
      elements: str
    status:
      description: What the modem says of itself; null where there is no way to ask it.
      type: dict
      contains:
        source:
          description: The way it was asked.
          type: str
          choices: [qmi, mbim, at, hilink, zte, modemmanager]
        manufacturer:
          description: Who made it.
          type: str
        model:
          description: What it is.
          type: str
        firmware:
          description: Version of its firmware.
          type: str
        imei:
          description: Number of the device. Without O(identities) its last digits are stars.
          type: str
        sim:
          description:
            - The SIM card. C(state) is V(ready), V(pin), V(puk), V(blocked), V(absent) or V(unknown); C(pin_tries) and
              C(puk_tries) are those that are left; C(imsi) and C(iccid) are starred without O(identities).
          type: dict
        registration:
          description: With a network.
          type: str
          choices: [home, roaming, searching, denied, none, unknown]
        roaming:
          description: Whether the network is not the SIM card's own; null where it is not told.
          type: bool
        operator:
          description: Name of the network.
          type: str
        operator_code:
          description: Country and network code of the network.
          type: str
        signal:
          description:
            - C(technology), C(rssi) and C(rsrp) in dBm, C(rsrq) and C(sinr) in dB, and C(quality), a word for it
              (V(excellent), V(good), V(fair), V(poor) or V(none)).
          type: dict
        addresses:
          description: Of its bearer.
          type: list
          elements: str
        silent:
          description: Questions that were not answered in time.
          type: list
          elements: str
    uplink:
      description: The interface of C(/etc/config/network) that uses it, as netifd knows it; null where there is none.
      type: dict
      contains:
        name:
          description: Its name.
          type: str
        proto:
          description: Its protocol.
          type: str
        up:
          description: Whether it is up.
          type: bool
        addresses:
          description: Its IPv4 addresses, with the length of the prefix.
          type: list
          elements: str
        errors:
          description: Codes of what keeps it from coming up.
          type: list
          elements: str
    bearer:
      description: IPv4 address that the carrier gave; of a stick that is a router itself its own one, where it tells it.
      type: str
    nat:
      description:
        - What that address says about the way in from the internet. V(public) can be reached; V(cgnat) is behind the
          carrier's NAT; V(464xlat) has IPv6 only; V(private) is behind a NAT of the carrier or of the stick; V(none) is no
          address.
      type: str
    problems:
      description: What is known to be wrong, each with the C(step) that it stops and a C(message).
      type: list
      elements: dict
saved_to:
  description: The file.
  returned: with O(save_to)
  type: str
"""
