"""Published configurations of the later Gemmas, encoders and encoder-decoders, against what
transformers counts of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, memory, parameters

FILE = Path(__file__).parents[2] / "truth" / "published" / "encoders.json"
PUBLISHED = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(params=PUBLISHED, ids=[one["file"] for one in PUBLISHED])
def published(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One file, and what is to be counted of it."""
    return dict(request.param)


def _model(published: dict[str, Any]) -> Transformer:
    return from_hf_config(published["config"])


def test_parameters(published: dict[str, Any]) -> None:
    count, truth = parameters.count(_model(published)), published["truth"]
    assert (count.total, count.active) == (truth["params_total"], truth["params_active"])


def test_flops_of_64_tokens(published: dict[str, Any]) -> None:
    truth = published["truth"]
    if "flops_1x64" not in truth:
        return
    parts = flops.forward_parts(_model(published), 1, 64)
    assert parts.weights == truth["flops_weights"]
    # Mixing a token's streams is a batched product as well.
    assert parts.attention_core + parts.state == truth["flops_pairs"]
    assert parts.total == truth["flops_1x64"]


def test_numbers_that_one_more_token_adds_to_the_cache(published: dict[str, Any]) -> None:
    model, truth = _model(published), published["truth"]
    if "kv_numbers_per_token" not in truth:
        return
    assert _added(model, 8) == 2 * truth["kv_numbers_per_token"]
    assert _added(model, truth["window"]) == 2 * truth["kv_numbers_per_token_beyond_window"]


def test_the_file_of_mt5_says_that_its_checkpoint_is_not_tied() -> None:
    """128 057 344 more numbers than are counted: a head of its own, 250 112 x 512."""
    config = next(one["config"] for one in PUBLISHED if "mt5" in one["file"])
    model = from_hf_config(config)
    assert model.tied_embeddings
    assert any("a head of its own" in told for told in model.left_out)
    assert model.vocab_rows * model.d_model == 128_057_344


def test_flops_of_whisper_depend_on_the_audio() -> None:
    config = next(one["config"] for one in PUBLISHED if "whisper" in one["file"])
    with pytest.raises(ValueError, match="whisper-tiny: they depend on the length of the audio"):
        flops.forward(from_hf_config(config), 1, 64)


def _added(model: Transformer, context: int) -> int:
    return int(memory.kv_cache(model, 1, context + 1) - memory.kv_cache(model, 1, context))
