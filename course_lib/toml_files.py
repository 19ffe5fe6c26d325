"""Reads the course's own files of entries: facts, claims, questions, misconceptions, orders; and
writes values and files of measured records.

Design choices:
- A file is TOML: a table of entries, `[name]`, and each entry a table of fields. A folder of such
  files is read as one, in the order of their names, and no two of its files may hold one entry.
- Whoever finds a mistake, the error has one form: file, entry, field, rule. An entry knows where it
  stands, so it words the errors itself.
- What an entry must hold is for its reader to say.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError


class EntryError(CourseError, ValueError):
    """A file of entries breaks a rule. The message says file, entry, field and rule.

    >>> print(EntryError("devices.toml", "must be above zero, got -80", "h100", "memory_bytes"))
    file devices.toml, entry 'h100', field memory_bytes: must be above zero, got -80
    """

    def __init__(self, file: str, rule: str, entry: str | None = None, field: str = "") -> None:
        where = f"file {file}" if entry is None else f"file {file}, entry {entry!r}"
        super().__init__(f"{where}, field {field}: {rule}" if field else f"{where}: {rule}")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry, or a table inside it, that words what is wrong with it.

    >>> claim = Entry(file="claims.toml", name="A07", fields={"text": "Deep."})
    >>> claim.text("text")
    'Deep.'
    >>> claim.text("test")
    Traceback (most recent call last):
    course_lib.toml_files.EntryError: file claims.toml, entry 'A07', field test: is missing
    """

    file: str
    """Name of its file, after that of the folder where several are read as one."""
    name: str
    """The name in square brackets."""
    fields: Mapping[str, Any]
    """What it holds, as TOML gives it."""
    inside: str = ""
    """For a table inside an entry, where: "published.source."; blank for the entry itself."""

    def error(self, rule: str, field: str = "") -> EntryError:
        """The error to raise where a field, or without one the whole table, breaks a rule."""
        return EntryError(self.file, rule, self.name, f"{self.inside}{field}".removesuffix("."))

    def get(self, field: str) -> Any:
        """A field that must be there.

        Raises:
            EntryError: it is missing.
        """
        self.need([field])
        return self.fields[field]

    def text(self, field: str) -> str:
        """A field that must hold a text, without blanks around it.

        Raises:
            EntryError: it is missing, no text or blank, or has blanks around it.
        """
        value = self.get(field)
        if not isinstance(value, str) or not value or value != value.strip():
            raise self.error(f"must be a text without blanks around it, got {value!r}", field)
        return value

    def part(self, field: str) -> Entry:
        """The table that a field must hold.

        Raises:
            EntryError: the field is missing or no table.
        """
        return self._inner(field, self.get(field))

    def parts(self, field: str) -> list[Entry]:
        """The tables in the list that a field must hold; errors count them from 1.

        Raises:
            EntryError: the field is missing or no list, the list is empty or has more than tables.
        """
        value = self.get(field)
        if not isinstance(value, list) or not value:
            raise self.error(f"must be a list of tables, at least one, got {value!r}", field)
        return [self._inner(f"{field}.{place}", table) for place, table in enumerate(value, 1)]

    def need(self, fields: Iterable[str]) -> None:
        """Refuse an entry that lacks one of these fields.

        Raises:
            EntryError: naming the first one that is missing.
        """
        for field in fields:
            if field not in self.fields:
                raise self.error("is missing", field)

    def only(self, known: Collection[str], owner: str = "an entry") -> None:
        """Refuse fields that nobody reads: most are misspelt.

        Args:
            known: the fields that are read.
            owner: what has these fields, for the error.

        Raises:
            EntryError: naming the first unknown field, and those known.
        """
        for field in self.fields:
            if field not in known:
                raise self.error(f"is not known; {owner} has {', '.join(known)}", field)

    def _inner(self, field: str, value: Any) -> Entry:
        if not isinstance(value, dict):
            raise self.error(f"must be a table of fields, got {value!r}", field)
        return Entry(file=self.file, name=self.name, fields=value, inside=f"{self.inside}{field}.")


def read(path: Path) -> dict[str, Entry]:
    """The entries of a file, or of all files of a folder, by name and in their order.

    Args:
        path: a TOML file, or a folder of them.

    Raises:
        EntryError: a file that cannot be read or is no TOML, something in it that is no entry, or
            an entry that two files hold.
    """
    found: dict[str, Entry] = {}
    for file in files(path):
        name = file.name if file == path else f"{path.name}/{file.name}"
        for key, fields in _parsed(file, name).items():
            if not isinstance(fields, dict):
                raise EntryError(name, f"must be a table of fields, got {fields!r}", key)
            if key in found:
                raise EntryError(
                    name, f"must be unique, but file {found[key].file} has it too", key
                )
            found[key] = Entry(file=name, name=key, fields=fields)
    return found


def files(path: Path) -> list[Path]:
    """The files that `read` takes for one: those of a folder by name, or the file itself.

    >>> [file.name for file in files(Path("no/such.toml"))]  # reading it tells whether it is there
    ['such.toml']

    Raises:
        EntryError: a folder without a TOML file.
    """
    if not path.is_dir():
        return [path]
    if not (found := sorted(path.glob("*.toml"))):
        raise EntryError(path.name, "must be a folder with TOML files in it")
    return found


def unknown(kind: str, name: object, names: Iterable[str]) -> KeyError:
    """The error for a name that no entry has, with the nearest ones.

    >>> unknown("claim", "A7", ["A07", "B01"])
    KeyError("no claim 'A7'; nearest: A07")
    """
    known = sorted(names)
    near = get_close_matches(str(name), known, n=3, cutoff=0.5) or known[:3]
    return KeyError(f"no {kind} {name!r}; nearest: {', '.join(near)}")


def written(value: object, digits: int | None = None) -> str:
    """A value as TOML writes it: a text, a flag, a number, a list of these, or a table in one line.

    Args:
        value: what is written; no None, which TOML does not know.
        digits: digits after the point of fractions, also inside lists and tables; None keeps all.

    >>> written("a \\"b\\""), written([0.12345, 2, True], 2), written({"a": 1, "b c": "d"})
    ('"a \\\\"b\\\\""', '[0.12, 2, true]', '{ a = 1, "b c" = "d" }')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(each, digits) for each in value)}]"
    if isinstance(value, Mapping):
        cells = (f"{_key(name)} = {written(each, digits)}" for name, each in value.items())
        return f"{{ {', '.join(cells)} }}"
    if isinstance(value, float):
        return str(value if digits is None else round(value, digits))
    if isinstance(value, int):
        return str(value)
    raise TypeError(
        f"value={value!r}: must be a text, a flag, a number, a list or a table of these"
    )


def save(path: Path, lines: Iterable[str]) -> None:
    """Write a file of lines that is whole at every moment: whatever ends the program, the last
    version stays."""
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(path)


def _key(name: object) -> str:
    return str(name) if re.fullmatch(r"[A-Za-z0-9_-]+", str(name)) else json.dumps(str(name))


def _parsed(file: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise EntryError(name, f"cannot be read from {file.parent}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise EntryError(name, f"must be UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise EntryError(name, f"must be TOML: {error}") from error
