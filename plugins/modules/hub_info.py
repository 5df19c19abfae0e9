#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hub_info
short_description: Tell in one go what a hub is like, and which of its parts have something to do
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - The role P(farsite.fleet.hub#role) looks with it at all that it manages, and goes only through those parts that are not right.
  - Whatever cannot be told is a part that is not right, so that its own task says what is wrong. It does not fail.
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
    details:
      - It changes nothing.
  diff_mode:
    support: none
  idempotent:
    support: full
  platform:
    platforms: Debian, Ubuntu
options:
  packages:
    description: Packages that are looked for.
    type: list
    elements: str
    default: []
  files:
    description: Files that are read. They must have no secrets, since their content is told.
    type: list
    elements: path
    default: []
  sysctls:
    description: Settings of the kernel that are read, as M(ansible.posix.sysctl) names them.
    type: list
    elements: str
    default: []
  units:
    description: Units of systemd that are looked at.
    type: list
    elements: str
    default: []
  ssh_server:
    description: Whether the settings of the SSH server are read.
    type: bool
    default: false
  private_key_file:
    description: The file that M(farsite.fleet.wireguard_key) makes.
    type: path
  tunnel:
    description: The options of M(farsite.fleet.wireguard_peers).
    type: dict
  firewall:
    description: The options of M(farsite.fleet.hub_firewall).
    type: dict
notes:
  - Where a part is right, the warnings of its task are this module's.
seealso:
  - module: farsite.fleet.hub_firewall
  - module: farsite.fleet.wireguard_key
  - module: farsite.fleet.wireguard_peers
"""

EXAMPLES = r"""
---
- name: Look whether the tunnel has all peers, and whether the firewall is as it is to be
  farsite.fleet.hub_info:
    private_key_file: /etc/wireguard/fleet.key
    tunnel:
      addresses: "{{ hub_addresses }}"
      peers: "{{ hub_peers }}"
    firewall:
      tunnel_addresses: "{{ hub_addresses }}"
      site_networks: "{{ hub_site_networks }}"
  register: seen

- name: Say what is to be done
  ansible.builtin.debug:
    msg: "{{ seen.tunnel.reason }}"
  when: not seen.tunnel.right
"""

RETURN = r"""
distribution:
  description: What C(/etc/os-release) says.
  returned: always
  type: dict
  sample: {id: debian, name: Debian GNU/Linux, version: "12"}
missing_packages:
  description: Those of O(packages) that are not installed.
  returned: always
  type: list
  elements: str
  sample: []
files:
  description: Each of O(files) with its C(text) and C(mode); null where it cannot be read.
  returned: always
  type: dict
  sample: {/etc/apt/apt.conf.d/52farsite-fleet: {text: "", mode: "0644"}}
sysctls:
  description: Each of O(sysctls) with its value; null for one that the kernel does not have.
  returned: always
  type: dict
  sample: {net.ipv4.ip_forward: "1"}
ipv6:
  description: Whether the kernel has IPv6.
  returned: always
  type: bool
accept_ra:
  description: For each interface with a default route the setting that says whether it listens to routers that announce themselves.
  returned: always
  type: dict
  sample: {net/ipv6/conf/eth0/accept_ra: "2"}
units:
  description: Each of O(units), whether it is C(enabled) and C(active).
  returned: always
  type: dict
  sample: {apt-daily.timer: {enabled: true, active: true}}
ssh_settings:
  description: What C(sshd -T) says.
  returned: always
  type: list
  elements: str
  sample: [port 22]
public_key:
  description: The public half of the key in O(private_key_file); null where there is none.
  returned: always
  type: str
  sample: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=
private_key_right:
  description: Whether there is a key in O(private_key_file), and nobody but root can read it.
  returned: always
  type: bool
tunnel:
  description: Whether the task with the options O(tunnel) would change nothing; null where there are none.
  returned: always
  type: dict
  contains:
    right:
      description: Whether nothing is to be done.
      type: bool
    reason:
      description: Why something is, or why that cannot be told; else null.
      type: str
firewall:
  description: The same of O(firewall).
  returned: always
  type: dict
  sample: {right: true, reason: null}
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.hub_info import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.hub import parts, system
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.runner import refuse_secrets, runner


class Programs:
    """The programs of a host; one that is missing is an error of who needs it, and not of the task."""

    def __init__(self, module: AnsibleModule) -> None:
        """Run them by *module*."""
        self._module = module

    def get_bin_path(self, arg: str, *, required: bool) -> str:
        """Return the path of a program, also of /usr/sbin. Raises DeviceError where it is *required* and missing."""
        path = self._module.get_bin_path(arg)
        if path is None and required:
            raise DeviceError(f"there is no {arg}")
        return path or ""

    def run_command(self, args: list[str], *, data: str | None, binary_data: bool) -> tuple[int, str, str]:
        """Run a program."""
        status, output, errors = self._module.run_command(args, data=data, binary_data=binary_data)
        return status, output, errors

    def answer(self, *arguments: str) -> str | None:
        """Return what a program said, in English; None where it fails or is missing."""
        program = self._module.get_bin_path(arguments[0])
        if program is None:
            return None
        status, output, _errors = self._module.run_command([program, *arguments[1:]], environ_update={"LC_ALL": "C"})
        return None if status else str(output)


def told(module: AnsibleModule, part: parts.Part) -> dict[str, t.Any]:
    """Warn of what *part* does, and return the rest of it."""
    for warning in part["warnings"]:
        module.warn(warning)
    return {"right": part["right"], "reason": part["reason"]}


def main() -> None:
    """Look at all that is asked for."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    # Ansible would mask each value of the tunnel, its name too, wherever it stands; its secrets are looked for below
    module.no_log_values = set()
    programs, run, arguments = Programs(module), runner(module), dict(module.params)
    tunnel, firewall = arguments.pop("tunnel"), arguments.pop("firewall")
    # preshared keys are in there, which Ansible knows nothing of: nothing that it tells is to have them
    module.params |= {"tunnel": None, "firewall": None}
    public_key, private_key_right = None, False
    if arguments["private_key_file"]:
        public_key, private_key_right = parts.private_key(run, arguments["private_key_file"])
    result = {
        "distribution": system.distribution(),
        "missing_packages": system.missing_packages(programs.answer, arguments["packages"]),
        "files": system.file_states(arguments["files"]),
        "sysctls": system.sysctl_values(arguments["sysctls"]),
        "ipv6": system.has_ipv6(),
        "accept_ra": system.router_listening(),
        "units": system.unit_states(programs.answer, arguments["units"]),
        "ssh_settings": system.ssh_settings(programs.answer) if arguments["ssh_server"] else [],
        "public_key": public_key,
        "private_key_right": private_key_right,
        "tunnel": told(module, parts.tunnel(run, tunnel)) if tunnel is not None else None,
        "firewall": told(module, parts.firewall(programs, firewall)) if firewall is not None else None,
    }
    refuse_secrets(result, parts.secrets(tunnel))
    module.exit_json(changed=False, **result, invocation={"module_args": arguments})


if __name__ == "__main__":
    main()
