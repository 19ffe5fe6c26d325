"""What is said about a guess: the rules, tried at their borders and by sums done by hand."""

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib.teaching.predictions.guess import CLOSE, compare, distance, pairs, right_pairs

POSITIVE = st.floats(1e-12, 1e30)


@pytest.mark.parametrize(
    ("guess", "value", "said"),
    [
        (1.0, 1.0, "exactly right"),
        (1.0001, 1.0, "right in every digit shown"),
        (1.04, 1.0, "close, within 4 %"),
        (1.25, 1.0, "close, within 25 %"),
        (0.8, 1.0, "close, within 25 %"),
        (1.26, 1.0, "1.3 times too much"),
        (1.8, 1.0, "1.8 times too much"),
        (3.0, 1.0, "3 times too much"),
        (0.6, 0.174, "3.4 times too much"),
        (0.174, 0.6, "3.4 times too little"),
        (9.9, 1.0, "9.9 times too much"),
        (9.96, 1.0, "one power of ten too much"),
        (1.0, 10.0, "one power of ten too little"),
        (12.0, 1.0, "about one power of ten too much"),
        (1.0, 46.0, "about 1.5 powers of ten too little"),
        (1.0, 1000.0, "3 powers of ten too little"),
        (1e25, 1e3, "22 powers of ten too much"),
        (0.0, 1.0, "too little"),
        (1.0, 0.0, "too much"),
        (1e-300, 1e300, "600 powers of ten too little"),
    ],
)
def test_a_distance_has_one_scale(guess: float, value: float, said: str) -> None:
    assert distance(guess, value).words == said


def test_half_a_power_is_never_said_of_a_small_factor() -> None:
    assert not any("half" in distance(factor, 1.0).words for factor in (1.8, 2.0, 3.2, 5.6, 9.0))


def test_both_numbers_stand_before_the_distance() -> None:
    said = "You said **60 %**, it is **17.4 %**: 3.4 times too much."
    assert compare(0.6, 0.174, "%") == said
    assert compare(3e9, 3e9, "tokens").endswith("it is **3.00 billion tokens**: exactly right.")


@given(POSITIVE, POSITIVE)
def test_the_words_agree_with_the_numbers(guess: float, value: float) -> None:
    found = distance(guess, value)
    factor = max(guess / value, value / guess)
    assume(abs(factor / CLOSE - 1) > 1e-6)
    if factor > CLOSE:
        assert not found.close and found.way == (1 if guess > value else -1)
        assert found.words.endswith("too much" if guess > value else "too little")
    else:
        assert found.close
    if match := re.search(r"([\d.]+) powers", found.words):
        assert abs(float(match[1]) - math.log10(factor)) <= 0.2501


@given(POSITIVE, POSITIVE)
def test_too_much_one_way_is_too_little_the_other(guess: float, value: float) -> None:
    there, back = distance(guess, value).words, distance(value, guess).words
    assert there.replace("too much", "too little") == back.replace("too much", "too little")


def test_pairs_of_an_order() -> None:
    right = ["a", "b", "c", "d"]
    assert right_pairs(right, right) == (6, 6)
    assert right_pairs(right[::-1], right) == (0, 6)
    assert right_pairs(["b", "a", "c", "d"], right) == (5, 6)
    assert pairs(right, right) == "You had 6 of 6 pairs in the right order."
