"""Whole answers against the sum of their passes, one token after the other, and against bytes and
tokens counted by hand."""

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import constant
from course_lib.estimators.inference.passes import Machine
from course_lib.estimators.inference.requests import estimate
from course_lib.estimators.inference.speculation import speculative

LLAMA, SMALL = models["llama-3-8b"], models["llama-3.2-1b"]
WEIGHTS = 8_030_261_248
TABLE = 128_256 * 4096
KEPT = 2 * 8 * 128 * 32 * 2
"""Bytes that Llama 3 8B keeps of a token: keys and values of 8 heads of 128 in 32 layers."""


@pytest.mark.parametrize("batch", [1, 64])
@pytest.mark.parametrize("output", [1, 2, 3, 10, 51, 200])
def test_an_answer_takes_its_passes_one_after_the_other(batch: int, output: int) -> None:
    """The first token comes out of the prompt's pass; each further one is written with a cache that
    is one token longer. Over an even number of tokens the middle stands exactly for all of them,
    over an odd number it is off by half a token a pass."""
    prompt, machine = 100, Machine(device="H100")
    found = estimate(LLAMA, device="H100", batch=batch, prompt=prompt, output=output)
    passes = [machine.run(LLAMA, batch, prompt)]
    passes += [machine.run(LLAMA, batch, 1, prompt + done) for done in range(output - 1)]
    assert {each.bound for each in passes[1:]} <= {"bandwidth"}  # so that time grows evenly
    seconds = sum(each.seconds for each in passes)
    rate = constant("answer-bandwidth") * 3.35e12
    half = (output - 1) * batch * KEPT / 2 / rate if output % 2 else 0.0
    assert found.request_seconds == pytest.approx(seconds + half, rel=1e-9)
    assert found.first_token_seconds == passes[0].seconds
    assert found.memory_bytes == 2 * WEIGHTS + batch * (prompt + output) * KEPT


@pytest.mark.parametrize(("output", "middle"), [(1, 0), (2, 0), (3, 1), (11, 5), (12, 5)])
def test_the_middle_token_reads_the_prompt_and_half_of_the_answer(output: int, middle: int) -> None:
    found = estimate(LLAMA, device="H100", prompt=1000, output=output).decode
    assert found.bytes_moved == 2 * (WEIGHTS - TABLE) + (1000 + middle + 1) * KEPT
    scores = 4 * 32 * 32 * 128 * (1000 + middle + 1)
    assert found.flops == 2 * (WEIGHTS - TABLE - (2 * 32 + 1) * 4096) + scores  # norms do not count


def test_without_a_word_one_sequence_runs_on_one_device_in_bf16() -> None:
    case = {"device": "A100 SXM 80GB", "prompt": 64, "output": 9}
    plain = estimate(LLAMA, **case)
    said = estimate(
        LLAMA,
        **case,
        batch=1,
        devices=1,
        format="bf16",
        cache_format="bf16",
        software="tuned",
        bandwidth_reached=constant("answer-bandwidth"),
        layer_seconds=constant("answer-layer"),
    )
    assert plain.token_seconds == said.token_seconds
    assert plain.memory_bytes == said.memory_bytes == 2 * WEIGHTS + 73 * KEPT


SETTINGS = {
    "cache_format": "fp8",
    "bandwidth_reached": 0.5,
    "peak_reached": 0.25,
    "layer_seconds": 1e-3,
}


@pytest.mark.parametrize("names", [[name] for name in SETTINGS] + [list(SETTINGS)])
def test_settings_reach_the_machine(names: list[str]) -> None:
    settings = {name: SETTINGS[name] for name in names}
    machine = Machine(device="H100", devices=2, format="fp8", **settings)
    plain = Machine(device="H100", devices=2, format="fp8")
    found = estimate(
        LLAMA,
        device="H100",
        devices=2,
        format="fp8",
        batch=16,
        prompt=2000,
        output=1,
        **settings,
    )
    read, written = machine.run(LLAMA, 16, 2000), machine.run(LLAMA, 16, 1, 2000)
    assert (found.first_token_seconds, found.token_seconds) == (read.seconds, written.seconds)
    before = (plain.run(LLAMA, 16, 2000).seconds, plain.run(LLAMA, 16, 1, 2000).seconds)
    assert before != (read.seconds, written.seconds)
    guessed = speculative(
        LLAMA,
        SMALL,
        device="H100",
        devices=2,
        format="fp8",
        batch=16,
        context=2000,
        guesses=1,
        accepted=0.0,
        **settings,
    )
    check = machine.run(LLAMA, 16, 2, 2000).seconds + machine.run(SMALL, 16, 1, 2000).seconds
    # The host comes in once, not for each guess.
    assert guessed.token_seconds == pytest.approx(check - machine.host_seconds(16))


@pytest.mark.parametrize("guesses", [1, 2, 7])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("context", [0, 500])
def test_a_check_reads_the_guesses_and_one_token_more(
    guesses: int, batch: int, context: int
) -> None:
    """The small model writes `guesses` tokens; the large one takes them all in one pass, with the
    token before them, and yields 1 + a + a^2 + ... tokens."""
    machine = Machine(device="H200", format="fp8", devices=2)
    alone = machine.run(LLAMA, batch, 1, context).seconds
    check = machine.run(LLAMA, batch, guesses + 1, context).seconds
    each = machine.run(SMALL, batch, 1, context).seconds - machine.host_seconds(batch)
    written = guesses * each
    found = speculative(
        LLAMA,
        SMALL,
        device="H200",
        format="fp8",
        devices=2,
        accepted=0.75,
        guesses=guesses,
        batch=batch,
        context=context,
    )
    yielded = sum(0.75**step for step in range(guesses + 1))
    assert found.tokens_per_check == pytest.approx(yielded)
    assert found.token_seconds == pytest.approx((check + written) / yielded)
    assert found.speed_up == pytest.approx(alone * yielded / (check + written))


def test_by_default_four_guesses_are_checked_for_one_user_with_a_thousand_tokens() -> None:
    plain = speculative(LLAMA, SMALL, device="H100", accepted=0.7)
    said = speculative(
        LLAMA,
        SMALL,
        device="H100",
        accepted=0.7,
        guesses=4,
        batch=1,
        context=1024,
        devices=1,
        format="bf16",
    )
    assert plain.token_seconds == said.token_seconds
    assert plain.speed_up == said.speed_up


def test_a_sweep_of_chances_equals_the_loop() -> None:
    chances = [0.0, 0.3, 0.999, 1.0]
    swept = speculative(LLAMA, SMALL, device="H100", accepted=chances, guesses=np.array([[1], [5]]))
    for row, guesses in enumerate((1, 5)):
        for column, chance in enumerate(chances):
            one = speculative(LLAMA, SMALL, device="H100", accepted=chance, guesses=guesses)
            assert isinstance(one.tokens_per_check, float)
            assert swept.tokens_per_check[row, column] == pytest.approx(one.tokens_per_check)
            assert swept.token_seconds[row, column] == pytest.approx(one.token_seconds)
