"""Plain data arrives as it was, to the last bit; nothing else passes, and nothing written by hand
does harm."""

from __future__ import annotations

import json
import math
import struct
from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.plain_data import DEEPEST, MOST_ENTRIES, MOST_LETTERS, NotPlain, packed, unpacked

LETTERS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
"""Halves of letters too, which file names and broken texts have."""
NUMBERS = (
    st.integers(-(2**2000), 2**2000)
    | st.floats()
    | st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 5e-324])
)
ATOMS = st.none() | st.booleans() | NUMBERS | LETTERS | st.fractions() | st.complex_numbers()
KEYS = st.booleans() | st.integers() | LETTERS
PLAIN = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS | st.tuples(KEYS), inner, max_size=4)
        | st.sets(KEYS, max_size=4)
    ),
    max_leaves=20,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LETTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=3),
)
TAGS = st.sampled_from(
    [
        "none",
        "bool",
        "int",
        "float",
        "complex",
        "str",
        "fraction",
        "decimal",
        "dict",
        "array",
        "list",
        "tuple",
        "set",
        "array",
        "dict",
    ]
)
BY_HAND = st.recursive(
    st.lists(TAGS | JSON, max_size=3),
    lambda inner: st.tuples(TAGS, inner | st.lists(inner, max_size=3), inner | JSON).map(list),
)


def sent(value: Any) -> Any:
    """A value's way through the pipe."""
    return unpacked(json.loads(json.dumps(packed(value)).encode("ascii")))


def same(one: Any, other: Any) -> bool:
    """Equal in type and to the last bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return bits(one) == bits(other) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=False)
        return len(one) == len(other) and all(same(here, there) for here, there in pairs)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def bits(value: float) -> bytes:
    return struct.pack("d", value)


@given(PLAIN)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_data_arrives_as_it_was(value: Any) -> None:
    assert same(sent(value), value)


@given(BY_HAND | JSON)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_by_hand_is_plain_or_refused(tagged: Any) -> None:
    try:
        found = unpacked(tagged)
    except NotPlain:
        return
    packed(found)  # so it is plain data, whoever wrote it


@pytest.mark.parametrize("kind", [np.bool_, np.int8, np.uint64, np.float16, np.float32, np.float64])
def test_arrays_keep_shape_and_numbers(kind: type) -> None:
    array = np.array([[0, 1, 3], [1, 0, 1]]).astype(kind)
    found = sent(array)
    assert found.shape == (2, 3)
    assert found.tolist() == array.tolist()
    assert sent(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    assert sent(np.array(7.5)).shape == ()


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.1), float(np.float32(0.1))),
        (np.int64(-7), -7),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.longdouble(0.5), 0.5),
        (..., None),
        (range(3), [0, 1, 2]),
        (deque([1, 2]), [1, 2]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        (frozenset([1]), {1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (Decimal("0.1"), Decimal("0.1")),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_kin_of_plain_data_arrives_plain(value: Any, plain: Any) -> None:
    assert same(sent(value), plain)


def test_torch_tensors_arrive_as_arrays() -> None:
    torch = pytest.importorskip("torch")
    assert sent(torch.tensor([[1.5, 2.0]], requires_grad=True)).tolist() == [[1.5, 2.0]]


class Mine:
    pass


def subclass(kind: type) -> Any:
    return type("Mine", (kind,), {"__eq__": lambda self, other: True, "__hash__": None})()


@pytest.mark.parametrize(
    "value",
    [
        *(subclass(kind) for kind in (int, float, str, list, dict, tuple, set, Fraction, Decimal)),
        *(
            Mine,
            Mine(),
            len,
            lambda: 1,
            math,
            (each for each in ()),
            object(),
            type,
            NotImplemented,
        ),
        np.zeros(2).view(type("Mine", (np.ndarray,), {})),
        np.array([None]),
        np.zeros(2, [("a", "f8")]),
        np.array(["a"]),
        np.array(["2026-01-01"], "datetime64[D]"),
        np.ma.array([1, 2]),
        b"bytes",
        bytearray(1),
        memoryview(b"x"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("hide", [lambda value: value, lambda value: [1, [value]]])
def test_anything_else_is_refused(value: Any, hide: Any) -> None:
    with pytest.raises(NotPlain):
        packed(hide(value))


def test_too_deep_too_many_too_long() -> None:
    deep: list[Any] = []
    for _ in range(DEEPEST):
        deep = [deep]
    assert same(sent(deep), deep)
    assert sent([2**8191, -(2**8191)]) == [2**8191, -(2**8191)]
    ring: list[Any] = []
    ring.append(ring)
    for value in ([deep], ring, [0] * MOST_ENTRIES, "x" * (MOST_LETTERS + 1), 2**70_000):
        with pytest.raises(NotPlain):
            packed(value)


@pytest.mark.parametrize(
    "tagged",
    [
        [],
        {},
        None,
        "int",
        ["int"],
        ["int", 7],
        ["int", "0x" + "f" * 10**6],
        ["int", "7" * 10**5, 1],
        ["float", "0x1p99999"],
        ["str", 7],
        ["str", "x" * (MOST_LETTERS + 1)],
        ["fraction", ["int", "1"], ["int", "0"]],
        ["fraction", 1, 2],
        ["decimal", "seven"],
        ["dict", [[["list", []], ["none"]]]],
        ["dict", [[["int", "1"]]]],
        ["set", [["dict", []]]],
        ["array", [2], [["float", "0x1p0"]]],
        ["array", [-1], [["float", "0x1p0"]]],
        ["array", [10**9, 0], []],
        ["array", [1.0], [["float", "0x1p0"]]],
        ["array", [1], [["str", "x" * 1000]]],
        ["array", [1], [["none"]]],
        ["array", [1], [["list", []]]],
        ["array", [1], [["int", "0x" + "f" * 100]]],
        ["function", "print"],
        [["list"], []],
        [["none"], ["none"]],
    ],
    ids=lambda tagged: str(tagged)[:40],
)
def test_what_nobody_packs_is_refused(tagged: Any) -> None:
    with pytest.raises(NotPlain):
        unpacked(tagged)
