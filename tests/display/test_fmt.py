"""Numbers as people read them, against a second way of reading them back."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib.display.fmt import GROUP, fmt, group, short

PREFIX = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
    "Z": 10**21,
    "Y": 10**24,
}
WORD = {
    "": 1,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
}


def plain(text: str) -> str:
    return text.replace(GROUP, " ")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (999.4, "W", "999 W"),
        (999.5, "W", "1.00 kW"),
        (999.95, "W", "1.00 kW"),
        (999_499, "B", "999 kB"),
        (999_500, "B", "1.00 MB"),
        (512, "byte", "512 B"),
        (16_060_522_496, "byte", "16.1 GB"),
        (2**30, "GiB", "1.00 GiB"),
        (3.8e25, "FLOP", "3.80 × 10²⁵ FLOP"),
        (989.5e12, "FLOP/s", "990 TFLOP/s"),
        (0.0005, "J", "500 µJ"),
        (1234, "Wh", "1.23 kWh"),
        (0.5, "FLOP", "0.500 FLOP"),
        (8_030_261_248, "parameters", "8.03 billion parameters"),
        (405e9, "", "405 billion"),
        (1.04e12, "tokens", "1.04 trillion tokens"),
        (9216, "", "9 216"),
        (9999.6, "", "10.0 thousand"),
        (1, "layers", "1 layer"),
        (32, "layers", "32 layers"),
        (0, "tokens", "0 tokens"),
        (3.7, "", "3.70"),
        (0.174, "%", "17.4 %"),
        (1, "%", "100 %"),
        (3, "x", "3.00x"),
        (3.3e-9, "s", "3.30 ns"),
        (59.96, "s", "1 min"),
        (-59.96, "s", "-1 min"),
        (86_399, "s", "1 day"),
        (59.94, "s", "59.9 s"),
        (90, "s", "1.50 min"),
        (7200, "s", "2 h"),
        (3 * 86_400, "s", "3 days"),
        (31_557_600, "s", "1 year"),
        (3 * 31_557_600, "s", "3 years"),
        (3.15576e14, "s", "10.0 million years"),
        (15_000, "USD", "USD 15 000"),
        (98.32, "USD", "USD 98.32"),
        (78e6, "USD", "USD 78.0 million"),
        (3.5, "USD/h", "USD 3.50/h"),
        (131_072, "B/token", "131 kB/token"),
        (2024, "year", "2024"),
        (-8e9, "", "-8.00 billion"),
        (1e21, "tokens", "1.00 × 10²¹ tokens"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert plain(fmt(value, unit)) == text


def test_every_digit_on_request() -> None:
    assert plain(fmt(8_030_261_248, exact=True)) == "8 030 261 248"
    assert plain(fmt(16_060_522_496, "B", digits="all")) == "16 060 522 496 B"
    assert plain(fmt(15_234, "USD", exact=True)) == "USD 15 234"
    with pytest.raises(ValueError, match="whole numbers"):
        fmt(1.5, exact=True)
    with pytest.raises(ValueError, match="counts, bytes"):
        fmt(1, "%", exact=True)


def test_digits_can_be_chosen() -> None:
    assert fmt(8_030_261_248, digits=1) == "8 billion"
    assert fmt(0.17382, "%", digits=4) == "17.38 %"
    with pytest.raises(ValueError, match="digits=0"):
        fmt(1, digits=0)


@pytest.mark.parametrize(
    "value", [None, "3", True, np.bool_(True), 1j, [1], np.array([1.0]), np.array(1.0)]
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value="):
        fmt(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        fmt(value)


@pytest.mark.parametrize(
    "unit", ["GB", "kWh", "TFLOP/s", "ms", "FLOPS", "hours", "percent", "$", "MiB", "B/"]
)
def test_a_unit_with_a_prefix_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="unit="):
        fmt(1, unit)


def test_numpy_scalars_and_fractions_are_numbers() -> None:
    assert fmt(np.int64(32), "layers") == "32 layers"
    assert fmt(np.float32(0.5), "%") == "50.0 %"
    assert fmt(Fraction(1, 4), "%") == "25.0 %"  # type: ignore[arg-type]


@given(st.floats(1e-3, 9.98e20))
def test_a_prefix_changes_no_value(value: float) -> None:
    digits, prefix = re.fullmatch(r"([\d.]+) ([kMGTPEZY]?)B", fmt(value, "B")).groups()  # type: ignore[union-attr]
    assert float(digits) * PREFIX[prefix] == pytest.approx(value, rel=0.00501)
    assert float(digits) < 1000


@given(st.integers(0, 10**17))
def test_a_word_changes_no_value(value: int) -> None:
    digits, _, word = fmt(value).partition(" ")
    assert abs(int(Decimal(digits.replace(GROUP, "")) * WORD[word]) - value) <= 0.00501 * value
    assert value >= 10_000 or fmt(value).replace(GROUP, "") == str(value)


@given(
    st.floats(1e-15, 1e18),
    st.sampled_from(["B", "FLOP/s", "s", "%", "x", "USD", "", "GiB", "J"]),
    st.integers(1, 6),
)
def test_nothing_trails(value: float, unit: str, digits: int) -> None:
    text = fmt(value, unit, digits)
    assert text == text.strip() and "  " not in text and ". " not in text


@given(st.integers(-(10**30), 10**30))
def test_every_digit_means_every_digit(value: int) -> None:
    assert int(fmt(value, exact=True).replace(GROUP, "")) == value


@given(st.integers(0, 10**12))
def test_groups_are_of_three(value: int) -> None:
    assert group(str(value)).split(GROUP)[1:] == f"{value:,}".split(",")[1:]


@given(st.floats(1e-6, 1e15), st.floats(1.2, 50))
def test_more_seconds_never_read_as_less(seconds: float, factor: float) -> None:
    sizes = {
        "fs": 1e-15,
        "ps": 1e-12,
        "ns": 1e-9,
        "µs": 1e-6,
        "ms": 1e-3,
        "s": 1,
        "min": 60,
        "h": 3600,
    }
    sizes |= {"day": 86_400, "days": 86_400, "year": 31_557_600, "years": 31_557_600}

    def back(text: str) -> float:
        digits, *words = text.replace(GROUP, "").split(" ")
        return float(digits) * sizes[words[-1]] * (WORD[words[0]] if len(words) == 2 else 1)

    assert back(fmt(seconds * factor, "s")) > back(fmt(seconds, "s"))


def test_ticks_lose_trailing_zeros_only() -> None:
    assert [short(value, "%") for value in (0.5, 0.125, 1, 0)] == ["50 %", "12.5 %", "100 %", "0 %"]
    assert [short(value) for value in (10_000, 2e9, 1.25e6, 100)] == [
        "10 thousand",
        "2 billion",
        "1.25 million",
        "100",
    ]
    assert short(2.5, "x") == "2.5x"


@given(
    st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=20),
    st.sampled_from(["", "B", "s", "%", "x", "USD", "Wh"]),
    st.permutations(range(20)),
)
def test_the_order_of_a_sum_is_never_shown(parts: list[float], unit: str, order: list[int]) -> None:
    """Sums of the same numbers in another order, plain or exact, look alike: 2 stays 2."""
    shuffled = [parts[place] for place in order if place < len(parts)]
    total = 0.0
    for part in shuffled:
        total += part
    assume(not _near_a_tie(total))
    assert fmt(total, unit) == fmt(math.fsum(parts), unit)


def _near_a_tie(total: float) -> bool:
    """Whether some rounding of a number to a few digits lies next to a half: rightly undecided."""
    digits = f"{total:.17g}".replace(".", "").lstrip("0").partition("e")[0]
    return any(run in digits[1:] for run in ("4999999", "5000000"))


@pytest.mark.parametrize(
    ("value", "whole"), [(2.0000000000000004, 2), (1.9999999999999998, 2), (99.99999999999999, 100)]
)
def test_a_whole_number_a_rounding_step_off_is_whole(value: float, whole: int) -> None:
    assert fmt(value) == fmt(whole)
    assert fmt(value, "parameters") == fmt(whole, "parameters")
