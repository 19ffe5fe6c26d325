"""What people type, and what they are told about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.teaching.predictions.guess import compare, example, pairs, read
from course_lib.teaching.say.fmt import fmt


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
        ("lots", "", "starts with no number"),
        ("-3", "", "starts with no number"),
        ("8 bananas", "", "bananas"),
        ("half", "%", "40 %"),
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


@pytest.mark.parametrize(
    "unit", ["", "%", "B", "s", "x", "USD", "GiB", "tokens", "FLOP/s", "J/token"]
)
def test_every_example_can_be_read(unit: str) -> None:
    assert read(example(unit).partition(" or ")[0], unit) > 0


@pytest.mark.parametrize(
    ("guess", "value", "said"),
    [
        (0.6, 0.174, "3.4 times too much, half a power of ten."),
        (0.174, 0.6, "3.4 times too little, half a power of ten."),
        (1.0, 10.0, "10 times too little, one power of ten."),
        (1.0, 1000.0, "1 000 times too little, 3 powers of ten."),
        (1.5, 1.0, "1.5 times too much."),
        (1.04, 1.0, "close, within 4 %."),
        (1.0, 1.0, "exactly."),
        (0.0, 1.0, "no factor can be given."),
        (1.0, 0.0, "no factor can be given."),
    ],
)
def test_a_guess_is_judged_by_its_factor(guess: float, value: float, said: str) -> None:
    assert compare(guess, value).replace("\u202f", " ").endswith(said)


def test_pairs_of_an_order() -> None:
    right = ["a", "b", "c", "d"]
    assert "6 of 6" in pairs(right, right)
    assert "0 of 6" in pairs(right[::-1], right)
    assert "5 of 6" in pairs(["b", "a", "c", "d"], right)
