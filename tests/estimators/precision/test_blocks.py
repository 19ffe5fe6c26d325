"""Blocks of short codes: bits by hand, values against a search through every number of the format,
scales against the published rule."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from course_lib.estimators import precision
from course_lib.estimators.precision import blocks

FP4 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Every amount of fp4 e2m1: OCP Microscaling Formats 1.0, table 5."""
INT4 = tuple(range(8))


def fp8() -> list[float]:
    """Every amount of fp8 e4m3, from its bits: OCP 8-bit floating point specification 1.0."""
    found = []
    for exponent, mantissa in itertools.product(range(16), range(8)):
        if (exponent, mantissa) == (15, 7):
            continue  # NaN
        lead = 0 if exponent == 0 else 1
        found.append((lead + mantissa / 8) * 2.0 ** (max(exponent, 1) - 7))
    return found


def nearest(value: float, scale: float, amounts: tuple[float, ...]) -> float:
    """The number of the block's format that lies nearest, found by trying all."""
    every = [sign * amount * scale for amount in amounts for sign in (1, -1)]
    return min(every, key=lambda each: abs(each - value))


def numbers(rows: int = 5, columns: int = 70, seed: int = 0) -> np.ndarray:
    """Normal numbers of many sizes, with a row of zeros."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns)) * 10.0 ** random.uniform(-4, 3, (rows, columns))
    values[-1] = 0
    return values


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("mxfp4", 4.25),  # 4 and 8 bits for 32: OCP Microscaling Formats 1.0
        ("nvfp4", 4.5),  # 4 and 8 bits for 16: NVIDIA, Introducing NVFP4
        ("mxfp8", 8.25),
        ("int4, 128", 4.125),  # 4 and 16 bits for 128
        ("int4, 32", 4.5),
        ("int4, rows", 4.0),
    ],
)
def test_bits_of_a_weight_hold_its_share_of_the_scale(name: str, bits: float) -> None:
    assert blocks.FORMATS[name].bits_a_weight == bits


def test_bytes_by_hand() -> None:
    """Two rows of 40 in MXFP4: 80 codes of half a byte, and two scales of a byte a row."""
    assert blocks.in_blocks(np.ones((2, 40)), "mxfp4").bytes == 40 + 4
    assert blocks.in_blocks(np.ones((2, 48)), "nvfp4").bytes == 48 + 6 + 4
    assert blocks.in_blocks(np.ones((2, 40)), "int4, rows").bytes == 40 + 4


def test_bytes_agree_with_those_of_stored_models() -> None:
    from course_lib.catalog.records.stored import FORMATS

    many = np.ones((128, 256))
    for name, how in (("mxfp4", FORMATS["mxfp4"]), ("nvfp4", FORMATS["fp4"])):
        there = how.matrix_bits(256, 128) / 8 - how.matrix_bytes
        once = 4 if name == "nvfp4" else 0
        assert blocks.in_blocks(many, name).bytes - once == there


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("mxfp4", FP4),
        ("nvfp4", FP4),
        ("int4, 32", INT4),
        ("int4, rows", INT4),
        ("mxfp8", tuple(fp8())),
    ],
)
def test_every_number_comes_back_as_the_nearest_of_its_format(
    name: str, amounts: tuple[float, ...]
) -> None:
    values = numbers()
    kept = blocks.in_blocks(values, name)
    for value, back, scale in zip(
        values.ravel(), kept.values.ravel(), kept.scales.ravel(), strict=True
    ):
        best = nearest(value, scale, amounts)
        assert abs(back - value) == pytest.approx(abs(best - value), abs=1e-300)
        assert any(math.isclose(abs(back), amount * scale, rel_tol=1e-12) for amount in amounts)


def test_scales_of_mx_are_the_published_rule() -> None:
    """2^(floor(log2 of the largest) - 2), where 4 = 2^2 is the largest power of two of fp4."""
    values = numbers(columns=64)
    scales = blocks.in_blocks(values, "mxfp4").scales
    for row, found in zip(values[:-1], scales[:-1], strict=True):
        for block in (slice(0, 32), slice(32, 64)):
            expected = 2.0 ** (math.floor(math.log2(np.abs(row[block]).max())) - 2)
            assert (found[block] == expected).all()


def test_scales_of_nvfp4_are_fp8_numbers_times_one_for_all() -> None:
    values = numbers(columns=64)
    scales = blocks.in_blocks(values, "nvfp4").scales
    whole = np.abs(values).max() / (6 * 448)
    for scale in np.unique(scales / whole):
        assert min(abs(scale - each) for each in fp8()) < 1e-9 * scale + 1e-15
    assert scales.max() == pytest.approx(448 * whole)


def test_a_block_knows_nothing_of_its_neighbours() -> None:
    even = np.full((1, 64), 0.3)
    spoiled = even.copy()
    spoiled[0, 0] = 1000.0
    for name in ("mxfp4", "int4, 32"):
        whole, half = (blocks.in_blocks(each, name).values for each in (even, spoiled))
        assert (half[0, 32:] == whole[0, 32:]).all()
        assert (half[0, 1:32] == 0).all(), "and its own block is lost"


def test_smaller_blocks_follow_their_numbers_more_closely() -> None:
    values = np.random.default_rng(0).standard_t(3, size=(64, 512))
    found = [
        blocks.relative_error(
            values,
            blocks.in_blocks(
                values, blocks.Blocks(codes=precision.get("int4"), size=size, scale="fp16")
            ).values,
        )
        for size in (0, 128, 32, 8)
    ]
    assert found == sorted(found, reverse=True)


def test_zeros_stay_zeros_and_a_block_of_them_is_no_error() -> None:
    for name in blocks.FORMATS:
        assert (blocks.in_blocks(np.zeros((2, 40)), name).values == 0).all()


def test_a_short_last_block_is_a_block() -> None:
    values = numbers(columns=33)
    kept = blocks.in_blocks(values, "mxfp4")
    assert kept.blocks == 2 * len(values)
    alone = blocks.in_blocks(values[:, 32:], "mxfp4")
    assert (kept.values[:, 32:] == alone.values).all()


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="format"):
        blocks.in_blocks([1.0], "fp3")
    with pytest.raises(ValueError, match="values"):
        blocks.in_blocks([math.nan], "mxfp4")
    with pytest.raises(ValueError, match="scale"):
        blocks.Blocks(codes=precision.get("int4"), size=32, scale="none")
    with pytest.raises(ValueError, match="size"):
        blocks.Blocks(codes=precision.get("int4"), size=-1, scale="fp16")
    with pytest.raises(ValueError, match="zero"):
        blocks.relative_error([0.0], [0.0])


@pytest.mark.parametrize(("exponent", "mantissa"), [(2, 3), (3, 2), (5, 2), (8, 7)])
def test_a_format_of_ones_own_is_the_same_as_one_with_a_name(exponent: int, mantissa: int) -> None:
    own = precision.floating(exponent, mantissa)
    named = {(5, 2): "fp8_e5m2", (8, 7): "bf16"}.get((exponent, mantissa))
    values = numbers().ravel()
    if named:
        assert np.array_equal(precision.round_to(values, own), precision.round_to(values, named))
    # every number of the format, from its bits: each rounds to itself
    members = [
        (m / 2**mantissa + (e > 0)) * 2.0 ** (max(e, 1) - own.bias)
        for e in range(2**exponent - 1)
        for m in range(2**mantissa)
    ]
    assert np.array_equal(precision.round_to(members, own), np.array(members))
    assert max(members) == own.largest
