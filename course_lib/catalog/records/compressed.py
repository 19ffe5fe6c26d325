"""Attention to a window and to summaries of what lies before it (DeepSeek V4).

Queries come from a narrow vector. One key stands for all heads, and is the value as well. Every so
many tokens are summed up in one more such key, by weights that are learned; a token sees the keys
of its window and the summaries, all of them or those that an indexer picks. The output leaves in
groups of heads, each through a narrow matrix of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.layer_parts import Indexer, check_flags, check_wholes
from course_lib.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class CompressedAttention:
    """What such attention has beside heads, their width and the window, which the layer says.

    >>> half = CompressedAttention(q_rank=16, out_groups=2, out_rank=8, ratio=4, overlap=True)
    >>> half.summaries(11)  # of tokens 1 to 4 and 5 to 8
    2
    """

    q_rank: Number
    """Width of the compressed query."""
    out_groups: Number
    """Groups of heads whose results leave together."""
    out_rank: Number
    """Width to which each group's result is narrowed."""
    ratio: Number = 0
    """Tokens that one summary stands for; 0 where the layer sees its window alone."""
    overlap: bool = False
    """Whether a summary reads twice as many tokens, through matrices twice as wide."""

    def __post_init__(self) -> None:
        minima = {"q_rank": 1, "out_groups": 1, "out_rank": 1, "ratio": 0}
        check_wholes(self, "compressed", minima)
        check_flags(self, "compressed", ("overlap",))

    def summaries(self, tokens: Number) -> Number:
        """Summaries that are made of the first so many tokens."""
        return (self.ratio > 0) * (tokens // _one_or_more(self.ratio))

    def matrix(self, d_model: Number, heads: Number, width: Number) -> Number:
        """Entries of all matrices that a token is multiplied by, those of an indexer apart."""
        query = self.q_rank * (d_model + heads * width)
        output = self.out_rank * (heads * width + self.out_groups * d_model)
        return query + d_model * width + output + self._summing(d_model, width)

    def vectors(self, width: Number) -> Number:
        """Norms of queries, keys and summaries, and a weight for each place in a summary."""
        return self.q_rank + width + self._places(width)

    def indexer_matrix(self, d_model: Number, indexer: Indexer) -> Number:
        """Entries of an indexer's matrices: its queries, its weights, and summaries of its own."""
        queries = self.q_rank * indexer.heads * indexer.dim
        return queries + d_model * indexer.heads + self._summing(d_model, indexer.dim)

    def indexer_vectors(self, indexer: Indexer) -> Number:
        """The norm of an indexer's summaries, and a weight for each place in one."""
        return self._places(indexer.dim)

    def summary_pairs(self, tokens: Number, top_k: Number = 0) -> Number:
        """Pairs of a token and a summary that it sees, over so many tokens.

        Args:
            tokens: length of the sequence.
            top_k: summaries that a token sees at most; 0 where it sees all.

        >>> half = CompressedAttention(q_rank=16, out_groups=2, out_rank=8, ratio=4)
        >>> half.summary_pairs(9)  # tokens 4 to 7 see one summary, 8 and 9 see two
        8
        """
        every = _one_or_more(self.ratio)
        # As many tokens as see no more than the most that are picked; the others see that many.
        few = tokens if np.all(top_k == 0) else checks.smaller(tokens, top_k * every)
        whole = few // every
        pairs = every * whole * (whole - 1) // 2 + whole * (few % every + 1)
        return (self.ratio > 0) * (pairs + (tokens - few) * top_k)

    def _summing(self, d_model: Number, width: Number) -> Number:
        """The matrices of what is summed up and of its weights."""
        return (self.ratio > 0) * 2 * d_model * width * (1 + self.overlap)

    def _places(self, width: Number) -> Number:
        return (self.ratio > 0) * (width + self.ratio * width * (1 + self.overlap))


def _one_or_more(ratio: Number) -> Number:
    """A ratio that divides; what comes of a ratio of 0 counts for nothing."""
    return ratio + (ratio == 0)
