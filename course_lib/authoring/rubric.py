"""The rubric of an answer in words: a page for whoever marks it, with three samples.

One page an exercise, `docs/rubrics/NN_name.md`. Its first line names the task; each sample has a
heading with its points and stands in a block quote. The samples are tried like answers, so that the
check lets through whatever a person is to mark.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import SourceError

KINDS = ("Excellent", "Middling", "Poor")
TITLE = re.compile(r"# Rubric for `(\w+)`, exercise \d\d")
HEADING = re.compile(r"^## (\w+): ([\d.]+) of (\d+) points$", flags=re.MULTILINE)
QUOTE = re.compile(r"(?:^>.*\n?)+", flags=re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One answer with its points."""

    kind: str
    """One of `KINDS`."""
    points: float
    """What it earns, of the task's points in all."""
    of: int
    """What the task is worth in all."""
    text: str
    """The answer."""


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """A page of samples."""

    task: str
    """The task it is for."""
    samples: tuple[Sample, ...]
    """One of each kind, best first."""


def read(path: Path) -> Rubric:
    """The rubric on one page.

    Raises:
        SourceError: no title, not one sample of each kind in order, one without a quote, or points
            that do not fall from all of them.
        FileNotFoundError: there is no such page.
    """
    page = path.read_text(encoding="utf-8")
    title = TITLE.match(page)
    if not title:
        raise _fault(path, "its first line must be `# Rubric for `task`, exercise NN`")
    headings = list(HEADING.finditer(page))
    if tuple(heading[1] for heading in headings) != KINDS:
        raise _fault(path, f"its headings with points must be {', '.join(KINDS)}")
    ends = [heading.start() for heading in headings[1:]] + [len(page)]
    samples = tuple(
        _sample(path, heading, page[heading.end() : end])
        for heading, end in zip(headings, ends, strict=True)
    )
    points = [sample.points for sample in samples]
    if points[0] != samples[0].of or points != sorted(set(points), reverse=True):
        raise _fault(path, f"points must fall from all of them, not {points}")
    return Rubric(task=title[1], samples=samples)


def _sample(path: Path, heading: re.Match[str], below: str) -> Sample:
    """One sample from its heading and what stands below."""
    quote = QUOTE.search(below)
    if not quote:
        raise _fault(path, f"{heading[1]} has no answer in a block quote")
    text = "\n".join(line.removeprefix(">").strip() for line in quote[0].splitlines())
    return Sample(kind=heading[1], points=float(heading[2]), of=int(heading[3]), text=text)


def _fault(path: Path, rule: str) -> SourceError:
    return SourceError(f"{path.parent.name}/{path.name}: {rule}")
