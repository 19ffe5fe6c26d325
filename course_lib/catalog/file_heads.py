"""Writes at the head of each file of facts which fields its entries may have.

`python -m course_lib.catalog.file_heads` writes all heads anew; with `--check` it only names the
files whose head is not current. What stands above the line "# Fields" is written by hand and stays.
The rest comes from the records: a field's name, its type, and the text below it, which says its
unit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from textwrap import wrap
from typing import Any

from course_lib import catalog, toml_files
from course_lib.catalog.load import ALWAYS_NEEDED, PARTS, class_of, declared
from course_lib.catalog.lookup import Catalog
from course_lib.catalog.record import field_docstrings

WIDTH = 100
START = "# Fields"
LEGEND = f"{START} (* must be there), as `python -m course_lib.catalog.file_heads` writes them:"
TYPES = dict.fromkeys(PARTS, "table") | {
    "str": "text",
    "int": "whole number",
    "Number": "whole number",  # an array too, but never in a file
    "float": "number",
    "bool": "true or false",
    "tuple[str, ...]": "list of texts",
    "tuple[int, ...]": "list of whole numbers",
    "tuple[float, ...]": "list of numbers",
    "tuple[bool, ...]": "list of true or false",
    "Mapping[str, float]": "table of numbers",
    "Mapping[str, Mapping[str, Any]]": "table of tables",
}
"""What to write in a file, by the declared type of a field."""
TEXTS = TYPES["tuple[str, ...]"]
BESIDE = {
    "aliases": "Other names that find it.",
    "usual_for": "Names of everyday use that may mean several entries and usually mean this one.",
}
"""Fields that are no record's, with their meaning."""


def main(arguments: list[str]) -> int:
    """Write the heads, or with "--check" only look, and name each file concerned.

    Returns:
        1 where looking found a head that is not current, else 0.
    """
    look, stale = "--check" in arguments, 0
    for file, text in heads():
        if text != file.read_text(encoding="utf-8"):
            stale += 1
            print(f"{file.parent.name}/{file.name}: {'not current' if look else 'written'}")
            if not look:
                file.write_text(text, encoding="utf-8", newline="\n")
    return int(look and stale > 0)


def heads() -> Iterator[tuple[Path, str]]:
    """Each file of each catalog, with its text as it should be."""
    for member in vars(catalog).values():
        if isinstance(member, Catalog):
            for file in toml_files.files(member.path):
                yield file, with_head(file, member._kind)


def with_head(file: Path, kind: Any) -> str:
    """The text of a file of facts under a current head; `kind` is that of `load`."""
    lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    # The blank at the end stops the search in a file of comments alone.
    end = [line.startswith("#") for line in [*lines, ""]].index(False)
    starts = [place for place, line in enumerate(lines[:end]) if line.startswith(START)]
    by_hand = lines[: starts[0] if starts else end]
    if by_hand and by_hand[-1] != "#":
        by_hand.append("#")
    made = [line for section in _sections(file, kind) for line in ("#", *section)]
    # A blank line between head and entries, unless there is one.
    gap = [""] if "".join(lines[end : end + 1]) else []
    return "\n".join([*by_hand, LEGEND, *made, *gap, *lines[end:]]) + "\n"


def table(record_class: type, *, entry: bool = False) -> list[str]:
    """The fields of a class of records as comment lines, in columns.

    Args:
        record_class: the class, every field of which has a text below it.
        entry: name the fields too that every entry may have beside its record's own.

    >>> from course_lib.catalog import Source
    >>> print(table(Source)[0])
    # * text      text  The document, file or page that states the fact.
    """
    rows = list(_rows(record_class))
    if entry:
        own = declared(record_class)
        rows += [(" ", name, TEXTS, says) for name, says in BESIDE.items() if name not in own]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for mark, name, type_, meaning in rows:
        first = f"# {mark} {name:{widths[1]}}  {type_:{widths[2]}}  "
        later = "#".ljust(len(first))
        lines += wrap(
            meaning, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
        )
    return lines


def _sections(file: Path, kind: Any) -> Iterator[list[str]]:
    """The lines on each class of records in a file, then those on their parts."""
    kinds = kind if isinstance(kind, Mapping) else {"": kind}
    places: dict[type, list[str]] = {}
    for record in dict.fromkeys(class_of(each, kind) for each in toml_files.read(file).values()):
        own = " or ".join(f'"{name}"' for name in kinds if name and kinds[name] is record)
        what = f"An entry with kind = {own}" if own else "An entry"
        yield [f"# {what} ({_home(record)}):", *table(record, entry=True)]
        _gather(record, "", places)
    for part, paths in places.items():
        yield [f"# The table {' or '.join(paths)} ({_home(part)}):", *table(part)]


def _gather(record_class: type, inside: str, places: dict[type, list[str]]) -> None:
    """Find the parts of a class of records, and where in an entry each may stand."""
    for name, (type_, _) in declared(record_class).items():
        paths = places.setdefault(PARTS[type_], []) if type_ in PARTS else None
        if paths is not None and inside + name not in paths:
            paths.append(inside + name)
            _gather(PARTS[type_], f"{inside}{name}.", places)


def _rows(record_class: type) -> Iterator[tuple[str, str, str, str]]:
    """Mark, name, type and meaning of each field; the meaning tells a default that says more than
    "not stated"."""
    meanings = field_docstrings(record_class)
    for field in fields(record_class):
        type_, needed = declared(record_class)[field.name]
        needed = needed or field.name in ALWAYS_NEEDED
        value = f'"{field.default}"' if isinstance(field.default, str) else str(field.default)
        says_more = not needed and field.default not in (MISSING, None, "", ())
        default = f" Left out: {value.lower()}." if says_more else ""
        yield "*" if needed else " ", field.name, TYPES[type_], meanings[field.name] + default


def _home(record_class: type) -> str:
    return f"{record_class.__name__} in {record_class.__module__.rpartition('.')[2]}.py"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
