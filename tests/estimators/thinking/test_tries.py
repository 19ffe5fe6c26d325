"""FLOPs of many tries, token by token."""

from __future__ import annotations

import pytest

from course_lib.catalog import models
from course_lib.estimators import flops, inference, parameters, thinking

LLAMA, LARGE = models["llama-3-8b"], models["llama-3-70b"]


@pytest.mark.parametrize(("prompt", "output"), [(1, 1), (5, 2), (200, 400), (30, 3)])
def test_one_try_is_the_answer_of_lesson_five(prompt: int, output: int) -> None:
    found = thinking.best_of_flops(LLAMA, prompt=prompt, output=output)
    assert found == inference.answer_flops(LLAMA, prompt=prompt, output=output)


@pytest.mark.parametrize("name", ["gemma-3-27b", "mixtral-8x7b", "gpt-oss-20b"])
def test_writing_is_the_sum_of_its_tokens(name: str) -> None:
    model = models[name]
    by_token = sum(flops.decode(model, 1, 50 + written) for written in range(9))
    assert thinking.written_flops(model, prompt=50, output=10) == pytest.approx(by_token, rel=1e-12)


def test_a_latent_cache_is_not_made_anew() -> None:
    model = models["deepseek-v3"]
    written = thinking.written_flops(model, prompt=8000, output=101) / 100
    active = parameters.count(model).active
    assert 2 * active < written < 4 * active


def test_tries_share_the_prompt_or_do_not() -> None:
    case = {"prompt": 100, "output": 50}
    once = thinking.best_of_flops(LLAMA, **case)
    writing = thinking.written_flops(LLAMA, **case)
    shared = thinking.best_of_flops(LLAMA, tries=[1, 5], **case)
    assert shared.tolist() == pytest.approx([once, once + 4 * writing])
    assert thinking.best_of_flops(LLAMA, tries=5, shared=False, **case) == pytest.approx(5 * once)


def test_equal_tries_take_equal_flops() -> None:
    case = {"prompt": 200, "output": 400}
    for shared in (True, False):
        tries = thinking.equal_tries(LLAMA, LARGE, shared=shared, **case)
        once, writing = (
            thinking.best_of_flops(LLAMA, **case),
            thinking.written_flops(LLAMA, **case),
        )
        spent = once - writing + tries * writing if shared else tries * once
        assert spent == pytest.approx(thinking.best_of_flops(LARGE, **case))
    # Nearly nothing but writing: as many as the large one has more weights that multiply.
    weights = [parameters.count(model, embeddings=False).total for model in (LARGE, LLAMA)]
    long = thinking.equal_tries(LLAMA, LARGE, prompt=1, output=500)
    assert long == pytest.approx(weights[0] / weights[1], rel=0.02)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="tries must be at least 1"):
        thinking.best_of_flops(LLAMA, prompt=1, output=1, tries=0)
    with pytest.raises(ValueError, match="output must be at least 2"):
        thinking.equal_tries(LLAMA, LARGE, prompt=1, output=1)
    with pytest.raises(TypeError, match="shared must be True or False"):
        thinking.best_of_flops(LLAMA, prompt=1, output=1, shared="no")  # type: ignore[arg-type]
