"""Prompts read at once and in chunks: pass by pass, and against a published overhead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import Transformer, findings, models
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving.chunks import at_once, in_chunks, mixed_seconds

LLAMA, MIXTRAL = models["llama-3-8b"], models["mixtral-8x7b"]
SERVER = Machine(device="H100", software="server")
CASE: dict[str, Any] = {"prompt": 8000, "running": 32, "context": 1000}


def test_at_once_everybody_waits_for_the_whole_prompt() -> None:
    found = at_once(SERVER, LLAMA, **CASE)
    reading, step = SERVER.run(LLAMA, 1, 8000).seconds, SERVER.run(LLAMA, 32, 1, 1000).seconds
    assert found.first_token_seconds == reading
    assert found.quiet_seconds == step
    assert found.stall_seconds == reading + step
    assert found.passes == 1
    assert found.weight_bytes == SERVER.weight_bytes(LLAMA, 8000)


@pytest.mark.parametrize("model", [LLAMA, MIXTRAL], ids=lambda model: model.name)
@pytest.mark.parametrize(
    ("prompt", "chunk"), [(8000, 512), (1024, 512), (1025, 512), (300, 512), (9, 4)]
)
def test_chunks_are_added_up_pass_by_pass(model: Transformer, prompt: int, chunk: int) -> None:
    machine = Machine(device="H200", devices=2, software="server")
    found = in_chunks(machine, model, prompt=prompt, chunk=chunk, running=8, context=700)
    passes, weights, done = [], 0.0, 0
    while done < prompt:
        tokens = min(chunk, prompt - done)
        case = {"chunk": tokens, "done": done, "running": 8, "context": 700}
        passes.append(float(mixed_seconds(machine, model, **case)))
        weights += float(machine.weight_bytes(model, tokens + 8))
        done += tokens
    assert found.passes == len(passes)
    assert found.first_token_seconds == pytest.approx(sum(passes), rel=1e-3)
    assert found.stall_seconds == pytest.approx(max(passes))
    assert found.weight_bytes == pytest.approx(weights)
    assert found.quiet_seconds == machine.run(model, 8, 1, 700).seconds


def test_a_mixed_pass_by_its_parts() -> None:
    """Its products read the weights once and do the arithmetic of both; attention adds up."""
    read, write = SERVER.run(LLAMA, 1, 256, 4000), SERVER.run(LLAMA, 32, 1, 1000)
    found = mixed_seconds(SERVER, LLAMA, chunk=256, done=4000, running=32, context=1000)
    assert read.products.memory_seconds == write.products.memory_seconds
    products = max(
        read.products.memory_seconds,
        read.products.arithmetic_seconds + write.products.arithmetic_seconds,
    )
    parts = products + read.attention.seconds + write.attention.seconds
    assert parts < found < parts + read.extra_seconds + write.extra_seconds
    # One after the other, the weights would be read twice.
    assert found < read.seconds + write.seconds - 0.8 * read.products.memory_seconds


def test_who_writes_costs_the_host_and_the_products_what_he_costs_alone() -> None:
    """From one running answer to the next: attention to its cache, its host, its products."""
    few, many = (
        mixed_seconds(SERVER, LLAMA, chunk=2048, done=0, running=running, context=1000)
        for running in (100, 200)
    )
    one, two = (SERVER.run(LLAMA, running, 1, 1000) for running in (100, 200))
    expected = two.attention.seconds - one.attention.seconds
    expected += two.products.arithmetic_seconds - one.products.arithmetic_seconds
    expected += SERVER.host_seconds(200) - SERVER.host_seconds(100)
    moved = SERVER.run(LLAMA, 1, 2248).extra_seconds - SERVER.run(LLAMA, 1, 2148).extra_seconds
    assert many - few == pytest.approx(expected + moved)


def test_a_lone_running_answer_counts_as_one() -> None:
    found = in_chunks(SERVER, LLAMA, prompt=100, chunk=100, running=1, context=1000)
    step, reading = SERVER.run(LLAMA, 1, 1, 1000), SERVER.run(LLAMA, 1, 101)
    assert found.quiet_seconds == step.seconds
    attention = SERVER.run(LLAMA, 1, 100).attention.seconds + step.attention.seconds
    hosts = SERVER.host_seconds(1) - SERVER.host_seconds(0)
    others = reading.seconds - reading.attention.seconds + hosts
    assert found.stall_seconds == pytest.approx(others + attention)


def test_nobody_running_is_reading_alone() -> None:
    nobody = CASE | {"running": 0}
    whole = at_once(SERVER, LLAMA, **nobody)
    assert whole.quiet_seconds == 0
    assert whole.stall_seconds == whole.first_token_seconds
    one_chunk = in_chunks(SERVER, LLAMA, chunk=8000, **nobody)
    assert one_chunk.first_token_seconds == pytest.approx(whole.first_token_seconds)
    assert one_chunk.quiet_seconds == 0
    mixed = mixed_seconds(SERVER, LLAMA, chunk=512, done=999, running=0, context=0)
    assert mixed == pytest.approx(SERVER.run(LLAMA, 1, 512, 999).seconds)


def test_the_loss_by_chunks_is_below_the_published_one() -> None:
    """Yi-34B on two A100: at most about a quarter in chunks of 512, almost nothing in 2048."""
    yi = Transformer(
        layers=60, d_model=7168, n_heads=56, n_kv_heads=8, d_ff=20_480, vocab_rows=64_000
    )
    machine = Machine(device="A100 SXM 80GB", devices=2, software="server")
    most = findings["s111"].value
    for prompt in (2048, 4096, 8192):
        case = {"prompt": prompt, "running": 0, "context": 0}
        whole = at_once(machine, yi, **case).first_token_seconds
        small, large = (
            in_chunks(machine, yi, chunk=chunk, **case).first_token_seconds / whole
            for chunk in (512, 2048)
        )
        assert 1 <= large < 1.03 and large < small < most


def test_small_chunks_stall_less_and_cost_more() -> None:
    chunks = np.array([64, 128, 256, 512, 2048, 8192])
    found = in_chunks(SERVER, LLAMA, chunk=chunks, **CASE)
    whole = at_once(SERVER, LLAMA, **CASE)
    assert (np.diff(found.stall_seconds) > 0).all()
    assert (np.diff(found.weight_bytes) < 0).all()
    assert found.passes.tolist() == [125, 63, 32, 16, 4, 1]
    assert (found.first_token_seconds > whole.first_token_seconds).all()
    assert found.stall_seconds[0] < 1.3 * found.quiet_seconds < whole.stall_seconds / 15
    for place, chunk in enumerate(chunks):
        one = in_chunks(SERVER, LLAMA, chunk=int(chunk), **CASE)
        assert one.first_token_seconds == pytest.approx(found.first_token_seconds[place])
        assert one.stall_seconds == pytest.approx(found.stall_seconds[place])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": 0}, "prompt must be at least 1"),
        ({"running": -1}, "running must be at least 0"),
        ({"context": -1}, "context must be at least 0"),
        ({"chunk": 0}, "chunk must be at least 1"),
        ({"chunk": [1, 2], "prompt": [1, 2, 3]}, "shapes must broadcast"),
    ],
)
def test_bad_arguments_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        in_chunks(SERVER, LLAMA, **{"chunk": 512} | CASE | changes)
    with pytest.raises(TypeError, match="machine must be a record of type Machine"):
        at_once("H100", LLAMA, **CASE)  # type: ignore[arg-type]
