"""Bytes of stored weights against published files, sums by hand, and every estimator alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Transformer, models
from course_lib.catalog.records.layer_parts import Experts, Indexer, LatentAttention
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.stored import FORMATS as USUAL
from course_lib.catalog.records.stored import Stored
from course_lib.estimators import inference, memory, parameters
from course_lib.estimators.memory import adapters
from course_lib.estimators.precision.stored import (
    FORMATS,
    WHOLE_BYTES,
    format_of,
    stored_as,
    weight_bytes,
)

DECODERS = {
    key: model
    for key, model in models.items()
    if isinstance(model, Transformer) and memory.activations.described(model)
}
SIZES = {"layers": 3, "d_model": 64, "n_heads": 4, "d_ff": 96, "vocab_rows": 50}
MIXED = Transformer(
    **SIZES,
    gated_mlp=True,
    mlp_bias=True,
    qkv_bias=True,
    gate_width=32,
    other_matrix=70,
    other_params=11,
    experts=Experts(count=4, active=2, d_ff=48, shared=1, shared_d_ff=80, shared_gate=True),
    kinds={
        "state": {
            "attention": False,
            "recurrent": Recurrent(
                kind="mamba2", heads=8, head_dim=16, key_dim=32, groups=2, kernel=4
            ),
            "experts": None,
        },
        "sparse": {
            "latent": LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=8),
            "indexer": Indexer(heads=4, dim=16),
            "gate_width": 0,
        },
        "plain": {},
    },
    pattern=("state", "sparse", "plain"),
)
"""A kind of every part that has matrices, and parts without shapes."""


def test_llama_in_awq_and_nf4_by_hand() -> None:
    llama = models["llama-3-8b"]
    matrices = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14_336)
    rest = 2 * (8_030_261_248 - matrices)
    assert weight_bytes(llama, "int4").total == 5_727_854_592 == rest + matrices * 4.15625 / 8
    nf4 = 4 + 8 / 64 + 32 / (64 * 256)  # 0.127 bits beside the four (arXiv 2305.14314)
    assert weight_bytes(llama, "nf4").total == rest + matrices * nf4 / 8


def test_a_small_model_of_published_size() -> None:
    """Qwen3 4B in AWQ: 2.5 GiB in a public log of a server; a tied table of 16 bits."""
    assert weight_bytes(models["qwen3-4b"], "int4").total / 2**30 == pytest.approx(2.5, abs=0.05)


@pytest.mark.parametrize(
    ("key", "size"), [("gpt-oss-20b", 13_761_264_768), ("gpt-oss-120b", 65_248_815_744)]
)
def test_published_sizes_of_gpt_oss(key: str, size: int) -> None:
    """`total_size` of the published indices: experts in MXFP4, all else in 16 bits."""
    own = models[key]
    assert weight_bytes(own).total == size
    assert weight_bytes(own, "bf16").total == 2 * parameters.count(own).total
    assert (format_of(own), format_of(own, "fp8")) == ("mxfp4", "fp8")


def test_block_scales_of_deepseek_v3_are_those_published() -> None:
    """The checkpoint holds 684 531 386 000 numbers: weights, one scale a block, a correction for
    each expert, and one layer more for multi-token prediction, with a table and a head."""
    v3 = models["deepseek-v3"]
    top = v3.layer_kinds[-1].layer

    def scales(layer: Transformer) -> int:
        whole = [each for each in parameters.of_layer(layer) if each.part in USUAL["fp8"].parts]
        return sum(each.number * USUAL["fp8"].groups(each.inputs, each.outputs) for each in whole)

    counted = parameters.count(replace(top, final_norm=False))
    layer = counted.attention + counted.mlp + counted.norm
    further = layer + 2 * 7168 * 7168 + 3 * 7168 + 2 * 129_280 * 7168
    every = sum(kind.count * scales(kind.layer) for kind in v3.layer_kinds) + scales(top)
    assert parameters.count(v3).total + further + every + 59 * 256 == 684_531_386_000
    packed, plain = (weight_bytes(v3, name) for name in ("fp8", "bf16"))
    own = packed.matrices + packed.routed - (plain.matrices + plain.routed) // 2
    assert own == 4 * (every - scales(top))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("key", [*DECODERS, "mixed"])
def test_every_estimator_has_the_same_bytes(key: str, format: str) -> None:
    """A server's weights, and a frozen base under adapters, on one device."""
    model = MIXED if key == "mixed" else DECODERS[key]
    found = weight_bytes(model, format).total
    assert inference.Machine(device="H100", format=format).weight_bytes(model) == found
    how = {"format": format} if format in WHOLE_BYTES else {"base_format": format}
    held = memory.training(model, seq=1, lora_rank=1, **how)
    item = WHOLE_BYTES.get(format, 2)
    trained = item * sum(adapters.weights(model.layer_kinds, 1))
    assert held.weights - trained == found


@pytest.mark.parametrize("key", ["llama-3-8b", "gpt-oss-20b", "deepseek-v3", "gemma-2-2b"])
@pytest.mark.parametrize("format", FORMATS)
def test_formats_bound_the_bytes(key: str, format: str) -> None:
    model = models[key]
    found, count = weight_bytes(model, format), parameters.count(model)
    if format in WHOLE_BYTES:
        assert found.total == WHOLE_BYTES[format] * count.total
        return
    bits, entries = USUAL[format].bits, found.matrix_weights + found.expert_weights
    rest = 2 * (count.total - entries)
    assert rest + bits * entries / 8 < found.total < rest + 1.2 * bits * entries / 8
    assert found.looked_up + found.plain == rest


def test_a_mixed_model_by_hand() -> None:
    """All matrices in eight bits with one scale of 4 bytes a row."""
    state = 64 * (2 * 128 + 2 * 64 + 8) + 128 * 64, (2 * 128 + 2 * 64 + 8) + 64
    dense = 3 * 64 * 96, 2 * 96 + 64
    latent = 64 * 24 + 24 * 48 + 64 * 20 + 16 * 64 + 32 * 64, 24 + 48 + 20 + 64 + 64
    indexer = 24 * 64 + 64 * 16, 64 + 16
    plain = 4 * 64 * 64 + 64 * 32, 4 * 64 + 32
    shared = 3 * 64 * 80, 2 * 80 + 64
    parts = [state, dense, latent, indexer, plain, shared, shared]
    found = weight_bytes(MIXED, "int8")
    assert found.matrices == sum(entries + 4 * rows for entries, rows in parts)
    expert = 3 * 64 * 48 + 4 * (2 * 48 + 64) + 2 * (2 * 48 + 64)  # biases in two bytes
    assert dict(found.experts) == {"sparse": 4 * expert, "plain": 4 * expert}
    assert found.looked_up == 2 * 50 * 64
    count = parameters.count(MIXED).total
    weights = sum(entries for entries, _ in parts) + 2 * 4 * (3 * 64 * 48 + 2 * 48 + 64)
    assert (found.matrix_weights + found.expert_weights) == weights
    assert found.plain == 2 * (count - weights - 50 * 64)


def test_parts_that_a_file_keeps_are_kept_and_a_head_may_be_quantised() -> None:
    llama = models["llama-3-8b"]
    plain, head = weight_bytes(llama), 128_256 * 4096
    for part, entries in (("attention", 32 * 41_943_040), ("mlp", 32 * 176_160_768)):
        own = replace(llama, stored=replace(USUAL["fp8"], group_inputs=0, group_rows=0,
                                            scale_bits=0, parts=(part,)))  # fmt: skip
        assert plain.total - weight_bytes(own).total == entries
    bare = Stored(method="fp8", format="fp8", bits=8, scale_bits=0, parts=("head",))
    assert plain.total - weight_bytes(replace(llama, stored=bare)).total == head
    tied = replace(models["qwen3-4b"], stored=bare)
    assert weight_bytes(tied).total == weight_bytes(tied, "bf16").total


def test_a_sweep_equals_the_loop() -> None:
    llama = models["llama-3-8b"]
    depths = np.array([1, 7, 32])
    for format in FORMATS:
        swept = weight_bytes(replace(llama, layers=depths), format).total
        alone = [weight_bytes(replace(llama, layers=int(n)), format).total for n in depths]
        assert swept.tolist() == alone


def test_bad_formats_are_named() -> None:
    llama = models["llama-3-8b"]
    for asked in (weight_bytes, stored_as, format_of):
        with pytest.raises(ValueError, match="format must be one of fp32, bf16"):
            asked(llama, "int3")
    with pytest.raises(TypeError, match="model"):
        weight_bytes("llama-3-8b", "int4")  # type: ignore[arg-type]
