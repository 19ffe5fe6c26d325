"""Writes the scores as facts of the catalog, so that lessons can read them without the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from course_lib.catalog.file_heads import with_head
from course_lib.catalog.records.score import Score
from course_lib.commands.validate.page.kinds import SPEEDS, TOGETHER
from course_lib.commands.validate.page.observed import Observed
from course_lib.commands.validate.page.summary import Summary, summaries
from course_lib.commands.validate.scoring import ALL
from course_lib.errors import CourseError

HEAD = """\
# How far the estimates are off: scores of the estimators on published measurements, by kind of
# estimate and by group of rows. A line each, written by `course validate ... --facts`.
"""


def write_facts(listed: Sequence[Observed], path: Path) -> None:
    """Write every score of `summaries` into a file, a line each.

    The date of a line that has not changed otherwise stays.

    Args:
        listed: every predicted quantity of the files.
        path: `facts/validation.toml` of the catalog, or another file.

    Raises:
        CourseError: nothing can be scored, or the file cannot be written.
    """
    found = summaries(listed)
    if not found:
        raise CourseError("--facts: no row has both a prediction and a published value that counts")
    try:
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.write_text(text_of(found, old), encoding="utf-8", newline="\n")
        path.write_text(with_head(path, Score), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CourseError(f"--facts {path}: {error.strerror or error}") from None


def text_of(found: Sequence[Summary], old: str = "") -> str:
    """The file's text, but for the fields in its head.

    Args:
        found: the scores.
        old: the file's text of before, for dates.
    """
    today = date.today().strftime("%Y-%m")
    dates = {_undated(line): line for line in old.splitlines() if " = { " in line}
    lines = (_line(each, today) for each in found)
    return HEAD + "\n" + "\n".join(dates.get(_undated(line), line) for line in lines) + "\n"


def key(each: Summary) -> str:
    """The key of a score: its kind, and its group where it is of one.

    >>> from course_lib.commands.validate.scoring import Score as Made
    >>> made = Made(section="", quantity="", group="", rows=1, error=0, bias=0, within=(1, 1, 1),
    ...     coverage=1, baselines=(), unfit="")
    >>> key(Summary(kind="training steps", group="H100 80GB (>= 128)", score=made, bias=0,
    ...     plain=None, sheets=()))
    'training-steps-h100-80gb-128'
    """
    words = each.kind if each.group == ALL else f"{each.kind} {each.group or 'no group'}"
    unfit = " unfit" if each.score.unfit else ""
    return re.sub(r"[^a-z0-9]+", "-", f"{words}{unfit}".lower()).strip("-")


def _line(each: Summary, today: str) -> str:
    made, plain = each.score, each.plain
    whole = each.group == ALL
    fields = {
        "name": _text(each.kind if whole else f"{each.kind}: {key(each)[len(each.kind) + 1 :]}"),
        "kind": _text(each.kind),
        "group": _text(each.group or "no group"),
        "what": _text("speed" if each.kind in SPEEDS else "amount"),
        "rows": str(made.rows),
        "median_error": _number(made.error),
        "bias": _number(each.bias),
        "within_quarter": _number(made.within[0]),
        "within_half": _number(made.within[1]),
        "within_double": _number(made.within[2]),
        "covered": _number(made.coverage),
    }
    if plain:
        fields |= {"plain": _text(plain.name), "plain_error": _number(plain.error)}
    if each.kind in TOGETHER:
        fields["parts"] = f"[{', '.join(map(_text, TOGETHER[each.kind]))}]"
    if made.unfit:
        fields["unfit"] = _text(made.unfit)
    source = f'text = "course validate on {", ".join(each.sheets)}", date = "{today}"'
    fields["source"] = f'{{ {source}, kind = "estimated", evidence = "read" }}'
    inside = ", ".join(f"{name} = {value}" for name, value in fields.items())
    return f"{key(each)} = {{ {inside} }}"


def _undated(line: str) -> str:
    return re.sub(r'date = "[^"]*"', "", line)


def _text(value: str) -> str:
    """A text as TOML writes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: float) -> str:
    # no "-0.0", and a point, so that it is a number with one everywhere
    return str(round(value, 3) + 0.0)
