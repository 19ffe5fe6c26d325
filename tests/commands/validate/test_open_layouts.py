"""Layouts that a row leaves open, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_lib.catalog import devices, models
from course_lib.commands.validate.open_layouts import INTERLEAVES, Case, borrowed, choices

CASE = Case(
    model=models["llama-3-8b"], device=devices["H100"], devices=16, seq=4096, tensor=2, pipeline=4
)


def test_what_is_told_is_never_varied() -> None:
    told = replace(CASE, pipeline=1, micro_batch=2, zero=2, recompute="selective")
    [(layout, batch)] = choices(told, 64)
    sizes = (layout.data, layout.tensor, layout.micro_batch, layout.zero, layout.recompute)
    assert (*sizes, batch) == (8, 2, 2, 2, "selective", 64)


def test_what_is_open_takes_every_size_that_fits() -> None:
    # data 2, 8 sequences each: micro-batches of 1, 2, 4 and 8, as 8, 4, 2 and 1 of them
    found = choices(CASE, 16)
    assert {layout.micro_batch for layout, _ in found} == {1, 2, 4, 8}
    assert {layout.recompute for layout, _ in found} == {"none", "full"}
    # whole rounds of four stages, and at most the 32 layers in all groups
    interleaved = {layout.interleave for layout, _ in found if layout.micro_batch == 1}
    assert interleaved == {size for size in INTERLEAVES if 4 * size <= 32}
    assert {layout.interleave for layout, _ in found if layout.micro_batch == 4} == {1}


def test_stages_shard_the_states_and_data_ranks_the_weights_too() -> None:
    assert {layout.zero for layout, _ in choices(CASE, 16)} == {1}
    assert {layout.zero for layout, _ in choices(replace(CASE, pipeline=1), 16)} == {1, 3}
    early = replace(CASE, pipeline=1, early=True)
    assert {(each.zero, each.recompute) for each, _ in choices(early, 16)} == {(0, "full")}


def test_every_batch_divides_into_its_layout() -> None:
    for layout, batch in choices(replace(CASE, pipeline=1), 13):
        assert layout.micro_batches(batch) >= 1 and abs(batch - 13) <= 8


def test_experts_are_taken_from_the_data_ranks_there_are() -> None:
    case = replace(CASE, model=models["mixtral-8x7b"], pipeline=1, expert=32, tensor=4)
    assert {layout.expert for layout, _ in choices(case, 16)} == {4}


@pytest.mark.parametrize(
    ("device", "year", "older"),
    [
        ("H100", 2022, True), ("H100", 2024, True), ("H100", 2025, False), ("H100", None, False),
        ("GB200", 2024, True), ("A100", 2023, False), ("V100", 2019, False),
    ],
)  # fmt: skip
def test_kernels_of_the_generation_before(device: str, year: int | None, older: bool) -> None:
    """Hopper is of 2022, FlashAttention-3 for it of July 2024; where no year is told, it is new."""
    assert borrowed(devices[device], year) is older


@pytest.mark.parametrize(("told", "sizes"), [(None, {1, 2, 4, 8}), (1, {1}), (2, {2})])
def test_a_schedule_that_is_told_is_kept(told: int | None, sizes: set[int]) -> None:
    found = choices(replace(CASE, interleave=told, micro_batch=1), 16)
    assert {layout.interleave for layout, _ in found} & {1, 2, 4, 8} == sizes


def test_without_stages_there_is_nothing_to_interleave() -> None:
    found = choices(replace(CASE, pipeline=1, interleave=2), 16)
    assert {layout.interleave for layout, _ in found} == {1}


def test_what_is_recomputed_where_nothing_is_told() -> None:
    assert CASE.recomputed == ("none", "full")
    assert replace(CASE, early=True).recomputed == ("full",)
    assert replace(CASE, early=True, recompute="selective").recomputed == ("selective",)
