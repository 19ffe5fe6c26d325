"""Ranges as guesses: kept before the truth, frozen after it, judged in powers of two."""

from typing import Any

import pytest

from course_lib.estimators.ranges import Range
from course_lib.teaching import state
from course_lib.teaching.predictions import replay
from course_lib.teaching.progress import progress

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def _typed(form: replay.RangePrediction, low: str, high: str) -> None:
    form.boxes[0].value, form.boxes[1].value = low, high
    form.button.click()


def test_a_range_is_kept_and_judged(shown: Shown) -> None:
    form = replay.predict_range("blind_one", "How many card hours?")
    _typed(form, "100", "400")
    assert "100 to 400" in form.status.value
    form.reveal(800)
    assert (
        "misses" in shown[-1][0]["text/plain"]
        and "2.00 powers of two off" in shown[-1][0]["text/plain"]
    )
    form.reveal(300)
    assert "holds" in shown[-1][0]["text/plain"]


def test_without_a_range_the_truth_is_shown_all_the_same(shown: Shown) -> None:
    replay.predict_range("blind_one", "How many card hours?").reveal(768)
    assert shown[-1][0]["text/plain"] == "It is 768."


def test_a_range_made_after_the_truth_does_not_replace_the_first(shown: Shown) -> None:
    form = replay.predict_range("blind_one", "How many card hours?")
    _typed(form, "100", "400")
    form.reveal(800)
    _typed(form, "790", "810")
    assert form.guess().low == 100


def test_its_middle_counts_in_the_calibration(shown: Shown) -> None:
    form = replay.predict_range("blind_one", "How many card hours?")
    _typed(form, "100", "400")
    form.reveal(2000)
    (found,) = [guess for guess in progress.collect().guesses if guess.id == "blind_one"]
    assert found.powers == pytest.approx(-1)


@pytest.mark.parametrize(
    ("low", "high"), [("400", "100"), ("", "100"), ("many", "more"), ("100", "100"), ("-5", "3")]
)
def test_what_is_no_range_is_told_kindly(shown: Shown, low: str, high: str) -> None:
    form = replay.predict_range("blind_one", "How many card hours?")
    _typed(form, low, high)
    assert form.guess() is None and form.status.value


def test_it_reads_without_widgets_and_has_labels(shown: Shown) -> None:
    form = replay.predict_range("blind_one", "How many card hours?")
    bundle = shown[0][0]
    assert "How many card hours?" in bundle["text/plain"] and "not above" in bundle["text/html"]
    assert all(box.description for box in form.boxes)


@pytest.mark.parametrize(
    "section", [{"blind_one": [1]}, {"blind_one": "x"}, {"blind_one": [3, 2]}, [], None]
)
def test_a_broken_file_is_passed_over(section: Any) -> None:
    assert replay.kept_range(state.empty() | {"ranges": section}, "blind_one") is None


def test_scores_show_every_row_and_return_the_summary(shown: Shown) -> None:
    span = Range(low=2, value=4, high=8)
    found = replay.scores([("one", span, 4), ("two", span, 16)], caption="Blind")
    text = shown[-1][0]["text/plain"]
    assert found.hits == 0.5 and found.error == 1
    assert "misses it" in text and "2 to 8" in text
