"""What stands for a token or a picture where nothing is said: the stated case, by hand."""

from __future__ import annotations

import math

import pytest

from course_lib.catalog import models
from course_lib.estimators import images, inference
from course_lib.estimators.energy import answers
from course_lib.estimators.energy.runs import CARDS_ALONE

LLAMA, DIFFUSION = models["llama-3-8b"], models["SD 1.5"]


def test_a_token_of_nothing_said_is_one_request_on_one_device() -> None:
    """One request of 512 tokens read and 256 written; 0.1 + 0.9 x 0.75 of 700 W are drawn."""
    case = {"batch": 1, "prompt": 512, "output": 256, "devices": 1}
    rate = inference.estimate(LLAMA, device="H100", **case).tokens_per_second  # type: ignore[arg-type]
    found = answers.token(LLAMA, device="H100", site=CARDS_ALONE)
    assert found.value == pytest.approx(0.775 * 700 / rate)


def test_the_ends_of_a_token_are_those_of_its_rate_and_its_load() -> None:
    """Loads of 0.5 and 1 draw 385 and 700 W; distances to the ends add up as squares of
    logarithms."""
    speed = inference.estimate(LLAMA, device="H100", batch=8, prompt=512, output=256)
    found = answers.token(LLAMA, device="H100", batch=8, site=CARDS_ALONE)
    slow, quick = (
        math.log(speed.tokens_per_second / speed.low),
        math.log(speed.high / speed.tokens_per_second),
    )
    less, more = math.log(542.5 / 385), math.log(700 / 542.5)
    assert found.high / found.value == pytest.approx(math.exp(math.hypot(slow, more)))
    assert found.value / found.low == pytest.approx(math.exp(math.hypot(quick, less)))


def test_two_devices_are_both_paid_for() -> None:
    two = answers.token(LLAMA, device="H100", devices=2, site=CARDS_ALONE)
    rate = inference.estimate(
        LLAMA, device="H100", batch=1, prompt=512, output=256, devices=2
    ).tokens_per_second
    assert two.value == pytest.approx(2 * 0.775 * 700 / rate)


def test_a_picture_of_nothing_said_takes_fifty_guided_steps_at_a_third_of_the_peak() -> None:
    """50 steps are what the published pipelines take; 0.35 of the peak (0.2 to 0.5) and 0.91 of the
    stated power (0.73 to 1) are what `answers` and `runs` say."""
    work = images.picture(DIFFUSION, 50).total
    found = answers.picture(DIFFUSION, device="H100", site=CARDS_ALONE)
    assert found.value == pytest.approx(work / (0.35 * 989e12) * 0.91 * 700)
    high = math.hypot(math.log(0.35 / 0.2), math.log(1 / 0.91))
    low = math.hypot(math.log(0.5 / 0.35), math.log(0.91 / 0.73))
    assert found.high / found.value == pytest.approx(math.exp(high))
    assert found.value / found.low == pytest.approx(math.exp(low))
