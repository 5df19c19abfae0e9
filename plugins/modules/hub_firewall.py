#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hub_firewall
short_description: Make a hub's firewall, which undoes itself unless a new login confirms it
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes one nftables table, C(inet farsite_fleet), and touches no other. From outside it lets in WireGuard, SSH, the ports
    and the forwards that are named here, and what IP itself needs; nothing else.
  - Sites reach neither each other, nor the internet, nor the hub, but for ping. Operators reach what O(operators[].reaches) says.
  - The table is checked and replaced in one step. Before that, the hub arms a timer that puts the old table back. A login over a
    new connection, made after the change, stops the timer. The hub needs nobody for the undo.
  - The file that is loaded when the hub starts is written with the confirmation only. So a hub that restarts before it comes up
    with the old table.
  - Chains of other tables, such as those of Docker, ufw and firewalld, that would drop what is let in here, are reported.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff is that of the file C(/etc/farsite-fleet/firewall.nft). Where the file is right and the running table is not, it is
        that of the table as nft lists it.
  idempotent:
    support: full
  platform:
    platforms: Debian, Ubuntu
requirements:
  - nftables 1.0.6 or newer
  - systemd
  - root, which in a container has C(CAP_SYS_ADMIN) and C(CAP_NET_ADMIN)
options:
  tunnel_interface:
    description: The WireGuard interface of the fleet.
    type: str
    default: fleet
  wireguard_port:
    description: The UDP port of WireGuard, open to everybody. WireGuard does not answer who has no key.
    type: int
    default: 51820
  tunnel_addresses:
    description:
      - The hub's own addresses in the tunnel. What comes through a forward has the first IPv4 one as its source.
      - Required where there are O(forwards).
    type: list
    elements: str
    default: []
  site_networks:
    description: The networks of all sites. Every target of a forward and whatever an operator reaches must be inside of them.
    type: list
    elements: str
    default: []
  ssh:
    description: The SSH server of the hub.
    type: dict
    suboptions:
      port:
        description: Its TCP port.
        type: int
        default: 22
      from:
        description: The networks that may log in from outside. Empty is everybody.
        type: list
        elements: str
        default: []
  ports:
    description:
      - Further ports of the hub, such as those of a video relay.
      - Operators whose addresses are in O(ports[].from) reach them through the tunnel too; sites do not.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What it is for.
        type: str
        required: true
      protocol:
        description: V(tcp) or V(udp).
        type: str
        default: tcp
        choices: [tcp, udp]
      port:
        description: The port.
        type: int
        required: true
      from:
        description: A list of networks, or the word V(anywhere).
        type: raw
        required: true
  forwards:
    description:
      - TCP ports of the hub that lead to cameras.
      - Forwards are IPv4. IPv6 networks in O(forwards[].from) are ignored with a warning.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The camera, for people.
        type: str
        required: true
      port:
        description: The port of the hub.
        type: int
        required: true
      address:
        description: The camera's IPv4 address, inside of O(site_networks).
        type: str
        required: true
      target_port:
        description: The camera's port.
        type: int
        required: true
      from:
        description: A list of networks that may come, or the word V(anywhere).
        type: raw
        required: true
      default_password:
        description: Whether the camera still has the password it was made with. Such a one is not forwarded from V(anywhere).
        type: bool
        default: false
  operators:
    description: People with a VPN peer of their own.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The person.
        type: str
        required: true
      addresses:
        description: The person's addresses in the tunnel.
        type: list
        elements: str
        required: true
      reaches:
        description: Networks and addresses of sites that the person reaches.
        type: list
        elements: str
        default: []
      hub:
        description: Whether the person reaches the hub's SSH server through the tunnel.
        type: bool
        default: false
  forward_others:
    description:
      - Whether packets are forwarded that neither come from the tunnel nor go there, such as those of containers on the hub.
    type: bool
    default: false
  state:
    description: V(absent) removes the table, its files and its units. That opens the hub, so it needs no confirmation.
    type: str
    default: present
    choices: [present, absent]
  confirm:
    description:
      - Whether a change of the table has to be confirmed by a new login. With V(false) it is kept whether the hub can still be
        reached or not.
    type: bool
    default: true
  rollback_timeout:
    description: Seconds until an unconfirmed change is undone, 15 to 3600, counted from just before the change.
    type: int
    default: 60
  phase:
    description:
      - Not for tasks; the action plugin of the same name sets it. V(apply) changes the table, V(confirm) keeps the change
        O(transaction), V(status) tells how that has ended.
    type: str
    default: apply
    choices: [apply, confirm, status]
  transaction:
    description: Not for tasks; the change that O(phase) is about.
    type: str
notes:
  - With a connection plugin other than C(ssh) the connection is reset for the confirmation. Where there is no SSH login at all,
    such as into a container, the confirmation only shows that the hub can still run a module.
  - Connections that are open end where the new table would not let them in. Only open SSH logins to the hub go on.
seealso:
  - module: farsite.fleet.uci_config
"""

EXAMPLES = r"""
---
- name: Let people reach the cameras, and nobody else
  farsite.fleet.hub_firewall:
    tunnel_addresses: [10.79.255.254]
    site_networks: [10.79.0.0/16, 10.80.0.0/12]
    ssh:
      from: [198.51.100.0/24]
    ports:
      - {name: relay, port: 8554, from: [198.51.100.0/24]}
    forwards:
      - name: quarry-north/yard
        port: 18001
        address: 10.80.17.12
        target_port: 80
        from: [198.51.100.0/24]
    operators:
      - {name: anna, addresses: [10.78.0.5], reaches: [10.80.17.0/24], hub: true}

- name: See what would change, and which other firewall is in the way
  farsite.fleet.hub_firewall:
    ssh:
      port: 2222
  check_mode: true
  diff: true
  register: seen
"""

RETURN = r"""
foreign:
  description:
    - Base chains of other tables that drop what the hub needs, or of which that cannot be told. The answers to what comes in count
      too.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    flow:
      description: The traffic.
      type: str
      sample: WireGuard, IPv4
    chain:
      description: Family, table and name of the chain.
      type: str
      sample: ip filter INPUT
    verdict:
      description: V(dropped) or V(cannot tell).
      type: str
      sample: dropped
    rule:
      description: The rule or policy that drops.
      type: str
      sample: policy drop
    owner:
      description: Who makes the table, one of V(ufw), V(firewalld), V(Docker), V(iptables), V(nftables).
      type: str
      sample: ufw
    advice:
      description: What to do.
      type: str
      sample: "See 'ufw status'; allow it: ufw allow 51820/udp"
undone_before:
  description: Whether the last change before this run was undone, since nobody confirmed it in time or the hub restarted.
  returned: with O(state=present)
  type: bool
transaction:
  description: How the change ended.
  returned: when a change of the table was armed
  type: dict
  contains:
    id:
      description: The name of the change.
      type: str
    end:
      description: V(confirmed), V(undone), V(waiting) or V(unknown).
      type: str
    reason:
      description: Why it was not confirmed.
      type: str
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.hub_firewall import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import Device, DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.firewall import ChangeError, Firewall
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.login import login_started
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.look import look
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import SettingsError


def present(module: AnsibleModule, device: Device) -> dict[str, t.Any]:
    seen = look(device, module.params)
    for line in seen.warnings:
        module.warn(line)
    result: dict[str, t.Any] = {
        "changed": seen.difference.any,
        "foreign": seen.foreign,
        "undone_before": seen.undone_before,
    }
    if module._diff:
        result["diff"] = seen.difference.diff(seen.firewall.file)
    if module.check_mode:
        return result
    if not seen.difference.any:
        seen.firewall.forget_undone()
        return result
    timeout = module.params["rollback_timeout"] if module.params["confirm"] else None
    transaction = seen.firewall.apply(seen.difference, timeout)
    if transaction:
        result["transaction"] = {"id": transaction, "end": "waiting"}
    return result


def absent(module: AnsibleModule, firewall: Firewall) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {"changed": firewall.present()}
    if module._diff:
        result["diff"] = {"before": firewall.running_text(), "after": ""}
    if result["changed"] and not module.check_mode:
        firewall.remove()
    return result


def work(module: AnsibleModule) -> dict[str, t.Any]:
    device = Device(module)
    firewall = Firewall(device)
    transaction = module.params["transaction"]
    if module.params["phase"] == "confirm":
        return {
            "changed": False,
            "transaction": {"id": transaction, "end": firewall.confirm(transaction, login_started())},
        }
    if module.params["phase"] == "status":
        return {"changed": False, "transaction": {"id": transaction, "end": firewall.ending(transaction)}}
    if module.params["state"] == "absent":
        return absent(module, firewall)
    return present(module, device)


def main() -> None:
    """Do one phase of the task."""
    module = AnsibleModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("phase", "confirm", ["transaction"]), ("phase", "status", ["transaction"])],
    )
    try:
        result = work(module)
    except SettingsError as error:
        module.fail_json(msg="\n".join(error.problems))
    except (DeviceError, ChangeError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
