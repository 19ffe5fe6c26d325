"""Lesson 03: what attention costs, from which length on it costs most, and what it keeps."""

from course_lib.estimators.attention.costs import FUSED_TILE, Cost, cost
from course_lib.estimators.attention.lengths import kept_numbers, reach, takeover_length
from course_lib.estimators.attention.masks import KINDS, computed_pairs, pairs

__all__ = [
    "FUSED_TILE",
    "KINDS",
    "Cost",
    "computed_pairs",
    "cost",
    "kept_numbers",
    "pairs",
    "reach",
    "takeover_length",
]
