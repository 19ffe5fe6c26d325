"""The verdicts that the lessons reached, collected from the outputs of the built notebooks.

Design choices:
- Nothing is typed here. `verdict` leaves a machine-readable record beside what it shows; this
  module reads those records from `lessons/`, so that a verdict is exactly what its lesson computed
  when it was built.
- A record that no longer fits its claim (its numbers were renamed since) counts as missing: its
  lesson must be rebuilt.
- Where two lessons decide the same claim, the later one counts, because it knows more; the earlier
  cell stays linked.
- A link names a cell (`#cell-id=verdict_size`): JupyterLab scrolls to it, and pages made by
  nbconvert have that id. Elsewhere it opens the notebook, so each link also says under which
  heading the cell stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course_lib.teaching import built
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import Rule, decide
from course_lib.teaching.claims.verdict import MIME

IDS = tuple(dict.fromkeys(id[:3] for id in claims.load(claims.FILE)))
"""The claims of the three articles and the sentences of 2026, without the letters of their
parts."""

__all__ = ["IDS", "Place", "Ruling", "lines", "rulings", "waiting"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the course a verdict was reached."""

    lesson: str
    """The lesson, such as "01_parameters"."""
    cell: str
    """The id of the cell."""
    section: str
    """The heading that the cell stands under."""

    @property
    def link(self) -> str:
        """The address of the cell from a notebook of `lessons/`.

        >>> Place(lesson="01_parameters", cell="verdict_size", section="Idea 1: few integers").link
        '../lessons/01_parameters.ipynb#cell-id=verdict_size'
        """
        return f"../lessons/{self.lesson}.ipynb#cell-id={self.cell}"

    @property
    def words(self) -> str:
        """The place in words, short: the lesson's number and the heading up to its colon.

        >>> Place(lesson="01_parameters", cell="verdict_size", section="Idea 1: few integers").words
        '01, Idea 1'
        """
        return ", ".join(filter(None, (self.lesson[:2], self.section.partition(":")[0])))


@dataclass(frozen=True, kw_only=True, eq=False)
class Ruling:
    """One verdict as a built lesson recorded it."""

    claim: claims.Claim
    """The claim, or the part of one."""
    verdict: str
    """One of the five verdicts, as recorded."""
    numbers: Mapping[str, float]
    """The numbers it was decided on, by name, in base units, to three significant digits."""
    source: str
    """Where the numbers come from."""
    place: Place
    """The cell that earned it."""
    measured: bool
    """Whether the cell measured on the machine that built the lesson, so that other machines may
    differ."""
    earlier: tuple[Place, ...] = ()
    """Cells of earlier lessons that decided the same claim."""
    instead: str = ""
    """The claim rewritten so that it holds, one line of Markdown; blank where the lesson has
    none."""
    close: tuple[tuple[str, str], ...] = ()
    """Other published inputs, in words, and the other verdict that each would give."""

    @property
    def rule(self) -> Rule:
        """The rule that decides on the recorded numbers."""
        return decide(self.claim.rules, self.numbers)

    def record(self) -> dict[str, object]:
        """The ruling as plain data, for a test to compare."""
        return {
            "claim": self.claim.id,
            "verdict": self.verdict,
            "numbers": dict(sorted(self.numbers.items())),
            "lesson": self.place.lesson,
            "cell": self.place.cell,
        }


def rulings(folder: Path | None = None) -> dict[str, Ruling]:
    """Every verdict of the built lessons, by claim, in the order of the claims; a claim without one
    is not in it.

    Args:
        folder: a folder of built notebooks; the course's own `lessons/` if None.

    Raises:
        FileNotFoundError: there is no such folder: the course was installed without its notebooks.
    """
    folder = built.lessons() if folder is None else folder
    if not folder.is_dir():
        raise FileNotFoundError(
            f"folder={str(folder)!r}: must hold the built lessons. Their verdicts stand in the "
            "course's folder, not in the installed package: get that folder (a clone), and start "
            "`course lab` in it"
        )
    latest: dict[str, Ruling] = {}
    for path in built.notebooks(folder):  # in the course's order: later ones win
        for ruling in _of_notebook(path):
            before = latest.get(ruling.claim.id)
            earlier = (*before.earlier, before.place) if before else ()
            latest[ruling.claim.id] = replace(ruling, earlier=earlier)
    return {id: latest[id] for id in claims.load(claims.FILE) if id in latest}


def lines(found: Mapping[str, Ruling]) -> dict[str, dict[str, Ruling | None]]:
    """The rulings by claim: each claim with its parts, or with itself; None where nothing is
    decided.

    >>> [list(parts) for id, parts in lines({}).items() if id in ("A07", "A15")]
    [['A07'], ['A15a', 'A15b', 'A15c']]
    """
    known = list(claims.load(claims.FILE))
    # "A15b" without its letter is "A15"
    return {id: {part: found.get(part) for part in known if part[:3] == id} for id in IDS}


def waiting(found: Mapping[str, Ruling], folder: Path | None = None) -> dict[str, str]:
    """Why a claim has no verdict, for each that has none: its lesson is not built yet, or was built
    without deciding it.

    Args:
        found: the rulings.
        folder: a folder of built notebooks; the course's own `lessons/` if None.
    """
    there = {path.stem for path in built.notebooks(built.lessons() if folder is None else folder)}
    reasons = {}
    for id, claim in claims.load(claims.FILE).items():
        if id not in found:
            lacking = [lesson for lesson in claim.lessons if lesson not in there]
            asked = " and ".join(name[:2] for name in lacking or claim.lessons)
            reasons[id] = (
                f"Lesson {asked} will decide it."
                if lacking
                else f"Lesson {asked} must be built again: it holds no verdict on this claim."
            )
    return reasons


def _of_notebook(path: Path) -> Iterator[Ruling]:
    """The rulings of one notebook, in its order. A notebook that is no notebook has none."""
    for found in built.records(path, MIME):
        # a card leaves one record, a table of verdicts a list of them
        for record in found.record if isinstance(found.record, list) else [found.record]:
            if (ruling := _ruling(record, found)) is not None:
                yield ruling


def _ruling(record: Mapping[str, Any], found: built.Found) -> Ruling | None:
    """The ruling of one record; None where it does not fit its claim any more."""
    claim = claims.load(claims.FILE).get(str(record.get("claim")))
    numbers = record.get("numbers")
    if (
        claim is None
        or not isinstance(numbers, dict)
        or not numbers
        or set(numbers) != set(claim.numbers)
    ):
        return None
    return Ruling(
        claim=claim,
        verdict=str(record["verdict"]),
        numbers={name: numbers[name] for name in claim.numbers},
        source=str(record["source"]),
        place=Place(lesson=found.lesson, cell=found.cell, section=found.section),
        measured="measured" in found.tags,
        # records of older builds lack these
        instead=str(record.get("instead", "")),
        close=tuple((str(words), str(verdict)) for words, verdict in record.get("close", ())),
    )
