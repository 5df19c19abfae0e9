# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UCI text to documents, as OpenWrt's uci reads a file below ``/etc/config`` or an export (``file.c``, 16ff0bad).

A file that uci refuses is refused with uci's reason and place (see UciSyntaxError). What uci silently accepts is
accepted the same way: keywords by their first letter, an ``option`` without text (ignored), a ``list`` without text (an
empty element), an ``option`` behind a ``list`` of the name (replaces it), a ``list`` behind an ``option`` (appends to
it), named sections of the same type and name (merged).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError, UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.lexer import Lexer
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import generated_name, package_name_problem

_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_PACKAGE_BYTES = _NAME_BYTES | frozenset(b"-")
_TYPE_BYTES = frozenset(range(33, 127))
_COMMANDS = {
    keyword.encode(): command
    for command in ("package", "config", "option", "list")
    for keyword in (command, command[0])
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse(text: str | bytes, name: str) -> Package:
    """Read one file below ``/etc/config``, or the output of ``uci export NAME``.

    As with ``uci import NAME``, ``package`` lines are checked and ignored. Raises UciSyntaxError, and DataError for a
    *name* that no package can have.
    """
    problem = package_name_problem(name)
    if problem:
        raise DataError((f"{name!r}: {problem}",))
    return Package(name, _Reader(text, name).single())


def parse_sections(text: str | bytes) -> tuple[Section, ...]:
    """Read the sections of one package whose name does not matter. Raises UciSyntaxError.

    One ``package`` line is ignored; with a second one the text is of several packages, for which use parse_export.
    """
    return _Reader(text, None).single()


def parse_export(text: str | bytes) -> tuple[Package, ...]:
    """Read the output of ``uci export``: packages in their order, each begun by its ``package`` line.

    Raises UciSyntaxError, also for a section before the first ``package`` line and for a package that comes twice.
    """
    return _Reader(text, None).several()


@dataclasses.dataclass(slots=True)
class _SectionDraft:
    """A section whose lines are still being read."""

    type: str
    name: str | None
    options: dict[str, str | list[str]] = dataclasses.field(default_factory=dict)

    def set(self, option: str, text: str) -> None:
        """Do what an ``option`` line does; uci takes one without text for nothing at all."""
        if text:
            self.options[option] = text

    def append(self, option: str, text: str) -> None:
        """Do what a ``list`` line does."""
        value = self.options.setdefault(option, [])
        if isinstance(value, str):
            self.options[option] = [value, text]
        else:
            value.append(text)

    def finished(self) -> Section:
        """Return the document's section."""
        options = ((name, value if isinstance(value, str) else tuple(value)) for name, value in self.options.items())
        return Section(self.type, self.name, tuple(options))


@dataclasses.dataclass(slots=True)
class _PackageDraft:
    """A package whose lines are still being read; ``by_name`` also knows uci's names of the anonymous sections."""

    name: str
    sections: list[_SectionDraft] = dataclasses.field(default_factory=list)
    by_name: dict[str, _SectionDraft] = dataclasses.field(default_factory=dict)

    def add(self, section_type: str, name: str | None) -> _SectionDraft:
        """Append a section."""
        section = _SectionDraft(section_type, name)
        self.sections.append(section)
        self.by_name.setdefault(name or generated_name(section_type, len(self.sections)), section)
        return section

    def finished(self) -> tuple[Section, ...]:
        """Return the document's sections."""
        return tuple(section.finished() for section in self.sections)


class _Reader:
    """Reads a text once, command by command."""

    def __init__(self, text: str | bytes, package: str | None) -> None:
        self._data = text if isinstance(text, bytes) else _encoded(text, package)
        self._lexer = Lexer(self._data, package)
        self._packages: list[_PackageDraft] = []
        self._section: _SectionDraft | None = None
        self._package_lines = 0
        self._is_export = False

    def single(self) -> tuple[Section, ...]:
        """Read the text of one package."""
        self._packages.append(_PackageDraft(self._lexer.package or ""))
        self._read()
        return self._packages[0].finished()

    def several(self) -> tuple[Package, ...]:
        """Read an export."""
        self._is_export = True
        self._read()
        return tuple(Package(package.name, package.finished()) for package in self._packages)

    def _read(self) -> None:
        commands: dict[str, t.Callable[[], None]] = {
            "package": self._read_package,
            "config": self._read_config,
            "option": self._read_option,
            "list": self._read_list,
        }
        while self._lexer.start_line():
            while (keyword := self._lexer.keyword()) is not None:
                if keyword not in _COMMANDS:
                    raise self._lexer.error("invalid command", self._expected_command(keyword))
                commands[_COMMANDS[keyword]]()
            self._take_assignments()

    def _take_assignments(self) -> None:
        """Read the lines that come next as long as they are as uci writes them; the section they belong to is open."""
        while self._section is not None and (found := self._lexer.assignment()) is not None:
            command, name, text = found
            add = self._section.set if command == b"option" else self._section.append
            add(name.decode("ascii"), text.decode("utf-8", "surrogateescape"))

    def _expected_command(self, keyword: bytes) -> str:
        if keyword.startswith(_BYTE_ORDER_MARK) and self._data.startswith(_BYTE_ORDER_MARK):
            return "the text begins with a byte order mark; save it as UTF-8 without one"
        return "expected config, option, list or package and a blank behind it"

    def _read_package(self) -> None:
        self._lexer.pass_keyword("package", "the name of the package")
        name = self._required_name("the name of the package", _PACKAGE_BYTES, "letters, digits, - and _")
        self._end_of_command()
        self._package_lines += 1
        if self._is_export:
            if any(package.name == name for package in self._packages):
                raise self._lexer.error("Duplicate entry", f"the package {name} is in the text twice")
            self._packages.append(_PackageDraft(name))
            self._section = None
            self._lexer.package = name
        elif self._lexer.package is None and self._package_lines > 1:
            raise self._lexer.error("second package line", "expected the text of one package")

    def _read_config(self) -> None:
        if not self._packages:
            reason = "attempting to import a file without a package name"
            raise self._lexer.error(reason, "expected a package line first")
        self._lexer.pass_keyword("config", "the type of the section")
        section_type = self._required_word("the type of the section")
        if not _TYPE_BYTES.issuperset(section_type):
            raise self._lexer.error("invalid character in type field", "expected printable ASCII without blanks")
        name = self._lexer.word()
        if name:
            self._check_name(name, _NAME_BYTES, "letters, digits and _")
        self._end_of_command()
        self._open_section(section_type.decode("ascii"), name.decode("ascii"))

    def _open_section(self, section_type: str, name: str) -> None:
        package = self._packages[-1]
        existing = package.by_name.get(name)
        if existing is None:
            self._section = package.add(section_type, name or None)
        elif existing.type == section_type:
            self._section = existing
        else:
            reason = "section of different type overwrites prior section with same name"
            detail = f"{name} is of type {existing.type} above, of type {section_type} here"
            raise self._lexer.error(reason, detail)

    def _read_option(self) -> None:
        section = self._current_section()
        section.set(*self._assignment("option"))

    def _read_list(self) -> None:
        section = self._current_section()
        section.append(*self._assignment("list"))

    def _current_section(self) -> _SectionDraft:
        if self._section is None:
            reason = "option/list command found before the first section"
            raise self._lexer.error(reason, "expected a config line above it")
        return self._section

    def _assignment(self, command: str) -> tuple[str, str]:
        expected = f"the name of the {command}"
        self._lexer.pass_keyword(command, expected)
        name = self._required_name(expected, _NAME_BYTES, "letters, digits and _")
        text = self._lexer.word().decode("utf-8", "surrogateescape")
        self._end_of_command()
        return name, text

    def _required_word(self, expected: str) -> bytes:
        word = self._lexer.word()
        if not word:
            raise self._lexer.error("insufficient arguments", f"expected {expected}")
        return word

    def _required_name(self, expected: str, allowed: frozenset[int], description: str) -> str:
        word = self._required_word(expected)
        self._check_name(word, allowed, description)
        return word.decode("ascii")

    def _check_name(self, word: bytes, allowed: frozenset[int], description: str) -> None:
        bad = next((byte for byte in word if byte not in allowed), None)
        if bad is not None:
            found = repr(chr(bad)) if bad in _TYPE_BYTES else f"the byte 0x{bad:02x}"
            raise self._lexer.error("invalid character in name field", f"found {found}, expected {description}")

    def _end_of_command(self) -> None:
        if self._lexer.word():
            detail = "expected the end of the line; text with blanks needs quotes"
            raise self._lexer.error("too many arguments", detail)


def _encoded(text: str, package: str | None) -> bytes:
    """Return the bytes that *text* stands for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        column = len(text[text.rfind("\n", 0, error.start) + 1 : error.start].encode("utf-8", "surrogateescape")) + 1
        detail = f"found U+{ord(text[error.start]):04X}, expected text or bytes"
        raise UciSyntaxError("no character", line, column, package, detail) from error
