"""Layouts: what a layout refuses, and what a model refuses of it."""

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators.layout import Layout, check, problems, stage_layers


def test_devices_are_the_product_of_the_four_kinds_that_need_some() -> None:
    assert Layout(data=4, tensor=8, pipeline=3, context=2, expert=2).devices == 192


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", 0),
        ("tensor", -1),
        ("pipeline", 1.5),
        ("context", "2"),
        ("micro_batch", 0),
        ("zero", 4),
        ("zero", -1),
    ],
)
def test_a_bad_size_is_named(field: str, value: object) -> None:
    with pytest.raises((ValueError, TypeError), match=field):
        Layout(**{field: value})  # type: ignore[arg-type]


def test_experts_are_taken_from_the_data_ranks() -> None:
    with pytest.raises(ValueError, match="expert must divide data"):
        Layout(data=6, expert=4)


def test_interleaving_needs_stages() -> None:
    with pytest.raises(ValueError, match="interleave"):
        Layout(interleave=2)


def test_unknown_recomputation_lists_the_known() -> None:
    with pytest.raises(ValueError, match="selective"):
        Layout(recompute="some")


def test_a_sweep_is_one_layout() -> None:
    layout = Layout(data=np.array([1, 2, 4]), tensor=8)
    assert layout.devices.tolist() == [8, 16, 32]
    assert layout.micro_batches(64).tolist() == [64, 32, 16]


def test_a_batch_that_leaves_a_rest_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of data x micro_batch = 6"):
        Layout(data=3, micro_batch=2).micro_batches(64)


def test_the_fullest_stage_of_an_uneven_pipeline() -> None:
    # arXiv 2407.21783, section 3.3.2: 126 layers on 16 stages, one layer fewer on the first and the
    # last.
    assert stage_layers(models["llama-3.1-405b"], Layout(pipeline=16)) == 8


def test_published_layouts_suit_their_models() -> None:
    assert (
        problems(models["llama-3.1-405b"], Layout(data=128, tensor=8, pipeline=16), seq=8192) == []
    )
    assert problems(models["deepseek-v3"], Layout(data=128, pipeline=16, expert=64), seq=4096) == []


@pytest.mark.parametrize(
    ("layout", "rule"),
    [
        (Layout(tensor=64), "nearest that does is 32"),
        (Layout(pipeline=33), "at most the 32 layers"),
        (Layout(data=2, expert=2), "dense model"),
        (Layout(context=7), "tokens of a sequence"),
    ],
)
def test_what_a_model_refuses_is_explained(layout: Layout, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check(models["llama-3-8b"], layout, seq=8192)


def test_without_a_word_there_is_one_device() -> None:
    alone = Layout()
    assert alone.numbers() == dict.fromkeys(alone.numbers(), 1) | {"zero": 0}
    assert (alone.devices, alone.micro_batches(7)) == (1, 7)
    assert problems(models["llama-3-8b"], alone, seq=7) == []


def test_every_stage_of_zero_is_a_stage() -> None:
    assert [Layout(zero=stage).zero for stage in range(4)] == [0, 1, 2, 3]
    assert Layout(zero=np.arange(4)).zero.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("seq", [6, 7, 12, 13])
def test_the_nearest_size_is_the_nearest_divisor(seq: int) -> None:
    """One by one outwards from the size asked for, the smaller first."""
    for size in range(1, 2 * seq):
        found = problems(models["llama-3-8b"], Layout(context=size), seq=seq)
        if seq % size == 0:
            assert found == []
            continue
        outwards = (size + sign * step for step in range(1, size) for sign in (-1, 1))
        nearest = next(each for each in outwards if each > 0 and seq % each == 0)
        assert found == [
            f"context must divide the {seq} tokens of a sequence, got {size}; "
            f"the nearest that does is {nearest}"
        ]
