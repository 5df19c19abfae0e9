#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_facts
short_description: Tell what an OpenWrt router is and does, in one SSH command
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Returns facts of a router that needs no Python. One SSH command reads everything.
  - What a router does not tell, such as an old release or a container without a board, is null and not an error.
  - Private and preshared keys of tunnels, and the password of root, are not read.
extends_documentation_fragment:
  - farsite.fleet.attributes
  - farsite.fleet.attributes.actiongroup_router
attributes:
  check_mode:
    support: full
    details:
      - Nothing is ever changed.
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: OpenWrt
options:
  subset:
    description:
      - What to ask the router. What is not named is neither asked nor returned.
      - V(all) is everything.
      - V(system) is the board, release, kernel and host name; V(resources) uptime, load and memory; V(storage) the flash;
        V(packages) the package manager and what is installed; V(interfaces) the interfaces with their addresses; V(tunnels)
        the WireGuard interfaces and their peers; V(access) whether root has a password; V(isolation) whether the firewall
        holds the cameras; V(leases) who has asked for an address in the LAN.
      - Staged edits and transactions are always told.
    type: list
    elements: str
    default: [all]
    choices: [all, system, resources, storage, packages, interfaces, tunnels, access, isolation, leases]
notes:
  - Ansible's own gathering (the keyword C(gather_facts) of a play) cannot run this module. It sends each module that is named in
    the variable C(ansible_facts_modules) to the host and runs it there with Python, and never looks for an action plugin, in
    ansible-core 2.19 as in 2.21. No setting changes that.
  - So set C(ansible_facts_modules) to C([]) for the routers. Then plays with and without C(gather_facts) work, gathering makes no
    connection, and this module is the first task of the plays that need facts. The inventory plugin of this collection sets it.
seealso:
  - module: farsite.fleet.uci_config
  - module: farsite.fleet.router_packages
"""

EXAMPLES = r"""
---
# group_vars/routers.yml:
# ansible_facts_modules: []

- name: Look at the routers
  hosts: routers
  tasks:
    - name: Gather facts
      farsite.fleet.router_facts:

    - name: Refuse routers whose uplink went away
      ansible.builtin.assert:
        that: ansible_facts.farsite_router.interfaces | selectattr('default_route') | length > 0
        fail_msg: There is no default route.

- name: Look for routers that anybody can log in to
  hosts: routers
  tasks:
    - name: Gather what is needed and no more
      farsite.fleet.router_facts:
        subset:
          - access
          - tunnels

    - name: Refuse an empty password
      ansible.builtin.assert:
        that: not ansible_facts.farsite_router.root_password_empty
"""

RETURN = r"""
ansible_facts:
  description:
    - The facts, which are host variables from then on.
    - Of the names that Ansible's own facts have, these are returned too where they are known. With V(system), C(ansible_system),
      C(ansible_os_family), C(ansible_distribution), C(ansible_distribution_version), C(ansible_distribution_major_version),
      C(ansible_hostname), C(ansible_nodename), C(ansible_kernel), C(ansible_architecture), C(ansible_machine); with
      V(resources), C(ansible_uptime_seconds), C(ansible_memtotal_mb), C(ansible_memfree_mb); with V(packages),
      C(ansible_pkg_mgr).
  returned: always
  type: dict
  contains:
    farsite_router:
      description: What the router is and does.
      returned: always
      type: dict
      contains:
        board:
          description: The name by which OpenWrt knows the board; null in a container.
          returned: with V(system)
          type: str
          sample: tplink,tl-mr3020-v3
        model:
          description: The model for people; null in a container.
          returned: with V(system)
          type: str
          sample: TP-Link TL-MR3020 v3
        hostname:
          description: The host name in force.
          returned: with V(system)
          type: str
          sample: quarry-north
        kernel:
          description: The version of the kernel.
          returned: with V(system)
          type: str
          sample: 6.6.104
        machine:
          description: The kernel's word for the processor.
          returned: with V(system)
          type: str
          sample: mips
        release:
          description: The release, by C(distribution), C(version), C(revision), C(target), C(architecture) (of its packages) and
            C(description).
          returned: with V(system)
          type: dict
          sample:
            distribution: OpenWrt
            version: 24.10.3
            revision: r28872-daca7c049b
            target: ramips/mt76x8
            architecture: mipsel_24kc
            description: OpenWrt 24.10.3 r28872-daca7c049b
        uptime:
          description: Seconds since the start.
          returned: with V(resources)
          type: int
          sample: 86512
        load:
          description: The load of the last 1, 5 and 15 minutes.
          returned: with V(resources)
          type: list
          elements: float
          sample: [0.12, 0.08, 0.01]
        memory:
          description: Bytes of memory, C(total), C(free), and C(available) to programs.
          returned: with V(resources)
          type: dict
          sample:
            total: 60407808
            free: 21037056
            available: 17309696
        flash:
          description: Bytes of the file system for what the router changes, C(total) and C(free), and where it is, C(mounted_on).
          returned: with V(storage)
          type: dict
          sample:
            total: 3895296
            free: 3788800
            mounted_on: /overlay
        overlay_on_tmpfs:
          description: Whether everything that is changed now will be lost at the next start, as on the first start after a flash.
          returned: with V(storage)
          type: bool
          sample: false
        package_manager:
          description: V(opkg), V(apk), or null.
          returned: with V(packages)
          type: str
          sample: opkg
        packages:
          description: The versions of the installed packages by name.
          returned: with V(packages)
          type: dict
          sample:
            dnsmasq: 2.90-r4
            wireguard-tools: 1.0.20210914-r4
        interfaces:
          description: The interfaces as netifd has them.
          returned: with V(interfaces)
          type: list
          elements: dict
          contains:
            name:
              description: The name in UCI.
              type: str
            up:
              description: Whether it is up.
              type: bool
            proto:
              description: The protocol.
              type: str
            device:
              description: The network device; null while there is none.
              type: str
            uptime:
              description: Seconds since it came up; null while it is down.
              type: int
            ipv4:
              description: Its IPv4 addresses, each with the length of its prefix.
              type: list
              elements: str
            ipv6:
              description: Its IPv6 addresses, each with the length of its prefix.
              type: list
              elements: str
            default_route:
              description: Whether a default route, of IPv4 or IPv6, goes out by it.
              type: bool
            nat:
              description:
                - What its first IPv4 address says about the way to the internet. V(public) can be reached from there;
                  V(cgnat) is in C(100.64.0.0/10), so the carrier translates; V(464xlat) is in C(192.0.0.0/29), so the link has IPv6
                  only; V(private) is any other that is not public; V(none) is no address.
              type: str
            errors:
              description: Codes of what keeps it from coming up, as its protocol's handler gives them.
              type: list
              elements: str
          sample:
            - name: wan
              up: true
              proto: dhcp
              device: wwan0
              uptime: 86400
              ipv4: [100.71.3.9/30]
              ipv6: []
              default_route: true
              nat: cgnat
              errors: []
        tunnels:
          description: The WireGuard interfaces; an empty list without WireGuard.
          returned: with V(tunnels)
          type: list
          elements: dict
          contains:
            interface:
              description: The interface.
              type: str
            public_key:
              description: Its public key; null while it has none.
              type: str
            listen_port:
              description: The port it listens on.
              type: int
            peers:
              description:
                - The peers, by C(public_key), C(endpoint) (null while none is known), C(handshake_age) (seconds since the latest
                  handshake by the router's clock; null without one), and bytes C(received) and C(sent).
              type: list
              elements: dict
          sample:
            - interface: wg0
              public_key: cGxlYXNlIGRvIG5vdCB1c2UgdGhpcyBrZXkgaGVyZSE=
              listen_port: 51820
              peers:
                - public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
                  endpoint: 198.51.100.1:51820
                  handshake_age: 41
                  received: 918232
                  sent: 12041120
        root_password_empty:
          description: Whether root has no password, so that anybody who reaches the router can log in; null if that cannot be read.
          returned: with V(access)
          type: bool
          sample: false
        camera_isolation:
          description:
            - For each MAC address that rules of the running firewall name, what the packets of its device may do, as followed through
              the ruleset. Null on a router without nftables.
            - C(beyond) is the networks that are not the LAN, C(router) the router's services apart from DHCP and NTP. Each is V(dropped),
              V(accepted) or V(cannot tell). C(refused) is the number of packets that rules for this device alone have dropped.
          returned: with V(isolation)
          type: dict
          sample:
            "44:19:b6:00:00:01":
              beyond: dropped
              router: dropped
              refused: 42
        leases:
          description: The devices to which dnsmasq has given an IPv4 address. Null where it keeps no list.
          returned: with V(leases)
          type: list
          elements: dict
          sample:
            - mac: "44:19:b6:00:00:01"
              address: 192.168.1.11
              name: null
        staged_edits:
          description: The UCI packages with staged edits (C(uci set) without C(uci commit)).
          returned: always
          type: list
          elements: str
          sample: [network]
        transaction:
          description: A change that is under way, by C(id) and C(state) (V(prep), V(armed), V(confirmed), V(undoing)), or null.
          returned: always
          type: dict
          sample:
            id: 9a0f3f0c6e8d3b17
            state: armed
        last_transaction:
          description:
            - How the last change since the start of the router ended, by C(id), C(end) (V(confirmed) or V(undone)), C(reason) and
              C(kept), the files with somebody else's commits that were kept aside. Null if there was none.
          returned: always
          type: dict
          sample:
            id: 9a0f3f0c6e8d3b17
            end: undone
            reason: no confirmation within 120 seconds
            kept: []
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_facts import ARGUMENT_SPEC


def main() -> None:
    """Refuse to run on the target: the action plugin of the same name does the work on the controller."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="farsite.fleet.router_facts runs on the controller; its action plugin was not found.")


if __name__ == "__main__":
    main()
