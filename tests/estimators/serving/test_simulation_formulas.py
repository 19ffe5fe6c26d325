"""The simulation against closed formulas, within its sampling error, and against a published
experiment."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import findings, models
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving import (
    Pace,
    Paged,
    Requests,
    batches,
    draw,
    mean_wait,
    pace_of,
    paged,
    room_tokens,
    serve,
)

INSTANT = {"read_tokens": [0, 9999], "read_seconds": [0.0, 0.0]}


def _geometric(count: int, rate: float, mean: float, seed: int) -> Requests:
    """Answers whose lengths forget how long they are already: the discrete exponential."""
    random = np.random.default_rng(seed)
    arrivals = random.exponential(1 / rate, count).cumsum()
    lengths = 1 + random.geometric(1 / mean, count)
    return Requests(arrival_seconds=arrivals, prompt=1, output=lengths)


@pytest.mark.parametrize(
    ("service", "load"), [("exponential", 0.4), ("exponential", 0.7), ("constant", 0.7)]
)
def test_one_place_is_the_textbook_queue(service: str, load: float) -> None:
    """M/D/1 and M/M/1: a second of steps for each request, read in no time."""
    pace = Pace(step_seconds=[0.01], **INSTANT)
    waits = []
    for seed in range(8):
        if service == "constant":
            crowd = draw(2500, arrivals_per_second=load, prompt=1, output=101, spread=0, seed=seed)
        else:
            crowd = _geometric(2500, load, 100, seed)
        waits.append(serve(crowd, pace, blocks=10_000).wait_seconds[250:].mean())
    error = np.std(waits, ddof=1) / len(waits) ** 0.5
    assert abs(np.mean(waits) - mean_wait(load, 1.0, service=service)) < 3 * error + 0.01
    assert error < 0.15 * np.mean(waits)


@pytest.fixture(scope="module")
def crowded() -> Paged:
    """Places enough for everybody, and steps that take the same time for any number."""
    pace = Pace(step_seconds=[0.01] * 400, **INSTANT)
    return serve(_geometric(12_000, 50.0, 100, 0), pace, blocks=10**6)


def test_with_places_for_all_those_inside_are_poisson(crowded: Paged) -> None:
    """M/G/infinity: arrivals x time inside on average, and a variance as large as that."""
    times = np.linspace(20, crowded.arrival_seconds[-1], 50_000)
    running = crowded.running[np.searchsorted(crowded.event_seconds, times, "right") - 1]
    assert running.mean() == pytest.approx(50, rel=0.03)  # 50 a second, a second of steps each
    assert running.var() == pytest.approx(50, rel=0.15)


def test_littles_law(crowded: Paged) -> None:
    """Counted on a grid of times: those who have come less those who are done."""
    tight = Pace(
        step_seconds=0.01 + 1e-4 * np.arange(64), read_tokens=[0, 999], read_seconds=[0, 1]
    )
    crowd = draw(5000, arrivals_per_second=6, prompt=50, output=100, longest=999)
    for done in (crowded, serve(crowd, tight, blocks=400)):
        came = done.arrival_seconds
        left = np.sort(came + done.total_seconds)
        grid = np.linspace(came[0], came[-1], 100_000)
        count = np.searchsorted(came, grid, "right") - np.searchsorted(left, grid, "right")
        rate = len(came) / (came[-1] - came[0])
        expected = batches.in_system(rate, float(done.total_seconds.mean()))
        assert count.mean() == pytest.approx(expected, rel=0.02)
        # And of those alone who were taken up, where nobody is put out: exactly, over all events.
        if done.preemptions.sum() == 0:
            inside = (done.total_seconds - done.wait_seconds).sum()
            span = done.event_seconds[-1] - done.event_seconds[0]
            assert done.mean_running == pytest.approx(inside / span, rel=1e-9)


@pytest.mark.parametrize(
    ("policy", "key"), [("longest", "s106"), ("known", "s108"), ("blocks", "s109")]
)
def test_requests_at_once_as_in_the_paper_of_vllm(policy: str, key: str) -> None:
    """OPT-13B with room for 15 700 tokens and the lengths of ShareGPT, more of them than it can
    take. The paper's other way to reserve leaves holes, so that true lengths hold fewer."""
    published = findings[key].values[0]
    crowd = draw(
        1500,
        arrivals_per_second=4,
        prompt=findings["s098"].value,
        output=findings["s099"].value,
        longest=2048,
    )
    machine = Machine(device="A100 SXM 40GB", software="plain")
    pace = pace_of(machine, models["opt-13b"], longest=2048)
    room = int(findings["s110"].value)
    if policy == "blocks":
        done = serve(crowd, pace, blocks=room // 16)
    else:
        kept = paged.reserved(crowd.prompt, crowd.output, policy, longest=2048)
        done = serve(crowd, pace, blocks=room, block_tokens=1, reserved_tokens=kept)
    ratio = done.mean_running / published
    assert (1.2 < ratio < 1.5) if policy == "known" else (0.9 < ratio < 1.1)


def test_p95_explodes_where_memory_is_full_before_the_card_is() -> None:
    """Long prompts: with twice the memory, the same load has hardly a wait."""
    machine = Machine(device="H100", software="server")
    llama = models["llama-3-8b"]
    pace, room = pace_of(machine, llama, longest=16_384), room_tokens(machine, llama)
    crowd = draw(1000, arrivals_per_second=3, prompt=4000, output=600, longest=16_384)
    short, ample = (serve(crowd, pace, blocks=int(part * room) // 16) for part in (0.25, 1))
    waits = [done.percentile("first_token_seconds", 95) for done in (short, ample)]
    assert waits[0] > 5 * waits[1]
    assert short.preemptions.sum() > 0 == ample.preemptions.sum()
