"""A rubric's page gives its task and samples, and a page that breaks its shape is refused."""

from pathlib import Path

import pytest

from course_lib.authoring import rubric
from course_lib.errors import SourceError

PAGE = """# Rubric for `choice`, exercise 03

## Excellent: 3 of 3 points

> Full attention, because
> a window sees 1 024 tokens.

Why: all three.

## Middling: 1.5 of 3 points

> A window.

## Poor: 0 of 3 points

> It depends.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "03_try.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_samples_are_read_in_order(page: Path) -> None:
    found = rubric.read(page)
    assert found.task == "choice"
    assert [(sample.kind, sample.points, sample.of) for sample in found.samples] == [
        ("Excellent", 3, 3),
        ("Middling", 1.5, 3),
        ("Poor", 0, 3),
    ]
    assert found.samples[0].text == "Full attention, because\na window sees 1 024 tokens."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# Rubric for", "# For", "its first line must be"),
        ("## Middling", "## Fair", "its headings with points must be Excellent, Middling, Poor"),
        ("> A window.", "A window.", "Middling has no answer in a block quote"),
        ("Excellent: 3 of", "Excellent: 2 of", "points must fall from all of them"),
        ("Poor: 0", "Poor: 1.5", "points must fall from all of them"),
    ],
)
def test_a_broken_page_is_refused(page: Path, old: str, new: str, said: str) -> None:
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        rubric.read(page)
