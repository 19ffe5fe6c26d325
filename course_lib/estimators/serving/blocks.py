"""A memory in blocks: how many a cache takes, and whether those that run have room to grow.

A block holds the keys and values of a few tokens of one request. Blocks need not lie side by side,
so any free one will do, and only the last block of a request is not full.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.checks import Number

BLOCK = 16
"""Tokens of a block of the cache: vLLM's default (arXiv 2309.06180, section 7.2)."""
SPARE = 0.01
"""Part of the blocks that an admission leaves free: the watermark of vLLM's first scheduler
(recalled)."""


def blocks_of(tokens: Number, block_tokens: Number = BLOCK) -> Number:
    """Blocks of a cache with so many tokens; arrays broadcast.

    >>> blocks_of(100), blocks_of(96)
    (7, 6)
    """
    tokens = checks.whole("tokens", tokens, at_least=0)
    return -(-tokens // checks.whole("block_tokens", block_tokens))


class Memory:
    """Blocks of the cache, and who needs how many.

    >>> memory = Memory(blocks=4, block_tokens=16)
    >>> who = np.array([0, 1])
    >>> memory.fits(who, np.array([30, 30]), steps=2), memory.fits(who, np.array([30, 30]), steps=3)
    (True, False)
    """

    def __init__(self, blocks: int, block_tokens: int, reserved: np.ndarray | None = None) -> None:
        """Make a memory; `reserved` are tokens taken for each request in place of those it has."""
        self.blocks, self.block_tokens, self.reserved = blocks, block_tokens, reserved
        self.spare = int(SPARE * blocks)

    def needed(self, who: np.ndarray | int, tokens: np.ndarray | int) -> np.ndarray:
        """Blocks for requests `who` with so many tokens in the cache; what was reserved for them
        counts in place of the tokens."""
        held = tokens if self.reserved is None else self.reserved[who]
        return np.asarray((held + self.block_tokens - 1) // self.block_tokens)

    def fits(self, running: np.ndarray, held: np.ndarray, steps: int) -> bool:
        """Whether all that run have room after so many further steps."""
        return int(self.needed(running, held + steps).sum()) <= self.blocks
