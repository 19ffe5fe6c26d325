"""Prices of the ways to train on one device, and their limits, worked out by hand."""

from dataclasses import replace

import pytest

from course_lib.catalog import devices, links, models
from course_lib.estimators import flops, memory
from course_lib.estimators.memory import capacity

H100, LLAMA, MIXTRAL = devices["H100"], models["llama-3-8b"], models["mixtral-8x7b"]
ALL, TABLE, NORMS = 8_030_261_248, 128_256 * 4096, 65 * 4096
RANK_16 = 32 * 16 * (2 * (4096 + 4096) + 2 * (4096 + 1024) + 3 * (4096 + 14_336))


def _by_name(model: object = LLAMA, **how: object) -> dict[str, capacity.Way]:
    return {way.name: way for way in capacity.ways(model, H100, 2048, **how)}  # type: ignore[arg-type]


@pytest.mark.parametrize("batch", [1, 3])
def test_adapters_save_the_gradients_of_frozen_matrices(batch: int) -> None:
    """Forward 2 FLOPs for each weight but the table and the norms, and attention's core; a step
    three times that, less the gradients of the matrices, and three times the adapters' own."""
    matrices = 2 * batch * 2048 * (ALL - TABLE - NORMS)
    core = flops.forward_parts(LLAMA, batch, 2048, "causal").attention_core
    adapters = 2 * batch * 2048 * RANK_16
    whole, rate = 3 * (matrices + core), 989e12 * 0.4
    found = _by_name(micro_batch=batch)
    assert found["mixed precision"].seconds == pytest.approx(whole / rate)
    tuned = whole - matrices + 3 * adapters
    # hours with a packed base over hours with one in 16 bits, as S. Raschka measured them
    for name, slower in (("LoRA", 1), ("QLoRA", 2.79 / 1.85)):
        assert found[name].seconds == pytest.approx(tuned / rate * slower)
        assert found[name].price == pytest.approx(tuned / whole * slower)
    again = flops.training_step(LLAMA, batch, 2048, "full", attention="causal")
    repeated = again - matrices + 4 * adapters
    for name, slower in (("LoRA, checkpointing", 1), ("QLoRA, checkpointing", 2.79 / 1.85)):
        assert found[name].seconds == pytest.approx(repeated / rate * slower)


def test_a_token_meets_the_adapters_of_its_active_experts_only() -> None:
    """Mixtral: rank 16 beside attention, and beside three matrices of two of eight experts."""
    adapters = 32 * 16 * (
        2 * (4096 + 4096) + 2 * (4096 + 1024) + 2 * 3 * (4096 + 14_336)
    )  # fmt: skip
    parts = flops.forward_parts(MIXTRAL, 1, 2048, "causal")
    tuned = 3 * parts.total - (parts.total - parts.attention_core) + 3 * 2 * 2048 * adapters
    found = _by_name(MIXTRAL)
    assert found["LoRA"].price == pytest.approx(tuned / (3 * parts.total))
    experts = 32 * 16 * 8 * 3 * (4096 + 14_336)
    held = 2 * (32 * 16 * (2 * 8192 + 2 * 5120) + experts)
    assert found["LoRA"].memory.gradients == held


def test_full_precision_runs_at_the_peak_of_tf32() -> None:
    price = _by_name()["full precision"].price
    assert price == pytest.approx(H100.peak_flops["bf16"] / H100.peak_flops["tf32"])
    no_tf32 = {key: value for key, value in H100.peak_flops.items() if key != "tf32"}
    slow = capacity.ways(LLAMA, replace(H100, peak_flops=no_tf32), 2048)
    [found] = [way.price for way in slow if way.name == "full precision"]
    assert found == pytest.approx(H100.peak_flops["bf16"] / H100.peak_flops["fp32"])


def test_micro_batches_multiply_the_work_and_share_the_optimizer() -> None:
    one, four = (_by_name(micro_batches=count) for count in (1, 4))
    link = links["pcie-5-x16"].bytes_per_second
    for name in ("mixed precision", "LoRA", "checkpointing"):
        assert four[name].seconds == pytest.approx(4 * one[name].seconds)
    work = one["mixed precision"].seconds
    moved = 4 * ALL / link
    assert four["optimizer offloaded"].seconds == pytest.approx(4 * work + moved)
    every = 6 * ALL / link  # weights of two bytes twice, gradients of two once, for each
    again = one["checkpointing"].seconds
    assert four["all offloaded, checkpointing"].seconds == pytest.approx(4 * (again + every))


def test_utilisation_slows_the_arithmetic_and_not_the_link() -> None:
    full, half = (_by_name(utilisation=share) for share in (1, 0.5))
    assert half["mixed precision"].seconds == pytest.approx(2 * full["mixed precision"].seconds)
    extra = [
        found["optimizer offloaded"].seconds - found["mixed precision"].seconds
        for found in (full, half)
    ]
    assert extra[0] == pytest.approx(extra[1])


def test_a_host_of_a_terabyte_has_no_room_for_seventy_billion_weights() -> None:
    """16 bytes for each of 70.6 billion are 1.13 TB."""
    llama = models["llama-3-70b"]
    assert capacity.quickest(llama, H100, all_weights=True) is None
    found = capacity.quickest(llama, H100, all_weights=True, host_bytes=1.13e12)
    assert found is not None and found.name == "all offloaded, checkpointing"
    assert found.memory.host == 16 * 70_553_706_496


def test_an_unknown_link_is_one_of_pcie_4() -> None:
    """16 lanes of 16 GT/s, 128 of 130 bits: 31.5 GB/s before the packets' headers."""
    other = replace(H100, host_link="")
    found = {way.name: way.seconds for way in capacity.ways(LLAMA, other, 2048)}
    extra = found["optimizer offloaded"] - found["mixed precision"]
    assert extra == pytest.approx(4 * ALL / (16e9 * 16 / 8 * 128 / 130), rel=0.02)


def test_a_memory_or_a_host_that_is_filled_to_the_last_byte_is_enough() -> None:
    for name, size in (("mixed precision", "total"), ("optimizer offloaded", "host")):
        needed = getattr(_by_name()[name].memory, size)
        for more, fits in ((0, True), (-1, False)):
            if size == "total":
                card = replace(H100, memory_bytes=needed + more)
                found = capacity.ways(LLAMA, card, 2048, usable=1)
            else:
                found = capacity.ways(LLAMA, H100, 2048, host_bytes=needed + more)
            assert {way.name: way.fits for way in found}[name] == fits


def test_the_largest_micro_batch_ends_at_the_last_byte() -> None:
    gpt = models["gpt-2-124m"]
    layout = memory.training(gpt, seq=1024)
    card = replace(H100, memory_bytes=layout.total)
    assert capacity.largest_micro_batch(gpt, card, 1024, usable=1) == 1
    less = replace(H100, memory_bytes=layout.total - 1)
    assert capacity.largest_micro_batch(gpt, less, 1024, usable=1) == 0


def test_sequences_of_2048_tokens_unless_said_otherwise() -> None:
    said, unsaid = capacity.ways(LLAMA, H100, 2048), capacity.ways(LLAMA, H100)
    assert [way.seconds for way in said] == [way.seconds for way in unsaid]
    assert [way.memory.total for way in said] == [way.memory.total for way in unsaid]
    gpt = models["gpt-2-124m"]
    long = replace(gpt, position_rows=4096)
    count = capacity.largest_micro_batch(long, H100)
    assert count == capacity.largest_micro_batch(long, H100, 2048)
    fitting = capacity.every_model(H100, among=["llama-3-8b"])["llama-3-8b"]
    first = capacity.quickest(LLAMA, H100)
    assert fitting is not None and first is not None
    assert fitting.memory.total == first.memory.total == memory.training(
        LLAMA, seq=2048, lora_rank=16
    ).total  # fmt: skip
