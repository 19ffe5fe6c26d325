"""Families with recurrent layers or sparse attention against models of transformers, as
`record_recurrent.py` counted them: nothing may be off."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import flops, memory, parameters
from course_lib.estimators.memory import cache

RECORD = json.loads(Path(__file__).with_name("counts_recurrent.json").read_text(encoding="utf-8"))
MODELS, SEQ = RECORD["models"], RECORD["seq"]
NAMES = [f"{one['stated']['model_type']}-{index}" for index, one in enumerate(MODELS)]
TELLINGS = ["stated", "full", "short"]


@pytest.fixture(params=MODELS, ids=NAMES)
def recorded(request: pytest.FixtureRequest) -> dict:
    """One recorded model: its configuration in three tellings, and its counts."""
    return request.param


@pytest.mark.parametrize("telling", TELLINGS)
def test_parameters_total_and_active(recorded: dict, telling: str) -> None:
    count, truth = parameters.count(from_hf_config(recorded[telling])), recorded["counts"]
    assert (count.total, count.active) == (truth["total"], truth["active"])


@pytest.mark.parametrize("telling", TELLINGS)
def test_products_with_weights(recorded: dict, telling: str) -> None:
    model = from_hf_config(recorded[telling])
    assert flops.forward_parts(model, 1, SEQ).weights == recorded["counts"]["weights"]


def test_other_products_where_no_layer_has_a_state(recorded: dict) -> None:
    model = from_hf_config(recorded["stated"])
    if any(kind.layer.recurrent is not None for kind in model.layer_kinds):
        return  # how the scan is done is a matter of code
    parts = flops.forward_parts(model, 1, SEQ)
    assert parts.attention_core + parts.state == recorded["counts"]["pairs"]


def test_pairs_that_sparse_masks_let_through(recorded: dict) -> None:
    """Positions that each token reads, window, picked ones and summaries, as attention weighs
    them."""
    model, truth = from_hf_config(recorded["stated"]), recorded["counts"]
    pairs = 0
    for kind in model.layer_kinds:
        layer = dataclasses.replace(kind.layer, indexer=None)
        key = layer.head_dim if layer.latent is None else layer.latent.key_dim
        core = flops.forward_parts(layer, 1, SEQ, "causal").attention_core
        pairs += kind.count * core // (2 * layer.n_heads * (key + layer.value_width))
    assert pairs == truth.get("causal_pairs", pairs)


def test_what_a_sequence_keeps(recorded: dict) -> None:
    model, truth = from_hf_config(recorded["stated"]), recorded["counts"]
    if "kv_numbers_per_token" not in truth:
        return  # its cache cannot be made
    grown = memory.kv_cache(model, 1, SEQ + 1) - memory.kv_cache(model, 1, SEQ)
    assert grown == 2 * truth["kv_numbers_per_token"]
    assert cache.state_bytes(model) == truth["state_bytes"]


def test_a_record_works_as_a_sweep(recorded: dict) -> None:
    """Arrays for batch and length give the recorded scalar among them."""
    model = from_hf_config(recorded["full"])
    sweep = flops.forward_parts(model, np.array([1, 2]), np.array([[SEQ - 1], [SEQ]])).weights
    assert sweep.shape == (2, 2)
    assert sweep[1, 0] == recorded["counts"]["weights"]


def test_every_family_is_recorded_at_least_twice() -> None:
    types = [one["stated"]["model_type"] for one in MODELS]
    assert min(types.count(family) for family in types) >= 2
