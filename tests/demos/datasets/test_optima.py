"""Runs at equal budgets: what they cost, what they read, and that the record is what its rules say.

The record's counts are held against PyTorch's own counter and modules, not against the code that
wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.demos.datasets import optima
from course_lib.demos.datasets.optima import kept, rules, runs, sweep


@pytest.fixture
def little_text(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A part of the prose in place of ten megabytes of code, and a short test."""
    prose = corpus.tokens("prose", limit=60_000)
    monkeypatch.setattr(runs, "parts", lambda: corpus.split(prose))
    monkeypatch.setattr(rules, "CHECK_PIECES", 20)
    yield


@pytest.mark.usefixtures("little_text")
def test_a_run_repeats_and_counts_what_it_costs() -> None:
    first, again, other = (optima.run(8, 2e8, seed=seed) for seed in (0, 0, 1))
    assert first.loss == again.loss != other.loss
    assert first.tokens == first.steps * 256 and first.steps == 23
    gpt = tiny_gpt.TinyGPT(runs.shape(8))
    inputs = torch.zeros(rules.BATCH, rules.SEQ, dtype=torch.int64)
    one_step = measure.count_flops(lambda: tiny_gpt.loss(gpt, inputs, inputs).backward())
    assert first.train_flops == first.steps * one_step
    assert abs(first.train_flops / 2e8 - 1) < 0.5 / first.steps + 1e-9, "the nearest whole number"
    assert first.all_params == measure.count_parameters(gpt)
    assert first.params == first.all_params - gpt.positions.weight.numel()


@pytest.mark.usefixtures("little_text")
def test_more_compute_lowers_the_loss() -> None:
    little, much = optima.run(12, 2e8), optima.run(12, 2e9)
    assert much.loss < little.loss < 5.8, "256 bytes, guessed blindly: ln 256 = 5.55"


@pytest.mark.usefixtures("little_text")
def test_live_trains_a_model_of_each_width_and_one_in_any_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs.run, "__defaults__", (2e8, 0))
    assert [run.width for run in optima.live(widths=(8, 12))] == [8, 12]
    assert [run.width for run in optima.live(widths=(8, 12), budget_seconds=1e-9)] == [8]


def test_no_piece_is_read_twice_and_targets_are_one_further_on() -> None:
    text = torch.arange(64 * 40 + 10)
    batches = list(runs.once(text, count=10, seed=3))
    starts = torch.cat([inputs[:, 0] for inputs, _ in batches])
    assert starts.sort().values.tolist() == list(range(0, 64 * 40, 64))
    assert all(torch.equal(targets, inputs + 1) for inputs, targets in batches)
    assert starts.tolist() != starts.sort().values.tolist()
    other = torch.cat([inputs[:, 0] for inputs, _ in runs.once(text, count=10, seed=4)])
    assert starts.tolist() != other.tolist()


def test_a_run_that_wants_more_text_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="11 steps read 2816 tokens, and there are 2560"):
        runs.once(torch.arange(64 * 40 + 1), count=11, seed=0)


@pytest.mark.parametrize(
    "bad",
    [{"width": 0}, {"width": 7}, {"budget_flops": 0}, {"budget_flops": float("nan")}, {"seed": -1}],
)
def test_bad_arguments_are_named(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        optima.run(**({"width": 8, "budget_flops": 2e8} | bad))  # type: ignore[arg-type]


@pytest.mark.usefixtures("little_text")
def test_a_sweep_that_was_stopped_goes_on_and_ends_with_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "WIDTHS", {2e8: (6, 8), 3e8: (8,)})
    monkeypatch.setattr(rules, "SEEDS", (0, 1))
    path, made = tmp_path / "record.toml", []
    train = runs.run

    def stopped(*arguments: float) -> optima.Run:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(train(*arguments))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(runs, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(path, "a machine")
    assert len(optima.record(path).runs) == 2
    monkeypatch.setattr(runs, "run", train)
    sweep.sweep(path, "a machine")
    whole = optima.record(path)
    places = [(run.seed, run.budget_flops, run.width) for run in whole.runs]
    assert places == sweep.places() and len(set(places)) == 6
    assert whole.machine.startswith("a machine") and torch.__version__ in whole.versions
    assert whole.runs[0].loss == pytest.approx(made[0].loss, abs=1e-5)
    assert whole.curve(2e8).losses.shape == (2, 2)
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_the_record_is_whole_with_date_machine_and_versions() -> None:
    found = optima.record()
    made = {(run.seed, run.budget_flops, run.width) for run in found.runs}
    assert made == set(sweep.places()) and len(found.runs) == len(made)
    assert all(len(curve.losses) == 3 for curve in found.curves())
    assert all(getattr(found, name) for name in ("date", "machine", "versions", "text"))
    assert found.budgets_flops == sorted(optima.BUDGETS_FLOPS)
    assert len(found.curves()) >= 3
    assert all(len(curve.widths) >= 5 for curve in found.curves())


def test_the_records_counts_are_pytorchs_and_its_budgets_are_equal() -> None:
    by_width: dict[int, tuple[int, int, int]] = {}
    for run in optima.record().runs:
        if run.width not in by_width:
            gpt = tiny_gpt.TinyGPT(runs.shape(run.width))
            inputs = torch.zeros(rules.BATCH, rules.SEQ, dtype=torch.int64)
            step = measure.count_flops(lambda g=gpt, i=inputs: tiny_gpt.loss(g, i, i).backward())
            counted = measure.count_parameters(gpt)
            by_width[run.width] = (step, counted, counted - gpt.positions.weight.numel())
        step, all_params, params = by_width[run.width]
        assert run.train_flops == run.steps * step and run.tokens == 256 * run.steps
        assert (run.all_params, run.params) == (all_params, params)
        assert run.train_flops == pytest.approx(run.budget_flops, rel=0.02)
        # 6ND leaves out attention's square, which weighs most in the narrowest models
        assert 1 < run.train_flops / (6 * run.params * run.tokens) < 1.7
        assert run.learning_rate * run.width == pytest.approx(rules.RATE_TIMES_WIDTH, rel=1e-3)


def test_no_run_of_the_record_needs_more_text_than_there_was() -> None:
    found = optima.record()
    there = int(found.text.split(" bytes to train on")[0].rsplit(" ", 1)[-1])
    assert max(run.tokens for run in found.runs) < there


def test_in_the_record_more_compute_is_better_at_every_bottom() -> None:
    lowest = [curve.mean_losses.min() for curve in optima.record().curves()]
    assert lowest == sorted(lowest, reverse=True)
    assert all(np.isfinite(curve.losses).all() for curve in optima.record().curves())


def test_curves_refuse_what_they_do_not_have() -> None:
    found = optima.record()
    with pytest.raises(ValueError, match="budget_flops must be one of"):
        found.curve(1.0)
    budget = found.budgets_flops[0]
    without = [run for run in found.runs if (run.seed, run.width) != (2, found.runs[0].width)]
    lacking = kept.Record(**{**vars(found), "runs": tuple(without)})
    assert len(lacking.curve(budget).losses) == len(found.curve(budget).losses) - 1
    widths = sorted({run.width for run in without if run.budget_flops == budget})
    halves = {(0, widths[0]), (1, widths[1])}  # each seed lacks the other's width
    some = [run for run in found.runs if (run.seed, run.width) in halves]
    torn = kept.Record(**{**vars(found), "runs": tuple(some)})
    with pytest.raises(ValueError, match="no seed has every width"):
        torn.curve(budget)
