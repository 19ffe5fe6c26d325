"""Reads one notebook's text (jupytext py:percent, in `source/`) into cells, and refuses what breaks
a rule.

Design choices: jupytext does the parsing, so that any editor that knows the format agrees; line
numbers, which it does not give, come from a scan of the markers. Every message names file, line and
cell, because an author meets it long after writing the line.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_lib.authoring import markers
from course_lib.authoring.cell import (
    GRADED,
    MEASURED,
    OWNERS,
    ROLES,
    TASK_POINTS,
    Cell,
    Kind,
    owners,
)
from course_lib.authoring.ownership import OWNED, with_owners
from course_lib.errors import SourceError

MARKER = re.compile(r"#\s*%%+(\s.*)?$")
ATTRIBUTES = {"role": str, "points": int, "seconds": int, "says": str, "misconception": str}
ATTRIBUTES |= {"neutral": bool, "part_of": str}
WANTED = {int: "a positive integer", str: "a text in double quotes", bool: "true"}
# what jupytext itself puts into a cell's metadata; all else was typed by the author
FROM_JUPYTEXT = {"title", "lines_to_next_cell", "cell_depth"}


def read(path: Path, kind: Kind | None = None) -> list[Cell]:
    """The cells of one source file; its folder (`lessons` or `exercises`) says the kind unless
    `kind` does.

    Raises `SourceError` at the first rule broken, `FileNotFoundError` where there is no such file.
    """
    import jupytext  # here: an author's tool, which a learner need not have

    text = path.read_text(encoding="utf-8")
    kind = kind or ("exercise" if path.parent.name == "exercises" else "lesson")
    raw = jupytext.reads(text, fmt="py:percent").cells
    cells = [
        _cell(path, number, node)
        for number, node in zip(_marker_lines(path, text, len(raw)), raw, strict=True)
    ]
    cells = with_owners(_with_ids(cells))
    for cell in cells:
        _check_cell(path, kind, cell)
    _check_file(path, kind, cells)
    return cells


def _fail(path: Path, cell: Cell, rule: str) -> SourceError:
    """The error for one cell, worded alike everywhere."""
    return SourceError(
        f"{path.parent.name}/{path.name}, line {cell.line}, cell {cell.name or '(unnamed)'}: {rule}"
    )


def _marker_lines(path: Path, text: str, cells: int) -> list[int]:
    """Line of each cell's marker, from 1; jupytext must agree on how many there are."""
    starts = []
    for number, line in enumerate(text.splitlines(), start=1):
        if MARKER.match(line):
            starts.append(number)
        elif MARKER.match(line.strip()):
            raise SourceError(
                f"{path.parent.name}/{path.name}, line {number}: a cell marker must start its line"
            )
    if len(starts) != cells:
        rule = "text stands before the first `# %%` marker, or a marker stands inside a string"
        raise SourceError(
            f"{path.parent.name}/{path.name}, line 1: {rule} ({len(starts)} markers, {cells} cells)"
        )
    return starts


def _cell(path: Path, line: int, node: Any) -> Cell:
    """One record from jupytext's node, its attributes checked for names and types."""
    metadata = dict(node.metadata)
    bare = Cell(name=metadata.get("title", ""), kind=node.cell_type, text=node.source, line=line)
    if node.cell_type not in ("code", "markdown"):
        raise _fail(path, bare, f"type {node.cell_type!r} is neither code nor markdown")
    if "incorrectly_encoded_metadata" in metadata:
        raise _fail(
            path,
            bare,
            f"cannot read {metadata['incorrectly_encoded_metadata']!r}: "
            'write role="answer" points=2',
        )
    if bare.name and not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", bare.name):
        raise _fail(
            path,
            bare,
            "a name is lower-case letters, digits and _, starts with a letter, at most 64 long",
        )
    values = {key: value for key, value in metadata.items() if key not in FROM_JUPYTEXT}
    for key, value in values.items():
        if key not in ATTRIBUTES:
            raise _fail(path, bare, f"unknown attribute {key!r}; known: {', '.join(ATTRIBUTES)}")
        # `type`, not `isinstance`: True is an int as well
        if type(value) is not ATTRIBUTES[key] or value == "":
            raise _fail(path, bare, f"{key} must be {WANTED[ATTRIBUTES[key]]}, got {value!r}")
    return replace(bare, home=path.stem, **values)


def _with_ids(cells: list[Cell]) -> list[Cell]:
    """Names for the markdown cells that have none: the slug of the heading they stand under, and an
    ordinal."""
    seen: Counter[str] = Counter()
    slug = "text"
    named = []
    for cell in cells:
        if cell.kind == "markdown":
            heading = re.search(r"^#{1,6}\s+(.+)$", cell.text, flags=re.MULTILINE)
            slug = _slug(heading.group(1)) if heading else slug
            if not cell.name:
                seen[slug] += 1
                cell = replace(cell, name=f"{slug}-{seen[slug]}")
        named.append(cell)
    return named


def _slug(heading: str) -> str:
    """A heading as an id: plain lower-case letters and digits, at most 48 of them, joined by
    hyphens."""
    # NFKD takes letters apart from their accents, which ASCII then drops: é becomes e
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:48].rstrip("-") or "text"


def _check_cell(path: Path, kind: Kind, cell: Cell) -> None:
    """Raise for the first rule that one cell breaks."""
    for rule in (  # raises at the first one; none, and the loop ends
        *_role_faults(kind, cell),
        *_answer_faults(cell),
        *_points_faults(cell),
        *_wrong_faults(cell),
    ):
        raise _fail(path, cell, rule)


def _role_faults(kind: Kind, cell: Cell) -> Iterator[str]:
    """Names, roles and where they may stand."""
    if not cell.name:
        yield "a code cell needs a name in its marker: `# %% name`"
    if not cell.text.strip():
        yield "the cell is empty"
    everything = {role for roles in ROLES.values() for role in roles}
    if cell.role is not None and cell.role not in everything:
        yield f"unknown role {cell.role!r}; known: {', '.join(sorted(everything))}"
    elif cell.role is not None and cell.role not in ROLES[kind]:
        place = "an exercise" if kind == "exercise" else "a lesson"
        yield f"role {cell.role!r} does not belong in {place}"
    if cell.kind == "markdown" and cell.role not in (None, "free_text"):
        yield f"role {cell.role!r} needs a code cell"


def _answer_faults(cell: Cell) -> Iterator[str]:
    """Answers have SOLUTION markers, nothing else has."""
    if cell.role in OWNERS:
        if fault := markers.fault(cell.text):
            yield f"the answer {fault}"
    elif "BEGIN SOLUTION" in cell.text or "END SOLUTION" in cell.text:
        yield "SOLUTION markers belong in a cell with role answer or free_text"
    if "HIDDEN TESTS" in cell.text:
        yield "HIDDEN TESTS markers are written by the build: give the cell role hidden"


def _points_faults(cell: Cell) -> Iterator[str]:
    """What is graded has points, and nothing else."""
    if cell.role in GRADED and cell.points is None:
        yield f"role {cell.role!r} needs points=..."
    if cell.role not in GRADED and cell.points is not None:
        yield f"points belong on {', '.join(GRADED)}, not on {cell.role or 'a plain cell'}"
    for name, value in (("points", cell.points), ("seconds", cell.seconds)):
        if value is not None and value < 1:
            yield f"{name} must be a positive integer, got {value}"
    if cell.seconds is not None and cell.role not in MEASURED:
        yield f"seconds belong on {', '.join(MEASURED)}: what is slow is measured"


def _wrong_faults(cell: Cell) -> Iterator[str]:
    """A wrong answer says what refuses it; it and every check belong to a task."""
    if cell.role in OWNED and cell.owner is None:
        yield (
            "no answer owns it: its name must start with an answer's name and _, "
            f"as in answer_{cell.role}"
        )
    elif cell.role == "check" and not cell.name.startswith(f"{cell.owner}_check"):
        yield f"a visible check of {cell.owner} is called {cell.owner}_check"
    # True counts as 1
    reasons = (cell.says is not None) + (cell.misconception is not None) + bool(cell.neutral)
    if cell.role == "wrong" and reasons != 1:
        yield "a wrong answer needs one of says=..., misconception=... and neutral=true"
    if cell.role != "wrong" and reasons:
        yield "says, misconception and neutral belong on a wrong answer"
    if cell.part_of is not None and cell.role != "answer":
        yield "part_of belongs on an answer"


def _check_file(path: Path, kind: Kind, cells: list[Cell]) -> None:
    """Raise for rules that only the whole file can break: names used once, an exercise's points."""
    first: dict[str, int] = {}
    for cell in cells:
        if cell.name in first:
            raise _fail(path, cell, f"the name is taken by the cell at line {first[cell.name]}")
        if cell.part_of is not None and not _is_task(cells, cell.part_of):
            raise _fail(path, cell, f"no task is called {cell.part_of!r}")
        first[cell.name] = cell.line
    points = sum(cell.points or 0 for cell in cells)
    if kind == "exercise" and points != TASK_POINTS:
        raise SourceError(
            f"{path.parent.name}/{path.name}: points of an exercise sum to {TASK_POINTS}, "
            f"not {points}"
        )


def _is_task(cells: list[Cell], name: str) -> bool:
    return any(task.name == name for task in owners(cells))
