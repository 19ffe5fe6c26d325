"""What stands for a token or a picture where nothing is said: the stated case, by hand."""

from __future__ import annotations

import math

import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import constant, spread
from course_lib.estimators import images, inference
from course_lib.estimators.energy import answers, draws
from course_lib.estimators.energy.runs import CARDS_ALONE
from course_lib.estimators.ranges import Range

LLAMA, DIFFUSION = models["llama-3-8b"], models["SD 1.5"]


def test_a_token_of_nothing_said_is_one_request_on_one_device() -> None:
    """One request of 512 tokens read and 256 written, at the load that its bytes and its FLOPs
    make: of 3.35 TB/s and 989 TFLOP/s."""
    case = {"batch": 1, "prompt": 512, "output": 256, "devices": 1, "software": "server"}
    answer = inference.estimate(LLAMA, device="H100", **case)  # type: ignore[arg-type]
    seconds = answer.request_seconds
    moved = answer.prefill.bytes_moved + 255 * answer.decode.bytes_moved
    work = answer.prefill.flops + 255 * answer.decode.flops
    load = draws.load(work / seconds / 989e12, moved / seconds / 3.35e12)
    found = answers.token(LLAMA, device="H100", site=CARDS_ALONE)
    assert found.value == pytest.approx((70 + 630 * load) * seconds / 256, rel=0.001)


def test_the_ends_of_a_token_are_those_of_measured_ones() -> None:
    found = answers.token(LLAMA, device="H100", batch=8, site=CARDS_ALONE)
    known = spread("energy-token")
    assert found.low / found.value == pytest.approx(known.low)
    assert found.high / found.value == pytest.approx(known.high)


def test_with_a_stated_load_they_are_those_of_rate_and_load() -> None:
    """Loads of 0.5, 0.75 and 1 draw 385, 542.5 and 700 W; distances to the ends add up as squares
    of logarithms."""
    case = {"batch": 8, "prompt": 512, "output": 256, "software": "server"}
    speed = inference.estimate(LLAMA, device="H100", **case)  # type: ignore[arg-type]
    load = Range(low=0.5, value=0.75, high=1)
    found = answers.token(LLAMA, device="H100", batch=8, load=load, site=CARDS_ALONE)
    assert found.value == pytest.approx(542.5 / speed.tokens_per_second)
    slow, quick = (
        math.log(speed.tokens_per_second / speed.low),
        math.log(max(speed.high / speed.tokens_per_second, 1)),
    )
    less, more = math.log(542.5 / 385), math.log(700 / 542.5)
    assert found.high / found.value == pytest.approx(math.exp(math.hypot(slow, more)))
    assert found.value / found.low == pytest.approx(math.exp(math.hypot(quick, less)))


def test_two_devices_are_both_paid_for() -> None:
    case = {"device": "H100", "devices": 2, "load": 0.5, "site": CARDS_ALONE}
    two = answers.token(LLAMA, **case)  # type: ignore[arg-type]
    rate = inference.estimate(
        LLAMA, device="H100", batch=1, prompt=512, output=256, devices=2, software="server"
    ).tokens_per_second
    assert two.value == pytest.approx(2 * 385 / rate)


def test_a_picture_of_nothing_said_takes_fifty_guided_steps() -> None:
    """50 steps are what the published pipelines take; the share of the peak and its ends are those
    of the table, the power that of the load which they make."""
    work = images.picture(DIFFUSION, 50).total
    found = answers.picture(DIFFUSION, device="H100", site=CARDS_ALONE)
    reached = draws.known("image-reached")
    watts = 70 + 630 * draws.load(reached.value, constant("image-memory"))
    assert found.value == pytest.approx(work / (reached.value * 989e12) * watts)
    assert found.high / found.value == pytest.approx(reached.value / reached.low)
    assert found.value / found.low == pytest.approx(reached.high / reached.value)


def test_the_newest_devices_reach_less_of_their_peak() -> None:
    """B200 has 2.28 times the peak of H100, and pictures took it 1 / 1.2 to 1 / 1.6 of the time."""
    peaks = 2250 / 989
    reached = [answers.picture_reached(name).value for name in ("H100", "B200 SXM")]
    assert 1.2 < peaks * reached[1] / reached[0] < 1.6
