"""What would fit: each change is asked for anew and found to have room; what is nearer comes
first."""

from dataclasses import replace

import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.training import Estimate, estimate
from course_lib.estimators.training.nearest import larger, nearest

LLAMA = models["llama-3-8b"]


def _tight(model: str, device: str, count: int) -> Estimate:
    """The run with the layout that comes nearest, where none fits."""
    case = {"tokens": 1e12, "device": device}
    with pytest.raises(layouts.NothingFits) as caught:
        estimate(models[model], **case, devices=count)
    assert caught.value.leanest is not None
    return estimate(models[model], **case, layout=caught.value.leanest)


@pytest.mark.parametrize(
    ("model", "device", "count"), [("llama-3-8b", "RTX 4090", 1), ("llama-3-70b", "H100", 8)]
)
def test_the_leanest_layout_is_the_one_that_lacks_least(
    model: str, device: str, count: int
) -> None:
    run = _tight(model, device, count)
    assert run.fits is False and run.devices == count
    batch, seq = int(run.batch), run.seq
    least = min(
        float(layouts.held(models[model], tried, batch, seq).total.min())
        for tried in layouts.candidates(models[model], count, batch, seq)
    )
    assert run.memory.total == pytest.approx(least)


def test_more_devices_are_the_first_doubling_that_fits() -> None:
    run = _tight("llama-3-70b", "H100", 8)
    change = nearest(run)[0]
    assert change.words.startswith("16 x H100")
    again = estimate(models["llama-3-70b"], tokens=1e12, device="H100", devices=16)
    # The quickest that fits is named, with what it holds.
    assert change.memory_bytes.value == pytest.approx(again.memory.total)
    assert again.fits and change.surely == bool(again.surely_fits)


def test_no_smaller_card_of_the_maker_would_do() -> None:
    run = _tight("llama-3-70b", "H100", 8)
    named = next(change for change in nearest(run) if change.words.startswith("8 x "))
    card = devices[named.words.removeprefix("8 x ").split(":")[0]]
    assert card.memory_bytes and card.vendor == "NVIDIA"
    assert named.memory_bytes.value <= layouts.room(card)
    for smaller in devices.values():
        if smaller.vendor == card.vendor and 80e9 < (smaller.memory_bytes or 0) < card.memory_bytes:
            assert layouts.room(smaller) < run.memory.total


def test_on_one_card_adapters_are_named() -> None:
    words = [change.words for change in nearest(_tight("llama-3-8b", "RTX 4090", 1))]
    assert any("LoRA" in each and "not all weights" in each for each in words)


@pytest.mark.parametrize(
    ("layout", "first"),
    [
        (Layout(data=8, zero=0), "ZeRO stage 1"),
        (Layout(data=8, zero=1, micro_batch=4), "micro-batch 1"),
    ],
)
def test_a_layout_of_one_s_own_is_changed_in_one_place_first(layout: Layout, first: str) -> None:
    run = estimate(LLAMA, tokens=1e12, device="H100", layout=layout, batch=512)
    assert run.fits is False
    changes = nearest(run, own_layout=True)
    assert changes[0].words == first
    room = layouts.room(devices["H100"])
    assert all(change.memory_bytes.value <= room for change in changes if "x" not in change.words)
    one_place = {
        "ZeRO stage 1": replace(layout, zero=1),
        "ZeRO stage 2": replace(layout, zero=2),
        "ZeRO stage 3": replace(layout, zero=3),
        "micro-batch 2": replace(layout, micro_batch=2),
        "micro-batch 1": replace(layout, micro_batch=1),
        "recompute full": replace(layout, recompute="full"),
    }
    for change in changes:
        if change.words in one_place:
            again = layouts.held(LLAMA, one_place[change.words], 512, run.seq)
            assert again.total == change.memory_bytes.value


def test_a_run_that_surely_fits_needs_no_change_and_one_that_may_not_gets_sure_ones() -> None:
    layout = Layout(data=8, zero=2, micro_batch=2, sequence_parallel=True)
    run = estimate(LLAMA, tokens=1e12, device="H100", layout=layout, batch=1024)
    assert run.fits and not run.surely_fits
    changes = nearest(run)
    assert changes and all(change.surely for change in changes)
    room = layouts.room(devices["H100"])
    assert all(change.memory_bytes.high <= room for change in changes)


def test_nothing_is_named_where_nothing_would_do() -> None:
    """A model with more states than all doublings of a small card have memory."""
    huge = replace(models["llama-3.1-405b"], layers=126 * 40)
    small = replace(devices["RTX 4090"], memory_bytes=1e9, usable_memory_bytes=None)
    run = estimate(huge, tokens=1e12, device=small, layout=Layout(data=1), batch=1, seq=1024)
    assert 16 * parameters.count(huge).total > 1e9 * 2**14
    assert not [change for change in nearest(run) if change.words.startswith("16384 x")]


def test_larger_cards_come_in_order_and_one_a_size() -> None:
    cards = larger(devices["A100 40GB"] if "A100 40GB" in devices else devices["H100"], 0.0)
    sizes = [card.memory_bytes for card in cards]
    assert sizes == sorted(set(sizes))
