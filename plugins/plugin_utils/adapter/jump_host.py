# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a router through a hub, as templates for an inventory: ssh logs in to the hub as Ansible itself does."""

from __future__ import annotations

SOCKETS = "fleet_jump_sockets"
"""Name of the variable with the folder for the sockets of shared connections."""

# What the user has set for the hub comes first, since ssh keeps the first value of an option.
_LOGIN = """{%- set hub = hostvars[fleet_jump_host] | default({}) -%}
{%- set key = hub.ansible_ssh_private_key_file | default(hub.ansible_private_key_file) | default('', true) -%}
{%- set user = hub.ansible_user | default(hub.ansible_ssh_user) | default('', true) -%}
{%- set port = hub.ansible_port | default(hub.ansible_ssh_port) | default('', true) -%}
{%- set host = hub.ansible_host | default(hub.ansible_ssh_host) | default(fleet_jump_host) -%}
{%- set login = [
  hub.ansible_ssh_executable | default('ssh', true),
  hub.ansible_ssh_common_args | default('', true),
  hub.ansible_ssh_extra_args | default('', true),
  '-o IdentityFile=' ~ (key | quote) if key else '',
  '-l ' ~ (user | quote) if user else '',
  '-p ' ~ port if port else '',
] | select | join(' ') -%}
"""
# One connection to the hub serves all routers. The name of a socket has at most 108 bytes, so it is short. ssh puts
# address and port of the router for %h and %p, and % for %%. Brackets are a pattern to some shells. Ansible waits for
# 10 seconds; a hub that does not answer should be named before.
_COMMAND = """{%- set digest = (login ~ host) | hash('sha1') | truncate(10, true, '', 0) -%}
{%- set shared = '-o ControlMaster=auto -o ControlPersist=60s -o ControlPath=' ~ (fleet_jump_sockets | quote) -%}
{{ (login ~ ' ' ~ shared ~ '/j-' ~ digest) | replace('%', '%%') }}
-o BatchMode=yes -o ConnectTimeout=8 -o ServerAliveInterval=5 -o ServerAliveCountMax=3
-W '[%h]:%p' {{ host | quote }}"""
_ARGUMENTS = (
    "-o HostKeyAlias={{ inventory_hostname }}"
    "{{ ' -o StrictHostKeyChecking=accept-new -o ControlPath=none' if fleet_direct else '' }}"
    "{{ '' if fleet_direct or not fleet_jump_host else ' -o ' ~ (('ProxyCommand=' ~ fleet_jump_command) | quote) }}"
)


def jump_variables(hub: str) -> dict[str, str | bool]:
    """Return the variables of the group of sites: how ssh gets to them through the hub of that name.

    One line in known_hosts serves every address that a router is reached by. Where ``fleet_jump_host`` is empty it is
    reached directly. So it is where a task for the bench sets ``fleet_direct``; then one that is not known yet is taken
    as it is, and no connection is shared, since the next router has the same address.
    """
    return {
        "fleet_direct": False,
        "fleet_jump_host": hub,
        "fleet_jump_command": (_LOGIN + _COMMAND).replace("\n", " "),
        "ansible_ssh_common_args": _ARGUMENTS,
    }
