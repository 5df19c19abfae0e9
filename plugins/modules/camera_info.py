#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: camera_info
short_description: Ask IP cameras whether they answer by RTSP and HTTP
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Asks each camera C(OPTIONS) and C(DESCRIBE) by RTSP and C(GET) by HTTP, all cameras at the same time. Nothing is played, and nothing is changed.
  - With a user it logs in by Digest (MD5 or SHA-256), or by Basic where the camera offers nothing better. It logs in once, so that no camera locks
    the user out.
  - Without a user, a camera that refuses with status 401 answers, and that is all that is to be known.
  - Runs where the cameras can be reached, which is a hub. Neither user nor password is in the result.
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
options:
  cameras:
    description:
      - The cameras. Those of a site's variable C(cameras) will do as they are; keys that are not named here must be left out.
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
          - Its IP address.
        type: str
        required: true
      vendor:
        description:
          - Says where its first stream is, for V(axis), V(dahua), V(hikvision), V(reolink) and V(uniview).
        type: str
      rtsp_port:
        description:
          - Its port for RTSP.
        type: int
        default: 554
      rtsp_path:
        description:
          - Path of its stream. By default that of its O(cameras[].vendor), and C(/) where that is not known.
        type: str
      http_port:
        description:
          - Its port for HTTP.
        type: int
        default: 80
      http_path:
        description:
          - Path of a page.
        type: str
        default: /
      username:
        description:
          - The user.
        type: str
      password:
        description:
          - The password.
        type: str
  timeout:
    description:
      - Seconds that a camera has for each of the two protocols.
    type: float
    default: 5.0
seealso:
  - module: farsite.fleet.fleet_report
"""

EXAMPLES = r"""
---
- name: Look at the cameras of a site
  hosts: "{{ fleet.hub.name }}"
  gather_facts: false
  tasks:
    - name: Ask them
      farsite.fleet.camera_info:
        cameras:
          - name: gate
            address: 10.80.17.11
            vendor: hikvision
            username: viewer
            password: "{{ vault_camera_password }}"
          - name: yard
            address: 10.80.17.12
      register: found

    - name: Refuse a camera without a stream
      ansible.builtin.assert:
        that: item.rtsp.status in [200, 401]
      loop: "{{ found.cameras }}"
      loop_control:
        label: "{{ item.name }}"
"""

RETURN = r"""
cameras:
  description: The cameras, in the order of O(cameras).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    address:
      description: Its address.
      type: str
    reachable:
      description: Whether it answers by one of the two protocols, be it by refusing the user.
      type: bool
    rtsp:
      description:
        - The C(port), the C(status) of C(DESCRIBE) (null without an answer), the C(server)'s name for itself, the C(methods) it knows, and its
          C(streams), each with C(media), C(codec) and C(clock_rate).
        - The C(problem) says in a line what is wrong; null if nothing is.
      type: dict
    http:
      description: The C(port), the C(status) (null without an answer), the C(server)'s name for itself, and the C(problem).
      type: dict
  sample:
    - name: gate
      address: 10.80.17.11
      reachable: true
      rtsp:
        port: 554
        status: 200
        server: null
        methods: [OPTIONS, DESCRIBE, PLAY]
        streams:
          - media: video
            codec: H264
            clock_rate: 90000
        problem: null
      http:
        port: 80
        status: 200
        server: App-webs/
        problem: null
"""

import ipaddress
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.camera_info import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.camera.look import look_at

MOST_PORT = 65535


def problems(arguments: dict[str, t.Any]) -> list[str]:
    """Return what is wrong with the arguments beyond their types."""
    found = []
    if not arguments["timeout"] > 0:
        found.append(f"timeout: {arguments['timeout']:g}, expected more than 0 seconds")
    for index, camera in enumerate(arguments["cameras"]):
        place = f"cameras[{index}]"
        try:
            ipaddress.ip_address(camera["address"])
        except ValueError:
            found.append(f"{place}.address: {camera['address']!r}, expected an IP address such as 10.80.17.11")
        found += [
            f"{place}.{name}: {camera[name]}, expected a port of 1 to {MOST_PORT}"
            for name in ("rtsp_port", "http_port")
            if not 1 <= camera[name] <= MOST_PORT
        ]
        found += [
            f"{place}.{name}: {camera[name]!r}, expected a path that begins with /"
            for name in ("rtsp_path", "http_path")
            if camera[name] is not None and not camera[name].startswith("/")
        ]
        if camera["password"] is not None and camera["username"] is None:
            found.append(f"{place}.username: is missing, but there is a password")
    return found


def main() -> None:
    """Ask the cameras."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    wrong = problems(module.params)
    if wrong:
        module.fail_json(msg="\n".join(wrong))
    module.exit_json(changed=False, cameras=look_at(module.params["cameras"], module.params["timeout"]))


if __name__ == "__main__":
    main()
