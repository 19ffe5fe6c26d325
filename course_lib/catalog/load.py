"""Makes records of entries of facts. Every complaint says file, entry, field and rule.

The fields of an entry are those of its record. Beside them stand `aliases`, a list of other names,
and `usual_for`, names of everyday use that might mean several entries and usually mean this one.
Tables inside an entry are records themselves (`source`, `published`, `experts`). Every entry must
have a source, and no two may answer to the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import toml_files
from course_lib.catalog.names import forms, normal_form
from course_lib.catalog.record import declared_type, texts
from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.catalog.records.layer_parts import Experts, Indexer, LatentAttention
from course_lib.catalog.records.published import Published
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.source import Source
from course_lib.catalog.records.stored import Stored
from course_lib.catalog.records.transformer import Transformer
from course_lib.toml_files import Entry, EntryError

PARTS = {
    part.__name__: part
    for part in (
        *(Source, Published, Stored),
        *(Experts, LatentAttention, Indexer, CompressedAttention, Recurrent),
    )
}
"""Records that may stand inside an entry, by the declared type of their field."""
ALWAYS_NEEDED = ("name", "source")
"""Fields that an entry must have even where the record has a default for them."""


@dataclass(kw_only=True)
class Facts:
    """The contents of one catalog."""

    entries: dict[str, Any] = field(default_factory=dict)
    """Records by key, in the order of the file, or of a folder's files one after the other."""
    exact: dict[str, str] = field(default_factory=dict)
    """Keys by the normal form of every name."""
    fallback: dict[str, set[str]] = field(default_factory=dict)
    """Keys by the laxer forms of every name, which may fit several entries."""
    usual: dict[str, str] = field(default_factory=dict)
    """Keys by the forms of the names in `usual_for`, which may stand for other entries too."""


def load(path: Path, kind: Any) -> Facts:
    """Read the facts at `path` into records of the class `kind`.

    Args:
        path: a TOML file of facts, or a folder of them.
        kind: the class of the records, or a dict of classes by the entries' field `kind`. An entry
            without that field is of the class under the key "".

    Raises:
        EntryError: for a file that is missing, is no TOML, or breaks a rule.
    """
    facts = Facts()
    entries = toml_files.read(path)
    for key, entry in entries.items():
        usual, entry = _usual(entry)
        names, facts.entries[key] = _record(entry, kind)
        _index(facts, entries, entry, names)
        for form in map(normal_form, usual):
            if facts.usual.setdefault(form, key) != key:
                also = f"entry {facts.usual[form]!r} is usual for it too"
                raise entry.error(f"{form!r} is ambiguous: {also}", "usual_for")
    for form in facts.usual.keys() & facts.exact.keys():
        owner = entries[facts.usual[form]]
        raise owner.error(f"{form!r} is a name of entry {facts.exact[form]!r}", "usual_for")
    return facts


def class_of(entry: Entry, kind: Any) -> type:
    """The class of an entry's record, for `kind` as `load` takes it.

    Raises:
        EntryError: the entry is of a kind that is not known.
    """
    if not isinstance(kind, Mapping):
        return kind
    wanted = entry.fields.get("kind", "")
    if not isinstance(wanted, str) or wanted not in kind:
        choices = ", ".join(filter(None, kind))
        raise entry.error(f"must be one of {choices} or be left out, got {wanted!r}", "kind")
    return kind[wanted]


@cache
def declared(record_class: type) -> dict[str, tuple[str, bool]]:
    """Declared type of each field of a class of records, and whether it has no default.

    >>> declared(Source)["date"]
    ('str', True)
    """
    return {
        each.name: (
            declared_type(each),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(record_class)
    }


def _usual(entry: Entry) -> tuple[tuple[str, ...], Entry]:
    """The names that an entry is usual for, and the entry without them."""
    try:
        usual = texts("usual_for", entry.fields.get("usual_for", []))
    except (TypeError, ValueError) as error:
        raise _told(entry, error, ["usual_for"]) from error
    own = {name: value for name, value in entry.fields.items() if name != "usual_for"}
    return usual, replace(entry, fields=own)


def _record(entry: Entry, kind: Any) -> tuple[tuple[str, ...], Any]:
    """The names that find an entry beside its key, the published one first, and its record."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name) is None:
        raise entry.error("the key must be lower-case letters and digits joined by single hyphens")
    record_class = class_of(entry, kind)
    try:
        aliases = texts("aliases", entry.fields.get("aliases", []))
    except (TypeError, ValueError) as error:
        raise _told(entry, error, ["aliases"]) from error
    known = declared(record_class)
    entry.need(name for name in ALWAYS_NEEDED if name in known)
    if "aliases" not in known:
        # Some records have a field `aliases` of their own; for the others it is no field.
        own = {name: value for name, value in entry.fields.items() if name != "aliases"}
        entry = replace(entry, fields=own)
    record = _build(record_class, entry)
    return (getattr(record, "name", entry.name), *aliases), record


def _build(record_class: type, table: Entry) -> Any:
    """The record of an entry, or of a table inside one."""
    known = declared(record_class)
    table.only(known, record_class.__name__)
    table.need(name for name, (_, needed) in known.items() if needed)
    values = {name: _value(table, name, known[name][0]) for name in table.fields}
    try:
        return record_class(**values)
    except (TypeError, ValueError) as error:
        raise _told(table, error, known) from error


def _value(table: Entry, name: str, declared: str) -> Any:
    if declared in PARTS:
        return _build(PARTS[declared], table.part(name))
    if name == "kinds":
        return {kind: _kind(table.part(name).part(kind)) for kind in table.part(name).fields}
    value = table.fields[name]
    return tuple(value) if isinstance(value, list) else value


def _kind(table: Entry) -> dict[str, Any]:
    """What one kind of layers has otherwise than its model: fields of a `Transformer`."""
    known = declared(Transformer)
    table.only(known, Transformer.__name__)
    return {name: _value(table, name, known[name][0]) for name in table.fields}


def _told(table: Entry, error: Exception, known: Iterable[str]) -> EntryError:
    """A record's complaint, "FIELD must be ...", told of file and entry too. Some parts say the
    whole way to the field: "experts.count must be ..."."""
    name, _, rule = str(error).removeprefix(table.inside).partition(" ")
    if name.split(".")[0] in known:
        return table.error(rule, name)
    return table.error(str(error))


def _index(
    facts: Facts, entries: Mapping[str, Entry], entry: Entry, names: tuple[str, ...]
) -> None:
    """Enter an entry under all its names. A remark in parentheses may be left out of the published
    name only."""
    key = entry.name
    for name in (key, *names):
        form = normal_form(name)
        if not form:
            raise entry.error(f"must hold a letter or a digit, got {name!r}", "aliases")
        # Enters the form, or says who has it already.
        owner = facts.exact.setdefault(form, key)
        if owner != key:
            also = f"entry {owner!r} of file {entries[owner].file} answers to it too"
            raise entry.error(f"{name!r} is ambiguous: {also}", "aliases")
        for lax in forms(name) if name in (key, names[0]) else (form.replace(".", ""),):
            facts.fallback.setdefault(lax, set()).add(key)
