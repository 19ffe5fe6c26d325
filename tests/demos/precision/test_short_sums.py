"""Sums that keep few bits: against PyTorch's own formats, by hand, and what was published."""

from __future__ import annotations

import math

import pytest
import torch

from course_lib.demos.precision import short_sums

RANDOM = torch.randn(2000, generator=torch.Generator().manual_seed(0)) * 1000


def test_eight_bits_are_bf16_and_eleven_fp16() -> None:
    assert torch.equal(short_sums.keep_bits(RANDOM, 8), RANDOM.bfloat16().float())
    assert torch.equal(short_sums.keep_bits(RANDOM, 11), RANDOM.half().float())
    assert torch.equal(short_sums.keep_bits(RANDOM, 24), RANDOM)


def test_cut_off_numbers_never_grow() -> None:
    kept = short_sums.keep_bits(RANDOM, 10, cut=True)
    assert (kept.abs() <= RANDOM.abs()).all() and (kept.sign() == RANDOM.sign()).all()
    for value, short in zip(RANDOM[:50].tolist(), kept[:50].tolist(), strict=True):
        step = 2.0 ** (math.floor(math.log2(abs(value))) - 9)
        assert short == math.trunc(value / step) * step


def test_a_sum_term_by_term_by_hand() -> None:
    generator = torch.Generator().manual_seed(0)
    left, right = (
        torch.rand((1, 50), generator=generator).to(torch.float8_e4m3fn).float()[0].tolist()
        for _ in range(2)
    )
    total = 0.0
    for a, b in zip(left, right, strict=True):
        total += a * b
        step = 2.0 ** (math.floor(math.log2(total)) - 9) if total else 1.0
        total = math.floor(total / step) * step
    exact = sum(a * b for a, b in zip(left, right, strict=True))
    found = short_sums.worst_error(50, bits=10, cut=True, side=1)
    assert found == pytest.approx(abs(total / exact - 1), rel=1e-4)


def test_the_published_error_lies_between_rounding_and_cutting_off() -> None:
    """DeepSeek-V3: nearly 2 % for 4 096 terms; promoted each 128, hardly any is left."""
    nearest, cut = (short_sums.worst_error(4096, cut=way) for way in (False, True))
    assert nearest < 0.02 < cut
    for way in (False, True):
        assert short_sums.worst_error(4096, cut=way, promote=128) < 0.001


def test_longer_sums_lose_more() -> None:
    found = [short_sums.worst_error(terms) for terms in (128, 1024, 4096)]
    assert found == sorted(found)
