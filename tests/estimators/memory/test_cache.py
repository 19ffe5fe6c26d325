"""The key-value cache against tensors made and counted; `test_attention` holds it against published
figures."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog import Indexer, LatentAttention, Recurrent, Transformer, models
from course_lib.estimators import memory

TINY = Transformer(layers=3, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
GROUPED = dataclasses.replace(TINY, n_kv_heads=2, head_dim=24)
ONE_HEAD = dataclasses.replace(TINY, n_kv_heads=1)
LATENT = dataclasses.replace(
    TINY, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
)
WINDOWED = dataclasses.replace(TINY, layers=7, sliding_window=3, windowed=(True, True, False))
MAMBA = Recurrent(kind="mamba2", heads=8, head_dim=16, key_dim=32, kernel=4)
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "int8": torch.int8}


@pytest.mark.parametrize("model", [TINY, GROUPED, ONE_HEAD], ids=["heads", "grouped", "one head"])
@pytest.mark.parametrize("format", DTYPES)
def test_cache_equals_tensors_made(model: Transformer, format: str) -> None:
    shape = (5, model.n_kv_heads, 11, model.head_dim)
    tensors = [torch.empty(shape, dtype=DTYPES[format]) for _ in range(2 * model.layers)]
    assert memory.kv_cache(model, 5, 11, format) == sum(tensor.nbytes for tensor in tensors)


def test_latent_cache_equals_tensors_made() -> None:
    tensors = [
        torch.empty(5, 11, width, dtype=torch.bfloat16) for width in (16, 4) for _ in range(3)
    ]
    assert memory.kv_cache(LATENT, 5, 11) == sum(tensor.nbytes for tensor in tensors)


@pytest.mark.parametrize("context", [0, 1, 3, 4, 50])
def test_windowed_layers_forget_unless_full(context: int) -> None:
    one_row = 2 * 64 * 2  # keys and values, all heads, 2 bytes
    kept = sum(min(context, 3) if index % 3 < 2 else context for index in range(7))
    assert memory.kv_cache(WINDOWED, 1, context, full=True) == 7 * context * one_row
    assert memory.kv_cache(WINDOWED, 1, context) == kept * one_row
    assert memory.kv_cache(TINY, 1, context, full=True) == memory.kv_cache(TINY, 1, context)


def test_a_latent_cache_may_be_kept_decompressed() -> None:
    # As an engine without latent kernels keeps DeepSeek-V2-Lite: 972 MiB, or 8 640.
    lite = models["deepseek-v2-lite"]
    assert memory.kv_cache(lite, 1, 32768) == 972 * 2**20
    assert memory.kv_cache(lite, 1, 32768, decompressed=True) == 8640 * 2**20
    assert memory.kv_cache(TINY, 1, 9, decompressed=True) == memory.kv_cache(TINY, 1, 9)


def test_gpt_oss_with_windows_and_as_pages_are_reserved() -> None:
    oss = models["gpt-oss-20b"]
    shares = [memory.kv_cache(oss, 32, 8192, full=full) / 2**30 for full in (False, True)]
    assert [round(share, 2) for share in shares] == [6.09, 12.0]


def test_kinds_of_layers_are_counted_by_brute_force() -> None:
    kinds = {
        "near": {"sliding_window": 3, "n_kv_heads": 4},
        "far": {"n_kv_heads": 1, "head_dim": 32, "value_dim": 8},
        "again": {"reused_cache": True},
        "mamba": {"attention": False, "recurrent": MAMBA},
        "index": {"indexer": Indexer(heads=2, dim=10)},
    }
    pattern = ("near", "far", "near", "again", "mamba", "index")
    mixed = dataclasses.replace(TINY, layers=9, kinds=kinds, pattern=pattern)
    tensors = []
    for index in range(9):
        match pattern[index % 6]:
            case "near":
                tensors += [torch.empty(2, 4, 3, 16, dtype=torch.bfloat16)] * 2
            case "far":
                tensors += [torch.empty(2, 1, 7, 32 + 8, dtype=torch.bfloat16)]
            case "index":
                tensors += [torch.empty(2, 7, 2 * 64 + 10, dtype=torch.bfloat16)]
            case "mamba":  # the state in fp32, and four positions of inner, B and C
                tensors += [torch.empty(2, 8, 16, 32), torch.empty(2, 4, 192, dtype=torch.bfloat16)]
    assert memory.kv_cache(mixed, 2, 7) == sum(tensor.nbytes for tensor in tensors)


def test_a_state_does_not_grow() -> None:
    state = dataclasses.replace(TINY, attention=False, recurrent=MAMBA)
    assert memory.kv_cache(state, 1, 0) == memory.kv_cache(state, 1, 10**6) > 0


def test_half_bytes_and_odd_counts_round_up() -> None:
    odd = dataclasses.replace(
        LATENT, layers=1, latent=dataclasses.replace(LATENT.latent, kv_rank=17)
    )
    assert memory.kv_cache(odd, 1, 1, "int4") == 11  # 21 numbers of half a byte
    assert memory.kv_cache(TINY, 1, 8, "int4") * 4 == memory.kv_cache(TINY, 1, 8)


def test_a_sweep_equals_the_loop() -> None:
    batches, contexts = np.array([[1], [64]]), np.array([0, 5, 10**9])
    for model in (TINY, LATENT, WINDOWED):
        swept = memory.kv_cache(model, batches, contexts)
        for row, column in np.ndindex(2, 3):
            one = memory.kv_cache(model, int(batches[row, 0]), int(contexts[column]))
            assert swept[row, column] == one and isinstance(one, int)


@settings(derandomize=True, deadline=None)
@given(
    name=st.sampled_from(["batch", "context"]),
    value=st.one_of(
        st.none(),
        st.integers(max_value=-1),
        st.text(),
        st.booleans(),
        st.floats(0.01, 0.99),
        st.just([]),
    ),
)
def test_senseless_sizes_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{name} must"):
        memory.kv_cache(TINY, **{"batch": 1, "context": 1, name: value})


def test_nonsense_is_refused_with_the_rule() -> None:
    with pytest.raises(TypeError, match="model must be a record of type Transformer"):
        memory.kv_cache("llama-3-8b", 1, 1)
    with pytest.raises(ValueError, match="format must be one of fp32, bf16"):
        memory.kv_cache(TINY, 1, 1, "float16")
    for flag in ("full", "decompressed"):
        with pytest.raises(TypeError, match=f"{flag} must be True or False"):
            memory.kv_cache(TINY, 1, 1, **{flag: 1})
    with pytest.raises(ValueError, match="shapes must broadcast"):
        memory.kv_cache(TINY, np.ones(2), np.ones(3))
