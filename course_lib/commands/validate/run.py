"""What `course validate` does: predict every row of a file of measurements, and say how far the
predictions lie from what was published.

From Python: `predictions(path)` and `scores(predictions)`.

Design choices:
- Several files are scored together, so that a section has one total. The validation page and the
  scores as facts are of all files that were given.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from course_lib.commands.validate import (
    inference_rows,
    newer_rows,
    text,
    throughput_rows,
    training_rows,
)
from course_lib.commands.validate.files import Given, Row, read
from course_lib.commands.validate.guesses import Answer, Guess, Prediction
from course_lib.commands.validate.scoring import scores
from course_lib.commands.validate.sheets import INFERENCE, MPT, NEWER, RUNS
from course_lib.commands.validate.standing import name, repeats, standing
from course_lib.errors import CourseError

PREDICTORS: Mapping[str, Callable[[Given], Mapping[str, Answer]]] = {
    RUNS.name: training_rows.predict,
    MPT.name: throughput_rows.predict,
    INFERENCE.name: inference_rows.predict,
    NEWER.name: newer_rows.predict,
}
"""What predicts a row, by the kind of its file."""
COLUMNS = ("id", "quantity", "unit", "published", "predicted", "low", "high", "skipped")
"""Columns of the answer."""


def predictions(path: Path | str) -> list[Prediction]:
    """Every quantity of every row of a file, in the file's order.

    Args:
        path: a CSV file in the format of one of `sheets.SHEETS`, told by its header.

    Raises:
        FileError: the file is none of them, or cannot be read.
    """
    return [each for _, made in by_row(path) for each in made]


def by_row(path: Path | str) -> Iterator[tuple[Row, list[Prediction]]]:
    """Each row of a file with its predictions, in the file's order.

    Raises:
        FileError: as `predictions`.
    """
    rows = read(Path(path))
    for row, earlier in zip(rows, repeats(rows), strict=True):
        yield row, of_row(row, earlier)


def of_row(row: Row, earlier: str = "") -> list[Prediction]:
    """The quantities of one row.

    Args:
        row: a line of a file.
        earlier: the name of an earlier row that holds the same measurement; blank for none.
    """
    answers = PREDICTORS[row.sheet.name](row.given)
    made = frozenset(target for target, answer in answers.items() if isinstance(answer, Guess))
    aside = "the same measurement as an earlier row" if earlier else ""
    return [_prediction(row, target, answer, made, aside) for target, answer in answers.items()]


def _prediction(
    row: Row, target: str, answer: Answer, made: frozenset[str], aside: str
) -> Prediction:
    where = standing(row, target, made)
    guess = answer if isinstance(answer, Guess) else None
    low, value, high = (None, None, None) if guess is None else guess.range.ends
    return Prediction(
        id=row.id,
        group=row.group,
        sheet=row.sheet.name,
        quantity=name(row, target),
        unit=row.sheet.unit(target) or row.given.text("unit"),
        published=row.published[target],
        predicted=value,
        low=low,
        high=high,
        skipped=answer if isinstance(answer, str) else "",
        section=where.section,
        scored_as=where.quantity,
        aside=where.aside or aside,
        unfit=where.unfit,
        baselines={} if guess is None else dict(guess.baselines),
    )


def write(made: Sequence[Prediction], path: Path) -> None:
    """Write the predictions, a line a quantity, with the columns of `COLUMNS`.

    Raises:
        CourseError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for each in made:
                cells = (getattr(each, column) for column in COLUMNS)
                # Blank for None; all digits for numbers, so that a reader has what was scored.
                writer.writerow(["" if cell is None else cell for cell in cells])
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror or error}") from None


def run_validate(
    files: Path | Sequence[Path],
    output: Path | None = None,
    *,
    page: Path | None = None,
    facts: Path | None = None,
) -> int:
    """Predict files, print the scores by group, and write what was asked for; 0.

    Args:
        files: the measurements, one file or several.
        output: where to write a line for each quantity; nowhere if None.
        page: the folder of the validation page and its pictures.
        facts: the file of the scores, as facts of the catalog.

    Raises:
        CourseError: a file is of no known kind, or something cannot be read or written.
    """
    files = [files] if isinstance(files, Path) else list(files)
    for written in (output, facts):
        if written is not None and written.resolve() in [file.resolve() for file in files]:
            raise CourseError(f"{written} is the file of measurements itself: give another one")
    every = [pair for file in files for pair in by_row(file)]
    made = [each for _, predicted in every for each in predicted]
    if output is not None:
        write(made, output)
    parts = (
        text.counts(made), text.table(scores(made)), text.set_aside(made), text.skipped(made),
    )  # fmt: skip
    _show("\n\n".join("\n".join(lines) for lines in parts if lines))
    if output is not None:
        print(f"\nwrote {len(made)} quantities to {output}")
    if page is not None or facts is not None:
        _write_more(every, page, facts)
    return 0


def _write_more(
    every: Sequence[tuple[Row, list[Prediction]]], page: Path | None, facts: Path | None
) -> None:
    # here, because pictures are slow to load
    from course_lib.commands.validate import page as pages

    listed = [each for row, predicted in every for each in pages.observed(row, predicted)]
    if facts is not None:
        pages.write_facts(listed, facts)
        print(f"\nwrote the scores to {facts}")
    if page is not None:
        paths = pages.write_page(listed, page)
        print(f"\nwrote {paths[0]} and {len(paths) - 1} pictures")


def _show(words: str) -> None:
    """Print, on a console that lacks a character too."""
    encoding = sys.stdout.encoding or "ascii"
    print(words.encode(encoding, errors="replace").decode(encoding))
