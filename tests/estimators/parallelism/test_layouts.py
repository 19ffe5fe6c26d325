"""The search for a layout: nothing better is missed, nothing too large is taken, and a failure says
what would do."""

import dataclasses

import numpy as np
import pytest

from course_lib.catalog import Transformer, devices, models
from course_lib.estimators import memory, parallelism
from course_lib.estimators.layout import Layout, problems
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.parallelism.layouts import USABLE, NothingFits, candidates, one, search

LLAMA, H100 = models["llama-3-8b"], devices["H100"]


def _each(layouts: Layout) -> list[Layout]:
    return [one(layouts, place) for place in range(len(np.atleast_1d(layouts.data)))]


def test_every_candidate_uses_all_devices_and_suits_the_model() -> None:
    for several in candidates(models["mixtral-8x7b"], 48, batch=96, seq=4096):
        for layout in _each(several):
            assert layout.devices == 48
            assert problems(models["mixtral-8x7b"], layout, 4096) == []
            assert 96 % (layout.data * layout.micro_batch) == 0


def test_the_found_layout_is_the_quickest_of_those_that_fit_one_by_one() -> None:
    found = search(LLAMA, H100, 16, batch=64, seq=4096)
    by_hand = []
    for layout in [each for several in candidates(LLAMA, 16, 64, 4096) for each in _each(several)]:
        under_way = layout.micro_batches(64)
        held = memory.training(LLAMA, layout, seq=4096, micro_batches=under_way, short_ends=True)
        if held.total <= USABLE * H100.memory_bytes:
            by_hand.append(
                parallelism.step(
                    LLAMA, layout, H100, batch=64, seq=4096, attention="causal"
                ).seconds
            )
    assert found.fitting == len(by_hand)
    assert found.step.seconds == pytest.approx(min(by_hand))


def test_a_model_too_large_names_the_count_that_would_do() -> None:
    with pytest.raises(
        NothingFits,
        match=r"each of 1, and 96% of a H100 SXM 80GB are 76.8 GB; with \d+ of them it fits",
    ) as told:
        search(models["llama-3-70b"], H100, 1, batch=64, seq=4096)
    count = int(str(told.value).split("with ")[1].split()[0])
    assert (
        search(models["llama-3-70b"], H100, count, batch=64, seq=4096).memory.total <= USABLE * 80e9
    )
    with pytest.raises(NothingFits):
        search(models["llama-3-70b"], H100, count // 2, batch=64, seq=4096)


def test_devices_that_nothing_divides_are_explained() -> None:
    with pytest.raises(ValueError, match="must divide into data x tensor x pipeline x context"):
        search(LLAMA, H100, 997, batch=64, seq=4096)


@pytest.mark.parametrize(
    ("count", "rule"), [(0, "at least 1"), (1.5, "whole number"), (-8, "at least 1")]
)
def test_a_count_that_is_none_is_named(count: float, rule: str) -> None:
    with pytest.raises(ValueError, match=f"devices must be .*{rule}"):
        search(LLAMA, H100, count, batch=64, seq=4096)  # type: ignore[arg-type]


def test_a_device_without_stated_memory_is_named() -> None:
    bare = next(device for device in devices.values() if device.memory_bytes is None)
    with pytest.raises(ValueError, match="stated memory"):
        search(LLAMA, bare, 8, batch=64, seq=4096)


def test_divisors_are_all_of_them() -> None:
    assert layouts._divisors(360) == [each for each in range(1, 361) if 360 % each == 0]


@pytest.mark.parametrize(
    ("model", "changes", "name"),
    [
        (LLAMA, {"devices": np.array([8, 16])}, "devices"),
        (LLAMA, {"batch": np.array([64, 128])}, "batch"),
        (dataclasses.replace(LLAMA, layers=np.array([16, 32])), {}, "layers"),
    ],
)
def test_a_search_is_for_one_of_each(model: Transformer, changes: dict, name: str) -> None:
    given = {"devices": 8, "batch": 64, "seq": 4096} | changes
    with pytest.raises(
        ValueError, match=f"{name} must be a single number where a layout is searched for"
    ):
        search(model, H100, given.pop("devices"), **given)
