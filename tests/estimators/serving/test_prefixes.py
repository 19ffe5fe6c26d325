"""Beginnings that are kept: by counting tokens one by one, and against published rates."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import findings, models, prices
from course_lib.estimators import flops, memory
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving import prefixes

LLAMA = models["llama-3-8b"]
SERVER = Machine(device="H100", software="server")


def _counted(prompts: list[list[Any]]) -> tuple[int, int]:
    """Tokens sent, and new ones: each beginning is known once it has been read."""
    known: set[tuple[Any, ...]] = set()
    sent = new = 0
    for prompt in prompts:
        for end in range(1, len(prompt) + 1):
            sent += 1
            new += tuple(prompt[:end]) not in known
            known.add(tuple(prompt[:end]))
    return sent, new


@pytest.mark.parametrize(
    ("requests", "prefix", "own"), [(4, 6, 3), (1, 5, 2), (3, 0, 4), (3, 4, 0), (2, 5, 5)]
)
def test_a_shared_beginning(requests: int, prefix: int, own: int) -> None:
    prompts = [["p"] * prefix + [(one, place) for place in range(own)] for one in range(requests)]
    found = prefixes.shared(requests, prefix, own)
    assert (found.sent_tokens, found.new_tokens) == _counted(prompts)
    assert found.cached_tokens == found.sent_tokens - found.new_tokens
    assert found.hit_rate == found.cached_tokens / found.sent_tokens


@pytest.mark.parametrize(("turns", "first", "added"), [(1, 5, 3), (4, 5, 3), (5, 2, 0)])
def test_turns_of_a_talk(turns: int, first: int, added: int) -> None:
    prompts = [list(range(first + turn * added)) for turn in range(turns)]
    found = prefixes.turns(turns, first, added)
    assert (found.sent_tokens, found.new_tokens) == _counted(prompts)


def test_an_agents_turns_hit_as_often_as_published() -> None:
    """610 traces of a coding agent, 33 turns in the median: 94.2 % of the tokens were in the
    cache. Equal steps give 94.1 %; a first prompt five times as long as a step, 95.5 %."""
    published = findings["s017"].value
    assert prefixes.turns(33, 1000, 1000).hit_rate == pytest.approx(published, abs=0.005)
    assert prefixes.turns(33, 5000, 1000).hit_rate == pytest.approx(published, abs=0.015)


def test_one_day_of_a_service_hit_more_than_half() -> None:
    day = prefixes.Reuse(
        sent_tokens=findings["s001"].value,
        new_tokens=findings["s001"].value - findings["s002"].value,
    )
    assert day.cached_tokens == findings["s002"].value
    assert day.hit_rate == pytest.approx(findings["s003"].value, abs=0.001)


def test_counts_may_be_arrays() -> None:
    assert prefixes.shared([1, 10], 90, 10).hit_rate.tolist() == [0, 0.81]
    assert prefixes.turns([1, 2], 10, 10).sent_tokens.tolist() == [10, 30]


def test_flops_saved_are_those_of_the_beginning() -> None:
    """What is left is the whole less the beginning alone, but for the head, which scores the last
    token of both."""
    found = prefixes.reading(SERVER, LLAMA, prompt=8000, cached=7600)
    head = 2 * LLAMA.d_model * LLAMA.vocab_rows
    whole, begin = (
        prefixes.reading(SERVER, LLAMA, prompt=tokens, cached=0) for tokens in (8000, 7600)
    )
    assert found.fresh_flops == whole.flops == whole.fresh_flops
    assert found.flops == pytest.approx(whole.flops - begin.flops + head, rel=1e-12)
    assert found.flops_saved == 1 - found.flops / whole.flops
    # 16 GFLOP a token: less than a twentieth is left, and its attention to all before it.
    assert 400 * 2 * 7.5e9 < found.flops < 1.3 * 400 * 2 * 8.03e9
    one = prefixes.reading(SERVER, LLAMA, prompt=100, cached=99)
    assert one.flops == pytest.approx(flops.decode(LLAMA, batch=1, context=99))


def test_seconds_are_those_of_passes() -> None:
    found = prefixes.reading(SERVER, LLAMA, prompt=8000, cached=[0, 4000, 7600])
    assert found.fresh_seconds == pytest.approx(SERVER.run(LLAMA, 1, 8000).seconds)
    assert found.seconds[0] == pytest.approx(found.fresh_seconds)
    assert found.seconds[2] == pytest.approx(SERVER.run(LLAMA, 1, 400, 7600).seconds)
    assert found.speed_up == pytest.approx(found.fresh_seconds / found.seconds)
    # Little is left to do, but the weights are still read: less is gained in time than in FLOPs.
    assert 10 < found.speed_up[2] < 1 / (1 - found.flops_saved[2])
    assert found.cache_bytes.tolist() == memory.kv_cache(LLAMA, 1, [0, 4000, 7600]).tolist()


def test_the_price_of_a_cached_token() -> None:
    for key, finding in (
        ("openai-gpt-4o", "s025"),
        ("openai-gpt-4-1", "s026"),
        ("google-gemini-2-5-pro", "s028"),
        ("deepseek-v4-pro", "s031"),
        ("moonshot-ai-kimi-k2-thinking", "s032"),
    ):
        assert prefixes.cached_price(key) == pytest.approx(findings[finding].value, abs=0.001)
    fresh, cached = (prices[f"openai-gpt-4o-{kind}"].value for kind in ("input", "cached-input"))
    by_hand = 3 * (0.25 * fresh + 0.75 * cached)
    part = prefixes.cached_price("openai-gpt-4o")
    assert prefixes.input_usd(3e6, 0.75, fresh, part) == pytest.approx(by_hand)
    assert prefixes.input_usd(3e6, 0.75, fresh) == 3 * fresh
    assert prefixes.input_usd(1e6, [0, 1], 2.0, 0.5).tolist() == [2, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: prefixes.shared(0, 1, 1), "requests must be at least 1"),
        (lambda: prefixes.shared(1, -1, 1), "prefix must be at least 0"),
        (lambda: prefixes.shared(2, 0, 0), "prefix and own must not both be 0"),
        (lambda: prefixes.shared(2, [3, 0], [0, 0]), "prefix and own must not both be 0"),
        (lambda: prefixes.turns(0, 1, 1), "turns must be at least 1"),
        (lambda: prefixes.turns(1, 0, 1), "first must be at least 1"),
        (lambda: prefixes.turns(1, 1, -1), "added must be at least 0"),
        (
            lambda: prefixes.reading(SERVER, LLAMA, prompt=100, cached=100),
            "cached must be fewer than the prompt's tokens, got 100 of 100",
        ),
        (lambda: prefixes.reading(SERVER, LLAMA, prompt=9, cached=[1, 9]), "cached must be fewer"),
        (lambda: prefixes.input_usd(1, 1.5, 1), "hit_rate must be from 0 to 1"),
        (lambda: prefixes.input_usd(1, 0.5, 1, -1), "cached_price must be zero or more"),
        (lambda: prefixes.input_usd(-1, 0.5, 1), "sent_tokens must be zero or more"),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
    with pytest.raises(KeyError):
        prefixes.cached_price("nobody")
    with pytest.raises(TypeError, match="machine must be a record of type Machine"):
        prefixes.reading("H100", LLAMA, prompt=9, cached=1)  # type: ignore[arg-type]
