"""The formulas against PyTorch models of transformers, as `record.py` and `record_attention.py`
counted them: nothing may be off."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.catalog.huggingface.families import (
    attention,
    experts,
    layered,
    ungated,
)
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, parameters

RECORDS = [
    json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("counts.json", "counts_attention.json")
]
MODELS = [model for record in RECORDS for model in record["models"]]
BATCH, SEQ = RECORDS[0]["batch"], RECORDS[0]["seq"]
NAMES = [f"{one['stated']['model_type']}-{index}" for index, one in enumerate(MODELS)]
FAMILIES = {
    *(
        "gpt2",
        "opt",
        "bloom",
        "gpt_neox",
        "gptj",
        "falcon",
        "mpt",
        "llama",
        "mistral",
        "mixtral",
        "qwen2",
        "qwen3",
    ),
    *(
        "qwen3_moe",
        "gemma",
        "gemma2",
        "gemma3_text",
        "phi",
        "phi3",
        "olmo",
        "olmo2",
        "smollm3",
        "starcoder2",
        "cohere",
    ),
    *("deepseek_v2", "deepseek_v3", "gpt_oss"),
}


@pytest.fixture(params=MODELS, ids=NAMES)
def recorded(request: pytest.FixtureRequest) -> dict:
    """One recorded model: its configuration in three tellings, and its counts."""
    return request.param


@pytest.mark.parametrize("telling", ["stated", "full", "short"])
def test_parameters_total_and_active(recorded: dict, telling: str) -> None:
    count = parameters.count(from_hf_config(recorded[telling]))
    assert (count.total, count.active) == (
        recorded["counts"]["total"],
        recorded["counts"]["active"],
    )


@pytest.mark.parametrize("telling", ["stated", "full", "short"])
def test_flops_of_forward_training_and_decoding(recorded: dict, telling: str) -> None:
    model, truth = from_hf_config(recorded[telling]), recorded["counts"]
    assert flops.forward(model, BATCH, SEQ) == truth["forward"]
    assert flops.training_step(model, BATCH, SEQ) == truth["training"]
    assert (
        flops.training_step(model, BATCH, SEQ, recompute="full") == truth["training_full_recompute"]
    )
    assert flops.decode(model, BATCH, SEQ) == truth["decode"]


def test_pairs_that_the_masks_let_through(recorded: dict) -> None:
    model = from_hf_config(recorded["stated"])
    # Text alone skips a layer that reads an image.
    read = [k for k in model.layer_kinds if k.layer.cross_attention == "none"]
    layers = sum(kind.count for kind in read)
    assert (
        _core(model, "causal") * layers * SEQ**2
        == _core(model, "full") * recorded["counts"]["causal_pairs"]
    )


def test_a_record_works_as_a_sweep(recorded: dict) -> None:
    """Arrays for batch and length give the recorded scalar among them."""
    model = from_hf_config(recorded["full"])
    sweep = flops.forward(model, np.array([1, BATCH]), np.array([[SEQ - 1], [SEQ]]))
    assert sweep.shape == (2, 2)
    assert sweep[1, 1] == recorded["counts"]["forward"]


def test_every_family_is_recorded_at_least_three_times() -> None:
    types = [one["stated"]["model_type"] for one in RECORDS[0]["models"]]
    assert set(types) == FAMILIES
    assert min(types.count(family) for family in FAMILIES) >= 3


def test_every_family_that_attends_in_each_layer_is_recorded_at_least_twice() -> None:
    rooms = (attention, experts, layered, ungated)
    families = {family for room in rooms for family in room.FAMILIES}
    # A name in files that transformers does not know; and a model without a cache.
    families -= {"hunyuan", "openai-gpt"}
    types = [one["stated"]["model_type"] for one in RECORDS[1]["models"]]
    assert min(types.count(family) for family in families) >= 2


def _core(model: Transformer, attention: str) -> int:
    return flops.forward_parts(model, 1, SEQ, attention).attention_core
