"""Steps of rows: what is told is kept, what is open is filled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_lib.catalog import Transformer, devices, models, runs
from course_lib.catalog.constants import probing, trying
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.open_layouts import Case
from course_lib.commands.validate.step_cases import Timed, assumed, timed
from course_lib.estimators import parallelism
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import Assumptions, Cluster

LLAMA = Case(
    model=models["llama-3-8b"], device=devices["H100"], devices=16, seq=4096, batch=64, tensor=2
)


def test_a_layout_that_is_told_in_full_is_the_estimators_own() -> None:
    told = replace(LLAMA, pipeline=2, zero=1, micro_batch=1, recompute="full")
    found = timed(told)
    layout = Layout(
        data=4, tensor=2, pipeline=2, zero=1, micro_batch=1, recompute="full",
        interleave=found.layout.interleave, sequence_parallel=True,
    )  # fmt: skip
    step = parallelism.step(told.model, layout, told.device, batch=64, seq=4096, attention="causal")
    assert found.seconds.value == pytest.approx(float(step.seconds))
    assert (found.seconds.low, found.seconds.high) == pytest.approx((step.low, step.high))
    assert found.tokens == 64 * 4096


MIXTRAL = replace(LLAMA, model=models["mixtral-8x7b"])
LONE = {"tensor": None, "pipeline": None}
"""Nothing of the layout is told."""


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (LLAMA, "step-told-dense"),
        (MIXTRAL, "step-told-mixture"),
        (replace(LLAMA, format="fp8"), "step-told-dense-narrow"),
        (replace(LLAMA, format="fp32"), "step-told-dense"),
        (replace(MIXTRAL, format="fp8"), "step-told-mixture-narrow"),
        (replace(LLAMA, **LONE), "step-searched-dense"),
        (replace(MIXTRAL, format="fp8", **LONE), "step-searched-mixture-narrow"),
    ],
)
def test_ranges_are_those_of_the_circumstance(case: Case, key: str) -> None:
    with probing(lambda name: (0.5, 3.0)) as asked:
        seconds = timed(case).seconds
    assert [each for each in asked if each.startswith("step")] == [key]
    assert (seconds.low, seconds.high) == (0.5 * seconds.value, 3 * seconds.value)


def test_what_is_open_is_filled_so_that_it_fits() -> None:
    found = timed(LLAMA)
    assert (found.layout.tensor, found.layout.pipeline, found.layout.data) == (2, 1, 8)
    assert found.held_bytes < 80e9


def test_a_case_without_any_layout_is_searched_for() -> None:
    found = timed(replace(LLAMA, tensor=None))
    assert found.layout.devices == 16
    assert 1 / 3 < found.seconds.value / timed(LLAMA).seconds.value <= 1


def test_an_early_program_recomputes_everything_unless_told() -> None:
    early = replace(LLAMA, early=True)
    assert timed(early).layout.recompute == "full"
    assert timed(replace(early, tensor=None)).layout.recompute == "full"
    assert timed(replace(early, recompute="none")).layout.recompute == "none"


def test_a_micro_batch_that_starves_the_stages_is_the_ranks_batch() -> None:
    case = replace(LLAMA, pipeline=4, tensor=1, batch=128, micro_batch=32)
    assert timed(case).layout.micro_batch < 32
    assert timed(replace(case, pipeline=1)).layout.micro_batch == 32


def test_an_odd_batch_is_scaled() -> None:
    whole, odd = (
        timed(replace(LLAMA, micro_batch=2)),
        timed(replace(LLAMA, micro_batch=2, batch=60)),
    )
    assert odd.seconds.value == pytest.approx(60 / 64 * whole.seconds.value)
    assert odd.tokens == 60 * 4096


def test_devices_that_do_not_divide_are_told() -> None:
    for case in (replace(LLAMA, tensor=32), replace(LLAMA, tensor=3)):
        with pytest.raises(Unpredictable, match="16 devices do not divide"):
            timed(case)
    with pytest.raises(ValueError, match="heads"):
        timed(replace(LLAMA, devices=12, tensor=3))


PROGRAMS = {"attention-reached": 0.6, "attention-reached-borrowed": 0.2, "made-again": 0.7}


@pytest.mark.parametrize(
    ("changes", "attention", "again"),
    [
        ({}, 0.6, 0.7),
        ({"borrowed": True}, 0.2, 0.7),
        ({"early": True}, 0.6, 1),
        ({"early": True, "borrowed": True}, 0.2, 1),
    ],
)
def test_what_programs_of_a_time_reach(changes: dict, attention: float, again: float) -> None:
    """Kernels of an older generation are slower; early checkpoints went to the end of a layer."""
    with trying(PROGRAMS):
        found = assumed(replace(LLAMA, **changes))
        plain = Assumptions(attention_reached=attention, made_again=again)
    assert vars(found) == vars(plain)


def test_a_tuned_program_is_that_of_its_device() -> None:
    case = replace(LLAMA, tuned=True, borrowed=True)
    assert vars(assumed(case)) == vars(Assumptions.tuned(case.device))
    assert timed(case).seconds.value < timed(replace(LLAMA, tuned=False)).seconds.value


def timed_by_hand(case: Case, found: Timed, **choices: object) -> float:
    """Seconds of the layout that was found, asked of the estimator itself."""
    step = parallelism.step(
        case.model, found.layout, Cluster.of(case.device), batch=64, seq=4096, **choices
    )  # type: ignore[arg-type]
    return float(step.seconds)


def test_early_programs_keep_scores_and_compute_every_pair() -> None:
    case = replace(LLAMA, early=True, micro_batch=1)
    found = timed(case)
    early = {"attention": "full", "fused": False, "assume": Assumptions(made_again=1)}
    assert found.seconds.value == pytest.approx(timed_by_hand(case, found, **early))
    later = timed(replace(case, early=False, recompute="full"))
    assert later.seconds.value == pytest.approx(timed_by_hand(case, later, attention="causal"))


@pytest.mark.parametrize(
    ("zero", "early", "domain"), [(3, True, 1), (2, True, 8), (0, True, 8), (3, False, 8)]
)
def test_early_programs_gathered_weights_over_the_port(zero: int, early: bool, domain: int) -> None:
    """Those of ZeRO 3 alone, and not later ones: each device is a machine to itself."""
    told = {"zero": zero, "early": early, "micro_batch": 2, "tensor": 1, "recompute": "full"}
    case = replace(LLAMA, **told)
    found = timed(case)
    step = parallelism.step(
        case.model, found.layout, Cluster.of(case.device, domain=domain), batch=64, seq=4096,
        attention="full" if early else "causal", fused=not early, assume=assumed(case),
    )  # fmt: skip
    assert found.seconds.value == pytest.approx(float(step.seconds))
    assert found.layout.zero == zero


@pytest.mark.parametrize(
    ("row", "layers", "width", "heads"),
    [
        ("174-6-384", 96, 12288, 96), ("174-6-1536", 96, 12288, 96),
        ("529-6-640", 105, 20480, 128), ("529-6-2240", 105, 20480, 128),
    ],
)  # fmt: skip
def test_rates_of_early_sharded_steps(row: str, layers: int, width: int, heads: int) -> None:
    """ZeRO 3 in arXiv 2104.04473, table 2: with one sequence a rank a third of the rate with
    four."""
    run = runs[f"megatron21-t2-zero-3-{row}"]
    assert run.achieved_flops_per_device is not None
    model = Transformer(
        layers=layers, d_model=width, n_heads=heads, d_ff=4 * width, vocab_rows=51200,
        position_rows=2048, tied_embeddings=True, norm="layernorm",
    )  # fmt: skip
    told = {"devices": int(run.devices or 0), "batch": int(run.batch_sequences or 0), "seq": 2048}
    more = {"zero": 3, "micro_batch": run.micro_batch, "recompute": "full", "early": True}
    found = timed(Case(model=model, device=devices["A100 80GB"], **told, **more))  # type: ignore[arg-type]
    rate = found.work(hardware_flops=True) / found.seconds.value / found.case.devices
    assert rate == pytest.approx(run.achieved_flops_per_device, rel=0.12)
