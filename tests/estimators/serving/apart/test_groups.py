"""Cards that do both against cards that do one of the two: against all batches tried in turn, and a
server simulated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving import Pace, draw, mean_wait, serve
from course_lib.estimators.serving.apart import split, together, transfer_bytes
from course_lib.estimators.serving.closed import most

LLAMA = models["llama-3-8b"]
SERVER = Machine(device="H100", software="server")
CASE: dict[str, Any] = {
    "prompt": 2000,
    "output": 201,
    "first_token_seconds": 1.0,
    "token_seconds": 0.03,
}
READING = float(SERVER.run(LLAMA, 1, 2000).seconds)


def _step(batch: int) -> float:
    return float(SERVER.run(LLAMA, batch, 1, 2100).seconds)


@pytest.mark.parametrize(
    ("changes", "every_gap"),
    [
        ({}, False),
        ({"token_seconds": 0.075}, True),
        ({"token_seconds": 1.0}, False),  # memory is the limit
        ({"first_token_seconds": 0.07}, False),
    ],
)
def test_together_is_the_best_batch_that_keeps_both_limits(
    changes: dict[str, Any], every_gap: bool
) -> None:
    case = CASE | changes
    best = (0.0, 0)
    for batch in range(1, int(most(SERVER, LLAMA, 2201)) + 1):
        step = _step(batch)
        # 200 further tokens of each answer, and the prompt of everybody in the batch.
        rate = batch / (200 * step + batch * READING)
        between = step + (READING if every_gap else (batch - 1) * READING / 200)
        first = mean_wait(rate, READING, service="constant") + READING + step
        if between <= case["token_seconds"] and first <= case["first_token_seconds"]:
            best = max(best, (rate, batch))
    found = together(SERVER, LLAMA, every_gap=every_gap, **case)
    assert (found.requests_per_second, found.batch) == (pytest.approx(best[0]), best[1])
    assert found.token_seconds <= case["token_seconds"]
    assert found.first_token_seconds <= case["first_token_seconds"]
    assert found.prefill_share == 0


def test_split_is_the_best_of_each_side() -> None:
    found = split(SERVER, LLAMA, link_bytes_per_second=50e9, **CASE)
    batch = max(
        each for each in range(1, int(most(SERVER, LLAMA, 2201)) + 1) if _step(each) <= 0.03
    )
    write = 200 * _step(batch) / batch
    sent = transfer_bytes(LLAMA, 2000) / 50e9
    # The load at which the mean wait is what the limit leaves.
    read = READING / (1.0 - READING - sent) / 2
    load = 1 / (1 + read)
    assert mean_wait(load / READING, READING, service="constant") == pytest.approx(
        1.0 - READING - sent
    )
    assert found.batch == batch
    assert found.token_seconds == pytest.approx(_step(batch))
    assert found.requests_per_second == pytest.approx(1 / (write + READING / load))
    share = READING / load / (write + READING / load)
    assert found.prefill_share == pytest.approx(share)


def test_a_limit_may_just_be_reached() -> None:
    """Limits that are the very times of a batch of 40."""
    batches = np.arange(1.0, 300)
    step = float(SERVER.run(LLAMA, batches, 1, 2100).seconds[39])
    alone = split(SERVER, LLAMA, link_bytes_per_second=50e9, **CASE | {"token_seconds": step})
    assert alone.batch == 40
    gap = together(SERVER, LLAMA, every_gap=True, **CASE | {"token_seconds": step + READING})
    assert gap.batch == 40


def test_groups_of_cards_are_counted_by_card() -> None:
    pair = Machine(device="H100", devices=2, software="server")
    one, two = (together(machine, LLAMA, **CASE) for machine in (SERVER, pair))
    assert one.requests_per_second / 1.7 < two.requests_per_second < 1.3 * one.requests_per_second
    fast = {"link_bytes_per_second": 50e9} | CASE
    one, two = (split(machine, LLAMA, **fast) for machine in (SERVER, pair))
    assert one.requests_per_second / 1.7 < two.requests_per_second < 1.3 * one.requests_per_second


def test_apart_pays_where_every_gap_is_limited() -> None:
    """A prompt takes 53 ms, so no card that does both keeps gaps of 30 ms; with wide limits both
    ways do the same work."""
    assert together(SERVER, LLAMA, every_gap=True, **CASE).requests_per_second == 0
    assert split(SERVER, LLAMA, link_bytes_per_second=50e9, **CASE).requests_per_second > 10
    wide = CASE | {"token_seconds": 1.0, "first_token_seconds": 60.0}
    ratio = (
        split(SERVER, LLAMA, link_bytes_per_second=50e9, **wide).requests_per_second
        / together(SERVER, LLAMA, **wide).requests_per_second
    )
    assert ratio == pytest.approx(1, abs=0.02)


def test_a_slow_link_or_a_short_wait_leaves_nothing() -> None:
    slow = split(SERVER, LLAMA, link_bytes_per_second=2e8, **CASE)
    assert (slow.requests_per_second, slow.batch, slow.prefill_share) == (0, 0, 0)
    assert slow.first_token_seconds == slow.token_seconds == np.inf
    short = CASE | {"first_token_seconds": 0.05}
    for found in (
        together(SERVER, LLAMA, **short),
        split(SERVER, LLAMA, link_bytes_per_second=50e9, **short),
        split(SERVER, LLAMA, link_bytes_per_second=50e9, **CASE | {"token_seconds": 0.005}),
    ):
        assert found.requests_per_second == 0


def test_a_simulated_server_keeps_up_with_that_rate_and_not_with_more() -> None:
    """Arrivals a tenth below the rate leave no growing line, a tenth above do."""
    found = together(SERVER, LLAMA, **CASE | {"first_token_seconds": 60.0})
    pace = Pace(
        step_seconds=[_step(batch) for batch in range(1, found.batch + 1)],
        read_tokens=[0, 9999],
        read_seconds=[READING, READING],
    )
    late = []
    for part in (0.9, 1.1):
        crowd = draw(
            2000,
            arrivals_per_second=part * found.requests_per_second,
            prompt=2000,
            output=201,
            spread=0,
        )
        late.append(serve(crowd, pace, blocks=10**6).wait_seconds[-200:].mean())
    assert late[0] < 2 < 10 < late[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": 0}, "prompt must be at least 1"),
        ({"output": 1}, "output must be at least 2"),
        ({"first_token_seconds": 0}, "first_token_seconds must be above zero"),
        ({"token_seconds": 0}, "token_seconds must be above zero"),
    ],
)
def test_bad_arguments_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        together(SERVER, LLAMA, **CASE | changes)
    with pytest.raises(ValueError, match=message):
        split(SERVER, LLAMA, link_bytes_per_second=50e9, **CASE | changes)
    with pytest.raises(ValueError, match="link_bytes_per_second must be above zero"):
        split(SERVER, LLAMA, link_bytes_per_second=0, **CASE)
    with pytest.raises(TypeError, match="every_gap must be True or False"):
        together(SERVER, LLAMA, every_gap=1, **CASE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="weights and one request need"):
        together(SERVER, models["llama-3-70b"], **CASE)
