"""Steps of rows: what is told is kept, what is open is filled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_lib.catalog import devices, models
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.open_layouts import Case
from course_lib.commands.validate.step_cases import SEARCHED, STATED, timed
from course_lib.estimators import parallelism
from course_lib.estimators.layout import Layout

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
    assert found.seconds.low == pytest.approx(STATED.low * float(step.seconds))
    assert found.tokens == 64 * 4096


def test_what_is_open_is_filled_so_that_it_fits() -> None:
    found = timed(LLAMA)
    assert (found.layout.tensor, found.layout.pipeline, found.layout.data) == (2, 1, 8)
    assert found.memory_bytes.value < 80e9


def test_a_case_without_any_layout_is_searched_for() -> None:
    found = timed(replace(LLAMA, tensor=None))
    assert found.layout.devices == 16
    assert found.seconds.high / found.seconds.value == pytest.approx(SEARCHED.high)


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
