"""Tiny runs: they repeat, count what they cost, learn; the record is whole and says what the lesson
reads from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.demos.datasets import scaling
from course_lib.estimators.datasets import scaling_laws


@pytest.fixture(autouse=True)
def little_text(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A part of the prose in place of ten megabytes of code."""
    prose = corpus.tokens("prose", limit=60_000)
    monkeypatch.setattr(scaling, "_parts", lambda: corpus.split(prose))
    monkeypatch.setattr(scaling, "CHECK_BATCHES", 2)
    yield


def test_a_run_repeats_to_the_last_digit() -> None:
    first, again, other = (scaling.run(16, 4096, seed=seed) for seed in (0, 0, 1))
    assert first.loss == again.loss
    assert first.loss != other.loss


def test_a_run_counts_what_it_costs() -> None:
    made = scaling.run(16, 3 * 1024 + 7)
    assert made.tokens == 3 * 1024
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=scaling.LAYERS, d_model=16, context=scaling.SEQ))
    inputs = torch.zeros(scaling.BATCH, scaling.SEQ, dtype=torch.int64)
    one_step = measure.count_flops(lambda: tiny_gpt.loss(gpt, inputs, inputs).backward())
    assert made.train_flops == 3 * one_step
    assert made.params == measure.count_parameters(gpt) - gpt.positions.weight.numel()


def test_more_text_lowers_the_loss() -> None:
    few, many = scaling.run(16, 4096), scaling.run(16, 81_920)
    assert many.loss < few.loss < 5.8, "256 bytes, guessed blindly: ln 256 = 5.55"


def test_rereading_looks_at_both_losses_when_asked() -> None:
    looks = scaling.reread(unique_tokens=512, readings=(1, 5, 20), width=16)
    assert [look.readings for look in looks] == [1, 5, 20]
    assert looks[-1].train_loss < looks[0].train_loss
    assert all(look.loss > 0 for look in looks)


def test_looking_at_unseen_text_changes_nothing() -> None:
    last = [scaling.reread(512, readings, 16)[-1].train_loss for readings in ((10,), (2, 5, 10))]
    assert last[0] == last[1]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = scaling.run(16, 2048)
    path = tmp_path / "record.toml"
    scaling.write([made], path, "a machine")
    kept = scaling.record(path)
    assert kept.runs[0].train_flops == made.train_flops
    assert kept.runs[0].loss == pytest.approx(made.loss, abs=1e-4)
    assert torch.__version__ in kept.versions
    assert kept.machine.startswith("a machine")


def test_the_record_can_be_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "WIDTHS", (8, 16))
    monkeypatch.setattr(scaling, "STEPS", (2, 3))
    threads = torch.get_num_threads()
    scaling.main(tmp_path / "again.toml")
    torch.set_num_threads(threads)
    again = scaling.record(tmp_path / "again.toml")
    assert [(run.width, run.tokens) for run in again.runs] == [
        (8, 2048),
        (8, 3072),
        (16, 2048),
        (16, 3072),
    ]
    assert again.lengths == [2048, 3072]
    assert [run.width for run in again.at(3072)] == [8, 16]


def test_the_record_is_a_whole_grid_with_date_and_machine() -> None:
    kept = scaling.record()
    assert {(run.width, run.tokens) for run in kept.runs} == {
        (width, steps * 1024) for width in scaling.WIDTHS for steps in scaling.STEPS
    }
    assert all(getattr(kept, name) for name in ("date", "machine", "versions", "text"))


def test_in_the_record_more_text_always_helped_and_width_paid_only_with_text() -> None:
    runs = scaling.record().runs
    by_width = {width: [run.loss for run in runs if run.width == width] for width in scaling.WIDTHS}
    for losses in by_width.values():
        assert losses == sorted(losses, reverse=True)
    assert by_width[64][0] > by_width[32][0], "with little text the wider model is worse"
    assert by_width[64][-1] < by_width[32][-1], "with much text it is better"


def test_the_records_exponent_is_clear_of_zero() -> None:
    runs = [run for run in scaling.record().runs if run.width == 64]
    law = scaling_laws.fit_power([run.tokens for run in runs], [run.loss for run in runs])
    assert law.low < law.high < 0


@pytest.mark.parametrize(("width", "tokens"), [(16, 1023), (16, 2048.5), (0, 2048)])
def test_impossible_runs_are_refused(width: int, tokens: float) -> None:
    with pytest.raises(ValueError, match=r"tokens must be|d_model must be"):
        scaling.run(width, tokens)
