"""Formats and rounding: against published numbers and, bit for bit, against PyTorch's own casts."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.estimators import precision
from course_lib.estimators.precision import formats

DTYPES = {
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "fp8_e4m3": torch.float8_e4m3fn,
    "fp8_e5m2": torch.float8_e5m2,
}
SATURATES = bool(
    torch.tensor(1e9).to(torch.float8_e4m3fn).float() == 448
)  # newer versions of PyTorch do

# Largest, smallest normal, smallest, counts to: IEEE 754 (fp16, fp32), arXiv 2209.05433 table 1,
# arXiv 1905.12322
PUBLISHED = {
    "fp32": ((2 - 2**-23) * 2.0**127, 2.0**-126, 2.0**-149, 2**24),
    "tf32": ((2 - 2**-10) * 2.0**127, 2.0**-126, 2.0**-136, 2**11),
    "fp16": (65504.0, 2.0**-14, 2.0**-24, 2048),
    "bf16": (255 * 2.0**120, 2.0**-126, 2.0**-133, 256),
    "fp8_e4m3": (448.0, 2.0**-6, 2.0**-9, 16),
    "fp8_e5m2": (57344.0, 2.0**-14, 2.0**-16, 8),
    "fp4_e2m1": (6.0, 1.0, 0.5, 4),  # OCP Microscaling Formats 1.0, table 5
    "int8": (127.0, 1.0, 1.0, 127),
    "int4": (7.0, 1.0, 1.0, 7),
}


def cast(values: torch.Tensor, format: str) -> np.ndarray:
    """PyTorch's cast to the format and back."""
    return values.to(DTYPES[format]).double().numpy()


def ours(values: torch.Tensor, format: str) -> np.ndarray:
    """The estimator's, with the overflow that this version of PyTorch chose."""
    overflow = "saturate" if format == "fp8_e4m3" and SATURATES else "special"
    return precision.round_to(values.double().numpy(), format, overflow=overflow)


def same_bits(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal, with NaN equal to NaN and -0.0 unlike 0.0."""
    return np.array_equal(left, right, equal_nan=True) and np.array_equal(
        np.signbit(left[~np.isnan(left)]), np.signbit(right[~np.isnan(right)])
    )


@pytest.mark.parametrize("format", PUBLISHED)
def test_formats_have_their_published_numbers(format: str) -> None:
    found = precision.get(format)
    assert (found.largest, found.smallest_normal, found.smallest, found.counts_to) == PUBLISHED[
        format
    ]


@pytest.mark.parametrize("format", DTYPES)
def test_formats_agree_with_torch(format: str) -> None:
    told, found = torch.finfo(DTYPES[format]), precision.get(format)
    assert (told.max, told.tiny, told.eps, told.bits) == (
        found.largest,
        found.smallest_normal,
        found.epsilon,
        found.bits,
    )


def test_stored_bits_agree_with_the_memory_table() -> None:
    for name, bits in precision.FORMAT_BITS.items():
        assert precision.get("fp8_e4m3" if name == "fp8" else name).stored_bits == bits
    assert (precision.get("tf32").bits, precision.get("tf32").bytes) == (19, 4)


@pytest.mark.parametrize("format", DTYPES)
def test_random_bit_patterns_round_as_torch_does(format: str) -> None:
    """Every exponent of fp32 is hit, subnormal numbers, infinities and NaN among them."""
    patterns = np.random.default_rng(0).integers(0, 2**32, 300_000, dtype=np.uint32)
    values = torch.from_numpy(patterns.view(np.float32).copy())
    assert same_bits(cast(values, format), ours(values, format))


@pytest.mark.parametrize("format", DTYPES)
def test_every_value_and_every_tie_rounds_as_torch_does(format: str) -> None:
    """All numbers of the format, all points halfway between two, and the fp32 neighbours of
    both."""
    width = precision.get(format).bits
    kind = (np.uint8, torch.uint8) if width == 8 else (np.uint16, torch.uint16)
    patterns = torch.from_numpy(np.arange(2**width).astype(kind[0])).view(DTYPES[format])
    members = np.unique(
        patterns.double().numpy()[patterns.isfinite().numpy() if width == 16 else slice(None)]
    )
    members = members[np.isfinite(members)]
    top = members[-1] + (members[-1] - members[-2]) * np.array([0.49, 0.5, 0.51, 1, 2])
    exact = np.concatenate(
        [members, (members[1:] + members[:-1]) / 2, top, -top, [np.inf, -np.inf, np.nan, -0.0]]
    )
    with np.errstate(over="ignore"):
        base = exact.astype(np.float32)
    near = np.concatenate(
        [base, np.nextafter(base, np.float32(np.inf)), np.nextafter(base, np.float32(-np.inf))]
    )
    values = torch.from_numpy(near)
    assert same_bits(cast(values, format), ours(values, format))


def test_overflow_follows_the_rules_of_each_format() -> None:
    assert precision.round_to(65519.99, "fp16") == 65504
    assert precision.round_to(-65520.0, "fp16") == -np.inf  # halfway to 65536, the even one
    assert (
        np.isnan(precision.round_to(1e9, "fp8_e4m3"))
        and precision.round_to(464.0, "fp8_e4m3") == 448
    )
    assert precision.round_to([np.inf, -1e9], "fp8_e4m3", overflow="saturate").tolist() == [
        448,
        -448,
    ]
    assert precision.round_to([300.0, -300.0, 2.5, 3.5], "int8").tolist() == [127, -127, 2, 4]


@given(st.floats(allow_nan=False, width=32), st.sampled_from(sorted(precision.FORMATS)))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_rounding_is_idempotent_odd_and_near(value: float, format: str) -> None:
    once = precision.round_to(value, format, overflow="saturate")
    assert precision.round_to(once, format) == once
    assert precision.round_to(-value, format, overflow="saturate") == -once
    if abs(value) <= precision.get(format).largest:
        assert abs(once - value) <= precision.spacing(value, format) / 2


@pytest.mark.parametrize(("format", "dtype"), [("fp16", torch.float16), ("bf16", torch.bfloat16)])
def test_from_zero_the_next_number_is_the_smallest(format: str, dtype: torch.dtype) -> None:
    """PyTorch's own next number after zero; and zeros among others."""
    zero = torch.zeros((), dtype=dtype)
    after = torch.nextafter(zero, torch.ones((), dtype=dtype)).item()
    assert precision.spacing(0.0, format) == after == precision.FORMATS[format].smallest
    assert precision.spacing(np.array([0.0, 1.0]), format)[0] == after


@pytest.mark.parametrize("format", PUBLISHED)
def test_spacing_leads_to_the_next_number(format: str) -> None:
    values = np.array([1.0, 2.0, 3.0])
    after = values + precision.spacing(values, format)
    assert np.array_equal(precision.round_to(after, format), after)
    between = precision.round_to(values + precision.spacing(values, format) / 2, format)
    assert np.isin(between, np.concatenate([values, after])).all()


@pytest.mark.parametrize("format", ["fp16", "bf16", "fp8_e4m3", "fp8_e5m2"])
def test_counting_by_addition_stops_where_the_formula_says(format: str) -> None:
    times = precision.get(format).counts_to + 5
    assert precision.add_up(np.ones(times), format) == precision.count(times, format) == times - 5
    assert precision.add_up(np.ones(8), format, sums="fp32") == 8


def test_counting_takes_arrays_and_scalars_stay_scalars() -> None:
    found = precision.count(np.array([100, 5000]), "bf16")
    assert found.tolist() == [100, 256]
    assert (
        isinstance(precision.count(100, "bf16"), float) and precision.count(10**400, "bf16") == 256
    )


def test_worst_error_bounds_the_error_of_random_numbers() -> None:
    values = 10.0 ** np.random.default_rng(1).uniform(-12, 7, 2000)
    for format in ("fp16", "bf16", "fp8_e4m3"):
        error = np.abs(precision.round_to(values, format, overflow="saturate") - values) / values
        assert (error <= precision.worst_error(values, format) + 1e-12).all()


def test_fate_tells_true_zeros_from_losses() -> None:
    tiny, huge = (
        2.0**-25,
        65520.0,
    )  # half of fp16's smallest goes to zero; halfway beyond the largest is too much
    found = precision.fate([0.0, -0.0, tiny, -tiny, np.nextafter(tiny, 1), 1.0, huge], "fp16")
    assert (found.numbers, found.true_zeros, found.flushed, found.overflowed) == (7, 2, 2, 1)
    assert found.flushed_share == 2 / 5
    assert precision.fate([tiny, tiny, 1.0], "fp16").flushed_size == pytest.approx(
        2 * tiny / (1 + 2 * tiny)
    )
    scaled = precision.fate([0.0, tiny, huge], "fp16", scale=4.0)
    assert (scaled.flushed, scaled.overflowed) == (0, 1)
    assert precision.fate([0.0], "fp16").flushed_share == 0


def test_states_of_mixed_precision_are_sixteen_bytes() -> None:
    """ZeRO, arXiv 1910.02054, section 3.1: 2 + 2 bytes, and K = 12 of masters and Adam."""
    states = precision.state_bytes(**precision.RECIPES["bf16 with fp32 masters"])
    assert (states.weights, states.gradients, states.master + states.moments, states.total) == (
        2,
        2,
        12,
        16,
    )


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: precision.round_to(1.0, "fp7"), ValueError, "format must be one of fp32"),
        (lambda: precision.round_to("1", "fp16"), TypeError, "value must be a number"),
        (lambda: precision.round_to([], "fp16"), ValueError, "at least one number"),
        (lambda: precision.round_to(True, "fp16"), TypeError, "value"),
        (lambda: precision.round_to(np.nan, "int8"), ValueError, "no NaN for int8"),
        (
            lambda: precision.round_to(1.0, "fp16", overflow="wrap"),
            ValueError,
            "overflow must be one of",
        ),
        (lambda: precision.spacing(np.inf, "fp16"), ValueError, "value must be finite"),
        (lambda: precision.worst_error(0.0, "fp16"), ValueError, "above zero"),
        (lambda: precision.count(0, "bf16"), ValueError, "times must be at least 1"),
        (lambda: precision.fate([1.0], "fp16", scale=0), ValueError, "scale must be above zero"),
        (lambda: precision.fate([np.nan], "fp16"), ValueError, "values must be finite"),
        (lambda: precision.state_bytes(weights="fp12"), ValueError, "weights must be one of"),
        (lambda: precision.state_bytes(master="tf32"), ValueError, "master must be one of"),
        (lambda: precision.add_up(["a"], "fp16"), TypeError, "values must be"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_a_format_must_make_sense() -> None:
    fields = {
        "name": "odd",
        "exponent_bits": 4,
        "mantissa_bits": 3,
        "stored_bits": 8,
        "top_exponent": "special",
    }
    assert (
        formats.Format(**fields).largest == 240
    )  # e4m3 with infinities, as IEEE 754 would have it
    with pytest.raises(ValueError, match="stored_bits must be at least 8, got 7"):
        formats.Format(**fields | {"stored_bits": 7})
    with pytest.raises(ValueError, match="none exactly for integers"):
        formats.Format(**fields | {"top_exponent": "none"})
    with pytest.raises(ValueError, match="mantissa_bits must be at least 1"):
        formats.Format(**fields | {"mantissa_bits": 0})
