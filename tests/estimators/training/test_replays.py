"""Blind replays: nothing published is read for predicting, and scores agree with ones worked out by
hand."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from course_lib.catalog import Run, devices, models, runs
from course_lib.estimators.project.plan import added
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.estimators.training.replays import (
    Facts,
    blind,
    drawn_share,
    plain_hours,
    planned,
    published,
    score,
    summary,
)

TARGETS = (
    "device_hours",
    "wall_seconds",
    "mfu",
    "hfu",
    "energy_joules",
    "carbon_kg",
    "cost_usd",
    "step_seconds",
)


def test_facts_have_no_field_for_what_a_run_took() -> None:
    names = {field.name for field in fields(Facts)}
    assert not names & {
        *TARGETS,
        "achieved_flops_per_device",
        "tokens_per_second_per_device",
        "power_watts_per_device",
    }


@pytest.mark.parametrize("key", ["falcon-40b", "nanogpt-124m"])
def test_a_plan_does_not_change_when_the_published_row_does(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = planned(blind(key)).device_hours
    row: Run = runs[key]
    forged = replace(
        row,
        **dict.fromkeys(("device_hours", "wall_seconds", "energy_joules", "cost_usd"), 1.0),
        mfu=0.01,
    )

    class Forged(dict):
        def key(self, name: str) -> str:
            return name

    monkeypatch.setattr(replays, "runs", Forged({key: forged}))
    assert planned(blind(key)).device_hours == before
    assert published(key) == 1.0


def test_hidden_devices_are_filled_up_and_said() -> None:
    facts = blind("llama2-7b")
    assert not facts.devices_stated and facts.devices == 256
    month = plain_hours(facts.model, facts.tokens, facts.device) / facts.devices / 720
    assert 0.7 < month < 1.5
    assert blind("falcon-40b").devices_stated


def test_the_plain_rule_is_6nd() -> None:
    card = devices["a100-sxm-40gb"]
    by_hand = (
        6
        * models["falcon-40b"].published.total_params
        * 1e12
        / (0.4 * card.peak_flops["bf16"])
        / 3600
    )
    assert plain_hours(models["falcon-40b"], 1e12, "a100-sxm-40gb") == pytest.approx(
        by_hand, rel=0.02
    )


@pytest.mark.parametrize(
    ("truth", "error", "hit", "points"),
    [(4, 0, True, 2), (16, 2, False, 12), (1, 2, False, 12), (8, 1, True, 2)],
)
def test_scores_by_hand(truth: float, error: float, hit: bool, points: float) -> None:
    found = score(Range(low=2, value=4, high=8), truth)
    assert (found.error, found.hit, found.width, found.points) == (error, hit, 2, points)


def test_errors_do_not_cancel_in_a_summary() -> None:
    guess = Range(low=2, value=4, high=8)
    found = summary([score(guess, 2), score(guess, 8), score(guess, 64)])
    assert (found.count, found.error, found.hits) == (3, 1, pytest.approx(2 / 3))


def test_honest_ranges_score_best() -> None:
    # The points are least, in the long run, for the range that holds 80 %: 1.28 standard deviations
    # to each side.
    random = np.random.default_rng(1)
    truths = 2 ** random.standard_normal(4000)
    points = {}
    for half in (0.5, 1.28, 2.5):
        guess = Range(low=2**-half, value=1, high=2**half)
        points[half] = summary(score(guess, float(truth)) for truth in truths).points
    assert min(points, key=points.get) == 1.28


def test_a_sum_of_equal_parts_is_held_as_often_as_each_part() -> None:
    part = Range(low=60, value=100, high=140)
    for count in (1, 4, 9):
        assert drawn_share([part] * count, added([part] * count)) == pytest.approx(0.8, abs=0.015)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: blind("falcon-41b"), KeyError, "nearest"),
        (lambda: blind("patterson-meena"), ValueError, "key must be a run with a decoder"),
        (lambda: summary([]), ValueError, "at least one score"),
        (lambda: score(3, 4), TypeError, "guess"),
        (lambda: score(Range(low=1, value=2, high=3), 0), ValueError, "truth"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call()
