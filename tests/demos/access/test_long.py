"""The record of the long tuning: whole, by its rules, and its shares by hand."""

from pathlib import Path

import pytest

from course_lib.demos import tiny_gpt
from course_lib.demos.access import long, tuned
from course_lib.demos.access.long import kept, rules, sweep
from course_lib.estimators.access import tuning


def test_the_record_holds_every_run_of_the_rules() -> None:
    found = {(run.name, run.seed, run.steps) for run in long.record().runs}
    assert found == set(sweep.places())
    assert set(long.record().rates) == set(rules.WAYS)
    assert set(long.record().rates.values()) <= set(rules.RATES)
    assert rules.TRIED_SEED not in rules.SEEDS


def test_trained_weights_are_those_of_the_estimator() -> None:
    shape = tiny_gpt.shape(**tuned.SHAPE)
    for run in long.record().runs:
        if run.name.startswith("LoRA"):
            rank = rules.WAYS[run.name][1]
            assert run.trained == tuning.adapter_weights(shape, rank)


def test_every_run_began_from_one_base_and_gained() -> None:
    runs = long.record().runs
    assert len({run.before for run in runs}) == 1
    assert all(run.gain > 0 for run in runs)


def test_shares_by_hand_and_a_file_reads_back(tmp_path: Path) -> None:
    def run(name: str, seed: int, after: float) -> kept.Run:
        return kept.Run(name=name, steps=5, seed=seed, trained=1, before=3.0, after=after)

    runs = [run("full tuning", 0, 2.0), run("full tuning", 1, 1.0), run("LoRA", 1, 2.5)]
    path = tmp_path / "record.toml"
    about = {"date": "2026-01-01", "machine": "m", "versions": "v", "text": "t"}
    kept.write(runs, {"LoRA": 0.01}, path, about)
    back = kept.record(path)
    assert back.runs == tuple(runs) and back.rates == {"LoRA": 0.01}
    assert back.kept("LoRA", 5) == pytest.approx([0.25])
    with pytest.raises(ValueError, match="no such run"):
        back.kept("LoRA", 6)
