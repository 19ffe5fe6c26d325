"""Answers of rows: metrics against each other, by hand."""

from __future__ import annotations

import pytest

from course_lib.catalog.constants import constant
from course_lib.commands.validate import inference_rows
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Guess
from course_lib.estimators import images

CASE = {
    "model": "Llama-2-7B", "device_key": "A100 SXM 80GB", "n_devices": "1", "batch": "4",
    "weights_precision": "fp16", "input_len": "500", "output_len": "100",
}  # fmt: skip


def value(metric: str, **changes: str) -> float:
    return guess(metric, **changes).range.value


def guess(metric: str, quantity: str = "value", **changes: str) -> Guess:
    found = inference_rows.predict(Given(cells=CASE | {"metric": metric} | changes))[quantity]
    assert isinstance(found, Guess), found
    return found


def test_metrics_of_one_batch_agree() -> None:
    whole, first, each = (
        value(metric)
        for metric in ("request_latency", "prefill_latency", "decode_latency_per_token")
    )
    # 100 tokens: the first comes out of the prefill, 99 follow
    assert whole == pytest.approx(first + 99 * each)
    assert value("encode_latency") == first
    assert value("total_output_throughput") == pytest.approx(4 * 100 / (whole / 1e3))
    assert value("decode_throughput") == pytest.approx(4 / (each / 1e3))
    assert value("prefill_throughput") == pytest.approx(4 * 500 / (first / 1e3))
    assert value("ms_per_generated_token") == pytest.approx(whole / (4 * 100))
    assert value("decode_latency_for_L_tokens") == pytest.approx(100 * each / 1e3)


def test_energy_is_power_times_time() -> None:
    watts = guess("energy_per_output_token", "avg_power_w_total").range
    rate = value("total_output_throughput")
    joules = guess("energy_per_output_token").range
    assert joules.value == pytest.approx(watts.value / rate, rel=0.02)
    assert joules.low < joules.value < joules.high


def test_cards_that_hand_layers_on_are_no_quicker_than_one() -> None:
    split = {"n_devices": "4", "parallelism": "llama.cpp layer split"}
    assert value("decode_throughput", **split) == value("decode_throughput")
    shared = {"n_devices": "4", "parallelism": "tp4"}
    assert value("decode_throughput", **shared) > 1.5 * value("decode_throughput")


def test_a_full_server_takes_what_its_memory_holds() -> None:
    # 80 GB card: nine tenths less 13.5 GB of weights; 0.5 MiB of cache a token, 600 of them
    full = value("total_output_throughput", batch="max load")
    few, many = (value("total_output_throughput", batch=size) for size in ("150", "220"))
    assert few < full < many


def test_a_full_server_without_a_layout_is_copies_of_the_fewest() -> None:
    """MLPerf v4.0, Llama 2 70B in fp8 on eight H200: one copy each fits a card."""
    cells = {
        "model": "Llama-2-70B", "device_key": "H200 SXM", "n_devices": "8", "batch": "offline",
        "weights_precision": "fp8", "input_len": "294", "output_len": "294",
        "framework": "TensorRT-LLM",
    }  # fmt: skip
    found = value("total_output_throughput", **cells)
    alone = value("total_output_throughput", **cells | {"n_devices": "1"})
    assert found == pytest.approx(8 * alone)
    assert found == pytest.approx(31_712, rel=0.4)


def test_software_is_read_and_told_apart() -> None:
    """A server spends more on each pass than a tuned program, plain code on each layer."""
    tuned, server, plain = (
        value("decode_latency_per_token", framework=name, batch="1")
        for name in ("gpt-fast", "vLLM", "Megatron")
    )
    assert tuned < server < plain


def test_a_prompt_that_is_not_told_widens_the_range() -> None:
    told = guess("request_latency", input_len="512").range
    untold = guess("request_latency", input_len="").range
    assert untold.value == told.value and untold.high > told.high


def test_a_picture_by_hand() -> None:
    cells = {"model": "SANA1.5", "params": "1.6e9", "batch": "1", "output_len": "20"}
    found = guess("image_latency_1024px", **cells).range
    rate = constant("image-reached") * 312e12
    # 20 steps, twice for guidance, 2 x 1.6e9 FLOPs for each of 1024 tokens, and four for each pair
    # in 28 layers of 1890; then the pixels, once
    pairs, pixels = 4 * 1024**2 * 28 * 1890, images.latents.decoder(128).total
    step = 2 * (2 * 1.6e9 * 1024 + pairs)
    assert found.value == pytest.approx((20 * step + pixels) / rate, rel=0.001)
    usual = guess("image_latency_1024px", **cells | {"model": "Some picture network"}).range
    step_of_more = 2 * (2 * 1.6e9 * 4096 + 16 * pairs)
    assert usual.value == pytest.approx((20 * step_of_more + pixels) / rate, rel=0.001)
    few = guess("image_latency_1024px", **cells | {"output_len": "4"}).range
    assert few.value == pytest.approx((4 * step / 2 + pixels) / rate, rel=0.001)
    joules = guess("energy_per_item", **cells).range
    power = guess("energy_per_item", "avg_power_w_total", **cells).range
    assert joules.value == pytest.approx(found.value * power.value)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"metric": "smell"}, "metric is none that is known"),
        ({"metric": "request_latency", "batch": "some"}, "batch is no single number"),
        ({"metric": "request_latency", "n_devices": ""}, "n_devices is not told"),
        ({"metric": "energy_per_item", "model": "Wan2.1-T2V-14B"}, "frames"),
        ({"metric": "energy_per_item", "model": "SANA", "output_len": "20"}, "nor a size tells"),
        ({"metric": "total_output_throughput", "model": "Llama-3-70B", "batch": "offline"}, "GB"),
    ],
)
def test_why_nothing_is_predicted(changes: dict[str, str], why: str) -> None:
    answer = inference_rows.predict(Given(cells=CASE | changes))["value"]
    assert isinstance(answer, str) and why in answer
