"""The simulation against closed formulas, within its sampling error, and against small cases worked
by hand."""

from typing import Any

import numpy as np
import pytest

from course_lib.estimators.serving import (
    Served,
    mean_wait,
    simulate,
    single_server,
    wait_percentile,
)


def _mean_and_error(waits: list[np.ndarray]) -> tuple[float, float]:
    """Mean over independent runs, and its standard error."""
    means = [run.mean() for run in waits]
    return float(np.mean(means)), float(np.std(means, ddof=1) / len(means) ** 0.5)


@pytest.mark.parametrize("service", ["exponential", "constant"])
@pytest.mark.parametrize("load", [0.3, 0.6, 0.85])
def test_one_server_agrees_with_its_formula(service: str, load: float) -> None:
    runs = [
        single_server(load, 1.0, service=service, requests=40_000, seed=seed)[2000:]
        for seed in range(20)
    ]
    found, error = _mean_and_error(runs)
    assert abs(found - mean_wait(load, 1.0, service=service)) < 3 * error
    assert error < 0.05 * found


@pytest.mark.parametrize("lengths", ["exponential", "constant"])
def test_a_batch_of_one_is_the_textbook_queue(lengths: str) -> None:
    runs = [
        simulate(
            0.6, step_seconds=[0.005], output=200, lengths=lengths, requests=20_000, seed=seed
        ).wait_seconds[1000:]
        for seed in range(12)
    ]
    found, error = _mean_and_error(runs)
    assert (
        abs(found - mean_wait(0.6, 1.0, service=lengths)) < 3 * error + 0.005
    )  # and the step that a clock rounds to


def test_percentile_of_the_wait_agrees_with_its_formula() -> None:
    for rate in (0.2, 0.35):
        waits = single_server(rate, 2.0, requests=800_000)
        assert np.percentile(waits, 95) == pytest.approx(wait_percentile(rate, 2.0, 95), rel=0.05)


def test_waits_by_hand() -> None:
    served = simulate(
        1e9, step_seconds=[1.0, 1.5], output=2, lengths="constant", requests=3, prefill_seconds=0.5
    )
    # All come at once. The first is read until 0.5, the second until 1.0; steps of 1.5 s end at
    # 4.0; the third follows.
    assert np.allclose(served.wait_seconds, [0.0, 0.5, 4.0], atol=1e-6)
    assert np.allclose(served.first_token_seconds, [2.5, 2.5, 5.5], atol=1e-6)
    assert np.allclose(served.total_seconds, [4.0, 4.0, 6.5], atol=1e-6)
    assert served.tokens.tolist() == [2, 2, 2]


def test_every_request_is_served_once_and_nobody_before_it_came() -> None:
    served = simulate(
        5.0, step_seconds=np.linspace(0.01, 0.02, 8), output=30, prefill_seconds=0.01, requests=3000
    )
    assert served.tokens.min() >= 1
    assert served.wait_seconds.min() >= 0
    assert (served.first_token_seconds >= served.wait_seconds + 0.01 - 1e-9).all()
    assert (served.total_seconds >= served.first_token_seconds - 1e-9).all()
    assert 0 < served.busy_share <= 1
    assert 1 <= served.mean_batch <= 8


def _token_by_token(
    arrivals: np.ndarray, tokens: np.ndarray, steps: np.ndarray, prefill: float
) -> dict[str, Any]:
    """The same server without any jump: one step after the other, one token for each request."""
    taken, first, last = ({} for _ in range(3))
    left: dict[int, int] = {}
    now, busy, counted, coming = 0.0, 0.0, [], 0
    while len(last) < len(arrivals):
        if not left:
            now = max(now, arrivals[coming])  # nobody is here: wait for the next
        while coming < len(arrivals) and arrivals[coming] <= now and len(left) < len(steps):
            taken[coming], left[coming] = now, tokens[coming]
            now, busy, coming = now + prefill, busy + prefill, coming + 1
        counted.append(len(left))
        now, busy = now + steps[len(left) - 1], busy + steps[len(left) - 1]
        for request in list(left):
            first.setdefault(request, now)
            left[request] -= 1
            if left[request] == 0:
                last[request] = now
                del left[request]
    order = range(len(arrivals))
    return {
        "wait_seconds": np.array([taken[each] for each in order]) - arrivals,
        "first_token_seconds": np.array([first[each] for each in order]) - arrivals,
        "total_seconds": np.array([last[each] for each in order]) - arrivals,
        "busy_share": busy / (now - arrivals[0]),
        "mean_batch": np.mean(counted),
    }


@pytest.mark.parametrize("lengths", ["exponential", "constant"])
@pytest.mark.parametrize("prefill", [0.0, 0.07])
@pytest.mark.parametrize(
    ("rate", "steps"),
    [
        (0.3, [0.1]),
        (0.05, [0.1, 0.12]),
        (2.0, [0.05, 0.08, 0.1, 0.15]),
        (0.1, [1.5, 2.5, 3.5]),  # steps of more than a second
    ],
)
def test_jumps_lead_where_single_steps_lead(
    rate: float, steps: list[float], prefill: float, lengths: str
) -> None:
    served = simulate(
        rate,
        step_seconds=steps,
        output=12,
        prefill_seconds=prefill,
        requests=300,
        lengths=lengths,
        seed=3,
    )
    slow = _token_by_token(served.arrival_seconds, served.tokens, np.array(steps), prefill)
    for name, truth in slow.items():
        assert np.allclose(getattr(served, name), truth, rtol=1e-6, atol=1e-6), name


def test_one_request_of_one_token_is_busy_all_the_time() -> None:
    served = simulate(
        1.0, step_seconds=[0.1, 0.2], output=1, lengths="constant", requests=1, prefill_seconds=0.3
    )
    assert (served.busy_share, served.mean_batch) == (pytest.approx(1), 1)
    assert served.total_seconds == pytest.approx([0.4])
    assert served.tokens_per_second == pytest.approx(1 / 0.4)


def _served(requests: int, **arrays: Any) -> Served:
    """What became of requests, where only some of it matters."""
    names = ("arrival_seconds", "wait_seconds", "first_token_seconds", "total_seconds", "tokens")
    zeros = dict.fromkeys(names, np.zeros(requests))
    return Served(**zeros | arrays, busy_share=1.0, mean_batch=1.0)


def test_tokens_a_second_run_from_the_first_arrival_to_the_last_token() -> None:
    served = _served(
        3,
        arrival_seconds=np.array([10.0, 12.0, 13.0]),
        total_seconds=np.array([2.0, 8.0, 1.0]),
        tokens=np.array([3, 7, 10]),
    )
    assert served.tokens_per_second == (3 + 7 + 10) / (12 + 8 - 10)


@pytest.mark.parametrize("requests", [9, 10, 30, 109])
def test_percentiles_leave_out_the_first_tenth(requests: int) -> None:
    late = np.arange(requests, 0, -1.0)  # the first wait longest
    served = _served(requests, wait_seconds=late)
    kept = sorted(late)[: requests - requests // 10]
    assert served.percentile("wait_seconds", 100) == kept[-1]
    assert served.percentile("wait_seconds", 0) == 1
    assert served.percentile("wait_seconds", [50]).tolist() == [np.median(kept)]


def test_short_answers_have_one_token() -> None:
    """Exponential lengths around 1: whatever is below 1.5 becomes one token."""
    tokens = simulate(1.0, step_seconds=[0.01], output=1, requests=20_000).tokens
    assert tokens.min() == 1
    assert np.mean(tokens == 1) == pytest.approx(1 - np.exp(-1.5), abs=0.01)


def test_waits_are_in_units_of_the_service() -> None:
    """The same load with a clock that runs ten times as fast: waits ten times as long."""
    for service in ("exponential", "constant"):
        assert mean_wait(0.05, 10.0, service=service) == pytest.approx(
            10 * mean_wait(0.5, 1.0, service=service)
        )
    assert mean_wait(0.1, 4.0) == pytest.approx(0.4 * 4 / 0.6)  # M/M/1: load x service / (1 - load)
    assert wait_percentile(0.05, 10.0, 95) == pytest.approx(10 * wait_percentile(0.5, 1.0, 95))
    assert wait_percentile(0.5, 1.0, 40) == 0  # half of them find nobody before them


def test_a_seed_repeats_and_another_differs() -> None:
    case = {"step_seconds": [0.1, 0.12], "output": 5, "requests": 100}
    first, again, other = (simulate(1.0, seed=seed, **case).total_seconds for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_waits_explode_near_full_load_and_never_end_above() -> None:
    steps = np.linspace(0.01, 0.03, 16)
    most = 16 / (100 * steps[-1])
    p95 = [
        simulate(load * most, step_seconds=steps, output=100, requests=3000).percentile(
            "wait_seconds", 95
        )
        for load in (0.7, 0.95)
    ]
    assert p95[1] > 5 * p95[0]
    over = simulate(1.5 * most, step_seconds=steps, output=100, requests=3000).wait_seconds
    assert over[2900:].mean() > 2 * over[1000:1100].mean() > 0
    assert simulate(
        1.5 * most, step_seconds=steps, output=100, requests=3000
    ).tokens_per_second == pytest.approx(100 * most, rel=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrivals_per_second": 0}, "arrivals_per_second must be above zero"),
        ({"step_seconds": []}, "step_seconds must hold"),
        ({"output": 0}, "output must be at least 1"),
        ({"lengths": "long"}, "must be one of constant, exponential"),
        ({"prefill_seconds": -1}, "prefill_seconds must be zero or more"),
    ],
)
def test_bad_arguments_are_named(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(**{"arrivals_per_second": 1.0, "step_seconds": [0.1], "output": 5} | change)


def test_a_full_load_has_no_mean_wait() -> None:
    with pytest.raises(ValueError, match=r"load .* must be below 1, got 1\.0"):
        mean_wait(1.0, 1.0)
    with pytest.raises(ValueError, match="percent must be below 100"):
        wait_percentile(0.5, 1.0, 100)
    served = simulate(1.0, step_seconds=[0.1], output=2, requests=50)
    with pytest.raises(ValueError, match="what must be one of"):
        served.percentile("joy", 95)


def test_time_between_tokens_has_percentiles_of_those_who_have_one() -> None:
    served = _served(
        20,
        first_token_seconds=np.full(20, 1.0),
        total_seconds=np.arange(20) + 1.0,
        tokens=np.where(np.arange(20) % 2, 3, 1),
    )
    odd = np.arange(20) % 2 == 1
    assert np.isnan(served.token_seconds[~odd]).all()
    assert served.token_seconds[odd].tolist() == [place / 2 for place in range(1, 20, 2)]
    # The first tenth, two requests, is left out.
    assert served.percentile("token_seconds", [0, 50, 100]).tolist() == [1.5, 5.5, 9.5]
    short = _served(20, tokens=np.ones(20))
    assert np.isnan(short.percentile("token_seconds", 95))
