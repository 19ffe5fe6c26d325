"""A step of reinforcement learning, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import findings, models
from course_lib.estimators import flops, inference, parameters, thinking
from course_lib.estimators.thinking import learning

LLAMA = models["llama-3-8b"]
STEP: dict[str, Any] = {"prompts": 32, "samples": 16, "prompt": 200, "output": 1000}
CARDS: dict[str, Any] = {"device": "H100", "cards": 8, **STEP}


def test_the_rule_by_hand() -> None:
    assert thinking.rule_of_thumb(scorings=2) == 2 / 12
    assert thinking.rule_of_thumb(checkpointed=True) == 2 / 12
    assert thinking.rule_of_thumb(scorings=0, updates=4) == 2 / 26
    assert thinking.rule_of_thumb(scorings=[0, 1]).tolist() == [0.25, 0.2]


def test_flops_part_by_part() -> None:
    found = thinking.step_flops(LLAMA, scorings=2, updates=3, **STEP)
    forward = flops.forward(LLAMA, 1, 1200, "causal")
    assert found.scoring == 2 * 512 * forward
    assert found.updating == 3 * 512 * 3 * forward
    reading, answer = (
        flops.forward(LLAMA, 1, 200),
        inference.answer_flops(LLAMA, prompt=200, output=1000),
    )
    assert found.sampling == pytest.approx(32 * reading + 512 * (answer - reading))
    assert found.total == found.sampling + found.scoring + found.updating


def test_short_prompts_and_long_answers_follow_the_rule() -> None:
    for checkpointed in (False, True):
        case = STEP | {"prompt": 10, "checkpointed": checkpointed}
        found = thinking.step_flops(LLAMA, **case).sampling_share
        assert found == pytest.approx(thinking.rule_of_thumb(checkpointed=checkpointed), rel=0.03)
    # 6 for each weight and token, as everywhere
    weights = parameters.count(LLAMA, embeddings=False).total
    assert thinking.step_flops(LLAMA, **STEP).updating == pytest.approx(
        6 * weights * 512 * 1200, rel=0.05
    )


def test_seconds_part_by_part() -> None:
    found = thinking.step_seconds(LLAMA, batch=8, **CARDS)
    round_of = inference.estimate(
        LLAMA, device="H100", batch=8, prompt=200, output=1000, software="server"
    )
    assert found.sampling == pytest.approx(512 / 8 / 8 * round_of.request_seconds)
    work = thinking.step_flops(LLAMA, **STEP)
    assert found.updating == pytest.approx(work.updating / (8 * 989e12 * learning.MFU))
    assert found.scoring == pytest.approx(work.scoring / (8 * 989e12 * learning.MFU))


def test_sampling_leads_in_time_as_published_and_not_in_flops() -> None:
    published = findings["r104"].value
    shares = [
        thinking.step_seconds(LLAMA, batch=batch, **CARDS).sampling_share for batch in (8, 16, 64)
    ]
    assert shares[0] == pytest.approx(published, abs=0.05)
    assert shares[0] > shares[1] > shares[2] > 0.4
    assert thinking.step_flops(LLAMA, **STEP).sampling_share < 0.25


def test_the_longest_answer_is_waited_for() -> None:
    plain = thinking.step_seconds(LLAMA, batch=16, **CARDS)
    waits = thinking.step_seconds(LLAMA, batch=16, longest=4000, **CARDS)
    alone = inference.estimate(LLAMA, device="H100", prompt=200, output=4000, software="server")
    assert waits.sampling - plain.sampling == pytest.approx(3000 * alone.token_seconds)
    assert waits.updating == plain.updating


def test_a_copy_writes_no_more_than_its_share() -> None:
    most = thinking.step_seconds(LLAMA, batch=64, **CARDS)
    assert thinking.step_seconds(LLAMA, batch=4096, **CARDS).sampling == most.sampling


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"prompts": 0}, "prompts must be at least 1"),
        ({"samples": 0}, "samples must be at least 1"),
        ({"scorings": -1}, "scorings must be at least 0"),
        ({"updates": 0}, "updates must be at least 1"),
        ({"cards": 0}, "cards must be at least 1"),
        ({"mfu": 40}, "mfu must be above 0 and at most 1"),
        ({"output": 8000, "batch": 64}, "batch must have room for its caches"),
    ],
)
def test_bad_arguments_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        thinking.step_seconds(LLAMA, **({"batch": 16} | CARDS | changed))
