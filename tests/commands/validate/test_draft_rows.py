"""Rows where a draft guesses ahead, by hand."""

from __future__ import annotations

import pytest

from course_lib.commands.validate import draft_rows
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import Guess

DRAFTED = {
    "group": "speculative_specbundle", "model": "Llama-3.1-8B-Instruct", "device": "not stated",
    "metric": "output throughput with draft", "setting": "gsm8k, 6 draft tokens, chain",
    "framework": "SGLang, EAGLE-3 draft", "concurrency": "8", "accept_length": "3.0",
    "baseline_value": "1000",
}  # fmt: skip


def value(**changes: str) -> float:
    found = draft_rows.predict(Given(cells=DRAFTED | changes))
    assert isinstance(found, Guess)
    return found.range.value


def test_drafts_bring_at_most_what_is_accepted() -> None:
    found = value()
    assert 1000 < found < 3000
    assert value(baseline_value="2000") == pytest.approx(2 * found)
    assert value(accept_length="4.5") > found


@pytest.mark.parametrize(
    ("length", "alone", "measured"),
    [("1.763", "181.8", 213.6), ("3.255", "191.0", 422.4), ("3.554", "190.0", 453.7)],
)
def test_published_rows_of_one_user(length: str, alone: str, measured: float) -> None:
    """Llama 3.1 8B under SGLang (SpecForge at a6b6b02): gsm8k, math500 and mtbench."""
    found = value(concurrency="1", accept_length=length, baseline_value=alone)
    assert found == pytest.approx(measured, rel=0.25)


@pytest.mark.parametrize("length", ["0.5", "7.5", "", "x"])
def test_drafts_that_cannot_be(length: str) -> None:
    with pytest.raises(Unpredictable):
        value(accept_length=length)
