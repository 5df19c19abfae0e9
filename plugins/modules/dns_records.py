#!/usr/bin/python
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dns_records
short_description: Keep a fleet's names in a zone of a DNS server, and touch no others
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Reads a zone by transfer, and adds, updates and removes address records by dynamic update, both signed with a TSIG key. Any
    authoritative server that takes RFC 2136 updates will do, such as BIND, Knot DNS or PowerDNS.
  - Beside the addresses of each name it puts a TXT record, the marker, that says whose they are. Only names with the marker of O(owner) are
    changed or removed. A name that exists without it is refused, unless O(adopt=true).
  - At a name with the marker, all A and AAAA records are the fleet's. Records of other types there, and other TXT records, are left alone.
  - All names are checked before the first is changed. Many go into one message, which the server does whole or not at all, and only if its
    names are still as they were read.
  - Runs where dnspython is; mostly that is the controller, with C(delegate_to=localhost).
extends_documentation_fragment:
  - farsite.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The lines of the zone that change, as in a master file.
  idempotent:
    support: full
  platform:
    platforms: posix
requirements:
  - dnspython >= 2.3
options:
  server:
    description:
      - Address or name of the server that is the primary one of the zone.
    type: str
    required: true
  port:
    description:
      - TCP port of the server.
    type: int
    default: 53
  zone:
    description:
      - Name of the zone. It must be there.
    type: str
    required: true
  records:
    description:
      - All address records that the fleet has in this zone; C(hub_dns_records) of a fleet's first hub is that.
      - Names of O(owner) that are not in it are removed.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The whole name, in the zone.
        type: str
        required: true
      type:
        description:
          - Type of the record. All values of one type of a name are one record here.
        type: str
        required: true
        choices: [A, AAAA]
      values:
        description:
          - The addresses.
        type: list
        elements: str
        required: true
      ttl:
        description:
          - Seconds for which a resolver may keep it.
        type: int
        default: 3600
  owner:
    description:
      - Who the names belong to, the same in each run; a fleet's name is good. Several can share a zone.
      - 1 to 63 letters, digits, dots, hyphens and underscores. The marker is C("heritage=farsite.fleet,owner=…").
    type: str
    required: true
  key_name:
    description:
      - Name of the TSIG key. The server must let it transfer the zone, and update records of the types A, AAAA and TXT.
    type: str
    required: true
  key_secret:
    description:
      - The key in base64.
    type: str
    required: true
  key_algorithm:
    description:
      - Algorithm of the key.
    type: str
    default: hmac-sha256
    choices: [hmac-sha256, hmac-sha384, hmac-sha512]
  adopt:
    description:
      - Whether to take over names that are in the zone without the marker of O(owner). Their A and AAAA records are replaced, and the markers of
        others go.
    type: bool
    default: false
  max_removals:
    description:
      - How many of the names with the marker may be removed, as a number, or as a share such as V(10%), which is at least one name. With more
        the task fails and changes nothing.
    type: str
    default: 10%
  timeout:
    description:
      - Seconds to wait for each answer of the server.
    type: int
    default: 30
seealso:
  - module: farsite.fleet.intended
"""

EXAMPLES = r"""
---
- name: Keep the fleet's names
  hosts: hub-1
  gather_facts: false
  tasks:
    - name: Update the zone from the controller
      farsite.fleet.dns_records:
        server: ns.example.net
        zone: quarries.example.net
        records: "{{ hub_dns_records }}"
        owner: "{{ fleet.name }}"
        key_name: quarries-update
        key_secret: "{{ vault_dns_key }}"
      delegate_to: localhost

- name: Take over a name that was made by hand
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Update the zone
      farsite.fleet.dns_records:
        server: 192.0.2.53
        zone: quarries.example.net
        records:
          - name: hub.quarries.example.net
            type: A
            values: [203.0.113.5]
            ttl: 300
        owner: quarries
        key_name: quarries-update
        key_secret: "{{ vault_dns_key }}"
        adopt: true
"""

RETURN = r"""
added:
  description: Names that the owner has from now on, also those that were taken over. In check mode, would have.
  returned: success, and where the server failed after a part of the names
  type: list
  elements: str
  sample: [quarry-north.quarries.example.net]
updated:
  description: Names of the owner whose addresses or TTL are others now.
  returned: success, and where the server failed after a part of the names
  type: list
  elements: str
  sample: []
removed:
  description: Names that the owner has no more.
  returned: success, and where the server failed after a part of the names
  type: list
  elements: str
  sample: []
names:
  description: Number of names that were asked for.
  returned: success
  type: int
  sample: 11
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.dns_records import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.module_utils.dns import server
from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import Change, batches, lines, plan
from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import (
    Names,
    RecordsError,
    check_owner,
    wanted_names,
    zone_name,
)


def problem_list(error: ValueError) -> str:
    """Return all problems of an error, a line each where there are several."""
    problems = str(error).splitlines()
    return problems[0] if len(problems) == 1 else "\n".join(f"- {problem}" for problem in problems)


def asked_for(arguments: dict[str, t.Any]) -> tuple[str, Names]:
    """Return the zone, and the names that it is to have. Raises RecordsError."""
    zone = zone_name(arguments["zone"])
    check_owner(arguments["owner"])
    if not arguments["records"]:
        raise RecordsError(("records: found none, which would remove every name of the fleet; is its data missing?",))
    return zone, wanted_names(arguments["records"], zone)


def outcome(changes: t.Iterable[Change]) -> dict[str, t.Any]:
    """Return what a result says of *changes*."""
    done = list(changes)
    names = {kind: [change.name for change in done if change.kind == kind] for kind in ("added", "updated", "removed")}
    return {"changed": bool(done), **names}


def difference(zone: str, changes: t.Iterable[Change]) -> dict[str, str]:
    """Return what Ansible shows with ``--diff``."""
    ordered = sorted(changes, key=lambda change: change.name)
    return {
        "before": lines((change.name, change.before) for change in ordered),
        "after": lines((change.name, change.after) for change in ordered),
        "before_header": f"zone {zone}",
        "after_header": f"zone {zone}",
    }


def main() -> None:
    """Read the zone, plan, and update it."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    arguments = module.params
    if server.MISSING:
        module.fail_json(msg=missing_required_lib("dnspython"), exception=server.MISSING)
    try:
        zone, wanted = asked_for(arguments)
        key = server.Key(arguments["key_name"], arguments["key_secret"], arguments["key_algorithm"])
        there = server.Server(arguments["server"], arguments["port"], zone, key, arguments["timeout"])
        chosen = {name: arguments[name] for name in ("owner", "adopt", "max_removals")}
        changes = plan(wanted, there.names(), zone=zone, **chosen)
    except ValueError as error:
        module.fail_json(msg=problem_list(error))
    except server.DnsError as error:
        module.fail_json(msg=str(error))
    result = {"names": len(wanted), **outcome(changes)}
    if module._diff:
        result["diff"] = difference(zone, changes)
    if not module.check_mode:
        done: list[Change] = []
        for batch in batches(changes):
            try:
                there.update(batch)
            except server.DnsError as error:
                module.fail_json(msg=f"{error} ({len(done)} of {len(changes)} names are done)", **outcome(done))
            done += batch
    module.exit_json(**result)


if __name__ == "__main__":
    main()
