#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_site
short_description: Make an OpenWrt router what the fleet's files say of its site
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes the whole configuration of a site from the variables C(site) and C(fleet) that the inventory plugin
    P(farsite.fleet.sites#inventory) gives, compares it with the router, and carries out the difference as one transaction.
    C(UCI) packages, the other files that the fleet gives, and packages to install go together. What it is, B(intended/<host>/) shows.
  - A router that is right costs one SSH command, a change three. A modem that has to be made usable first (packages, the PIN
    of the SIM card) costs a few more the first time, and so does a package that brings a configuration of its own that the fleet
    manages, since what it brought must be known.
  - A change is confirmed only over a new connection, and if all that was up is up. Until then the router undoes it by itself, as
    with M(farsite.fleet.uci_config). Packages that were installed stay.
  - The router makes its WireGuard key itself if it has none. Only the public key leaves it.
  - What the router has and the fleet does not manage stays as it is. The comment at the head of each file in
    B(intended/<host>/etc/config) says what of a package stays.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: partial
    details:
      - Nothing is changed. Where a package must be installed before it is known what follows, as for a modem that is found out
        about, that is shown with a placeholder, and a warning says so. Packages are not looked for in the feeds.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  role_variables:
    description:
      - Whether options that are not given are what the variables of the role P(farsite.fleet.router#role) say, if they are set. The role says
        so, since a template of each option would cost a tenth of the task where nothing is to be done.
    type: bool
    default: false
  require_uplinks:
    description:
      - Whether a change of an LTE uplink is confirmed only when that uplink has an IPv4 address, and no other interface has its
        network. Say V(false) for a router that is set up without its modem or SIM card; an interface that cannot be made
        without them is left for the next run.
    type: bool
    default: true
  require_key:
    description:
      - Whether a router that has another WireGuard key than the fleet's files have for its site is refused. One that has the key of another site
        always is; one that has no key yet, or whose site has none, never.
    type: bool
    default: false
  confirm_host:
    description:
      - Address at which the router is to be reached after the change, where it is another one. As for
        M(farsite.fleet.uci_config).
    type: str
  reviewed_plan:
    description:
      - Path, on the controller, of the document that the playbook C(farsite.fleet.drift) has written and people have reviewed. The router is
        then asked first, and nothing is done unless what it has, what the fleet's files say of its site, and what is to be done are those of
        the document; the failure shows the difference. A site that the document does not have is refused without a connection. A router that
        is right already is right.
      - A document that was made after the run began is refused, as it cannot have been reviewed. Where packages of the plan are installed, and what
        was there before is another one by then, nothing else is done.
      - A document has no secret. That one is set anew is compared, its value is not.
      - Relative to the folder in which C(ansible-playbook) was started.
    type: path
  rollback_timeout:
    description:
      - Seconds from the end of the reload until the router undoes a change that was not confirmed, 20 to 3600. By default 120, or
        300 where C(network) or C(wireless) changes or packages are installed.
    type: int
  staged_changes:
    description:
      - What happens to edits that somebody has staged with C(uci) but not committed. With V(refuse) the task fails if they are of
        a package that changes; with V(discard) those are dropped.
    type: str
    choices: [refuse, discard]
    default: refuse
seealso:
  - plugin: farsite.fleet.sites
    plugin_type: inventory
  - module: farsite.fleet.intended
    description: Renders the same configuration without a router.
  - module: farsite.fleet.uci_config
"""

EXAMPLES = r"""
---
- name: Make the routers what the fleet's files say
  hosts: sites:!planned
  gather_facts: false
  tasks:
    - name: Converge
      farsite.fleet.router_site:
"""

RETURN = r"""
commands:
  description: The change of the C(UCI) packages in the words of C(uci), for reading, secrets masked.
  returned: unless it failed
  type: list
  elements: str
files:
  description: Files outside C(/etc/config) that change.
  returned: unless it failed before
  type: list
  elements: dict
  contains:
    path:
      description: Its path.
      type: str
    action:
      description: What is done with it; V(mode) where only its permissions differ.
      type: str
      choices: [create, replace, remove, mode]
packages:
  description: Packages that the site needs and the router lacks.
  returned: unless it failed before
  type: list
  elements: str
installed:
  description: Packages that were installed, with those that they need. They stay, also where the change was undone.
  returned: unless it failed before
  type: list
  elements: str
services:
  description: Init scripts that are reloaded.
  returned: unless it failed before
  type: list
  elements: str
public_key:
  description:
    - The router's WireGuard public key. V(null) where it has no key, or nothing that could tell it, yet.
  returned: unless it failed before
  type: str
modems:
  description:
    - By the name of the uplink, the modem of each uplink whose protocol, device or APN only the router knows, as observed. The keys
      are those of an element of RV(farsite.fleet.lte_modem_info#module:modems).
  returned: unless it failed
  type: dict
plan:
  description:
    - The plan for people to review, without a secret, and digests of what it was made from. They are the same as long as nothing has
      changed.
  returned: in check mode, unless it failed before
  type: dict
  contains:
    running:
      description: SHA-256 of what of the router was asked, without secrets.
      type: str
    running_parts:
      description: The same of each part, by the path of a file, V(packages) or V(public key).
      type: dict
    intended:
      description: SHA-256 of what the fleet's files say of the site, without secrets.
      type: str
    intended_parts:
      description: The same of each part, by the path of a file, or V(packages).
      type: dict
    commands:
      description: As RV(commands).
      type: list
      elements: str
    files:
      description: As RV(files), with those of C(/etc/config), and a unified diff of each, secrets masked.
      type: list
      elements: dict
    install:
      description: As RV(packages).
      type: list
      elements: str
    services:
      description: As RV(services).
      type: list
      elements: str
transaction:
  description: How the change ended, as from M(farsite.fleet.uci_config).
  returned: if the router was changed
  type: dict
reason:
  description: Why the plan that was reviewed is not carried out, in one line; the message has the difference as well.
  returned: if O(reviewed_plan) no longer holds
  type: str
"""
