# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/troubleshooting.md quotes is what people see: every message of ours stands in the source."""

from __future__ import annotations

import ast
import functools
import pathlib
import re
import typing as t

import pytest
import yaml

if t.TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"

ANYTHING = "…"
"""On the page and in the texts of the source: what differs each time."""
SHORTEST = 10
"""Characters that the longest fixed part of a quote must have; less would be found anywhere."""

_DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SHELL_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\w+")
_SHELL_COMMAND = re.compile(r"\$\((?:[^()]|\([^()]*\))*\)")


def quotes(page: str) -> list[str]:
    """Return the messages of ours: code in the first cell of a row, unless another program's name stands before it."""
    rows = [line.removeprefix("| ") for line in page.splitlines() if line.startswith("| ")]
    cells = [re.split(r" \| ", row, maxsplit=1)[0] for row in rows]
    return [quote for cell in cells if not cell.startswith("*") for quote in re.findall(r"`([^`]+)`", cell)]


def is_in(quote: str, text: str) -> bool:
    """Return whether the fixed parts of *quote* stand in *text*, in their order, with anything where it has a "…"."""
    return bool(re.search(".*?".join(map(re.escape, _parts(quote))), text))


def _parts(quote: str) -> list[str]:
    return [part for part in quote.split(ANYTHING) if part]


def python_texts(source: str) -> Iterator[str]:
    """Yield the strings of a program, with a "…" for each value in them; neither docstrings nor documentation."""
    tree = ast.parse(source)
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.Assign) and _is_documentation(node)):
            left_out.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            left_out.update(map(id, node.values))
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # a text for str.format has its values in braces
            yield re.sub(r"\{\w*\}", ANYTHING, node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else ANYTHING for part in node.values)


def _is_documentation(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id in _DOCUMENTATION for target in node.targets)


def yaml_texts(source: str) -> Iterator[str]:
    """Yield the keys and texts of a playbook or a role's tasks; also the texts that stand in templates."""
    waiting = [yaml.safe_load(source)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield " ".join(_JINJA.sub(ANYTHING, value).split())
            for template in _JINJA.findall(value):
                yield from re.findall(r"'([^']*)'", template)


def shell_texts(source: str) -> Iterator[str]:
    """Yield the lines of a shell file that are no comments, with and without the commands within them."""
    for line in source.splitlines():
        if not line.lstrip().startswith("#"):
            yield _SHELL_VARIABLE.sub(ANYTHING, line)
            yield _SHELL_VARIABLE.sub(ANYTHING, _SHELL_COMMAND.sub(ANYTHING, line))


@functools.cache
def texts() -> str:
    """Return all that the product can say, a text per line."""
    found: list[str] = []
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        found += python_texts(path.read_text("utf-8"))
    for folder in ("playbooks", "roles"):
        for path in sorted((ROOT / folder).rglob("*.yml")):
            if path.name != "argument_specs.yml":
                found += yaml_texts(path.read_text("utf-8"))
    for path in sorted((ROOT / "plugins").rglob("*.sh")):
        found += shell_texts(path.read_text("utf-8"))
    return "\n".join(text.replace("\n", " ") for text in found)


QUOTES = quotes(PAGE.read_text("utf-8"))


@pytest.mark.parametrize("quote", QUOTES)
def test_quoted_message_is_in_the_source(quote: str) -> None:
    assert max(map(len, _parts(quote)), default=0) >= SHORTEST, f"quote more of this message: {quote}"
    assert is_in(quote, texts()), f"nothing says this any more: {quote}"


def test_messages_of_all_kinds_are_quoted() -> None:
    assert len(set(QUOTES)) == len(QUOTES)
    assert len(QUOTES) >= 35
    headings = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("## ")]
    assert len(headings) >= 8


def test_others_messages_are_not_looked_for() -> None:
    page = "| message | a |\n| --- | --- |\n| `ours …` and `also` | `no` |\n| *ssh*: `theirs` | b |\n"
    assert quotes(page) == ["ours …", "also"]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("found …, expected text", True),
        ("expected text", True),
        ("found 1, expected text", False),
        ("expected … found", False),
        ("expected a number", False),
    ],
)
def test_parts_are_found_in_their_order(quote: str, found: bool) -> None:  # noqa: FBT001 # a table
    source = 'def f(a: int) -> str:\n    """A docstring."""\n    return f"found {a!r}, " "expected text"\n'
    assert is_in(quote, "\n".join(python_texts(source))) is found


def test_documentation_and_comments_say_nothing() -> None:
    said = [
        *python_texts('"""Of the module."""\nDOCUMENTATION = r"""of an option"""\n# of a line\n'),
        *yaml_texts("# of a play\nname: \"{{ 'in a template' if x else '' }}\"\n"),
        *shell_texts("# of the shell\nrefuse full \"no room for $name: $(cat f || echo 'none of $it')\"\n"),
    ]
    assert sorted(said) == [
        "",
        "in a template",
        "name",
        "refuse full \"no room for …: $(cat f || echo 'none of …')\"",
        'refuse full "no room for …: …"',
        "…",
    ]
