"""The checks of arguments: what they let through unchanged, and that they name what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_lib import checks

Check = Callable[..., Any]
OF_NUMBERS: tuple[Check, ...] = (
    checks.finite,
    checks.positive,
    checks.share,
    checks.whole,
    checks.single,
    checks.single_whole,
)
ONE_NUMBER: tuple[Check, ...] = (checks.single, checks.single_whole)

NAMES = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
INTS = st.integers(-(10**400), 10**400)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ENDLESS = st.sampled_from([float("nan"), float("inf"), float("-inf")])
LISTS = st.lists(FLOATS, min_size=1, max_size=5)
SMALL = st.integers(1, 60)
NO_NUMBERS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers().map(str),
    st.binary(),
    st.dictionaries(st.text(), st.integers(), max_size=2),
    st.sets(st.integers(), max_size=2),
    st.complex_numbers(allow_nan=False, allow_infinity=False),
    st.lists(st.text(min_size=1), min_size=1, max_size=3),
)
ODD = (
    object,
    [None],
    [[1, 2], [3]],
    np.array([True]),
    np.bool_(True),
    Fraction(1, 2),
    np.datetime64("2024-01-01"),
)


def refused(kind: type[Exception], name: str, value: object, check: Check, *more: object) -> str:
    """What the check says; it must begin with the argument's name and show the value."""
    with pytest.raises(kind) as caught:
        check(name, value, *more)
    said = str(caught.value)
    assert said.startswith(f"{name} must ")
    shown = " ".join(repr(value).split())
    assert (shown if len(shown) <= 80 else shown[:70]) in said
    return said


@given(check=st.sampled_from(OF_NUMBERS), name=NAMES, value=NO_NUMBERS)
def test_what_is_no_number_is_refused_by_name(check: Check, name: str, value: object) -> None:
    assert "number" in refused(TypeError, name, value, check)


@pytest.mark.parametrize("check", OF_NUMBERS)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_what_only_looks_like_a_number_is_refused(check: Check, value: object) -> None:
    assert "number" in refused(TypeError, "batch", value, check)


@given(check=st.sampled_from(OF_NUMBERS), name=NAMES, value=ENDLESS)
def test_nan_and_infinity_are_refused_by_name(check: Check, name: str, value: float) -> None:
    assert "finite" in refused(ValueError, name, value, check)


@given(check=st.sampled_from(OF_NUMBERS[:4]), good=LISTS, bad=ENDLESS, place=st.integers(0, 4))
def test_one_nan_spoils_an_array(check: Check, good: list[float], bad: float, place: int) -> None:
    good.insert(place, bad)
    assert "finite" in refused(ValueError, "batch", good, check)


@pytest.mark.parametrize("check", OF_NUMBERS)
@pytest.mark.parametrize("empty", [[], (), np.zeros((3, 0))])
def test_an_empty_array_is_refused_by_name(check: Check, empty: object) -> None:
    with pytest.raises(ValueError, match="batch must hold at least one number"):
        check("batch", empty)


@given(value=INTS | FLOATS)
def test_finite_hands_a_number_on_as_it_is(value: float) -> None:
    found = checks.finite("x", value)
    assert found == value
    assert type(found) is type(value)


@given(value=st.integers(-(2**63), 2**63 - 1))
def test_finite_makes_numpy_ints_exact(value: int) -> None:
    found = checks.finite("x", np.int64(value))
    assert found == value
    assert type(found) is int


@given(values=LISTS)
def test_finite_makes_float64_of_anything_longer(values: list[float]) -> None:
    for given_as in (values, tuple(values), np.array(values), np.array([values])):
        found = checks.finite("x", given_as)
        assert isinstance(found, np.ndarray)
        assert found.dtype == np.float64
        assert found.shape == np.shape(given_as)
        assert found.ravel().tolist() == values


@given(values=st.lists(st.integers(-(2**53), 2**53), min_size=1))
def test_ints_in_an_array_become_floats_that_do_not_wrap(values: list[int]) -> None:
    found = checks.finite("x", np.array(values, dtype=np.int64))
    assert (found * 2**40).tolist() == [float(value * 2**40) for value in values]


def test_finite_hands_on_a_copy() -> None:
    given_array = np.array([1.0, 2.0])
    checks.finite("x", given_array)[0] = 7.0
    assert given_array.tolist() == [1.0, 2.0]


@given(value=INTS | FLOATS, zero=st.booleans())
def test_positive(value: float, zero: bool) -> None:
    if value > 0 or (zero and value == 0):
        assert checks.positive("watts", value, zero=zero) == value
    else:
        said = refused(ValueError, "watts", value, checks.positive, zero)
        assert ("zero or more" if zero else "above zero") in said


@given(values=LISTS, zero=st.booleans())
def test_positive_of_an_array_looks_at_every_number(values: list[float], zero: bool) -> None:
    if all(value > 0 or (zero and value == 0) for value in values):
        assert checks.positive("watts", values, zero).tolist() == values
    else:
        refused(ValueError, "watts", values, checks.positive, zero)


@given(value=INTS | FLOATS | st.floats(-0.5, 1.5), zero=st.booleans())
@example(value=1, zero=False)
@example(value=0.0, zero=True)
def test_share(value: float, zero: bool) -> None:
    if 0 < value <= 1 or (zero and value == 0):
        assert checks.share("mfu", value, zero=zero) == value
    else:
        refused(ValueError, "mfu", value, checks.share, zero)


@given(values=st.lists(st.floats(0, 1.2), min_size=1, max_size=4))
def test_share_of_an_array_looks_at_every_number(values: list[float]) -> None:
    if all(0 < value <= 1 for value in values):
        assert checks.share("mfu", values).tolist() == values
    else:
        refused(ValueError, "mfu", values, checks.share)


def test_a_share_in_per_cent_is_told_the_rule() -> None:
    with pytest.raises(ValueError, match=r"^mfu must be above 0 and at most 1, got 40$"):
        checks.share("mfu", 40)
    with pytest.raises(ValueError, match=r"^gap must be from 0 to 1, got 1\.5$"):
        checks.share("gap", 1.5, zero=True)


@given(check=st.sampled_from([checks.whole, checks.single_whole]), value=INTS, least=INTS)
def test_whole_keeps_ints_of_any_size_exact(check: Check, value: int, least: int) -> None:
    if value >= least:
        found = check("layers", value, least)
        assert found == value
        assert type(found) is int
    else:
        said = refused(ValueError, "layers", value, check, least)
        assert f"at least {least}" in said


@given(check=st.sampled_from([checks.whole, checks.single_whole]), value=FLOATS)
def test_whole_takes_a_float_only_if_it_is_whole(check: Check, value: float) -> None:
    if not value.is_integer():
        assert "a whole number" in refused(ValueError, "layers", value, check)
    elif value < 1:
        assert "at least 1" in refused(ValueError, "layers", value, check)
    else:
        found = check("layers", value)
        assert found == value
        assert type(found) is int


@given(values=st.lists(st.integers(-3, 9) | st.floats(0, 9), min_size=1, max_size=4))
def test_whole_of_an_array_looks_at_every_number(values: list[float]) -> None:
    if all(float(value).is_integer() and value >= 1 for value in values):
        assert checks.whole("layers", values).tolist() == values
    else:
        refused(ValueError, "layers", values, checks.whole)


@given(check=st.sampled_from(ONE_NUMBER), name=NAMES, values=st.lists(SMALL, min_size=1))
def test_an_array_is_no_single_number(check: Check, name: str, values: list[int]) -> None:
    for given_as in (values, tuple(values), np.array(values), np.array([values], dtype=float)):
        assert "a single number" in refused(TypeError, name, given_as, check)


@given(value=INTS | FLOATS)
def test_single_hands_a_number_on_as_it_is(value: float) -> None:
    found = checks.single("x", value)
    assert found == value
    assert type(found) is type(value)


@given(value=SMALL)
def test_an_array_without_axes_is_a_single_number(value: int) -> None:
    assert checks.single("x", np.array(value)) == value
    assert checks.single_whole("x", np.array(value)) == value


@given(part=SMALL, times=SMALL, rest=st.integers(0, 59))
def test_divides(part: int, times: int, rest: int) -> None:
    rest %= part
    if rest == 0:
        checks.divides("n_kv_heads", part, "n_heads", part * times)
    else:
        total = part * times + rest
        message = f"^n_kv_heads must divide n_heads, got n_kv_heads={part} and n_heads={total}$"
        with pytest.raises(ValueError, match=message):
            checks.divides("n_kv_heads", part, "n_heads", total)


@given(part=SMALL, times=st.lists(SMALL, min_size=2, max_size=4), place=st.integers(0, 3))
def test_divides_looks_at_every_number(part: int, times: list[int], place: int) -> None:
    totals = np.array(times, dtype=float) * part
    checks.divides("part", part, "total", totals)
    totals[place % len(times)] += 0.5
    with pytest.raises(ValueError, match="part must divide total"):
        checks.divides("part", part, "total", totals)


@given(choices=st.lists(st.text(max_size=5), min_size=1, unique=True), value=st.text(max_size=5))
def test_one_of(choices: list[str], value: str) -> None:
    for choice in choices:
        assert checks.one_of("format", choice, choices) == choice
    if value not in choices:
        assert ", ".join(choices) in refused(ValueError, "format", value, checks.one_of, choices)


@given(name=NAMES, value=st.none() | st.booleans() | st.integers() | st.lists(st.text()))
def test_one_of_refuses_what_is_no_text(name: str, value: object) -> None:
    refused(TypeError, name, value, checks.one_of, ("fp32", "bf16"))


@pytest.mark.parametrize("value", ["BF16", "bf16 ", "bf", ""])
def test_one_of_goes_letter_for_letter(value: str) -> None:
    with pytest.raises(ValueError, match="format must be one of fp32, bf16"):
        checks.one_of("format", value, ("fp32", "bf16"))


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_flag_gives_pythons_own(value: bool) -> None:
    assert checks.flag("gated_mlp", value) is bool(value)


@given(
    name=NAMES,
    value=st.sampled_from([0, 1, 0.0, 1.0, "True", "false", "yes", "", None, [True], ()])
    | st.integers()
    | st.text(),
)
def test_flag_refuses_what_looks_like_one(name: str, value: object) -> None:
    assert "True or False" in refused(TypeError, name, value, checks.flag)


@given(name=NAMES, value=st.integers() | st.text() | st.lists(st.integers()))
def test_instance(name: str, value: object) -> None:
    for kind in (int, str, list):
        if type(value) is kind:
            assert checks.instance(name, value, kind) is value
        else:
            said = refused(TypeError, name, value, checks.instance, kind)
            assert f"a record of type {kind.__name__}" in said


def test_instance_lets_a_subclass_through() -> None:
    error = KeyError("a")
    assert checks.instance("error", error, LookupError) is error


@given(shapes=st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=1, max_size=3))
def test_broadcast_agrees_with_a_sum(shapes: list[list[int]]) -> None:
    arrays = {f"a{place}": np.ones(shape) for place, shape in enumerate(shapes)}
    total = np.zeros(())
    try:
        for array in arrays.values():
            total = total + array
    except ValueError:
        with pytest.raises(ValueError, match="shapes must broadcast together, got") as caught:
            checks.broadcast(**arrays)
        for name, array in arrays.items():  # a number fits everything, so it is not named
            assert (f"{name} {array.shape}" in str(caught.value)) == bool(array.shape)
    else:
        checks.broadcast(**arrays, number=3, ratio=0.5)


@given(first=INTS, second=INTS)
def test_smaller_and_larger_keep_ints_exact(first: int, second: int) -> None:
    low, high = checks.smaller(first, second), checks.larger(first, second)
    assert sorted([first, second]) == [low, high]
    assert type(low) is int
    assert type(high) is int


@given(first=LISTS, second=FLOATS)
def test_smaller_and_larger_go_element_by_element(first: list[float], second: float) -> None:
    array = np.array(first)
    lows = [each if each < second else second for each in first]
    highs = [each if each > second else second for each in first]
    assert checks.smaller(array, second).tolist() == lows
    assert checks.smaller(second, array).tolist() == lows
    assert checks.larger(array, second).tolist() == highs
    assert checks.larger(second, array).tolist() == highs


def test_a_long_value_is_cut_short_in_the_message() -> None:
    said = refused(ValueError, "mfu", [40.0] * 100, checks.share)
    assert len(said) < 140
    assert said.endswith("...")
