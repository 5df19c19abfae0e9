# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings with fixed keys as frozen dataclasses: a class says once what is allowed, its defaults, what it is for."""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from collections.abc import Hashable, Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    INVALID,
    Invalid,
    Kind,
    Schema,
    did_you_mean,
    found,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

T = t.TypeVar("T", bound=Hashable)
_SETTING = "setting"
_OFF = "off"


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What a field of a record is: its *kind*, for whom and what, and the *key* it has in the file."""

    kind: Kind[t.Any]
    description: str
    key: str = ""
    derived: str = ""
    """What a default of None means, in words."""


def setting(
    kind: Kind[t.Any],
    description: str,
    *,
    default: t.Any = dataclasses.MISSING,
    key: str = "",
    derived: str = "",
) -> t.Any:  # as dataclasses.field
    """Return a dataclass field for a value of *kind*; without a *default* it must be given."""
    meta = {_SETTING: Setting(kind, description, key, derived)}
    return dataclasses.field(default=default, metadata=meta)  # pylint: disable=invalid-field-call # for a class's body


@functools.cache
def settings(record: type) -> dict[str, tuple[dataclasses.Field[t.Any], Setting]]:
    """Return the fields of a record by the key that they have in the file, in the class's order."""
    found_settings = {}
    for field in dataclasses.fields(record):
        if _SETTING in field.metadata:
            meta: Setting = field.metadata[_SETTING]
            found_settings[meta.key or field.name] = (field, meta)
    return found_settings


@dataclasses.dataclass(frozen=True, slots=True)
class Record(t.Generic[T]):
    """A mapping that becomes a *model*. A method ``check(place)`` of the model reports what single values do not show.

    A null is no value: a setting that may be left out has its default then. With *off* the word ``off`` may stand for
    None: false in YAML 1.1, which Ansible reads, text in YAML 1.2, which editors read.
    """

    model: type[T]
    off: bool = False

    def read(self, value: object, place: Place) -> T | Invalid | None:
        """Return the model, or None for ``off``; INVALID if anything in it is wrong, and of a part of one."""
        if self.off and (value is False or value == _OFF):
            return None
        if not isinstance(value, Mapping):
            place.problem(f"found {found(value)}, expected {self.describe()}")
            return INVALID
        known = settings(self.model)
        wrong = False
        for key in value:
            if not isinstance(key, str):
                hint = ", as YAML reads on, off, yes and no" if isinstance(key, bool) else ""
                place.problem(f"has a key that is {found(key)}{hint}; expected one of {', '.join(known)}")
                wrong = True
            elif key not in known:
                place.at(key).problem(f"unknown key{_known_keys(key, known)}")
                wrong = True
        arguments: dict[str, t.Any] = {}
        for key, (field, meta) in known.items():
            if value.get(key) is not None:
                arguments[field.name] = meta.kind.read(value[key], place.at(key))
            elif field.default is dataclasses.MISSING and not place.partial:
                place.at(key).problem(_missing(key, value, meta.kind.describe()))
                arguments[field.name] = INVALID
        if wrong or place.partial or any(isinstance(argument, Invalid) for argument in arguments.values()):
            return INVALID
        model = self.model(**arguments)
        check = getattr(model, "check", None)
        return INVALID if check is not None and check(place) is False else model

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        known = settings(self.model)
        properties = {}
        for key, (field, meta) in known.items():
            schema = meta.kind.schema()
            if field.default is not dataclasses.MISSING:
                schema = or_null(schema) | _default_schema(field.default)
            properties[key] = {"description": meta.description} | schema
        whole: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        required = [key for key, (field, _meta) in known.items() if field.default is dataclasses.MISSING]
        if required:
            whole["required"] = required
        return {"anyOf": [{"enum": [False, _OFF]}, whole]} if self.off else whole

    def describe(self) -> str:
        """Return what is expected."""
        keys = f"a mapping with {', '.join(settings(self.model))}"
        return f"off, or {keys}" if self.off else keys


@dataclasses.dataclass(frozen=True, slots=True)
class Variants(t.Generic[T]):
    """A mapping whose key *tag* says which of several models it is."""

    tag: str
    models: Mapping[str, type[T]]

    def read(self, value: object, place: Place) -> T | Invalid | None:
        """Return the model."""
        if not isinstance(value, Mapping):
            place.problem(f"found {found(value)}, expected {self.describe()}")
            return INVALID
        word = value.get(self.tag)
        expected = f"one of {', '.join(self.models)}"
        if word is None:
            place.at(self.tag).problem(_missing(self.tag, value, expected))
            return INVALID
        if not isinstance(word, str) or word not in self.models:
            shown = repr(word) if isinstance(word, str) else found(word)
            place.at(self.tag).problem(f"found {shown}, expected {expected}{did_you_mean(word, self.models)}")
            return INVALID
        return Record(self.models[word]).read(value, place)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        variants = []
        for word, model in self.models.items():
            schema = Record(model).schema()
            schema["properties"][self.tag] = schema["properties"][self.tag] | {"const": word}
            variants.append(schema)
        return {"anyOf": variants}

    def describe(self) -> str:
        """Return what is expected."""
        return f"a mapping whose {self.tag} is one of {', '.join(self.models)}"


def or_null(schema: Schema) -> Schema:
    """Return the schema of what *schema* describes or nothing at all, as in ``key:`` without a value."""
    if "type" in schema:
        kinds = schema["type"]
        return schema | {"type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}


def _missing(key: str, mapping: Mapping[object, object], expected: str) -> str:
    """Say that a key has no value; people who wrote ``key:`` and nothing after it do see the key."""
    return f"is missing{', since its value is empty or null' if key in mapping else ''}; expected {expected}"


def _known_keys(key: str, known: t.Iterable[str]) -> str:
    return did_you_mean(key, known) or f"; expected one of {', '.join(known)}"


def _default_schema(default: object) -> Schema:
    if default is None or default is dataclasses.MISSING or dataclasses.is_dataclass(default):
        return {}
    return {"default": default_value(default)}


def default_value(default: object) -> object:
    """Return a default as it would stand in a file."""
    if isinstance(default, tuple):
        return [default_value(item) for item in default]
    return default if isinstance(default, (bool, int, str)) else str(default)
