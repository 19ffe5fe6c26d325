"""Steps of rows: what the cells say of program, year and layout reaches the estimator."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from course_lib.catalog import devices, models
from course_lib.catalog.constants import trying
from course_lib.commands.validate import newer_rows, throughput_rows, training_rows
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Answer, Guess
from course_lib.estimators import flops, parallelism
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import Assumptions

LLAMA, H100, A100 = models["llama-3-8b"], devices["H100"], devices["A100 80GB"]
TRIED = {
    "attention-reached": 0.6, "attention-reached-borrowed": 0.2, "made-again": 0.7,
    "tuned-products-kept": 0.5,
}  # fmt: skip
"""Constants that tell programs apart, each with a value that no other has."""
STEP = {
    "model": "Llama 3 8B", "model_key": "llama-3-8b", "kind": "throughput_bench", "year": "2025",
    "device_key": "H100 SXM 80GB", "n_devices": "16", "tp": "2", "pp": "1", "zero_stage": "1",
    "global_batch": "64 seqs", "seq_len": "4096", "micro_batch": "2", "precision": "bf16",
    "act_ckpt": "full",
}  # fmt: skip
LAYOUT = {"data": 8, "tensor": 2, "zero": 1, "micro_batch": 2, "recompute": "full"}


def seconds(**cells: str) -> float:
    with trying(TRIED):
        return value(training_rows.predict(Given(cells=STEP | cells)), "step_time_s")


def value(found: Mapping[str, Answer], name: str) -> float:
    answer = found[name]
    assert isinstance(answer, Guess), answer
    return float(answer.range.value)


def by_hand(assume: Assumptions, early: bool = False, **layout: object) -> float:
    how = LAYOUT | {"sequence_parallel": not early} | layout
    step = parallelism.step(
        LLAMA, Layout(**how), H100, batch=64, seq=4096, assume=assume, fused=not early,
        attention="full" if early else "causal",
    )  # type: ignore[arg-type]  # fmt: skip
    return float(step.seconds)


@pytest.mark.parametrize(
    ("year", "reached"), [("2025", 0.6), ("2024", 0.2), ("2023", 0.2), ("", 0.6)]
)
def test_attention_of_the_year_on_a_newer_device(year: str, reached: float) -> None:
    assume = Assumptions(attention_reached=reached, made_again=0.7)
    assert seconds(year=year) == pytest.approx(by_hand(assume))


def test_an_early_row_keeps_scores_and_makes_all_again() -> None:
    assume = Assumptions(attention_reached=0.2, made_again=1)
    assert seconds(year="2022") == pytest.approx(by_hand(assume, early=True))
    shared = by_hand(assume, early=True, sequence_parallel=True, recompute="selective")
    found = seconds(year="2022", act_ckpt="selective + sequence parallel")
    assert found == pytest.approx(shared)


def test_a_row_of_a_tuned_program() -> None:
    with trying(TRIED):
        assume = Assumptions.tuned(H100)
    found = seconds(model="Llama 3 8B (Megatron-Core)", year="2024")
    with trying(TRIED):
        assert found == pytest.approx(by_hand(assume))


def test_a_row_that_names_its_schedule() -> None:
    """Sixteen micro-batches on four stages; "1F1B" takes each stage's layers at one go."""
    told = {"pp": "4", "tp": "1", "global_batch": "64", "micro_batch": "1", "year": "2025"}
    layout = {"data": 4, "tensor": 1, "pipeline": 4, "micro_batch": 1}
    assume = Assumptions(attention_reached=0.6, made_again=0.7)
    at_once = seconds(**told, model="Llama 3 8B 1F1B")
    assert at_once == pytest.approx(by_hand(assume, **layout))
    assert seconds(**told) < at_once


@pytest.mark.parametrize(("device", "reached"), [("H100 SXM 80GB", 0.2), ("A100 SXM 80GB", 0.6)])
def test_rows_of_mosaic_are_of_2023(device: str, reached: float) -> None:
    """Weights sharded over eight cards, two sequences each, twice."""
    cells = {
        "model": "Llama 3 8B", "model_key": "llama-3-8b", "seq_len": "4096", "n_gpus": "8",
        "device_key": device, "micro_batch": "2", "grad_accum": "2", "sharding": "FULL_SHARD",
        "act_ckpt": "True", "precision": "bf16",
    }  # fmt: skip
    with trying(TRIED):
        found = value(throughput_rows.predict(Given(cells=cells)), "tokens_per_s")
        assume = Assumptions(attention_reached=reached, made_again=0.7)
    layout = Layout(data=8, zero=3, micro_batch=2, recompute="full", sequence_parallel=True)
    card = H100 if device.startswith("H100") else A100
    case = {"batch": 32, "seq": 4096, "attention": "causal", "assume": assume}
    step = parallelism.step(LLAMA, layout, card, **case)  # type: ignore[arg-type]
    assert found == pytest.approx(32 * 4096 / float(step.seconds))


BRIDGE = {
    "group": "training_megatron_bridge", "model": "LLAMA3_8B", "device": "H100 SXM 80GB",
    "n_devices": "8", "precision": "FP8", "tp": "8", "pp": "1", "cp": "1", "ep": "1",
    "setting": "Pre-Training", "global_batch": "8", "seq_len": "4096",
}  # fmt: skip
"""With eight tensor ranks only micro-batches and recomputation are left open."""


@pytest.mark.parametrize(
    ("framework", "own"), [("Megatron-Bridge, container 26.08", True), ("torchtitan", False)]
)
def test_rows_of_a_bridge_are_of_a_tuned_program(framework: str, own: bool) -> None:
    given = Given(cells=BRIDGE | {"framework": framework})
    with trying(TRIED):
        found = newer_rows.predict(given)
        assume = Assumptions.tuned(H100) if own else Assumptions()
    rate = value(found, "tokens_per_s_per_gpu")
    case = {"batch": 8, "seq": 4096, "attention": "causal", "format": "fp8", "assume": assume}
    each = [
        parallelism.step(
            LLAMA, Layout(tensor=8, micro_batch=size, sequence_parallel=True), H100, **case
        )  # type: ignore[arg-type]
        for size in (1, 2, 4, 8)
    ]
    assert rate == pytest.approx(max(float(step.tokens_per_second) for step in each) / 8)
    counted = flops.training_step(LLAMA, 1, 4096, attention="causal") / 4096
    assert value(found, "model_tflops_per_gpu") == pytest.approx(rate * counted / 1e12)
