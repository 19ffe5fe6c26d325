"""The record is what its rules say; its counts are held against PyTorch's counter and modules."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from course_lib.demos import measure, thinking, tiny_gpt
from course_lib.demos.thinking import kept, models, recording, rules, sums


@pytest.fixture(scope="module")
def held() -> kept.Record:
    return thinking.record()


def test_the_record_holds_every_seed_and_role_of_the_rules(held: kept.Record) -> None:
    for role in kept.ROLES:
        assert tuple(one.seed for one in held.of(role)) == rules.SEEDS
    for checked in (True, False):
        assert tuple(one.seed for one in held.improved(checked)) == rules.SEEDS
    for one in held.tried:
        assert np.shape(one.counts) == (len(rules.LENGTHS), rules.TASKS_EACH)
        assert np.min(one.counts) >= 0 and np.max(one.counts) <= rules.MOST_TRIES
        assert len(one.majority) == len(rules.TRIES) and len(one.once) == len(rules.LENGTHS)


def test_its_flops_and_weights_are_those_that_pytorch_counts(held: kept.Record) -> None:
    inputs, targets = next(sums.batches(seed=0))
    for role, width in zip(kept.ROLES, (rules.SMALL, rules.SMALL, rules.LARGE), strict=True):
        gpt = tiny_gpt.TinyGPT(models.shape(width))
        loss = partial(tiny_gpt.loss, gpt, inputs, targets)
        step = measure.count_flops(lambda loss=loss: loss().backward())
        weights = measure.count_parameters(gpt) - gpt.positions.weight.numel()
        for one in held.of(role):
            assert one.width == width and one.params == weights
            assert one.train_flops == one.steps * step
            assert one.try_flops == thinking.flops_a_try(width)


def test_training_is_equal_as_the_roles_say(held: kept.Record) -> None:
    for small, longer, large in zip(*map(held.of, kept.ROLES), strict=True):
        assert small.steps == large.steps == rules.STEPS
        assert longer.train_flops == pytest.approx(large.train_flops, rel=1e-3)


def test_coverage_is_read_off_the_counts(held: kept.Record) -> None:
    one = held.of("small")[2]
    counts = np.array(one.counts)
    assert held.coverage("small", 1)[2] == pytest.approx(counts.mean() / 64)
    assert held.coverage("small", 64, digits=3)[2] == pytest.approx((counts[1] > 0).mean())
    assert held.never_solved("small")[2] == pytest.approx((counts == 0).mean())
    assert held.once("small", digits=5)[2] == one.once[3]
    # a majority of one is a single try; of two too (a tie: the first), but of half of them
    assert one.majority[0] == pytest.approx(counts.mean() / 64, abs=1e-4)
    assert one.majority[1] == pytest.approx(one.majority[0], abs=0.02)


def test_both_questions_start_from_the_same_small_model(held: kept.Record) -> None:
    for small, *made in zip(held.of("small"), held.improved(), held.improved(False), strict=True):
        for one in made:
            assert one.once_before == small.once
            assert one.before == pytest.approx(np.mean(small.once), abs=1e-4)
            assert one.after == pytest.approx(np.mean(one.once_after), abs=1e-4)


def test_sampling_and_updating_follow_from_what_was_kept(held: kept.Record) -> None:
    each = rules.ROUNDS * rules.SUMS_A_ROUND
    for one in held.bettered:
        assert one.sampling_flops == each * rules.TRIES_A_SUM * thinking.flops_a_try(rules.SMALL)
        updates = np.mean(one.kept_shares) * each * models.step_flops(rules.SMALL, 1)
        assert one.updating_flops == pytest.approx(updates, rel=1e-3)
    assert all(share == 1 for one in held.improved() for share in one.right_shares)
    assert all(share == 1 for one in held.improved(False) for share in one.kept_shares)


def test_a_record_that_is_written_is_read_again(held: kept.Record, tmp_path: Path) -> None:
    some = replace(held, tried=held.tried[:2], bettered=held.bettered[:1])
    kept.write(some, tmp_path / "record.toml")
    assert kept.record(tmp_path / "record.toml") == some


def test_what_is_kept_of_a_model_is_how_it_did() -> None:
    small, tasks = models.train(width=8, steps=6, seed=1), sums.tasks(each=2)
    made = recording.tried("small", small, tasks)
    many = thinking.tries(small, tasks, n=64, seed=1)
    assert made.counts == [
        many.right[2 * place : 2 * place + 2].sum(1).tolist() for place in range(4)
    ]
    assert (
        made.once
        == thinking.tries(small, tasks, temperature=0).right.reshape(4, 2).mean(1).tolist()
    )
    assert (made.steps, made.seed, made.width) == (6, 1, 8)


def test_coverage_grows_with_tries_and_a_majority_never_passes_it(held: kept.Record) -> None:
    for role in kept.ROLES:
        covered = np.array([held.coverage(role, n) for n in rules.TRIES])
        assert (np.diff(covered, axis=0) >= 0).all()
        # one way of cutting tries into groups, so a little chance is left at small n
        assert (covered + 0.02 >= held.majority(role).T).all()
