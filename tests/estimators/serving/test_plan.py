"""How many cards a service needs: against a server stepped token by token, and limits that move."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import inference
from course_lib.estimators.inference import Machine
from course_lib.estimators.memory.room import usable_bytes
from course_lib.estimators.serving.fleets import most_in_flight, token_percentile
from course_lib.estimators.serving.plan import Load, NoService, needed
from course_lib.estimators.serving.queue import simulate

LLAMA = models["llama-3-8b"]
LOAD = Load(
    arrivals_per_second=30, prompt=800, output=100, first_token_seconds=0.5, token_seconds=0.02
)


def _stepped(
    arrivals: np.ndarray, tokens: np.ndarray, steps: np.ndarray, prefill: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """First token and mean time of the further ones of each request, and the most in flight: every
    token of every request in turn, no jumps."""
    first, each = np.zeros(len(arrivals)), np.full(len(arrivals), np.nan)
    begun: dict[int, float] = {}
    left: dict[int, int] = {}
    now, coming, most, done = 0.0, 0, 0, 0
    while done < len(arrivals):
        if not left:
            now = max(now, arrivals[coming])
        while coming < len(arrivals) and arrivals[coming] <= now and len(left) < len(steps):
            now, left[coming], coming = now + prefill, int(tokens[coming]), coming + 1
        most = max(most, len(left))
        now += steps[len(left) - 1]
        for request in list(left):
            if request not in begun:
                begun[request] = now
                first[request] = now - arrivals[request]
            left[request] -= 1
            if left[request] == 0:
                if tokens[request] > 1:
                    each[request] = (now - begun[request]) / (tokens[request] - 1)
                del left[request]
                done += 1
    return first, each, most


def _p95(load: Load, replicas: int, group: int, most_batch: int = 256) -> dict[str, float]:
    """The two limited times and the largest batch of one copy, from passes and steps alone."""
    machine = Machine(device="H100", devices=group, software="server")
    context = load.prompt + load.output // 2
    steps = np.array(
        [float(machine.run(LLAMA, batch, 1, context).seconds) for batch in range(1, most_batch + 1)]
    )
    if load.token_seconds is not None:
        steps = steps[steps <= load.token_seconds]
    random = np.random.default_rng(0)
    count = max(2000, 20 * len(steps))
    arrivals = random.exponential(1.0, count).cumsum() / (load.arrivals_per_second / replicas)
    tokens = np.maximum(1, np.rint(random.exponential(1.0, count) * load.output))
    prefill = float(machine.run(LLAMA, 1, load.prompt).seconds)
    first, each, most = _stepped(arrivals, tokens, steps, prefill)
    kept = slice(count // 10, None)
    return {
        "first": machine.program.request_seconds + float(np.percentile(first[kept], 95)),
        "each": float(np.nanpercentile(each[kept], 95)),
        "batch": most,
    }


def _holds(load: Load, times: dict[str, float]) -> bool:
    within = load.token_seconds is None or times["each"] <= load.token_seconds
    return times["first"] <= load.first_token_seconds and within


@pytest.mark.parametrize(
    "load",
    [
        LOAD,
        replace(LOAD, token_seconds=None, first_token_seconds=0.15),
        replace(LOAD, arrivals_per_second=120, prompt=300, output=60),
    ],
)
def test_a_server_stepped_by_hand_says_the_same(load: Load) -> None:
    found = needed(LLAMA, load, device="H100").middle
    times = _p95(load, found.replicas, found.group)
    assert times["first"] == pytest.approx(found.first_token_seconds, rel=1e-6)
    assert times["each"] == pytest.approx(found.token_seconds, rel=1e-6)
    assert times["batch"] == found.batch
    assert _holds(load, times)
    # One copy fewer of that size, and all smaller counts of the others, break a limit.
    for group in (1, 2, 4, 8):
        fewer = (found.cards - 1) // group
        if fewer:
            assert not _holds(load, _p95(load, fewer, group)), (fewer, group)


def test_memory_is_that_of_the_largest_batch() -> None:
    found = needed(LLAMA, LOAD, device="H100").middle
    alone = inference.estimate(
        LLAMA,
        device="H100",
        batch=found.batch,
        prompt=LOAD.prompt,
        output=LOAD.output,
        devices=found.group,
    )
    assert found.memory_bytes == pytest.approx(alone.memory_bytes)
    assert alone.fits


def test_a_lone_request_takes_what_inference_says() -> None:
    quiet = replace(LOAD, arrivals_per_second=1e-4, first_token_seconds=5, token_seconds=None)
    found = needed(LLAMA, quiet, device="H100").middle
    case = {"device": "H100", "prompt": LOAD.prompt, "output": LOAD.output}
    alone = inference.estimate(LLAMA, software="server", **case)
    assert found.cards == 1
    # Reading, and the step that writes the first token.
    expected = alone.first_token_seconds + alone.token_seconds
    assert found.first_token_seconds == pytest.approx(expected, rel=0.01)
    assert found.token_seconds == pytest.approx(alone.token_seconds, rel=0.01)
    assert found.utilisation < 0.01


def test_the_ends_are_planned_with_the_range_of_inference() -> None:
    """A slow end with limits that are as much wider needs what the middle needs, and the same
    arrivals in its own time."""
    found, low = needed(LLAMA, LOAD, device="H100"), inference.ends("server", "batch").low
    assert found.slow is not None and LOAD.token_seconds is not None
    assert found.quick.cards <= found.middle.cards <= found.slow.cards
    stretched = Load(
        arrivals_per_second=LOAD.arrivals_per_second * low,
        prompt=LOAD.prompt,
        output=LOAD.output,
        first_token_seconds=LOAD.first_token_seconds / low,
        token_seconds=LOAD.token_seconds / low,
    )
    slow = needed(LLAMA, stretched, device="H100").slow
    assert slow is not None and slow.cards == found.middle.cards
    assert slow.first_token_seconds == pytest.approx(found.middle.first_token_seconds / low)


@pytest.mark.parametrize(
    "changes", [{"arrivals_per_second": 90}, {"output": 400}, {"first_token_seconds": 0.06}]
)
def test_more_to_do_or_less_time_never_needs_fewer_cards(changes: dict[str, Any]) -> None:
    harder = needed(LLAMA, replace(LOAD, **changes), device="H100").middle
    assert harder.cards >= needed(LLAMA, LOAD, device="H100").middle.cards


def test_money_is_rent_over_tokens() -> None:
    found = needed(LLAMA, LOAD, device="H100").middle
    tokens_an_hour = 30 * 100 * 3600
    assert found.usd_per_million(LOAD, 3.0) == pytest.approx(found.cards * 3 / tokens_an_hour * 1e6)


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        ("llama-3.1-405b", {}, "8 x H100 SXM 80GB: weights and one request take 10[0-9] GB"),
        ("llama-3-8b", {"first_token_seconds": 1e-4}, "the first token takes .* with nobody else"),
        ("llama-3-8b", {"token_seconds": 1e-5}, "a token takes .* with nobody else there"),
    ],
)
def test_what_cannot_be_says_why(model: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(NoService, match=message):
        needed(models[model], replace(LOAD, **changes), device="H100")


def test_a_card_without_a_link_stands_alone() -> None:
    alone = replace(
        devices["H100"], link_bytes_per_second=None, link_direction=None, host_link="PCIe"
    )
    found = needed(LLAMA, replace(LOAD, arrivals_per_second=2), device=alone)
    assert found.middle.group == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arrivals_per_second": 0}, "arrivals_per_second must be above zero"),
        ({"prompt": 0}, "prompt must be at least 1"),
        ({"output": 1.5}, "output must be a whole number"),
        ({"first_token_seconds": -1}, "first_token_seconds must be above zero"),
        ({"token_seconds": float("inf")}, "token_seconds must be finite"),
    ],
)
def test_bad_loads_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(LOAD, **changes)


def test_most_in_flight_by_hand() -> None:
    served = simulate(
        1e9, step_seconds=[1.0, 1.5], output=2, lengths="constant", requests=3, prefill_seconds=0.5
    )
    assert most_in_flight(served) == 2
    # Two together: first token at 2.5, last at 4.0; the third alone: 5.5 and 6.5.
    assert token_percentile(served, 100) == pytest.approx(1.5)
    assert token_percentile(served, 0) == pytest.approx(1.0)


def test_a_server_may_fill_nine_tenths() -> None:
    found = needed(LLAMA, LOAD, device="H100")
    own = devices["H100"].usable_memory_bytes or devices["H100"].memory_bytes
    assert found.usable_memory_bytes == pytest.approx(0.9 * own)
    assert usable_bytes(replace(devices["H100"], usable_memory_bytes=None), 0.5) == 40e9


def test_a_group_has_whole_heads_on_each_card() -> None:
    """Phi 4 has 40 heads and 10 of keys: 4 cards and 8 share neither 10 evenly nor by copies."""
    phi = models["phi-4"]
    small = replace(devices["H100"], memory_bytes=10e9, usable_memory_bytes=None)
    load = Load(arrivals_per_second=0.1, prompt=100, output=50, first_token_seconds=5)
    # 29 GB of weights: 4 cards of 10 GB could hold them, and 2 cannot.
    with pytest.raises(NoService, match="2 x H100"):
        needed(phi, load, device=small)
    even = replace(phi, n_kv_heads=8)
    assert needed(even, load, device=small).middle.group == 4


def test_answers_of_one_token_have_no_time_between_tokens() -> None:
    served = simulate(1.0, step_seconds=[0.01], output=1, lengths="constant", requests=20)
    assert token_percentile(served, 95) == 0
