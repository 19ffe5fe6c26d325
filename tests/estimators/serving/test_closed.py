"""A server under a fixed number of users, by hand and against a simulation of it."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import constant, trying
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving.closed import loaded, most

LLAMA = models["llama-3-8b"]
CASE = {"device": "H100", "prompt": 1000, "output": 101}


def test_a_lone_user_waits_for_nobody() -> None:
    found = loaded(LLAMA, users=1, **CASE)
    machine = Machine(device="H100", software="server")
    assert found.token_seconds == found.pass_seconds == machine.run(LLAMA, 1, 1, 1050).seconds
    start = constant("answer-request")
    assert found.first_token_seconds == start + machine.run(LLAMA, 1, 1000).seconds


@pytest.mark.parametrize(("together", "share"), [(0.0, 1.0), (1.0, 0.5)])
def test_a_token_waits_for_the_prompts_of_others(together: float, share: float) -> None:
    """Ten users one after the other read nine prompts an answer; together they wait for half."""
    with trying({"answer-together": together}):
        found = loaded(LLAMA, users=10, **CASE)
    machine = Machine(device="H100", software="server")
    reading = machine.run(LLAMA, 1, 1000).seconds
    assert found.token_seconds == pytest.approx(found.pass_seconds + share * 9 * reading / 101)
    queue = together * 9 / 2 * reading
    assert found.first_token_seconds == pytest.approx(constant("answer-request") + reading + queue)


def test_users_who_start_together_are_those_of_a_simulation() -> None:
    """Every prompt is read before the first token but its own comes out at its turn: the mean of
    what is left to read is half of the others, for first tokens and for the rest."""
    users, reading, written, output = 16, 0.05, 0.01, 100
    first = reading * np.arange(1, users + 1)
    last = users * reading + (output - 1) * written
    between = np.mean((last - first) / output)
    assert between == pytest.approx(written + 0.5 * (users - 1) / output * reading, rel=0.01)
    assert first.mean() == pytest.approx(reading * (1 + (users - 1) / 2))


def test_what_memory_holds_runs_and_the_rest_waits() -> None:
    machine = Machine(device="H100", software="server")
    room = most(machine, LLAMA, 8192 + 101)
    # 0.9 of 85 GB less 16 GB, over 131072 bytes a token
    assert room == pytest.approx((0.9 * 85e9 - 16.06e9) // (8293 * 131072), abs=1)
    sizes = CASE | {"prompt": 8192}
    inside, outside = (loaded(LLAMA, users=users, **sizes) for users in (int(room), 4 * int(room)))
    assert inside.running == outside.running == room
    assert outside.first_token_seconds > inside.first_token_seconds + 2 * 101 * inside.token_seconds
    assert outside.tokens_per_second == inside.tokens_per_second


def test_users_may_be_an_array() -> None:
    swept = loaded(LLAMA, users=[1, 8, 64], **CASE)
    for place, users in enumerate((1, 8, 64)):
        one = loaded(LLAMA, users=users, **CASE)
        assert swept.token_seconds[place] == pytest.approx(one.token_seconds)
        assert swept.first_token_seconds[place] == pytest.approx(one.first_token_seconds)


def test_a_model_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"weights and one request need 1\d\d GB of a device"):
        loaded(models["llama-3-70b"], users=1, **CASE)


def test_too_little_memory_is_told_in_gigabytes() -> None:
    """Weights of 141 GB in 16 bits, a cache of 0.33 MB a token, and 76 of 80 GB to fill."""
    machine, model = Machine(device="H100"), models["llama-3-70b"]
    need = (machine.weight_bytes(model) + machine.cache_bytes(model, 1, 8192, reserved=True)) / 1e9
    assert 141 < need < 145
    with pytest.raises(ValueError, match=rf"need {need:.0f} GB of a device's (7\d|80) GB"):
        most(machine, model, 8192)
