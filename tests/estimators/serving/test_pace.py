"""The pace of a model on a machine: against passes of `inference` that it did not look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import devices, models
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving.pace import Pace, pace_of, room_tokens

LLAMA = models["llama-3-8b"]
SERVER = Machine(device="H100", software="server")


@pytest.mark.parametrize("name", ["llama-3-8b", "mixtral-8x7b", "gemma-3-12b"])
def test_steps_are_those_of_passes(name: str) -> None:
    """Exact for attention to the whole text; windows are straightened."""
    machine = Machine(device="H200", devices=2, software="server")
    pace = pace_of(machine, models[name], places=64, longest=4096)
    worst = 0.0
    for batch in (1, 7, 64):
        for context in (0, 100, 1000, 4000):
            found = pace.step_seconds[batch - 1] + pace.cached_token_seconds * batch * (context + 1)
            truth = machine.run(models[name], batch, 1, context).seconds
            worst = max(worst, abs(found / truth - 1))
    assert worst < (0.2 if name.startswith("gemma") else 1e-9)


def test_prompts_are_those_of_passes() -> None:
    pace = pace_of(SERVER, LLAMA, longest=8192)
    for tokens in (1, 3, 100, 512, 513, 700, 5000, 8192):
        truth = SERVER.run(LLAMA, 1, tokens).seconds
        assert pace.reading(tokens) == pytest.approx(truth, rel=0.01), tokens
    assert pace.reading([100, 5000]).shape == (2,)
    usual = pace_of(SERVER, LLAMA)
    assert (pace.places, usual.places, usual.read_tokens[-1]) == (256, 256, 8192)


def test_a_short_longest_text_is_known_too() -> None:
    pace = pace_of(SERVER, LLAMA, places=2, longest=2)
    assert pace.read_tokens.tolist() == [1, 2]
    assert pace.reading(2) == pytest.approx(SERVER.run(LLAMA, 1, 2).seconds)


def test_between_points_lines_are_straight() -> None:
    pace = Pace(step_seconds=0.1, read_tokens=[10, 20, 40], read_seconds=[1.0, 2.0, 3.0])
    assert pace.reading([10, 15, 30]).tolist() == [1.0, 1.5, 2.5]
    assert pace.reading(1) == 1.0  # nothing is known below the first point
    assert pace.places == 1


def test_room_is_what_the_weights_leave() -> None:
    # 90 % of 79.19 GiB less 16.06 GB, over 2 x 8 x 128 x 32 x 2 bytes a token
    usable = 0.9 * 79.19 * 2**30
    expected = (usable - SERVER.weight_bytes(LLAMA)) / 131_072
    assert room_tokens(SERVER, LLAMA) == pytest.approx(expected, abs=1)
    two = Machine(device="H100", devices=2)
    assert room_tokens(two, LLAMA) == pytest.approx(
        (usable - SERVER.weight_bytes(LLAMA) / 2) / 65_536, abs=1
    )


def test_windows_make_a_long_text_cheaper() -> None:
    gemma = models["gemma-3-12b"]
    assert room_tokens(SERVER, gemma, longest=32_768) > 2 * room_tokens(SERVER, gemma, longest=1024)
    assert room_tokens(SERVER, gemma) == room_tokens(SERVER, gemma, longest=8192)
    full = Machine(device="H100", full_cache=True)
    assert room_tokens(full, gemma, longest=32_768) == room_tokens(full, gemma, longest=1024)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match=r"weights and one token need 141 GB of a device's 77 GB"):
        room_tokens(SERVER, models["llama-3-70b"])
    assert devices["H100"].usable_memory_bytes == pytest.approx(79.19 * 2**30)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step_seconds": [0.1, 0.0]}, "step_seconds must be above zero"),
        ({"step_seconds": []}, "step_seconds must hold"),
        ({"cached_token_seconds": -1.0}, "cached_token_seconds must be zero or more"),
        ({"read_tokens": [5, 5]}, "read_tokens must ascend"),
        ({"read_tokens": [5]}, "read_tokens must ascend .* got 1 and 2"),
        ({"read_seconds": [-1, 5]}, "read_seconds must be zero or more"),
    ],
)
def test_bad_paces_are_named(changes: dict[str, Any], message: str) -> None:
    good = {"step_seconds": [0.1], "read_tokens": [0, 9], "read_seconds": [0, 1]}
    with pytest.raises(ValueError, match=message):
        Pace(**good | changes)


def test_a_text_longer_than_known_is_refused() -> None:
    pace = Pace(step_seconds=0.1, read_tokens=[0, 9], read_seconds=[0, 1])
    with pytest.raises(ValueError, match="tokens must be at most 9, as far as the pace is known"):
        pace.reading(np.array([3, 10]))
    with pytest.raises(ValueError, match="longest must be at least 2"):
        pace_of(SERVER, LLAMA, longest=1)
    with pytest.raises(ValueError, match="places must be at least 1"):
        pace_of(SERVER, LLAMA, places=0)
