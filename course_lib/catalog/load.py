"""Reads a TOML file of facts into records. Every complaint says file, entry, field and rule.

A file is a table of entries, `[key]`, whose fields are those of the record. Beside them stands
`aliases`, a list of other names. Tables inside an entry are records themselves (`source`,
`published`, `experts`). Every entry must have a source, and no two may answer to the same name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.catalog.names import forms, normal_form
from course_lib.catalog.record import declared_type, texts
from course_lib.catalog.source import Source
from course_lib.catalog.transformer import Experts, LatentAttention, Published

PARTS = {part.__name__: part for part in (Source, Published, Experts, LatentAttention)}
ALWAYS_NEEDED = ("name", "source")
"""Fields that an entry must have even where the record has a default for them."""


class FactError(ValueError):
    """A file of facts breaks a rule. The message says file, entry, field and rule.

    >>> print(FactError("devices.toml", "must be above zero, got -80", entry="h100", field="memory_bytes"))
    file devices.toml, entry 'h100', field memory_bytes: must be above zero, got -80
    """

    def __init__(self, file: str, rule: str, *, entry: str = "", field: str = "") -> None:
        where = (
            f"file {file}"
            + (f", entry {entry!r}" if entry else "")
            + (f", field {field}" if field else "")
        )
        super().__init__(f"{where}: {rule}")


class _FieldError(ValueError):
    """A rule broken by one field, on its way up to where file and entry are known."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


@dataclass(kw_only=True)
class Facts:
    """The contents of one file."""

    entries: dict[str, Any] = field(default_factory=dict)
    """Records by key, in the order of the file."""
    exact: dict[str, str] = field(default_factory=dict)
    """Keys by the normal form of every name."""
    fallback: dict[str, set[str]] = field(default_factory=dict)
    """Keys by the laxer forms of every name, which may fit several entries."""


def load(path: Path, kind: Any) -> Facts:
    """Read the file at `path` into records of the class `kind`.

    Args:
        path: a TOML file of facts.
        kind: the class of the records, or a dict of classes by the entries' field `kind`. An entry
            without that field is of the class under the key "".

    Raises:
        FactError: for a file that is missing, is no TOML, or breaks a rule.
    """
    facts = Facts()
    for key, table in _read(path).items():
        try:
            names, record = _entry(key, table, kind)
            facts.entries[key] = record
            _index(facts, key, names)
        except _FieldError as error:
            raise FactError(
                path.name, str(error), entry=key, field=error.field
            ) from error.__cause__
    return facts


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FactError(
            path.name, f"cannot be read from {path.parent}: {error.strerror}"
        ) from error
    except UnicodeDecodeError as error:
        raise FactError(path.name, f"must be UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise FactError(path.name, f"must be TOML: {error}") from error


def _entry(key: str, table: object, kind: Any) -> tuple[tuple[str, ...], Any]:
    """The names that find an entry beside its key, the published one first, and its record."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) is None:
        raise _FieldError(
            "", "the key must be lower-case letters and digits joined by single hyphens"
        )
    if not isinstance(table, dict):
        raise _FieldError("", f"must be a table of fields, got {table!r}")
    record_class = _class_for(table, kind)
    try:
        aliases = texts("aliases", table.get("aliases", []))
    except (TypeError, ValueError) as error:
        raise _field_error(str(error), ["aliases"]) from error
    known = _declared(record_class)
    values = (
        table
        if "aliases" in known
        else {name: value for name, value in table.items() if name != "aliases"}
    )
    for name in ALWAYS_NEEDED:
        if name in known and name not in values:
            raise _FieldError(name, "is missing")
    record = _build(record_class, values)
    return (getattr(record, "name", key), *aliases), record


def _class_for(table: Mapping[str, Any], kind: Any) -> type:
    if not isinstance(kind, Mapping):
        return kind
    wanted = table.get("kind", "")
    if not isinstance(wanted, str) or wanted not in kind:
        raise _FieldError(
            "kind", f"must be one of {', '.join(filter(None, kind))} or be left out, got {wanted!r}"
        )
    return kind[wanted]


def _build(record_class: type, table: Mapping[str, Any], prefix: str = "") -> Any:
    """A record from its fields; `prefix` says where in the entry a part stands."""
    known = _declared(record_class)
    for name in table:
        if name not in known:
            raise _FieldError(
                prefix + name, f"is not known; {record_class.__name__} has {', '.join(known)}"
            )
    for name, (_, needed) in known.items():
        if needed and name not in table:
            raise _FieldError(prefix + name, "is missing")
    values = {name: _value(value, known[name][0], prefix + name) for name, value in table.items()}
    try:
        return record_class(**values)
    except (TypeError, ValueError) as error:
        raise _field_error(str(error), list(known), prefix) from error


@cache
def _declared(record_class: type) -> dict[str, tuple[str, bool]]:
    """Declared type of each field of a class of records, and whether it has no default."""
    return {
        each.name: (
            declared_type(each),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(record_class)
    }


def _value(value: Any, declared: str, name: str) -> Any:
    if declared in PARTS:
        if not isinstance(value, dict):
            raise _FieldError(name, f"must be a table of fields, got {value!r}")
        return _build(PARTS[declared], value, f"{name}.")
    return tuple(value) if isinstance(value, list) else value


def _field_error(message: str, known: list[str], prefix: str = "") -> _FieldError:
    """Split a record's complaint, "FIELD must be ...", into the field and the rule."""
    name, _, rule = message.partition(" ")
    parent = prefix.rstrip(".")
    if name.split(".")[0] in known:
        return _FieldError(prefix + name, rule)
    if (
        parent and name.split(".")[0] == parent
    ):  # parts that know their place say it themselves: "experts.count"
        return _FieldError(name, rule)
    return _FieldError(parent, message)


def _index(facts: Facts, key: str, names: tuple[str, ...]) -> None:
    """Enter an entry under all its names. A remark in parentheses may be left out of the published
    name only."""
    for name in (key, *names):
        form = normal_form(name)
        if not form:
            raise _FieldError("aliases", f"must hold a letter or a digit, got {name!r}")
        owner = facts.exact.setdefault(form, key)
        if owner != key:
            raise _FieldError(
                "aliases", f"{name!r} is ambiguous: entry {owner!r} answers to it too"
            )
        for lax in forms(name) if name in (key, names[0]) else (form.replace(".", ""),):
            facts.fallback.setdefault(lax, set()).add(key)
