"""The cached pass against the plain one, and streamed weights against plain products."""

import pytest
import torch

from course_lib.demos import inference as demo
from course_lib.demos import measure, tiny_gpt
from course_lib.estimators import flops, memory
from course_lib.estimators.inference.passes import pass_flops

GPT = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=32, n_heads=2, context=40))
TOKENS = torch.randint(256, (3, 20), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("parts", [[20], [1] * 20, [7, 1, 12]])
def test_the_cached_pass_scores_as_the_plain_one(parts: list[int]) -> None:
    cache = demo.Cache(GPT, batch=3)
    with torch.no_grad():
        plain = GPT(TOKENS)
    for piece in TOKENS.split(parts, dim=1):
        scores = demo.cached_pass(GPT, piece, cache)
        assert torch.allclose(scores, plain[:, cache.length - 1], atol=1e-5)
    assert cache.length == 20


def test_the_cache_takes_the_bytes_of_the_estimator() -> None:
    cache = demo.Cache(GPT, batch=3)
    demo.cached_pass(GPT, TOKENS, cache)
    assert cache.bytes_in_use == memory.kv_cache(GPT.model, batch=3, context=20, format="fp32")


def test_a_cached_token_does_the_flops_of_the_estimator() -> None:
    cache = demo.Cache(GPT, batch=3)
    read = measure.count_flops(lambda: demo.cached_pass(GPT, TOKENS, cache))
    layers = flops.forward_parts(GPT.model, 3, 20).layers  # a whole square, masked
    assert read == layers + 2 * 3 * 32 * 256
    written = measure.count_flops(lambda: demo.cached_pass(GPT, TOKENS[:, :1], cache))
    assert written == flops.decode(GPT.model, 3, 20) == pass_flops(GPT.model, 3, 1, 20)


def test_both_ways_write_the_same() -> None:
    kept, anew = (demo.write(GPT, TOKENS, 15, cached=cached) for cached in (True, False))
    assert kept.tokens.shape == (3, 35)
    assert torch.equal(kept.tokens, anew.tokens)
    assert torch.equal(kept.tokens[:, :20], TOKENS)
    assert kept.passes == anew.passes == 15


def test_a_full_context_is_refused() -> None:
    with pytest.raises(ValueError, match="tokens must fit into 40 positions, got 41"):
        demo.write(GPT, TOKENS, 22)


def test_a_prompt_comes_back_as_text() -> None:
    assert demo.write(GPT, demo.prompt("def "), 1).text().startswith("def ")


def test_right_share_counts_hits() -> None:
    with torch.no_grad():
        best = GPT(TOKENS).argmax(-1)
    assert demo.right_share(GPT, TOKENS, best) == 1.0
    assert demo.right_share(GPT, TOKENS, (best + 1) % 256) == 0.0


@pytest.mark.parametrize(
    ("form", "item_bytes", "error"), [("fp32", 4, 1e-5), ("bf16", 2, 0.03), ("int8", 1, 0.06)]
)
def test_streamed_weights_multiply_in_every_format(
    form: str, item_bytes: int, error: float
) -> None:
    weights = demo.Weights(total_bytes=2 * 4 * 64**2, format=form, width=64)
    assert weights.bytes == 2 * 64**2 * item_bytes
    exact = demo.Weights(total_bytes=2 * 4 * 64**2, width=64)
    vector = exact.inputs(4)
    expected = vector @ exact.matrices[0].T @ exact.matrices[1].T
    assert (weights.run(weights.inputs(4)).float() - expected).norm() < error * expected.norm()


def test_matrices_lie_in_memory_of_their_own() -> None:
    weights = demo.Weights(total_bytes=3 * 4 * 64**2, width=64)
    assert len({matrix.data_ptr() for matrix in weights.matrices}) == 3


def test_timings_come_for_every_size() -> None:
    assert len(demo.time_writing(GPT, [2, 4], cached=True, repeats=1)) == 2
    assert len(demo.time_steps(GPT, [1, 2], context=8, repeats=1)) == 2
    assert (
        len(demo.time_stream(demo.Weights(total_bytes=4 * 64**2, width=64), [1, 2], repeats=1)) == 2
    )
    assert demo.read_rate(1e5, repeats=1)[0] > 0
