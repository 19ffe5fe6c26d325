"""Families with linear attention in most of their layers.

Those with latent attention between stand in `kimi`, those with state-space layers in
`mamba`, those with convolutions in `convolution`.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import (
    LINEAR,
    crossed,
    in_place,
    one_a_layer,
)
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
    head_width,
    inner_width,
)
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.recurrent import Recurrent

MINIMAX_TYPES = {"0": "linear", "1": "full", **LINEAR}
"""Spellings of MiniMax's layers, whose own code has numbers, and what they are called here."""


def qwen3_5(f: Fields) -> Facts:
    """Three layers of gated delta nets to one of attention, whose result is gated too."""
    names = _linear_layers(f)
    return _gated_decoder(f) | stack(names, _delta_kinds(f, names))


def qwen3_5_moe(f: Fields) -> Facts:
    """Qwen3.5 with experts in every layer, and a shared one whose result is scaled."""
    names = _linear_layers(f)
    facts = _gated_decoder(f, experts=_gated_experts(f))
    return facts | stack(names, _delta_kinds(f, names))


def qwen3_next(f: Fields) -> Facts:
    """Qwen3.5's layers; experts in every `decoder_sparse_step`-th not on the list of dense ones."""
    listed, step = f.items("mlp_only_layers") or [], f.whole("decoder_sparse_step")
    for index in listed:
        checks.whole("mlp_only_layers entries", index, at_least=0)
    mixtures = f.whole("num_experts", at_least=0) > 0
    # Layers that would have experts are those at the end of a step. Indices start at 0.
    mlps = [
        "experts" if mixtures and (index + 1) % step == 0 and index not in listed else "dense"
        for index in range(f.whole("num_hidden_layers"))
    ]
    names = _linear_layers(f)
    kinds = {**_delta_kinds(f, names), "dense": {}}
    if "experts" in mlps:
        kinds["experts"] = {"experts": _gated_experts(f), "d_ff": 0}
    return _gated_decoder(f) | crossed(names, mlps, kinds)


def olmo_hybrid(f: Fields) -> Facts:
    """Gated delta nets in three layers of four; the others attend as OLMo 2 does."""
    layers, heads = f.whole("num_hidden_layers"), f.whole("num_attention_heads")
    names = one_a_layer(f, "layer_types", LINEAR)
    if names is None:
        names = ["full" if index % 4 == 3 else "linear" for index in range(layers)]
        if "full" not in names:
            names[-1] = "full"
    if len(set(names)) == 1:
        raise ValueError(
            f"layer_types must name linear_attention and full_attention, got {names[0]} alone"
        )
    key_heads = f.whole_or_none("linear_num_key_heads") or heads
    key_dim = f.whole_or_none("linear_key_head_dim")
    if key_dim is None:
        key_dim = int(0.75 * f.whole("hidden_size") / key_heads)
    mixer = Recurrent(
        kind="gated_delta",
        heads=f.whole_or_none("linear_num_value_heads") or heads,
        head_dim=f.whole_or_none("linear_value_head_dim") or 2 * key_dim,
        groups=key_heads,
        key_dim=key_dim,
        kernel=f.whole("linear_conv_kernel_dim"),
    )
    facts = decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="full")
    return facts | stack(names, {"full": {}, "linear": in_place(mixer)})


def recurrent_gemma(f: Fields) -> Facts:
    """Gated linear recurrences in two layers of three, attention to a window in the others; biases
    on every way out; half the MLP's width that the file states."""
    blocks = f.value("block_types")
    for block in blocks:
        checks.one_of("block_types entries", block, ("recurrent", "attention"))
    layers, width = f.whole("num_hidden_layers"), f.whole("hidden_size")
    inner = f.whole_or_none("lru_width") or width
    mixer = Recurrent(
        kind="rg_lru",
        heads=inner,
        head_dim=1,
        key_dim=1,
        groups=f.whole("num_attention_heads"),
        kernel=f.whole("conv1d_width"),
        in_bias=True,
        out_bias=True,
        conv_bias=True,
    )
    kinds = {
        "attention": {"sliding_window": f.whole("sliding_window")},
        "recurrent": in_place(mixer),
    }
    facts = decoder(f, **LLAMA_LIKE, qkv_bias=f.flag("attention_bias"), o_bias=True, mlp_bias=True)
    names = [blocks[index % len(blocks)] for index in range(layers)]
    return facts | {"d_ff": inner_width(f) // 2} | stack(names, kinds)


def minimax(f: Fields) -> Facts:
    """Mixtral with lightning attention in place of its own in most layers."""
    names = one_a_layer(f, "layer_types", MINIMAX_TYPES)
    if names is None:
        layers = range(f.whole("num_hidden_layers"))
        names = ["linear" if index % 2 else "full" for index in layers]
    width, window = head_width(f), f.whole_or_none("sliding_window")
    mixer = Recurrent(
        kind="lightning", heads=f.whole("num_attention_heads"), head_dim=width, key_dim=width
    )
    kinds = {
        "full": {} if window is None else {"sliding_window": window},
        "linear": in_place(mixer),
    }
    mixture = experts(f, "intermediate_size")
    return decoder(f, **LLAMA_LIKE, experts=mixture) | stack(names, kinds)


def _gated_decoder(f: Fields, **facts: Any) -> Facts:
    gate = f.whole("num_attention_heads") * head_width(f)
    biases = attention_biases(f)
    return decoder(f, **LLAMA_LIKE, **biases, qk_norm="head", gate_width=gate, **facts)


def _linear_layers(f: Fields) -> list[str]:
    stated, every = one_a_layer(f, "layer_types", LINEAR), f.whole("full_attention_interval")
    layers = range(f.whole("num_hidden_layers"))
    return stated or ["linear" if (index + 1) % every else "full" for index in layers]


def _delta_kinds(f: Fields, names: list[str]) -> dict[str, Facts]:
    if "linear" not in names:
        return {"full": {}}
    f.divides("linear_num_key_heads", "linear_num_value_heads")
    mixer = Recurrent(
        kind="gated_delta",
        heads=f.whole("linear_num_value_heads"),
        head_dim=f.whole("linear_value_head_dim"),
        groups=f.whole("linear_num_key_heads"),
        key_dim=f.whole("linear_key_head_dim"),
        kernel=f.whole("linear_conv_kernel_dim"),
    )
    return {"full": {}, "linear": in_place(mixer)}


def _gated_experts(f: Fields) -> Experts:
    width = f.whole("shared_expert_intermediate_size", at_least=0)
    shared = {"shared": 1, "shared_d_ff": width} if width else {}
    return experts(f, "moe_intermediate_size", shared_gate=True, **shared)


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "qwen3_next": qwen3_next, "qwen3_5_text": qwen3_5, "qwen3_5_moe_text": qwen3_5_moe,
    "olmo_hybrid": olmo_hybrid, "minimax": minimax, "recurrent_gemma": recurrent_gemma,
}  # fmt: skip
