# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of values that a fleet's files hold: each reads a value, describes itself, and gives its JSON Schema.

A kind that reads something wrong reports it at the value's place and returns INVALID.
"""

from __future__ import annotations

import dataclasses
import enum
import re
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import kind_of

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

Schema = dict[str, t.Any]
"""A JSON Schema (draft 2020-12), or a part of one."""


class Invalid(enum.Enum):
    """What reading gives where there is no value because it was wrong."""

    INVALID = "invalid"


INVALID = Invalid.INVALID
T_co = t.TypeVar("T_co", covariant=True)
T = t.TypeVar("T")

_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters, which YAML's escapes can write but no file can hold."""
_LARGEST_SHOWN = 10**12


class Kind(t.Protocol[T_co]):
    """One kind of value."""

    def read(self, value: object, place: Place) -> T_co | Invalid:
        """Return the value, or report what is wrong with it at *place* and return INVALID."""

    def schema(self) -> Schema:
        """Return the JSON Schema, for editors."""

    def describe(self) -> str:
        """Return what is expected, in a few words: ``a whole number from 1 to 9``."""


class Encrypted(str):
    """A value that stands encrypted in its file (``!vault``): the cipher text."""

    __slots__ = ()


def found(value: object) -> str:
    """Say what a value is without showing it, for messages: it may be a secret."""
    return "nothing" if value is None else kind_of(value)


def is_template(value: object) -> bool:
    """Return whether a value is only known once Ansible has rendered or decrypted it."""
    return isinstance(value, Encrypted) or (isinstance(value, str) and bool(_TEMPLATE.search(value)))


def plain_text(value: object, place: Place, expected: str) -> str | Invalid:
    """Return text that says what it means by itself; report anything else."""
    if isinstance(value, str):
        if not is_template(value):
            return str.__str__(value)
        place.problem(
            f"found a template or an encrypted value, expected {expected}: the plan is made without Ansible, so only "
            "secrets may be left for later"
        )
        return INVALID
    hint = "; write it in quotes" if isinstance(value, (int, float)) else ""
    place.problem(f"found {found(value)}, expected {expected}{hint}")
    return INVALID


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Text of one line; *pattern* must match all of it, *expected* says so in words.

    *longest* is in bytes. A pattern means the same in Python and in JavaScript, where editors use it.
    """

    expected: str = "text"
    pattern: str = ""
    longest: int = 0
    hidden: bool = False
    """Whether messages do not show what was found: somebody may have put a secret there."""

    def read(self, value: object, place: Place) -> str | Invalid:
        """Return the text."""
        text = plain_text(value, place, self.expected)
        if isinstance(text, Invalid):
            return text
        if _UNPRINTABLE.search(text):
            place.problem(f"found a line break or another control character, expected {self.expected}")
        elif self.pattern and not re.fullmatch(self.pattern, text):
            place.problem(f"found {'something else' if self.hidden else repr(text)}, expected {self.expected}")
        elif self.longest and len(text.encode()) > self.longest:
            unit = "characters" if text.isascii() else "bytes in UTF-8"
            place.problem(f"{text!r} has {len(text.encode())} {unit}, at most {self.longest} are possible; shorten it")
        else:
            return text
        return INVALID

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        schema: Schema = {"type": "string"}
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        if self.longest:
            schema["maxLength"] = self.longest
        return schema

    def describe(self) -> str:
        """Return what is expected."""
        return self.expected


@dataclasses.dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between two bounds, both included."""

    lowest: int
    highest: int

    def read(self, value: object, place: Place) -> int | Invalid:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int):
            place.problem(f"found {found(value)}, expected {self.describe()}")
        elif not self.lowest <= value <= self.highest:
            shown = value if abs(value) < _LARGEST_SHOWN else "a number of many digits"
            place.problem(f"found {shown}, expected {self.describe()}")
        else:
            return int(value)
        return INVALID

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "integer", "minimum": self.lowest, "maximum": self.highest}

    def describe(self) -> str:
        """Return what is expected."""
        return f"a whole number from {self.lowest} to {self.highest}"


@dataclasses.dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def read(self, value: object, place: Place) -> bool | Invalid:
        """Return it."""
        if isinstance(value, bool):
            return value
        place.problem(f"found {found(value)}, expected true or false")
        return INVALID

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "boolean"}

    def describe(self) -> str:
        """Return what is expected."""
        return "true or false"


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def read(self, value: object, place: Place) -> str | Invalid:
        """Return the word."""
        text = plain_text(value, place, self.describe())
        if isinstance(text, str) and text not in self.words:
            place.problem(f"found {text!r}, expected {self.describe()}{did_you_mean(text, self.words)}")
            return INVALID
        return text

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"enum": list(self.words)}

    def describe(self) -> str:
        """Return what is expected."""
        return f"one of {', '.join(self.words)}"


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """A value that nobody but the router may see: a template, a vault value, or (with a warning) plain text.

    What is read is where it stands, not what it is: no secret gets into the model, so none can get into a plan.
    """

    def read(self, value: object, place: Place) -> SecretPath | Invalid:
        """Return where it stands."""
        if not isinstance(value, str) or not value:
            hint = "; write it in quotes" if isinstance(value, (int, float)) else ""
            place.problem(f"found {found(value) if value != '' else 'empty text'}, expected {self.describe()}{hint}")
            return INVALID
        if not is_template(value):
            place.problem(
                "is a secret in plain text; put it into Ansible Vault and refer to it by a template", "warning"
            )
        return SecretPath(place.path)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string", "minLength": 1}

    def describe(self) -> str:
        """Return what is expected."""
        return "a secret: a template such as {{ vault_pins.north }}, or a vault value"


@dataclasses.dataclass(frozen=True, slots=True)
class SecretPath:
    """Where a secret stands in the data of its site."""

    path: tuple[str | int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ListOf(t.Generic[T]):
    """A list of one kind; with *or_one* a single element may stand for a list of one. No element twice if *unique*.

    It has at least *least* elements, and at most *most*, any number with 0.
    """

    element: Kind[T]
    or_one: bool = False
    unique: bool = True
    least: int = 0
    most: int = 0

    def read(self, value: object, place: Place) -> tuple[T, ...] | Invalid:
        """Return the elements."""
        single = self.or_one and not isinstance(value, (list, tuple))
        if not single and (isinstance(value, str) or not isinstance(value, Sequence)):
            place.problem(f"found {found(value)}, expected {self.describe()}")
            return INVALID
        given: Sequence[object] = [value] if single else t.cast("Sequence[object]", value)
        if len(given) < self.least:
            place.problem(f"is empty, expected {self.describe()}")
            return INVALID
        if self.most and len(given) > self.most:
            place.problem(f"has {len(given)} elements, at most {self.most} are possible; remove some")
            return INVALID
        elements: list[T] = []
        first: dict[object, int] = {}
        wrong = False
        for index, item in enumerate(given):
            where = place if single else place.at(index)
            element = self.element.read(item, where)
            if isinstance(element, Invalid):
                wrong = True
            elif self.unique and first.setdefault(element, index) != index:
                where.problem(f"is the same as [{first[element]}] of this list; remove one")
                wrong = True
            else:
                elements.append(element)
        return INVALID if wrong else tuple(elements)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        element = self.element.schema()
        schema: Schema = {"type": "array", "items": element}
        if self.least:
            schema["minItems"] = self.least
        if self.most:
            schema["maxItems"] = self.most
        if self.unique:
            schema["uniqueItems"] = True
        return {"anyOf": [element, schema]} if self.or_one else schema

    def describe(self) -> str:
        """Return what is expected."""
        one = self.element.describe()
        return f"{one}, or a list of such" if self.or_one else f"a list, each {one}"


@dataclasses.dataclass(frozen=True, slots=True)
class MappingOf(t.Generic[T]):
    """A mapping of names that a person chose to values of one kind."""

    name: Text
    element: Kind[T]

    def read(self, value: object, place: Place) -> tuple[tuple[str, T], ...] | Invalid:
        """Return the pairs in the file's order."""
        if not isinstance(value, Mapping):
            place.problem(f"found {found(value)}, expected {self.describe()}")
            return INVALID
        pairs: list[tuple[str, T]] = []
        wrong = False
        for key, item in value.items():
            if not isinstance(key, str):
                place.problem(f"has a key that is {found(key)}; expected {self.name.describe()}, in quotes")
                wrong = True
                continue
            where = place.at(key)
            name, element = self.name.read(key, where), self.element.read(item, where)
            if isinstance(name, Invalid) or isinstance(element, Invalid):
                wrong = True
            else:
                pairs.append((name, element))
        return INVALID if wrong else tuple(pairs)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        names = self.name.schema()
        return {"type": "object", "propertyNames": names, "additionalProperties": self.element.schema()}

    def describe(self) -> str:
        """Return what is expected."""
        return f"a mapping of names to {self.element.describe()}"


@dataclasses.dataclass(frozen=True, slots=True)
class Anything:
    """What another part of the product reads: *expected* says what; *read_with* reports what is wrong with it."""

    expected: str
    read_with: t.Callable[[object, Place], object]
    json_schema: Mapping[str, t.Any]

    def read(self, value: object, place: Place) -> t.Any:  # whatever read_with makes of it
        """Return what it becomes."""
        return self.read_with(value, place)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return dict(self.json_schema)

    def describe(self) -> str:
        """Return what is expected."""
        return self.expected


def did_you_mean(word: object, known: t.Iterable[str]) -> str:
    """Return a hint at the nearest known word, or nothing."""
    import difflib  # noqa: PLC0415 # costs time to load, and is needed for errors only

    near = difflib.get_close_matches(word, sorted(known), n=1) if isinstance(word, str) else []
    return f"; did you mean {near[0]}?" if near else ""
