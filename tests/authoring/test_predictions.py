"""The listing of predictions: what stands above, what is asked, and numbers given away."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring.predictions import listing, predictions


def code(text: str, shown: str = "") -> Any:
    """A code cell that shows a text."""
    outputs = [v4.new_output("display_data", data={"text/plain": shown})] if shown else []
    return v4.new_code_cell(text, outputs=outputs)


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """Two built lessons; the first one's key points hold the second one's answer."""
    first = [
        v4.new_markdown_cell("# 01 · One"),
        v4.new_markdown_cell("## Key points"),
        code("say('...')", "The share is 16.7 %, of 8 layers."),
    ]
    second = [
        v4.new_markdown_cell("# 02 · Two"),
        v4.new_markdown_cell("Text above with 42.5 in it."),
        code("guess = predict('share', 'Which share?')", "Predict: Which share?"),
        v4.new_markdown_cell("Text below."),
        code("part = 0.167"),
        code("guess.reveal(part)", "It is 16.7 %, of 8."),
    ]
    for name, cells in (("01_one", first), ("02_two", second)):
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    return tmp_path


def test_a_prediction_stands_with_its_surroundings(lessons: Path) -> None:
    (found,) = predictions(lessons)
    assert (found.lesson, found.id) == ("02_two", "share")
    assert "42.5" in found.above and "Which share?" not in found.above
    assert found.question == "Predict: Which share?"
    assert found.below == "Text below."
    assert found.answer == "It is 16.7 %, of 8."


def test_a_number_of_the_answer_in_earlier_key_points_is_named(lessons: Path) -> None:
    (found,) = predictions(lessons)
    assert found.shared == (("01_one's key points", "16.7"),)  # and not the 8, which tells nothing


def test_the_listing_holds_the_lessons_asked_for(lessons: Path) -> None:
    assert list(listing(lessons, {"01_one"})) == []
    (text,) = listing(lessons, {"02_two"})
    assert "shares 16.7 with 01_one's key points" in text
