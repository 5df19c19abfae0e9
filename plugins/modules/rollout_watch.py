#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_watch
short_description: Watch sites from a hub until they have been well for a while
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Looks again and again at the WireGuard peers of sites, and at their cameras, until it is known of each site whether it is well. It changes nothing.
  - A site is well while the hub hears of its router and all of its cameras answer by RTSP or HTTP, be it by refusing the user. Nobody logs in.
  - The age of a handshake alone says little, since a session is good for three minutes. So the module sends a datagram to each router at each look;
    by WireGuard's own rules the router's kernel answers it within ten seconds, whatever its firewall does with it.
  - The playbook C(farsite.fleet.rollout) uses it as the gate after each wave, and to find out which sites have returned.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: posix
requirements:
  - wireguard-tools
options:
  sites:
    description:
      - The sites.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the result calls it.
        type: str
        required: true
      address:
        description:
          - The address of its router in the tunnel, as in the peer's allowed-ips.
        type: str
        required: true
      cameras:
        description:
          - The cameras that have to answer.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description:
              - What the result calls it.
            type: str
            required: true
          address:
            description:
              - Its IP address.
            type: str
            required: true
      hold:
        description:
          - For how many seconds the site has to be well without a break. With V(0) it has to be well once.
        type: int
        default: 0
      timeout:
        description:
          - Seconds that it has in all, O(sites[].hold) included. With V(0) there are O(looks), which tell what is to be seen at once.
        type: int
        default: 0
  interval:
    description:
      - Seconds between two looks.
    type: int
    default: 5
  camera_timeout:
    description:
      - Seconds that a camera has to answer.
    type: float
    default: 5.0
  looks:
    description:
      - How many looks there are at a site with an O(sites[].timeout) of V(0), as long as one of its cameras has not answered at any.
    type: int
    default: 1
  enough:
    description:
      - Ends as soon as so many sites have passed. By default all are waited for.
    type: int
  linger:
    description:
      - Seconds that it goes on when O(enough) sites have passed, for others.
    type: int
    default: 0
seealso:
  - module: farsite.fleet.wireguard_info
  - module: farsite.fleet.camera_info
"""

EXAMPLES = r"""
---
- name: Watch a site
  hosts: "{{ fleet.hub.name }}"
  gather_facts: false
  tasks:
    - name: Refuse one that is not well for a minute
      farsite.fleet.rollout_watch:
        sites:
          - name: quarry-north
            address: 10.79.0.17
            cameras:
              - name: gate
                address: 10.80.17.11
            hold: 60
            timeout: 300
      register: watched
      failed_when: not watched.sites[0].passed
"""

RETURN = r"""
sites:
  description: The sites, in the order of O(sites).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    passed:
      description: Whether it was well for so long.
      type: bool
    reason:
      description: Why it has not passed; null if it has.
      type: str
    heard:
      description: Whether the hub has heard of its router since the task began.
      type: bool
    handshake_age:
      description: Seconds since the latest handshake, at the last look; null without one since the interface came up, or without such a peer.
      type: int
    cameras:
      description: Names of the cameras that answered at any look.
      type: list
      elements: str
  sample:
    - name: quarry-north
      passed: true
      reason: null
      heard: true
      handshake_age: 41
      cameras: [gate]
"""

import ipaddress
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_watch import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.camera.look import look_at
from ansible_collections.farsite.fleet.plugins.module_utils.watch.course import Peer, Watch, Watched
from ansible_collections.farsite.fleet.plugins.module_utils.watch.nudge import nudge
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.information import Information, information
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError

PORTS = {"rtsp_port": 554, "http_port": 80}


def problems(arguments: dict[str, t.Any]) -> list[str]:
    """Return what is wrong with the arguments beyond their types."""
    found = []
    if arguments["interval"] < 1:
        found.append(f"interval: {arguments['interval']}, expected at least 1 second")
    for index, site in enumerate(arguments["sites"]):
        place = f"sites[{index}]"
        if site["hold"] > site["timeout"] or site["hold"] < 0:
            found.append(f"{place}.hold: {site['hold']} s, expected 0 to the {site['timeout']} s of its timeout")
        named = [(f"{place}.address", site["address"])]
        named += [
            (f"{place}.cameras[{number}].address", item["address"]) for number, item in enumerate(site["cameras"])
        ]
        for path, address in named:
            try:
                ipaddress.ip_address(address)
            except ValueError:
                found.append(f"{path}: {address!r}, expected an IP address such as 10.79.0.17")
    return found


def peers(found: t.Iterable[Information]) -> dict[str, Peer]:
    """Return the peers by each single address that is theirs."""
    return {
        str(network.network_address): Peer(peer["received"], peer["handshake_age"])
        for interface in found
        for peer in interface["peers"]
        for network in map(ipaddress.ip_network, peer["allowed_ips"])
        if network.num_addresses == 1
    }


def answering(sites: t.Sequence[Watched], cameras: dict[str, dict[str, str]], seconds: float) -> dict[str, set[str]]:
    """Return the names of the cameras that answer, by site; *cameras* has their addresses by site and name."""
    asked = [(site.name, name) for site in sites for name in site.cameras]
    told = look_at([{"name": name, "address": cameras[site][name], **PORTS} for site, name in asked], seconds)
    found: dict[str, set[str]] = {}
    for (site, name), answer in zip(asked, told, strict=True):
        if answer["reachable"]:
            found.setdefault(site, set()).add(name)
    return found


def read(module: AnsibleModule) -> dict[str, Peer]:
    """Return the host's peers; fails the task where they cannot be read."""
    status, output, errors = module.run_command([module.get_bin_path("wg", required=True), "show", "all", "dump"])
    if status:
        module.fail_json(msg=f"wg show all dump: exit {status}: {errors.strip()}")
    try:
        return peers(information(output, int(time.time()), {}))
    except DumpError as error:
        module.fail_json(msg=str(error))


def main() -> None:
    """Look until all is known."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    wrong = problems(module.params)
    if wrong:
        module.fail_json(msg="\n".join(wrong))
    sites = [
        Watched(
            site["name"],
            site["address"],
            tuple(item["name"] for item in site["cameras"]),
            site["hold"],
            site["timeout"],
            module.params["looks"],
        )
        for site in module.params["sites"]
    ]
    cameras = {
        site["name"]: {item["name"]: item["address"] for item in site["cameras"]} for site in module.params["sites"]
    }
    enough = len(sites) if module.params["enough"] is None else module.params["enough"]
    watch = Watch(sites, time.monotonic())
    end: float | None = None
    while watch.open:
        told = answering(watch.open, cameras, module.params["camera_timeout"])
        watch.look(time.monotonic(), read(module), told)
        if end is None and watch.passed >= enough:
            end = time.monotonic() + module.params["linger"]
        if not watch.open or (end is not None and time.monotonic() >= end):
            break
        nudge(site.address for site in watch.open)
        time.sleep(module.params["interval"])
    module.exit_json(changed=False, sites=watch.result())


if __name__ == "__main__":
    main()
