"""Matrices one by one against the entries that `layers` counts."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import Transformer, models
from course_lib.catalog.records.layer_parts import Experts, LatentAttention
from course_lib.catalog.records.recurrent import RECURRENT_KINDS, Recurrent
from course_lib.estimators import parameters

SIZES = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 96, "vocab_rows": 50}
DECODERS = {key: model for key, model in models.items() if isinstance(model, Transformer)}


def _entries(layer: Transformer, *parts: str) -> parameters.Number:
    return sum(each.entries for each in parameters.of_layer(layer) if each.part in parts)


@pytest.mark.parametrize("key", DECODERS)
def test_they_add_up_to_what_a_layer_has(key: str) -> None:
    for kind in DECODERS[key].layer_kinds:
        layer = kind.layer
        everything = parameters.attention_matrix(layer)
        if layer.recurrent is not None:
            everything = everything + layer.recurrent.matrix(layer.d_model)
        if layer.mlp and layer.experts is None:
            everything = everything + parameters.mlp_matrix(layer, layer.d_ff)
        elif layer.mlp:
            everything = everything + parameters.mixture_matrix(layer, layer.experts.count)
        assert sum(each.entries for each in parameters.of_layer(layer)) == everything


@pytest.mark.parametrize("kind", RECURRENT_KINDS)
def test_states_of_every_kind(kind: str) -> None:
    mixer = Recurrent(kind=kind, heads=8, head_dim=4, key_dim=16, groups=2, kernel=4, rank=6)
    layer = Transformer(**SIZES, attention=False, recurrent=mixer)
    assert _entries(layer, "state") == mixer.matrix(64)
    assert _entries(layer, "attention") == 0


def test_shapes_of_llama_by_hand() -> None:
    found = parameters.of_layer(models["llama-3-8b"].layer_kinds[0].layer)
    shapes = [(e.part, e.inputs, e.outputs, e.number) for e in found if e.entries]
    assert shapes == [
        ("attention", 4096, 4096, 1),
        ("attention", 4096, 1024, 1),
        ("attention", 4096, 1024, 1),
        ("attention", 4096, 4096, 1),
        ("mlp", 4096, 14_336, 2),
        ("mlp", 14_336, 4096, 1),
    ]


def test_what_a_layer_lacks_is_not_there() -> None:
    reading = Transformer(**SIZES, reused_cache=True)
    assert _entries(reading, "attention") == 2 * 64 * 64
    sharing = Transformer(**SIZES, shared_values=True)
    assert _entries(sharing, "attention") == 3 * 64 * 64
    bare = Transformer(**{**SIZES, "d_ff": 0}, mlp=False)
    assert _entries(bare, "mlp") == 0


def test_the_rank_of_a_latent_query_may_be_swept() -> None:
    latent = LatentAttention(
        q_rank=np.array([0, 24]), kv_rank=16, nope_dim=8, rope_dim=4, value_dim=8
    )
    layer = Transformer(**SIZES, latent=latent)
    assert _entries(layer, "attention").tolist() == parameters.attention_matrix(layer).tolist()


def test_experts_with_a_narrower_width() -> None:
    experts = Experts(count=4, active=1, d_ff=32, shared=2, latent_width=16, shared_gate=True)
    layer = Transformer(**{**SIZES, "d_ff": 0}, experts=experts)
    assert _entries(layer, "experts") == 4 * 2 * 16 * 32
    assert _entries(layer, "shared") == 2 * 64 * 64
    assert _entries(layer, "mlp") == 2 * 64 * 16
    assert _entries(layer, "router") == 5 * 64
