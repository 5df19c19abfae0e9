# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers below plugins/: who may import whom, where shell may stand, and that each part has its test."""

from __future__ import annotations

import ast
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMESPACE = "ansible_collections.farsite.fleet."
PLUGIN_UTILS = NAMESPACE + "plugins.plugin_utils."
MODULE_UTILS = NAMESPACE + "plugins.module_utils."

PURE = {
    "uci": {"uci"},
    "modem": {"uci", "modem"},
    "fleet": {"uci", "modem", "fleet"},
    "router": {"uci", "modem", "router"},
    "report": {"report"},
    "rollout": {"report", "rollout"},
}
"""The packages below plugin_utils that know nothing of Ansible, and which of each other they may import."""

PURE_ON_HOSTS = {"router": {"nftables"}}
"""The pure packages of module_utils that they may import too."""

THIRD_PARTY = {"jmespath", "netaddr"}

RUN_ON_HOSTS = ("plugins/modules/", "plugins/module_utils/")
"""What Ansible copies to a host, where there is no plugin_utils."""

SHELL = re.compile(
    r"""
    \A\#!                                              # the first line of a script
    | /bin/(?:ba|da)?sh\b | \w\.sh\b                   # the shell, one of its files
    | [ ](?:&&|\|\|)[ ] | >[ ]?/dev/null | >&[12]\b    # lists and redirections
    | \$\( | ;[ ]*(?:then|do|done|fi|esac)\b           # substitutions and compound commands
    """,
    re.VERBOSE,
)
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def imported(source: str, module: str) -> set[str]:
    """Return the absolute names *source* imports if it is *module*; ``from x import y`` gives ``x.y``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def import_errors(path: str, source: str) -> list[str]:
    """Return what the file *path* (below the checkout) imports but must not."""
    names = sorted(imported(source, NAMESPACE + path.removesuffix(".py").replace("/", ".")))
    if path.startswith(RUN_ON_HOSTS):
        return [f"{path}: a host has no plugin_utils: {name}" for name in names if name.startswith(PLUGIN_UTILS)]
    parts = path.split("/")
    if parts[:2] != ["plugins", "plugin_utils"] or parts[2] not in PURE:
        return []
    layer = parts[2]
    return [f"{path}: {layer} must not import {name}" for name in names if not may_import(layer, name)]


def may_import(layer: str, name: str) -> bool:
    if name.startswith(PLUGIN_UTILS):
        return name.removeprefix(PLUGIN_UTILS).partition(".")[0] in PURE[layer]
    if name.startswith(MODULE_UTILS):
        return name.removeprefix(MODULE_UTILS).partition(".")[0] in PURE_ON_HOSTS.get(layer, ())
    return name.partition(".")[0] in THIRD_PARTY | sys.stdlib_module_names


def shell_errors(path: str, source: str) -> list[str]:
    """Return the strings of the Python file *path* that are shell or name a file of shell, where none may be."""
    if path.startswith("plugins/plugin_utils/router/"):
        return []
    tree = ast.parse(source)
    prose = {id(node) for text in prose_of(tree) for node in ast.walk(text)}
    return [
        f"{path}:{node.lineno}: shell belongs below plugin_utils/router: {node.value[:60]!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
        and SHELL.search(node.value)
    ]


def prose_of(tree: ast.Module) -> list[ast.expr]:
    """Return the expressions that are text for people: docstrings and Ansible's documentation."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            found.append(node.value)
        elif isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if names & DOCUMENTATION:
                found.append(node.value)
    return [expression for expression in found if isinstance(expression, ast.Constant)]


def test_path(path: str) -> str:
    """Return where the tests of the file *path* are."""
    folder, _slash, name = path.rpartition("/")
    return f"tests/unit/{folder}/test_{name}"


test_path.__test__ = False  # type: ignore[attr-defined]


def has_behaviour(source: str) -> bool:
    """Return whether there is something to test: a function or method."""
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(ast.parse(source)))


def sources(folder: str) -> list[tuple[str, str]]:
    found = sorted((ROOT / folder).rglob("*.py"))
    return [(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in found]


def test_files_import_only_what_their_layer_may() -> None:
    assert [error for path, source in sources("plugins") for error in import_errors(path, source)] == []


def test_shell_stands_in_the_router_package_only() -> None:
    assert [error for path, source in sources("plugins") for error in shell_errors(path, source)] == []
    scripts = [path.relative_to(ROOT).as_posix() for path in (ROOT / "plugins").rglob("*.sh")]
    assert [path for path in scripts if not path.startswith("plugins/plugin_utils/router/")] == []


def test_each_part_of_plugin_utils_has_a_test_file() -> None:
    behaving = [path for path, source in sources("plugins/plugin_utils") if has_behaviour(source)]
    assert [f"{path}: no {test_path(path)}" for path in behaving if not (ROOT / test_path(path)).exists()] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plugins/plugin_utils/uci/plan.py", "import ansible"),
        ("plugins/plugin_utils/uci/plan.py", "from ansible.errors import AnsibleError"),
        ("plugins/plugin_utils/uci/plan.py", "def plan():\n    import yaml"),
        ("plugins/plugin_utils/uci/plan.py", f"from {PLUGIN_UTILS}fleet.site import Site"),
        ("plugins/plugin_utils/uci/plan.py", f"from {PLUGIN_UTILS}modem import usb"),
        ("plugins/plugin_utils/uci/plan.py", "from ..modem import usb"),
        ("plugins/plugin_utils/uci/plan.py", "from .. import modem"),
        ("plugins/plugin_utils/uci/plan.py", f"from {NAMESPACE}plugins.module_utils.wireguard import Peer"),
        ("plugins/plugin_utils/modem/usb.py", f"import {PLUGIN_UTILS}fleet.site"),
        ("plugins/plugin_utils/fleet/site.py", f"from {PLUGIN_UTILS}router.result import Result"),
        ("plugins/plugin_utils/fleet/site.py", f"from {PLUGIN_UTILS}adapter.errors import fail"),
        ("plugins/plugin_utils/router/apply.py", "from ansible.module_utils.basic import AnsibleModule"),
        ("plugins/plugin_utils/router/apply.py", f"from {PLUGIN_UTILS}fleet.site import Site"),
        ("plugins/plugin_utils/router/apply.py", f"from {MODULE_UTILS}wireguard.peers import Peer"),
        ("plugins/plugin_utils/report/page.py", f"from {PLUGIN_UTILS}fleet.site import Site"),
        ("plugins/modules/uci_config.py", f"from {PLUGIN_UTILS}uci.document import Section"),
        ("plugins/module_utils/wireguard.py", "from ..plugin_utils.uci import document"),
    ],
)
def test_a_forbidden_import_is_found(path: str, source: str) -> None:
    assert len(import_errors(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plugins/plugin_utils/uci/plan.py", "from __future__ import annotations\nimport dataclasses\nimport netaddr"),
        ("plugins/plugin_utils/uci/plan.py", "from . import document\nfrom .document import Section"),
        ("plugins/plugin_utils/fleet/site.py", f"from {PLUGIN_UTILS}modem.usb import Device\nimport jmespath"),
        ("plugins/plugin_utils/router/apply.py", f"from {PLUGIN_UTILS}uci import document"),
        ("plugins/plugin_utils/router/isolation.py", f"from {MODULE_UTILS}nftables.listing import objects"),
        ("plugins/plugin_utils/adapter/errors.py", "from ansible.errors import AnsibleError"),
        ("plugins/modules/uci_config.py", f"from {NAMESPACE}plugins.module_utils.wireguard import Peer"),
        ("plugins/action/uci_config.py", f"from {PLUGIN_UTILS}router.apply import apply"),
    ],
)
def test_an_allowed_import_is_no_error(path: str, source: str) -> None:
    assert import_errors(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "SCRIPT = '#!/bin/ash'",
        "command = ['/bin/sh', '-c', 'true']",
        "name = 'observe.sh'",
        "send('uci commit || exit 1')",
        "send(f'cat {path} 2>/dev/null')",
        "send('kill $(cat /run/pid)')",
        "send('for x in *; do echo; done')",
    ],
)
def test_shell_is_found(source: str) -> None:
    assert len(shell_errors("plugins/action/uci_config.py", source)) == 1
    assert shell_errors("plugins/plugin_utils/router/apply.py", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "'''Runs observe.sh || nothing.'''",
        "DOCUMENTATION = 'Runs x && y.'",
        "raise ValueError('/etc/config/network: no package')",
        "text = f'{a} | {b}'",
    ],
)
def test_text_for_people_is_no_shell(source: str) -> None:
    assert shell_errors("plugins/action/uci_config.py", source) == []


def test_the_test_file_mirrors_the_path() -> None:
    assert test_path("plugins/plugin_utils/uci/plan.py") == "tests/unit/plugins/plugin_utils/uci/test_plan.py"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("TABLE = {1: 2}", False),
        ("class A:\n    x: int = 1", False),
        ("def f(): return 1", True),
        ("class A:\n    def f(self): return 1", True),
    ],
)
def test_what_has_a_function_needs_a_test(source: str, expected: bool) -> None:  # noqa: FBT001
    assert has_behaviour(source) is expected
