"""Experts over cards: by counting, and against DeepSeek's published exchange and throughput."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import devices, findings, models
from course_lib.estimators.inference import Machine
from course_lib.estimators.inference.shares import experts_touched
from course_lib.estimators.precision import stored
from course_lib.estimators.serving.batches import ridge_batch
from course_lib.estimators.serving.experts import exchange_bytes, spread, tokens_per_expert

DEEPSEEK, MIXTRAL = models["deepseek-v3"], models["mixtral-8x7b"]
H800 = Machine(device="H800", software="server")
CASE: dict[str, Any] = {"requests": 64, "context": 4989}


def test_tokens_of_an_expert_are_a_mean_over_chance() -> None:
    random = np.random.default_rng(0)
    picks = np.array([random.permutation(16)[:3] for _ in range(1000)])
    assert tokens_per_expert(1000, 16, 3) == np.bincount(picks.ravel(), minlength=16).mean()
    assert tokens_per_expert([0, 32, 64], 256, 8).tolist() == [0, 1, 2]
    assert tokens_per_expert(5, 2, 2) == 5


def test_the_exchange_is_deepseeks_example() -> None:
    """arXiv 2505.09343: 32 tokens, 8 experts and a shared one, a width of 7K, 1 byte there and 2
    back. Two half batches in turn, 61 layers: 14.76 ms between tokens."""
    sent = exchange_bytes(32, picked=9, width=7000)
    assert sent == 32 * 9 * 7000 * 3
    assert 1e6 * sent / 50e9 == pytest.approx(findings["s114"].value)
    assert 1e6 * sent / 900e9 == pytest.approx(findings["s115"].value)
    assert 1e3 * 61 * 2 * sent / 50e9 == pytest.approx(findings["s116"].value, abs=0.01)
    assert exchange_bytes(32, 9, 7000, dispatch_bytes=2) == 32 * 9 * 7000 * 4
    assert exchange_bytes(32, 9, 7000, combine_bytes=1) == 32 * 9 * 7000 * 2
    assert exchange_bytes(32, 9, 7000, devices=[1, 4]).tolist() == [0, 0.75 * sent]


@pytest.mark.parametrize("count", [8, 64])
def test_a_step_by_its_parts(count: int) -> None:
    found = spread(H800, DEEPSEEK, devices=count, **CASE)
    weights = stored.weight_bytes(DEEPSEEK, None)
    outside = weights.total - weights.routed
    assert found.held_bytes == pytest.approx(outside + weights.routed / count)
    touched = experts_touched(256, 8, 64 * count) / 256
    read = outside - weights.looked_up + touched * weights.routed / count
    assert found.read_bytes == pytest.approx(read)
    assert found.tokens_per_expert == 64 * count / 32
    assert found.cache_bytes == H800.cache_bytes(DEEPSEEK, 64, 4990)
    layers = 61 - 3  # the first three have no experts
    assert found.exchange_bytes == pytest.approx(
        layers * exchange_bytes(64, 8, 7168, devices=count)
    )
    own = H800.run(DEEPSEEK, 64, 1, 4989)
    every = Machine(device="H800", devices=count, software="server")
    assert found.expert_seconds == every.run(DEEPSEEK, 64 * count, 1, 4989).experts.seconds
    assert found.other_seconds == pytest.approx(
        own.products.seconds + own.attention.seconds + own.extra_seconds
    )
    parts = found.expert_seconds + found.other_seconds + found.exchange_seconds
    assert found.token_seconds == parts
    assert found.tokens_per_second == 64 / parts


def test_on_one_card_nothing_is_sent_and_a_step_is_a_pass() -> None:
    h200 = Machine(device="H200", software="server")
    found = spread(h200, MIXTRAL, devices=1, requests=16, context=1000)
    step = h200.run(MIXTRAL, 16, 1, 1000)
    assert found.exchange_bytes == found.exchange_seconds == 0
    assert found.token_seconds == pytest.approx(step.seconds)
    assert found.held_bytes == pytest.approx(h200.weight_bytes(MIXTRAL))
    assert found.read_bytes == pytest.approx(h200.weight_bytes(MIXTRAL, 16))


def test_the_link_is_that_of_the_machine_or_of_the_network() -> None:
    within, beyond = (spread(H800, DEEPSEEK, devices=count, **CASE) for count in (8, 16))
    assert within.exchange_seconds == within.exchange_bytes / 200e9
    assert beyond.exchange_seconds == beyond.exchange_bytes / 50e9
    given = spread(H800, DEEPSEEK, devices=16, link_bytes_per_second=1e11, hidden=0.75, **CASE)
    assert given.exchange_seconds == pytest.approx(0.25 * beyond.exchange_bytes / 1e11)
    assert spread(H800, DEEPSEEK, devices=16, hidden=1.0, **CASE).exchange_seconds == 0


def test_deepseeks_cards_write_what_was_published() -> None:
    """14 800 tokens a second on a machine of eight, at 20 to 22 a second for each user: so some 88
    requests on each of 144 cards. Nothing hidden is a lower end, all of the exchange an upper."""
    published = findings["s009"].value / 8
    requests = round(published / (findings["s010"].value + 1))
    low, high = (
        spread(
            H800,
            DEEPSEEK,
            devices=144,
            requests=requests,
            context=int(findings["s011"].value),
            hidden=hidden,
        ).tokens_per_second
        for hidden in (0.0, 1.0)
    )
    assert low < 1.05 * published < high


def test_only_many_cards_fill_the_experts() -> None:
    """An expert needs a dense model's ridge of tokens, so the batch 32 times as many."""
    counts = np.array([8, 32, 128])
    found = spread(H800, DEEPSEEK, devices=counts, **CASE)
    assert (np.diff(found.read_bytes) < 0).all() and (np.diff(found.tokens_per_second) > 0).all()
    ridge = ridge_batch(devices["H800"].peak_flops["fp8"], 3.35e12, weight_bytes=1)
    assert found.tokens_per_expert[0] < ridge / 10
    assert tokens_per_expert(32 * ridge, 256, 8) == pytest.approx(ridge)
    for place, count in enumerate(counts):
        one = spread(H800, DEEPSEEK, devices=int(count), **CASE)
        assert one.token_seconds == pytest.approx(found.token_seconds[place])


def test_narrow_experts_send_narrow_vectors() -> None:
    nemotron = models["nemotron-3-super-120b-a12b"]
    latent = next(kind for kind in nemotron.layer_kinds if kind.layer.experts is not None)
    assert 0 < latent.layer.experts.latent_width < nemotron.d_model
    found = spread(
        Machine(device="H200", software="server"), nemotron, devices=8, requests=4, context=100
    )
    expected = latent.count * exchange_bytes(
        4, latent.layer.experts.active, latent.layer.experts.latent_width, devices=8
    )
    assert found.exchange_bytes == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tokens_per_expert(5, 2, 3), "active must not exceed count, got 3 of 2"),
        (lambda: tokens_per_expert(-1, 2, 1), "tokens must be zero or more"),
        (lambda: exchange_bytes(1, 0, 10), "picked must be at least 1"),
        (lambda: exchange_bytes(1, 1, 0), "width must be at least 1"),
        (lambda: exchange_bytes(1, 1, 1, devices=0), "devices must be at least 1"),
        (lambda: exchange_bytes(1, 1, 1, dispatch_bytes=0), "dispatch_bytes must be above zero"),
        (lambda: exchange_bytes(1, 1, 1, combine_bytes=0), "combine_bytes must be above zero"),
        (lambda: spread(H800, DEEPSEEK, devices=0, **CASE), "devices must be at least 1"),
        (
            lambda: spread(H800, DEEPSEEK, devices=8, hidden=1.1, **CASE),
            "hidden must be from 0 to 1",
        ),
        (
            lambda: spread(H800, DEEPSEEK, devices=8, link_bytes_per_second=0, **CASE),
            "link_bytes_per_second must be above zero",
        ),
        (
            lambda: spread(H800, models["llama-3-8b"], devices=8, **CASE),
            "model must have experts, Llama-3-8B has none",
        ),
        (
            lambda: spread(Machine(device="H800", devices=2), DEEPSEEK, devices=8, **CASE),
            "machine must be one card",
        ),
        (
            lambda: spread(Machine(device="H800", stages=2), DEEPSEEK, devices=8, **CASE),
            "machine must be one card",
        ),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
