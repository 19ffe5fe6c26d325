"""How weights lie in a file: groups and bits by hand, and what a record refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from course_lib.catalog.records.stored import FORMATS, Stored

PLAIN = {"method": "gptq", "format": "int4", "bits": 4}


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("int8", 8 + 32 / 4096),
        ("int4", 4 + (16 + 4) / 128),
        ("nf4", 4 + 8 / 64 + 32 / (64 * 256)),  # 0.127 bits beside the four, as QLoRA says
        ("fp8", 8 + 32 / 128**2),
        ("fp4", 4 + 8 / 16 + 64 / (4096 * 1024)),
        ("mxfp4", 4 + 8 / 32),
    ],
)
def test_bits_a_weight_by_hand(name: str, bits: float) -> None:
    assert FORMATS[name].matrix_bits(4096, 1024) == bits * 4096 * 1024


def test_short_groups_count_as_whole_ones() -> None:
    ragged = Stored(**PLAIN, group_inputs=100, zero_bits=4)
    assert ragged.groups(250, 7) == 3 * 7
    assert ragged.matrix_bits(250, 7) == 4 * 1750 + 21 * 20
    assert FORMATS["fp8"].groups(129, 257) == 2 * 3
    one = replace(ragged, group_inputs=0, group_rows=0, matrix_bytes=2, input_bytes=4)
    assert one.groups(250, 7) == 1
    assert one.matrix_bits(250, 7) == 4 * 1750 + 20 + 8 * (2 + 4 * 250)


def test_a_matrix_that_is_not_there_takes_nothing() -> None:
    every = Stored(**PLAIN, group_rows=0, zero_bits=4, matrix_bytes=2, input_bytes=4)
    for shape in ((0, 64), (64, 0)):
        assert every.matrix_bits(*shape) == 0
        assert all(each.matrix_bits(*shape) == 0 for each in FORMATS.values())


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("method", "zip", ValueError),
        ("format", "bf16", ValueError),
        ("bits", 0, ValueError),
        ("bits", [4, 8], TypeError),
        ("group_inputs", -1, ValueError),
        ("scale_bits", 1.5, ValueError),
        ("parts", ["mlp"], TypeError),
        ("parts", (), ValueError),
        ("parts", ("router",), ValueError),
    ],
)
def test_bad_fields_are_named(field: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=rf"stored\.{field}"):
        Stored(**PLAIN | {field: value})
