"""What fits on what: limits found again by counting up, prices by the FLOPs and bytes they come
from."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import devices, links, models
from course_lib.estimators import flops, memory
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import capacity

H100, RTX, LLAMA = devices["H100"], devices["RTX 4090"], models["llama-3-8b"]


def _by_name(**how: object) -> dict[str, capacity.Way]:
    return {way.name: way for way in capacity.ways(LLAMA, H100, 2048, **how)}  # type: ignore[arg-type]


def test_every_way_is_listed_once_cheapest_first() -> None:
    found = capacity.ways(LLAMA, H100)
    assert sorted(way.name for way in found) == sorted(capacity.WAYS)
    assert [way.price for way in found] == sorted(way.price for way in found)


def test_an_8b_model_does_not_train_on_80_gb_without_help() -> None:
    found = _by_name()
    assert not found["mixed precision"].fits and not found["checkpointing"].fits
    assert found["optimizer offloaded"].fits and found["LoRA"].fits


def test_a_13b_model_on_24_gb_needs_a_quantised_base_and_checkpointing() -> None:
    thirteen = models["llama-2-13b"]
    assert [
        way.name for way in capacity.ways(thirteen, RTX) if way.fits and not way.all_weights
    ] == ["QLoRA, checkpointing"]


def test_checkpointing_costs_the_flops_it_repeats() -> None:
    plain = flops.training_step(LLAMA, 1, 2048, attention="causal")
    again = flops.training_step(LLAMA, 1, 2048, "full", attention="causal")
    found = _by_name()
    assert found["checkpointing"].price == pytest.approx(again / plain)
    assert 1.25 < found["checkpointing"].price < 4 / 3
    assert found["mixed precision"].price == found["8-bit Adam"].price == 1
    assert found["mixed precision"].seconds == pytest.approx(plain / (989e12 * 0.4))


def test_frozen_matrices_save_a_third_of_the_step() -> None:
    assert 2 / 3 < _by_name()["LoRA"].price < 0.72


def test_offloading_costs_its_bytes_over_the_link() -> None:
    found, link = _by_name(), links["pcie-5-x16"].bytes_per_second
    extra = found["optimizer offloaded"].seconds - found["mixed precision"].seconds
    assert extra == pytest.approx(4 * 8030261248 / link)
    slow = _by_name(link_bytes_per_second=link / 2)["optimizer offloaded"]
    assert slow.seconds - found["mixed precision"].seconds == pytest.approx(2 * extra)
    # Accumulated over more micro-batches, one transfer serves them all.
    assert (
        _by_name(micro_batches=16)["optimizer offloaded"].price
        < 1.2
        < found["optimizer offloaded"].price
    )


def test_a_small_host_has_no_room_for_what_is_offloaded() -> None:
    found = _by_name(host_bytes=64e9)
    assert not found["optimizer offloaded"].fits and found["LoRA"].fits


@pytest.mark.parametrize(
    ("attention", "recompute"), [("naive", "none"), ("fused", "none"), ("fused", "full")]
)
def test_the_largest_micro_batch_fits_and_the_next_does_not(attention: str, recompute: str) -> None:
    gpt, layout = models["gpt-2-124m"], Layout(recompute=recompute)
    found = capacity.largest_micro_batch(
        gpt, H100, 1024, layout, choices=memory.Choices(attention=attention)
    )
    room = [
        memory.training(
            gpt, replace(layout, micro_batch=found + more), 1024, attention=attention
        ).total
        <= 72e9
        for more in (0, 1)
    ]
    assert room == [True, False]


def test_nothing_fits_where_the_states_do_not() -> None:
    assert capacity.largest_micro_batch(LLAMA, RTX, 2048) == 0
    assert capacity.quickest(models["deepseek-v3"], RTX) is None


def test_a_sweep_of_largest_micro_batches_equals_the_loop() -> None:
    seqs, gpt = np.array([512, 1024, 65536 * 64]), models["gpt-2-124m"]
    swept = capacity.largest_micro_batch(gpt, H100, seqs, Layout(data=8, zero=np.array([[0], [3]])))
    assert swept.shape == (2, 3) and swept[0, 2] == 0
    for row, column in np.ndindex(2, 3):
        one = capacity.largest_micro_batch(
            gpt, H100, int(seqs[column]), Layout(data=8, zero=3 * row)
        )
        assert swept[row, column] == one


def test_every_model_gets_its_quickest_way() -> None:
    found = capacity.every_model(H100, all_weights=True)
    assert found["gpt-2-124m"].name == "mixed precision"  # type: ignore[union-attr]
    assert found["deepseek-v3"] is None
    fitting_here = [key for key, way in found.items() if way is not None]
    assert 40 < len(fitting_here) < len(found)
    assert all(found[key].memory.total <= 72e9 for key in fitting_here)  # type: ignore[union-attr]


def test_senseless_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="usable must be"):
        capacity.ways(LLAMA, H100, usable=1.1)
    with pytest.raises(TypeError, match="device must be"):
        capacity.largest_micro_batch(LLAMA, "H100")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stated memory"):
        capacity.ways(LLAMA, devices["epyc-9965"])
    with pytest.raises(ValueError, match="utilisation must be"):
        capacity.ways(LLAMA, H100, utilisation=0)


def test_a_price_equals_that_of_the_listed_way() -> None:
    found = {way.name: way for way in capacity.ways(LLAMA, H100, 2048, micro_batches=3)}
    for name, how in capacity.WAYS.items():
        choices = {key: value for key, value in how.items() if key != "recompute"}
        grid = Layout(recompute=how.get("recompute", "none"))
        price = capacity.price(LLAMA, H100, layout=grid, micro_batches=3, **choices)
        assert price == pytest.approx(found[name].price), name
