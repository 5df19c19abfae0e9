#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: uci_config
short_description: Change the configuration of an OpenWrt router in one transaction that undoes itself
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes UCI packages, the files below C(/etc/config), what the task says. The router needs no Python, and nothing is
    installed on it.
  - One SSH command reads everything that is needed. Where nothing is to do, that is all. Else a second one hands the new
    files over, and a third one over a fresh connection confirms them.
  - The router itself carries the change out and undoes it unless it is confirmed in time. It also undoes it when it
    restarts before the confirmation, whatever the reason.
  - Sections are found by their names; anonymous ones by what identifies their type, such as the O(ignore:name) of a
    firewall zone or the MAC address of a DHCP host; never by their position or C(cfgXXXXXX) id.
  - Lists that are sets, such as the ports of a bridge, are compared without their order; others with it.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Values of secret options are masked.
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  config:
    description:
      - The packages. Required unless O(state=parsed).
    type: list
    elements: dict
    suboptions:
      package:
        description:
          - The name of the file below C(/etc/config), for example V(network). It is made if there is none.
        type: str
        required: true
      sections:
        description:
          - The sections. Each is a dictionary with V(type), V(name) (left out for an anonymous section) and V(options), a
            dictionary of texts and lists of texts. Numbers and booleans are written as C(1), C(0).
          - An option that is null is to be absent.
        type: list
        elements: dict
      keep:
        description:
          - With O(state=overridden), the sections of the router that stay though they are not given, as V(TYPE) or
            V(TYPE.NAME) with shell wildcards, for example V(rule.Allow-*). For an anonymous section V(NAME) is what
            identifies it.
        type: list
        elements: str
        default: []
  running_config:
    description:
      - With O(state=parsed), the text of C(uci export) to parse, of one or more packages.
    type: str
  state:
    description:
      - V(merged) sets the options given and leaves all others.
      - V(replaced) makes each section given exactly what it says and leaves other sections.
      - V(overridden) makes each package exactly what it says, but for O(config[].keep).
      - V(deleted) removes the sections given; of an anonymous one only what identifies it has to be given.
      - V(gathered) reads the packages and changes nothing.
      - V(rendered) returns the text of the packages without a connection.
      - V(parsed) returns O(running_config) as data without a connection.
    type: str
    default: merged
    choices: [merged, replaced, overridden, deleted, gathered, rendered, parsed]
  confirm:
    description:
      - Whether a change has to be confirmed by a login over a fresh connection. With V(false) the router keeps the change
        when its services are reloaded, whether it can still be reached or not. A power cut before that undoes it all the
        same.
    type: bool
    default: true
  confirm_host:
    description:
      - The address at which the router is to be reached after the change, if it is not the one in use.
      - A host key that is known under the old address only needs C(-o HostKeyAlias=…) in C(ansible_ssh_common_args).
    type: str
  rollback_timeout:
    description:
      - Seconds that the router waits for the confirmation, counted from the end of the reload, between 20 and 3600.
      - By default 300 if V(network) or V(wireless) changes, else 120.
    type: int
  staged_changes:
    description:
      - What to do if somebody has staged edits (C(uci set) without C(uci commit)) that a reload would put into effect.
      - V(refuse) fails before anything is changed.
      - V(discard) drops them.
      - V(commit) plans from the configuration as it would be with them, and makes them part of the change.
    type: str
    default: refuse
    choices: [refuse, discard, commit]
notes:
  - Values of options that hold secrets, such as private keys, PINs and passphrases, do not leave the router. They are compared by
    salted digests.
  - Comments in the files are lost at the first change, as with C(uci commit).
seealso:
  - module: farsite.fleet.router_facts
  - module: farsite.fleet.router_packages
"""

EXAMPLES = r"""
---
- name: Name the router and give it the time
  farsite.fleet.uci_config:
    config:
      - package: system
        sections:
          - type: system
            options:
              hostname: quarry-north
          - type: timeserver
            name: ntp
            options:
              server:
                - 0.openwrt.pool.ntp.org
                - 1.openwrt.pool.ntp.org

- name: Let the tunnel in, and nothing else that is not named here
  farsite.fleet.uci_config:
    state: overridden
    config:
      - package: firewall
        keep:
          - defaults
          - zone.lan
          - rule.Allow-*
        sections:
          - type: zone
            options:
              name: vpn
              network:
                - wg0
              input: ACCEPT
              output: ACCEPT
              forward: REJECT

- name: Renumber the LAN that the controller comes in by
  farsite.fleet.uci_config:
    confirm_host: 192.168.7.1
    config:
      - package: network
        sections:
          - type: interface
            name: lan
            options:
              ipaddr: 192.168.7.1/24

- name: Read two packages
  farsite.fleet.uci_config:
    state: gathered
    config:
      - package: network
      - package: firewall
  register: running
"""

RETURN = r"""
before:
  description: The packages before, with secret values masked.
  returned: with O(state) V(merged), V(replaced), V(overridden), V(deleted)
  type: list
  elements: dict
  sample:
    - package: system
      sections:
        - type: system
          name: null
          options:
            hostname: OpenWrt
after:
  description: The packages after, with secret values masked.
  returned: when changed
  type: list
  elements: dict
commands:
  description: The change in the words of C(uci), for reading, with secret values masked. The router is not changed by these.
  returned: with O(state) V(merged), V(replaced), V(overridden), V(deleted)
  type: list
  elements: str
  sample:
    - set system.@system[0].hostname='quarry-north'
services:
  description: The init scripts that are reloaded, in their order.
  returned: with O(state) V(merged), V(replaced), V(overridden), V(deleted)
  type: list
  elements: str
  sample:
    - system
    - log
transaction:
  description: How the change ended.
  returned: when a change was handed to the router
  type: dict
  contains:
    id:
      description: The name of the transaction.
      type: str
    end:
      description: V(confirmed), V(refused) (nothing was changed), V(undone) or V(unknown).
      type: str
    reason:
      description: Why it was refused or undone.
      type: str
    kept:
      description: Files of somebody else's commits that the router has kept aside while undoing.
      type: list
      elements: str
gathered:
  description: The packages, with secret values masked.
  returned: with O(state=gathered)
  type: list
  elements: dict
rendered:
  description: The text of each package as C(uci export) gives it, with secret values masked.
  returned: with O(state=rendered)
  type: str
parsed:
  description: The packages in O(running_config), with secret values masked.
  returned: with O(state=parsed)
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.uci_config import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.uci_config runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
