"""Layouts: what a layout refuses, and what a model refuses of it."""

import dataclasses
import re

import numpy as np
import pytest

from course_lib.catalog import LatentAttention, Recurrent, Transformer, models
from course_lib.estimators.layout import (
    Layout,
    check,
    problems,
    shares_heads,
    stage_layers,
    tensor_problem,
)


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


PLAIN = Transformer(layers=4, d_model=96, n_heads=12, n_kv_heads=4, d_ff=256, vocab_rows=1000)
MIXER = Recurrent(kind="mamba2", heads=18, head_dim=8, key_dim=16, groups=2, kernel=4)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        # Of 12 heads on 3 or 6 ranks, 4 of keys could neither be shared out nor copied evenly.
        ({}, {1, 2, 4, 12}),
        ({"n_kv_heads": 1}, {1, 2, 3, 4, 6, 12}),
        ({"n_kv_heads": 12}, {1, 2, 3, 4, 6, 12}),
        # Alone: 18 heads; two groups on 3 or 9 ranks leave a rest.
        ({"attention": False, "recurrent": MIXER}, {1, 2, 6, 18}),
        # Beside attention, both rules.
        ({"recurrent": MIXER}, {1, 2}),
        # Kinds of layers, each with its own.
        (
            {
                "kinds": {"state": {"attention": False, "recurrent": MIXER}, "attends": {}},
                "pattern": ("state", "attends"),
            },
            {1, 2},
        ),
        # Heads of a latent vector are all made from it.
        (
            {"latent": LatentAttention(q_rank=8, kv_rank=8, nope_dim=4, rope_dim=4, value_dim=8)},
            {1, 2, 3, 4, 6, 12},
        ),
        # A layer that is an MLP alone has nothing to share by heads.
        ({"attention": False}, set(range(1, 25))),
    ],
)
def test_tensor_ranks_share_whole_heads_of_every_kind_of_layer(
    changes: dict, allowed: set[int]
) -> None:
    model = dataclasses.replace(PLAIN, **changes)
    sizes = np.arange(1, 25)
    assert {int(size) for size in sizes if not tensor_problem(model, int(size))} == allowed
    swept = np.broadcast_to(shares_heads(model, sizes), sizes.shape)
    assert set(sizes[swept].tolist()) == allowed
    assert problems(model, Layout(tensor=24)) or 24 in allowed


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        # Heads by the models' own configurations.
        ("qwen3-5-27b", 3, "16 groups of recurrent heads or be a multiple.*nearest that does is 2"),
        ("qwen3-5-27b", 6, "nearest that does is 4"),
        ("qwen3-5-27b", 12, "nearest that does is 8"),
        ("qwen2.5-7b", 7, "the 4 key-value heads or be a multiple.*nearest that does is 4"),
        ("qwen2.5-7b", 8, "the 28 attention heads, got 8; the nearest that does is 4"),
        ("mamba-codestral-7b", 3, "the 128 recurrent heads, got 3; the nearest that does is 2"),
        ("llama-3-8b", 7, "the 32 attention heads, got 7; the nearest that does is 8"),
        ("phi-4", 4, "the 10 key-value heads.*nearest that does is 5"),
    ],
)
def test_what_cannot_be_shared_names_the_nearest_that_works(
    name: str, size: int, says: str
) -> None:
    assert re.search(says, tensor_problem(models[name], size))
    nearest = int(tensor_problem(models[name], size).split()[-1])
    assert tensor_problem(models[name], nearest) == ""


def test_a_sweep_is_refused_as_a_whole_and_names_no_nearest() -> None:
    text = tensor_problem(models["llama-3-8b"], np.array([2, 7]))
    assert "must divide the 32 attention heads" in text and "nearest" not in text
    swept = dataclasses.replace(PLAIN, n_heads=np.array([12, 14]), head_dim=8, n_kv_heads=2)
    assert shares_heads(swept, 6).tolist() == [True, False]
    assert "nearest" not in tensor_problem(swept, 6)
