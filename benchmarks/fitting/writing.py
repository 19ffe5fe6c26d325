"""Writes the spreads that a fit gave into the catalog's file.

Only numbers, counts and source of an entry are written anew; its name, its remarks and everything
between entries stay. Entries that no estimate asks for are left alone, and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.fitting.circumstances import Circumstance, Ends
from benchmarks.fitting.sets import FitSet

MADE = 'kind = "estimated", evidence = "read"'
ENTRY = re.compile(r"^\[([a-z0-9-]+)\]\n", re.MULTILINE)


def with_spreads(
    text: str,
    one: FitSet,
    found: Mapping[str, Ends],
    stands: Iterable[Circumstance],
    date: str,
) -> str:
    """The text of `facts/spreads.toml` with the entries of a set written anew, or added at its end.

    Args:
        text: the file as it is.
        one: the set.
        found: the entries by key.
        stands: circumstances of the rows, for who asks.
        date: year and month of the reckoning.
    """
    askers = {stand.key: stand.asker for stand in stands}
    for key, ends in found.items():
        fields = _fields(one, ends, date)
        start, stop = _place(text, key)
        if start is None or stop is None:
            used = next((asker for name, asker in askers.items() if name.startswith(key)), one.name)
            text = f"{text.rstrip()}\n\n{_entry(key, used, fields)}"
            continue
        block = text[start:stop]
        for name, value in fields.items():
            block, count = re.subn(rf"^{name} = .*$", f"{name} = {value}", block, flags=re.M)
            if not count and value:
                raise ValueError(f"entry {key!r} has no line {name!r}")
        text = text[:start] + block + text[stop:]
    return text


def write(path: Path, text: str) -> None:
    """Write the file, under a current head."""
    from course_lib.catalog import Spread
    from course_lib.catalog.file_heads import with_head

    path.write_text(text, encoding="utf-8", newline="\n")
    path.write_text(with_head(path, Spread), encoding="utf-8", newline="\n")


def keys(text: str) -> list[str]:
    """Keys of the entries of a file.

    >>> keys("[a-b]\\nlow = 1\\n\\n[c]\\nlow = 2\\n")
    ['a-b', 'c']
    """
    return ENTRY.findall(text)


def _place(text: str, key: str) -> tuple[int | None, int | None]:
    """Where an entry begins and where the next one does."""
    starts = [(match.start(), match.group(1)) for match in ENTRY.finditer(text)]
    for place, (start, name) in enumerate(starts):
        if name == key:
            return start, starts[place + 1][0] if place + 1 < len(starts) else len(text)
    return None, None


def _fields(one: FitSet, ends: Ends, date: str) -> dict[str, str]:
    sheets = ", ".join(dict.fromkeys(sheet for sheet, _ in one.rows))
    return {
        "low": f"{ends.low:.3g}",
        "high": f"{ends.high:.3g}",
        "rows": str(ends.rows),
        "groups": str(ends.groups),
        "median_error": f"{ends.median_error:.3g}",
        "within_quarter": f"{ends.within_quarter:.3g}",
        "source": f'{{ text = "{sheets}", date = "{date}", {MADE} }}',
    }


def _entry(key: str, used: str, fields: Mapping[str, str]) -> str:
    kind, _, where = key.partition("-")
    name = f"Estimates of the kind {kind!r}" + (f", {where.replace('-', ' ')}" if where else "")
    lines = [f"[{key}]", f'name = "{name}"', f'used = "{used}"']
    return "\n".join([*lines, *(f"{field} = {value}" for field, value in fields.items())]) + "\n"
