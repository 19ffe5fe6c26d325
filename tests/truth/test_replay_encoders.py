"""The formulas against the later Gemmas, encoders and encoder-decoders of transformers, as
`record_encoders.py` counted them: nothing may be off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import flops, memory, parameters

RECORD = json.loads(Path(__file__).with_name("counts_encoders.json").read_text(encoding="utf-8"))
MODELS, BATCH, SEQ = RECORD["models"], RECORD["batch"], RECORD["seq"]
NAMES = [f"{one['stated']['model_type']}-{index}" for index, one in enumerate(MODELS)]


def _having(key: str) -> list[Any]:
    pairs = zip(NAMES, MODELS, strict=True)
    return [pytest.param(one, id=name) for name, one in pairs if key in one["counts"]]


@pytest.mark.parametrize("recorded", _having("total"))
def test_parameters_total_and_active(recorded: dict[str, Any]) -> None:
    count = parameters.count(from_hf_config(recorded["stated"]))
    truth = recorded["counts"]
    assert (count.total, count.active) == (truth["total"], truth["active"])


@pytest.mark.parametrize("recorded", _having("forward"))
def test_flops_of_a_forward_pass(recorded: dict[str, Any]) -> None:
    model = from_hf_config(recorded["stated"])
    assert flops.forward(model, BATCH, SEQ) == recorded["counts"]["forward"]
    sweep = flops.forward(model, np.array([1, BATCH]), np.array([[SEQ - 1], [SEQ]]))
    assert sweep[1, 1] == recorded["counts"]["forward"]


@pytest.mark.parametrize("recorded", _having("training_full_recompute"))
def test_flops_of_a_step_that_runs_every_layer_again(recorded: dict[str, Any]) -> None:
    step = flops.training_step(from_hf_config(recorded["stated"]), BATCH, SEQ, recompute="full")
    assert step == recorded["counts"]["training_full_recompute"]


@pytest.mark.parametrize("recorded", _having("decode"))
def test_flops_of_one_more_token(recorded: dict[str, Any]) -> None:
    model = from_hf_config(recorded["stated"])
    assert flops.decode(model, BATCH, SEQ) == recorded["counts"]["decode"]


@pytest.mark.parametrize("recorded", _having("kept"))
def test_numbers_in_the_cache(recorded: dict[str, Any]) -> None:
    cache = memory.kv_cache(from_hf_config(recorded["stated"]), 1, SEQ, "bf16", full=True)
    assert cache == 2 * recorded["counts"]["kept"]


@pytest.mark.parametrize("recorded", _having("pairs"))
def test_pairs_that_the_masks_let_through(recorded: dict[str, Any]) -> None:
    pairs = 0
    for kind in from_hf_config(recorded["stated"]).layer_kinds:
        core = flops.forward_parts(kind.layer, 1, SEQ, attention="causal").attention_core
        width = kind.layer.n_heads * (kind.layer.head_dim + kind.layer.value_width)
        pairs += kind.count * core // (2 * width)
    assert pairs == recorded["counts"]["pairs"]


@pytest.mark.parametrize("recorded", _having("total"))
def test_what_has_no_next_token_keeps_no_cache(recorded: dict[str, Any]) -> None:
    model = from_hf_config(recorded["stated"])
    if any(kind.layer.causal for kind in model.layer_kinds):
        return
    assert memory.kv_cache(model, 2, 64) == 0
    with pytest.raises(ValueError, match=r"must be a decoder|must have FLOPs"):
        flops.decode(model, 1, 8)


def test_every_family_is_recorded_with_more_than_one_flag_turned() -> None:
    types = [one["stated"]["model_type"] for one in MODELS]
    assert len(set(types)) == 25
    assert all(types.count(name) >= 2 for name in set(types) - {"whisper"})
