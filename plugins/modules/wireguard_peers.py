#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wireguard_peers
short_description: Give a hub's WireGuard interface exactly the fleet's peers, without losing a tunnel
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Makes a WireGuard interface with all its peers, or changes the one that runs, in one sync. Tunnels that stay lose no packet
    and no learned endpoint. A running interface is never restarted.
  - What runs is what is on disk, in C(/etc/wireguard/INTERFACE.conf), which C(wg-quick@INTERFACE) brings up at boot. Routes follow
    the allowed IPs.
  - It works with the kernel's WireGuard and, where the kernel has none, with C(wireguard-go) if that is installed.
  - Everything is checked before anything is touched. Nothing is changed where a peer is malformed, where there are none, or where
    more would go than O(max_removals) says. The same goes for allowed IPs in a network of another interface of the hub, which the
    tunnel would take away from there.
  - Addresses follow the newest handshake, so a change of keys cannot lock a site out. Where another key has the addresses of a peer
    and was seen, it keeps them until the new key is seen later than it, or until it is named in O(retire). Until then the new key
    is a peer without addresses, whose handshake can be seen, and the task warns of it.
  - In the same way a peer that was seen keeps its preshared key, unless it is named in O(replace_preshared_keys).
  - When the interface goes down, handshakes and endpoints are written to C(/etc/wireguard/INTERFACE.seen), and come back with it.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - Where there is no private key yet, or C(wg) is not installed, it tells what would be done once they are there.
  diff_mode:
    support: full
    details:
      - It shows the interface, and the peers and routes that differ. Of a preshared key it says only whether it is set.
  idempotent:
    support: full
  platform:
    platforms: Debian, Ubuntu
options:
  interface:
    description:
      - The name of the interface.
    type: str
    default: fleet
  private_key_file:
    description:
      - The file of the private key, which M(farsite.fleet.wireguard_key) makes.
      - V(/etc/wireguard/INTERFACE.key) unless given.
    type: path
  listen_port:
    description:
      - The UDP port.
    type: int
    default: 51820
  addresses:
    description:
      - The hub's own addresses in the tunnel, with their prefix lengths. Others are removed.
    type: list
    elements: str
    required: true
  mtu:
    description:
      - The MTU of the interface, 1280 to 9000.
    type: int
    default: 1420
  pools:
    description:
      - Prefixes. Each of the peers' allowed IPs must be in one of them. Empty means that this is not checked.
    type: list
    elements: str
    default: []
  peers:
    description:
      - All peers, from the fleet's data. Never make this list from the hosts of a play, which C(--limit) shortens.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What people call it. Two keys of one name are known to be of the same site.
        type: str
        required: true
      public_key:
        description:
          - Its public key.
        type: str
        required: true
      allowed_ips:
        description:
          - The prefixes that are its own. They are routed to it, and nothing else is taken from it.
        type: list
        elements: str
        required: true
      preshared_key:
        description:
          - A key that both ends share, on top of the others.
        type: str
      endpoint:
        description:
          - An address and port where the peer is called first. Routers call the hub and need none.
          - It is set once; a peer that has moved is not called back to it.
        type: str
      persistent_keepalive:
        description:
          - Seconds after which an empty packet is sent. It is off where it is not given.
        type: int
  unmanaged:
    description:
      - What becomes of peers that neither O(peers) has nor an earlier run has written.
      - V(keep) writes them to the file too, so that they survive a restart.
    type: str
    default: remove
    choices: [keep, remove]
  retire:
    description:
      - Public keys that go at once, whatever was seen of them.
    type: list
    elements: str
    default: []
  replace_preshared_keys:
    description:
      - Public keys of peers whose preshared key changes though they were seen with another one.
    type: list
    elements: str
    default: []
  max_removals:
    description:
      - How many of the peers may be removed, as a number or as a share, which is at least one.
      - Retired keys, and those whose addresses a newer key of the fleet has, are not counted.
    type: str
    default: 10%
notes:
  - A file of that name that this module has not written is kept beside as C(INTERFACE.conf.before-farsite-fleet).
  - C(systemctl reload wg-quick@INTERFACE) is made to fail, since the distribution's way would take the private key away.
seealso:
  - module: farsite.fleet.wireguard_key
  - module: farsite.fleet.wireguard_handover
"""

EXAMPLES = r"""
---
- name: Give the hub the fleet's peers
  farsite.fleet.wireguard_peers:
    interface: "{{ hub_interface }}"
    listen_port: "{{ hub_port }}"
    addresses: "{{ hub_addresses }}"
    pools: "{{ hub_pools }}"
    peers: "{{ hub_peers }}"
    retire: "{{ hub_retired_keys }}"

- name: Take down half of the fleet, meant
  farsite.fleet.wireguard_peers:
    addresses: [10.79.255.254/32]
    peers:
      - name: quarry-north
        public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
        allowed_ips: [10.79.0.17/32, 10.80.17.0/24]
    max_removals: 50%
"""

RETURN = r"""
added:
  description: The peers that did not run before; where the interface did not run, that were not on disk. In check mode, those that would be added.
  returned: success
  type: list
  elements: dict
  sample: [{name: quarry-north, public_key: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=}]
changed_peers:
  description: The peers that have other addresses, another preshared key, endpoint, keepalive or name than before.
  returned: success
  type: list
  elements: dict
  sample: []
removed:
  description: The peers that are gone.
  returned: success
  type: list
  elements: dict
  sample: []
superseded:
  description: The keys that are gone because they are retired, or because a newer key has their addresses.
  returned: success
  type: list
  elements: dict
  sample: []
waiting:
  description: What waits for a handshake.
  returned: success
  type: list
  elements: dict
  sample: []
  contains:
    name:
      description: The name of the peer.
      type: str
    public_key:
      description: The key that waits.
      type: str
    reason:
      description:
        - V(addresses) where another key has the peer's addresses, V(preshared_key) where the running preshared key stays, V(next_key)
          for a key that M(farsite.fleet.wireguard_handover) has announced.
      type: str
    holder:
      description: The key that has the addresses.
      type: str
peers:
  description: How many peers the interface has.
  returned: success
  type: int
  sample: 1000
public_key:
  description: The hub's own public key; null in check mode where there is none yet.
  returned: success
  type: str
  sample: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.wireguard_peers import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import ConfigurationError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Device, DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.runner import refuse_secrets, runner
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task import read_task, run_task


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    try:
        task = read_task(module.params)
        device = Device(task.interface, runner(module))
        result = run_task(task, device, check_mode=module.check_mode, with_diff=module._diff)
    except PeersError as error:
        module.fail_json(msg=str(error), problems=list(error.problems))
    except (ConfigurationError, DeviceError, DumpError, OSError) as error:
        module.fail_json(msg=str(error))
    for warning in result.pop("warnings"):
        module.warn(warning)
    arguments = {**module.params, "peers": f"{len(module.params['peers'])} peers"}
    refuse_secrets({**result, **arguments}, [peer["preshared_key"] for peer in module.params["peers"]])
    module.no_log_values = set()
    module.exit_json(**result, invocation={"module_args": arguments})


if __name__ == "__main__":
    main()
