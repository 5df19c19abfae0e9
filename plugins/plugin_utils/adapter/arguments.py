# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task arguments as plain Python values, with every error at once."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail, AnsibleFilterError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator


def plain(value: t.Any) -> t.Any:
    """Return *value* without Ansible's tags, which ``type()``, YAML and pickle would see."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    # bool is an int, so it comes first
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def validated(arguments: t.Mapping[str, t.Any], specification: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the task's *arguments* with the defaults of *specification*.

    Raises AnsibleActionFail that has every error; Ansible's own check ends at the first.
    """
    result = ArgumentSpecValidator(specification).validate(plain(dict(arguments)))
    if result.error_messages:
        raise failure(result.error_messages)
    return result.validated_parameters  # type: ignore[no-any-return]


def failure(problems: t.Sequence[str]) -> AnsibleActionFail:
    """Return the error that has all *problems*, a line each where there are several."""
    return AnsibleActionFail(problems[0] if len(problems) == 1 else "\n".join(f"- {problem}" for problem in problems))


def site_variables(
    name: str, sites: t.Iterable[t.Mapping[str, t.Any]]
) -> t.Iterator[tuple[str, t.Mapping[str, t.Any]]]:
    """Yield name and variables of each host that a filter, *name*, was given. Raises AnsibleFilterError."""
    for variables in sites:
        if not isinstance(variables, t.Mapping) or "inventory_hostname" not in variables:
            raise AnsibleFilterError(f"{name}: expected variables of hosts, as map('extract', hostvars) gives")
        yield str(variables["inventory_hostname"]), variables
