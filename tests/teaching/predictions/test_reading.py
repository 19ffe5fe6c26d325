"""What people type, and how they are told to type it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.display.fmt import fmt
from course_lib.teaching.predictions.reading import box_words, how_to_type, read


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1e9", "", 1e9),
        ("8 billion", "", 8e9),
        ("8 Billion parameters", "parameters", 8e9),
        ("8B", "parameters", 8e9),
        ("3k", "", 3000),
        ("1 thousand billion", "", 1e12),
        ("about 12", "layers", 12),
        ("12 layers", "layers", 12),
        ("1,500", "", 1500),
        ("1,5", "", 1.5),
        ("1 500 000", "", 1.5e6),
        ("10^9", "", 1e9),
        ("10**9", "", 1e9),
        ("2^30", "", 2**30),
        ("3 x 10^9", "", 3e9),
        ("3 × 10⁹", "", 3e9),
        (".5", "", 0.5),
        ("17", "%", 0.17),
        ("17 %", "%", 0.17),
        ("0.17", "%", 0.0017),
        ("16 GB", "B", 16e9),
        ("16 GiB", "B", 16 * 2**30),
        ("16", "B", 16),
        ("3 TFLOP/s", "FLOP/s", 3e12),
        ("3T", "FLOP", 3e12),
        ("40 kWh", "Wh", 40e3),
        ("2 days", "s", 172_800),
        ("3 centuries", "s", 300 * 31_557_600),
        ("5 ms", "s", 0.005),
        ("5 million years", "s", 5e6 * 31_557_600),
        ("3x", "x", 3),
        ("3 times", "x", 3),
        ("USD 15 000", "USD", 15_000),
        ("$15k", "USD", 15_000),
    ],
)
def test_what_people_type(text: str, unit: str, value: float) -> None:
    assert read(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("", "", "no number yet"),
        ("lots", "", "not start with a number"),
        ("-3", "", "not start with a number"),
        ("8 bananas", "", "bananas"),
        ("half", "%", "counts as per cent"),
        ("1,2,3", "", "commas"),
        ("1.000.000", "", "means nothing"),
        ("1e999", "", "too large"),
        ("9^999999", "", "too large"),
        ("3 GB", "s", "GB"),
        ("3 GB", "%", "GB"),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_sentence(text: str, unit: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as problem:
        read(text, unit)
    assert str(problem.value)[-1] in ".?"


@given(st.text(max_size=30), st.sampled_from(["", "%", "B", "s", "x", "USD", "tokens", "FLOP/s"]))
def test_any_text_is_a_number_or_a_sentence(text: str, unit: str) -> None:
    try:
        assert read(text, unit) >= 0
    except ValueError as problem:
        assert str(problem)


@given(
    st.floats(1e-3, 1e14),
    st.sampled_from(["", "%", "B", "s", "x", "USD", "tokens", "FLOP/s", "Wh"]),
)
def test_what_is_shown_can_be_typed(value: float, unit: str) -> None:
    assert read(fmt(value, unit), unit) == pytest.approx(value, rel=0.006)


UNITS = ["", "%", "B", "s", "x", "USD", "GiB", "tokens", "FLOP", "FLOP/s", "J/token", "year"]


@pytest.mark.parametrize("unit", UNITS)
def test_no_size_is_named_before_a_guess(unit: str) -> None:
    """A single number in a hint is taken for a tip; the three powers of ten are for FLOPs alone."""
    said = box_words(unit) + how_to_type(unit)
    numbers = re.findall(r"\d+", said.replace("1e...", ""))
    assert numbers == (["1", "6", "1", "12", "1", "18"] if unit == "FLOP" else [])
    assert box_words(unit) and len(box_words(unit)) <= 16
    assert how_to_type(unit).endswith(".")


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_that_cannot_be_read_is_told_how_to_type(unit: str) -> None:
    with pytest.raises(ValueError) as problem:
        read("lots", unit)
    assert str(problem.value).endswith(how_to_type(unit))


@pytest.mark.parametrize(
    ("typed", "unit"), [("3 kB/s", "B/s"), ("3 TB/s", "B/s"), ("3 years", "s"), ("1e12", "FLOP")]
)
def test_what_the_hints_name_can_be_read(typed: str, unit: str) -> None:
    assert read(typed, unit) > 0 and typed.split()[-1][:3] in how_to_type(unit)
