"""Blocks of a cache, counted token by token."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.estimators.serving.blocks import Memory, blocks_of


@pytest.mark.parametrize("size", [1, 3, 16])
def test_blocks_are_begun_and_filled(size: int) -> None:
    begun = 0
    for tokens in range(50):
        assert blocks_of(tokens, size) == begun
        begun += tokens % size == 0  # the next token begins a block where the last one is full
    assert blocks_of([0, 1, 16, 17]).tolist() == [0, 1, 1, 2]


def test_a_memory_counts_what_is_needed_or_reserved() -> None:
    who, held = np.array([0, 2]), np.array([16, 20])
    paged = Memory(5, 16)
    assert paged.needed(who, held).tolist() == [1, 2]
    assert paged.fits(who, held, 12) and not paged.fits(who, held, 17)  # 2 + 2 and 3 + 3
    kept = Memory(5, 16, np.array([40, 10, 30]))
    assert kept.needed(who, held).tolist() == [3, 2]
    assert kept.fits(who, held, 1000)


def test_a_hundredth_stays_free() -> None:
    assert [Memory(blocks, 16).spare for blocks in (99, 100, 250)] == [0, 1, 2]


def test_bad_blocks_are_named() -> None:
    with pytest.raises(ValueError, match="tokens must be at least 0"):
        blocks_of(-1)
    with pytest.raises(ValueError, match="block_tokens must be at least 1"):
        blocks_of(1, 0)
