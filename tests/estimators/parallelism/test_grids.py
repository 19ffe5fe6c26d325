"""Sensible layouts, row by row; `test_layouts` holds all of them against the rules."""

from course_lib.catalog import models
from course_lib.estimators.parallelism.grids import divisors, rows


def test_divisors_are_all_of_them() -> None:
    assert divisors(360) == [each for each in range(1, 361) if 360 % each == 0]


def test_tensor_ranks_share_whole_heads_of_every_layer() -> None:
    """Heads by the models' configurations: 40 and 10 of keys; 128 and 8 groups; 28 and 4."""
    for name, allowed in (
        ("phi-4", {1, 2}),  # neither 10 and 4 nor 10 and 8 divide each other
        ("mamba-codestral-7b", {1, 2, 4, 8}),
        ("qwen2.5-7b", {1, 2, 4}),
    ):
        assert {row[1] for row in rows(models[name], 8, 64, 4096, 8)} == allowed, name
