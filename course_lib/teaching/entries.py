"""Reads the course's own TOML catalogues, with errors that name file, entry, field and rule.

Design choices:
- A file is a table of entries; what an entry must hold is checked when the file is first asked for,
  not at import.
- An unknown name raises KeyError with the nearest ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any


def read(file: Path) -> dict[str, dict[str, Any]]:
    """The entries of a TOML file.

    Raises:
        ValueError: the file is no TOML, or something in it is no entry.
    """
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{file.name}: must be TOML: {problem}") from problem
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise ValueError(f"{file.name}, {name}: must be an entry, such as [{name}]")
    return entries


def read_lessons(folder: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """The entries of all files in a folder that holds one TOML file a lesson; each with its file.

    Raises:
        ValueError: a file is no TOML, something in it is no entry, or two files have an entry of
        one name.
    """
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for file in sorted(folder.glob("*.toml")):
        for name, entry in read(file).items():
            if name in found:
                raise ValueError(
                    f"{file.name}, [{name}]: must be unique, but {found[name][0].name} has it too"
                )
            found[name] = file, entry
    return found


def text(file: str, entry: str, fields: dict[str, Any], field: str) -> str:
    """A field that must hold a text without surrounding blanks.

    Raises:
        ValueError: naming file, entry, field and rule.
    """
    value = fields.get(field)
    if not isinstance(value, str) or not value or value != value.strip():
        raise ValueError(
            f"{file}, [{entry}], {field}={value!r}: must be a text without blanks around it"
        )
    return value


def only(file: str, entry: str, fields: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse fields that nobody reads: most are misspelt.

    Raises:
        ValueError: naming file, entry, the field and those allowed.
    """
    for field in sorted(set(fields) - set(allowed)):
        raise ValueError(f"{file}, [{entry}], {field}: must be one of {', '.join(sorted(allowed))}")


def unknown(kind: str, name: object, names: Iterable[str]) -> KeyError:
    """The error for an unknown name, with the nearest ones.

    >>> unknown("claim", "A7", ["A07", "B01"])
    KeyError("no claim 'A7'; nearest: A07")
    """
    known = sorted(names)
    near = get_close_matches(str(name), known, n=3, cutoff=0.5) or known[:3]
    return KeyError(f"no {kind} {name!r}; nearest: {', '.join(near)}")
