# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One YAML file of a fleet as plain data: fast, with every doubled key, and never with a traceback.

Ansible's own loader takes ten times as long, keeps the last of two equal keys, and ends at the first error.
"""

from __future__ import annotations

import typing as t

import yaml

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Problem

VAULT_HEADER = "$ANSIBLE_VAULT"

# the one that uses libyaml is ten times as fast, and not everywhere
_Base: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Builds text, numbers, booleans, nulls, lists, mappings and ``!vault``; notes doubled keys and goes on."""

    # what no setting of a fleet is: a date is text
    yaml_implicit_resolvers: t.ClassVar[t.Any] = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }
    yaml_constructors: t.ClassVar[t.Any] = {}

    def __init__(self, text: str) -> None:
        """Read *text*."""
        super().__init__(text)
        self.doubled: list[tuple[yaml.Mark, str, yaml.Mark]] = []

    # everything is built at once (deep), not by generators: so a list that holds itself is found
    def construct_list(self, node: yaml.SequenceNode) -> list[t.Any]:
        return [self.construct_object(item, deep=True) for item in node.value]

    def construct_dict(self, node: yaml.MappingNode) -> dict[t.Any, t.Any]:
        own = list(node.value)  # construct_mapping puts what ``<<`` merges in front
        mapping: dict[t.Any, t.Any] = self.construct_mapping(node, deep=True)
        if len(mapping) != len(own):
            self._note_doubled(own)
        return mapping

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        kind = node.tag.rpartition(":")[2]
        try:
            number: int | float = getattr(self, f"construct_yaml_{kind}")(node)
        except ValueError:
            raise yaml.constructor.ConstructorError(
                None, None, "found a number that cannot be read", node.start_mark
            ) from None
        return number

    def construct_encrypted(self, node: yaml.Node) -> Encrypted:
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).lstrip().startswith(VAULT_HEADER):
            what = "found !vault without a cipher text, expected the output of ansible-vault encrypt_string"
            raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)
        return Encrypted(node.value)

    def construct_unknown(self, node: yaml.Node) -> t.NoReturn:
        what = f"found the tag {node.tag}, expected none, or !vault"
        raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)

    def _note_doubled(self, pairs: list[tuple[yaml.Node, yaml.Node]]) -> None:
        first: dict[tuple[str, object], yaml.Mark] = {}
        for key, _value in pairs:
            if isinstance(key, yaml.ScalarNode):
                known = first.setdefault((key.tag, key.value), key.start_mark)
                if known is not key.start_mark:
                    self.doubled.append((key.start_mark, key.value, known))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_dict)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.construct_list)
_Loader.add_constructor("tag:yaml.org,2002:str", _Base.construct_yaml_str)
_Loader.add_constructor("tag:yaml.org,2002:null", _Base.construct_yaml_null)
_Loader.add_constructor("tag:yaml.org,2002:bool", _Base.construct_yaml_bool)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)
_Loader.add_constructor("!vault", _Loader.construct_encrypted)
_Loader.add_constructor("!vault-encrypted", _Loader.construct_encrypted)
_Loader.add_constructor(None, _Loader.construct_unknown)


def read_text(file: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of *file*, which is UTF-8, or empty text and the problem."""
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"found the byte 0x{content[error.start]:02x}, which is not UTF-8; save the file as UTF-8"
        return "", (Problem(file, f"line {line}", message),)


def read_yaml(file: str, content: bytes) -> tuple[object, tuple[Problem, ...]]:
    """Return the plain data in a file's *content*, and what is wrong with its YAML; None where that leaves nothing.

    *file* is its name for the problems. Encrypted values become ``Encrypted``; dates stay text.
    """
    text, problems = read_text(file, content)
    if problems:
        return None, problems
    if text.startswith(VAULT_HEADER):
        message = (
            "is encrypted as a whole, so nobody could review a plan of it; decrypt it (ansible-vault decrypt) and "
            "encrypt only its secrets (ansible-vault encrypt_string)"
        )
        return None, (Problem(file, "", message),)
    try:
        return _load(file, text)
    except yaml.MarkedYAMLError as error:
        return None, (_syntax_problem(file, error),)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"found the control character 0x{_code(error):02x}, which YAML does not allow; remove it"
        return None, (Problem(file, f"line {line}", message),)
    except RecursionError:
        return None, (Problem(file, "", "is nested too deeply to be read; expected what the documentation shows"),)


def _load(file: str, text: str) -> tuple[object, tuple[Problem, ...]]:
    loader = _Loader(text)
    try:
        data: object = loader.get_single_data()
    finally:
        loader.dispose()
    return data, tuple(
        Problem(file, _position(again), f"the key {key!r} is there already, in line {first.line + 1}; remove one")
        for again, key, first in sorted(loader.doubled, key=lambda doubled: doubled[0].index)
    )


def _syntax_problem(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(file, _position(mark) if mark else "", f"is not valid YAML: {said}")


def _position(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _code(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)
