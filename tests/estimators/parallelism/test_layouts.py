"""The search for a layout: nothing better is missed, nothing too large is taken, and a failure says
what would do."""

import dataclasses
from itertools import product

import numpy as np
import pytest

from course_lib.catalog import Experts, Transformer, devices, models
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
        match=r"of 1, and a plan may fill 76\.\d GB of a H100 SXM 80GB; with \d+ of them it fits",
    ) as told:
        search(models["llama-3-70b"], H100, 1, batch=64, seq=4096)
    count = int(str(told.value).split("with ")[1].split()[0])
    assert search(
        models["llama-3-70b"], H100, count, batch=64, seq=4096
    ).memory.total <= layouts.room(H100)
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


SMALL = Transformer(layers=12, d_model=768, n_heads=12, d_ff=3072, vocab_rows=1000)
MIXED = dataclasses.replace(SMALL, experts=Experts(count=4, active=1, d_ff=768))


@pytest.mark.parametrize(
    ("model", "count", "batch", "seq", "domain"),
    [
        (SMALL, 12, 48, 8192, 8),
        (SMALL, 16, 64, 32768, 8),
        (SMALL, 12, 24, 32768, 6),  # 4 x 2 and 6 x 4 ranks do not divide 12
        (SMALL, 8, 32, 24576, 2),
        (MIXED, 8, 16, 4096, 4),
        (SMALL, 1, 3, 512, 8),
        (dataclasses.replace(SMALL, layers=2), 8, 8, 512, 8),
    ],
)
def test_every_allowed_layout_is_a_candidate(
    model: Transformer, count: int, batch: int, seq: int, domain: int
) -> None:
    """All grids of ranks there are, sifted by the rules as the module states them."""
    sizes, allowed = range(1, count + 1), set()
    experts = model.experts.count if model.experts else 1
    for data, tensor, pipeline, context in product(sizes, repeat=4):
        fits = data * tensor * pipeline * context == count and batch % data == 0
        fits = fits and tensor <= domain and model.n_heads % tensor == 0
        fits = fits and pipeline <= model.layers
        if not fits or (context > 1 and (seq % context or seq / context < 8192)):
            continue
        most = model.layers // pipeline
        for micro, groups in product((1, 2, 4, 8, 16), {1, 2, 4, 8, min(most, 8)}):
            if batch % (data * micro):
                continue
            rounds = batch // (data * micro)
            if groups > 1 and (pipeline == 1 or rounds % pipeline or groups > most):
                continue
            for expert in sizes:
                if data % expert or experts % expert:
                    continue
                for zero in (1, 2, 3) if data * context > 1 else (0,):
                    allowed.add((data, tensor, pipeline, context, expert, micro, groups, zero))
    plain, full = candidates(model, count, batch, seq, domain)
    assert (plain.recompute, full.recompute) == ("none", "full")
    for several in (plain, full):
        found = [
            (
                each.data, each.tensor, each.pipeline, each.context, each.expert,
                each.micro_batch, each.interleave, each.zero,
            )
            for each in _each(several)
        ]  # fmt: skip
        assert len(found) == len(set(found)) and set(found) == allowed


def test_eight_tensor_ranks_at_most_unless_the_machine_is_smaller() -> None:
    """A rack of 72 devices, and one of two, planned with sixteen."""
    many = dataclasses.replace(SMALL, n_heads=16, n_kv_heads=16)
    assert max(max(each.tensor) for each in candidates(many, 16, 64, 512)) == 8
    assert layouts._domain(devices["GB200"]) == 8
    assert layouts._domain(H100) == 8
    assert layouts._domain(dataclasses.replace(devices["GB200"], name="pair NVL4")) == 4


def test_a_plan_fills_96_percent_of_the_stated_memory() -> None:
    """To the byte: with what the leanest layout needs it is found, with one byte less it is not."""
    lean = min(
        float(np.min(layouts.held(LLAMA, several, 64, 4096).total))
        for several in candidates(LLAMA, 8, 64, 4096)
    )
    plain = dataclasses.replace(H100, usable_memory_bytes=None)
    enough, short = (
        dataclasses.replace(plain, memory_bytes=lean / 0.96 + more) for more in (1, -1)
    )
    assert search(LLAMA, enough, 8, batch=64, seq=4096).memory.total == lean
    with pytest.raises(NothingFits, match=f"puts {lean / 1e9:.1f} GB on each of 8"):
        search(LLAMA, short, 8, batch=64, seq=4096)


def test_where_no_count_helps_that_is_said() -> None:
    """One sequence for all: more devices cannot share it, and a gigabyte holds nothing."""
    tiny = dataclasses.replace(H100, memory_bytes=1e8, usable_memory_bytes=None)
    with pytest.raises(NothingFits, match="more of them would not help at this batch"):
        search(LLAMA, tiny, 1, batch=1, seq=4096)


def test_tried_and_fitting_are_counted_over_both_ways_to_recompute() -> None:
    found = search(LLAMA, H100, 16, batch=64, seq=4096)
    both = [several.data.size for several in candidates(LLAMA, 16, 64, 4096)]
    assert found.tried == sum(both) and both[0] == both[1]
    assert 0 < found.fitting < found.tried


def _by_hand(count: int, batch: int, most: float) -> float:
    """Seconds of the quickest layout of which so many times its memory has room."""
    seconds = []
    for layout in [
        each for several in candidates(LLAMA, count, batch, 4096) for each in _each(several)
    ]:
        if most * layouts.held(LLAMA, layout, batch, 4096).total <= layouts.room(H100):
            timed = parallelism.step(LLAMA, layout, H100, batch=batch, seq=4096, attention="causal")
            seconds.append(float(timed.seconds))
    return min(seconds)


@pytest.mark.parametrize(("count", "batch", "sure"), [(6, 48, True), (2, 64, False)])
def test_a_little_time_is_given_up_for_a_layout_that_surely_fits(
    count: int, batch: int, sure: bool
) -> None:
    """On six cards it costs less than a tenth, on two more: each by trying all one by one."""
    quick, surely = _by_hand(count, batch, 1.0), _by_hand(count, batch, 1.1)
    assert (quick < surely <= 1.1 * quick) == sure
    found = search(LLAMA, H100, count, batch=batch, seq=4096)
    assert found.step.seconds == pytest.approx(surely if sure else quick)
    assert (1.1 * found.memory.total <= layouts.room(H100)) == sure
