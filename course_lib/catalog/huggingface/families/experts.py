"""Mixtures of experts that attend in every layer: one short function a family.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.families.attention import exaone_windows
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.mixtures import (
    mixture,
    sparse_above,
    sparse_at_steps,
    sparse_by_type,
    windows,
)
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
    head_width,
    latent_attention,
    window,
)
from course_lib.catalog.huggingface.parts.windows import first_full
from course_lib.catalog.records.layer_parts import Experts


def granitemoe(f: Fields) -> Facts:
    """Experts in every layer; where stated, one shared expert of a width of its own."""
    field = "shared_intermediate_size"
    width = f.whole(field, at_least=0) if field in f else 0
    shared = {"shared": 1, "shared_d_ff": width} if width else {}
    part = experts(f, width="intermediate_size", **shared)
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), experts=part)


def granitemoe_swa(f: Fields) -> Facts:
    """Granite's mixture with a sink a head; one layer in four, from the first, sees everything."""
    return granitemoe(f) | {"attention_sinks": True, **first_full(f, 4)}


def olmoe(f: Fields) -> Facts:
    """Experts in every layer; one wide norm on all queries, one on all keys."""
    part = experts(f, width="intermediate_size")
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="full", experts=part)


def phimoe(f: Fields) -> Facts:
    """Experts in every layer; norms with a shift, and a flag for the bias of the head."""
    return decoder(
        f,
        gated_mlp=True,
        **attention_biases(f),
        norm="layernorm",
        head_bias=f.flag("lm_head_bias"),
        **window(f),
        experts=experts(f, width="intermediate_size"),
    )


def minimax_m2(f: Fields) -> Facts:
    """Experts in every layer; one wide norm on all queries, one on all keys; no biases."""
    for kind in f.items("attn_type_list") or []:
        if kind != 1:
            raise ValueError(
                f"attn_type_list must be 1 in every layer, got {kind}: other attention is not read"
            )
    part = experts(f, width="intermediate_size")
    return decoder(f, **LLAMA_LIKE, qk_norm="full", experts=part)


def dbrx(f: Fields) -> Facts:
    """Experts in every layer, whose sizes stand in tables of their own; norms without a shift."""
    ffn, heads = _settings(f, "ffn_config"), _settings(f, "attn_config").get("kv_n_heads", 1)
    part = Experts(
        count=_size("ffn_config.moe_num_experts", ffn.get("moe_num_experts", 4)),
        active=_size("ffn_config.moe_top_k", ffn.get("moe_top_k", 1)),
        d_ff=_size("ffn_config.ffn_hidden_size", ffn.get("ffn_hidden_size", 3584)),
    )
    return decoder(
        f,
        gated_mlp=True,
        norm="layernorm_nobias",
        n_kv_heads=_size("attn_config.kv_n_heads", heads),
        experts=part,
    )


def _settings(f: Fields, field: str) -> Mapping[str, Any]:
    settings = f.value(field, null={})
    if not isinstance(settings, Mapping):
        raise TypeError(f"{field} must be a table of settings, got {settings!r}")
    return settings


def _size(name: str, value: Any) -> int:
    return int(checks.whole(name, value))


def qwen2_moe(f: Fields) -> Facts:
    """Experts at steps; the shared expert is as wide as stated, and one more row of the router
    scales it. Where windows are asked for, every other of the lower layers has one."""
    part = gated_experts(f)
    layers, first = f.whole("num_hidden_layers"), f.whole("max_window_layers", at_least=0)
    rule = [index % 2 == 0 and index < first for index in range(layers)]
    stated, asked = f.windowed_by_type(), f.flag("use_sliding_window")
    spans = windows(f, stated or rule) if asked else {}
    sparse = sparse_at_steps(f) if part else [False] * layers
    # Without experts the part counts nothing.
    idle = Experts(count=1, active=1, d_ff=1)
    return decoder(
        f, **LLAMA_LIKE, qkv_bias=f.flag("qkv_bias"), **mixture(sparse, part or idle, **spans)
    )


def gated_experts(f: Fields) -> Experts | None:
    """Experts with one shared expert of its own width and a gate for it; None where there are 0."""
    if not f.whole("num_experts", at_least=0):
        return None
    width = f.whole("shared_expert_intermediate_size", at_least=0)
    shared = {"shared": 1, "shared_d_ff": width} if width else {}
    return experts(f, width="moe_intermediate_size", shared_gate=True, **shared)


def shared_experts(f: Fields, router_bias: bool = False) -> Experts:
    """Routed experts and shared ones of the same width."""
    shared = f.whole_or_none("n_shared_experts", at_least=0) or 0
    return experts(f, width="moe_intermediate_size", shared=shared, router_bias=router_bias)


def glm4_moe(f: Fields) -> Facts:
    """Shared experts, dense first layers; biases on queries, keys and values; where asked for, a
    norm on each head's query and key."""
    return decoder(
        f,
        **LLAMA_LIKE,
        qkv_bias=f.flag("attention_bias"),
        qk_norm="head" if f.flag("use_qk_norm") else "none",
        **mixture(sparse_above(f, "first_k_dense_replace"), shared_experts(f)),
    )


def solar_open(f: Fields) -> Facts:
    """Shared experts in every layer; biases on queries, keys and values."""
    biases = f.flag("attention_bias")
    return decoder(f, **LLAMA_LIKE, qkv_bias=biases, experts=shared_experts(f))


def dots1(f: Fields) -> Facts:
    """Shared experts, dense first layers, a norm on each head's query and key; the upper layers may
    be windowed."""
    first, layers = f.whole("max_window_layers", at_least=0), f.whole("num_hidden_layers")
    spans = windows(f, f.windowed_by_type() or [index >= first for index in range(layers)])
    sparse = sparse_above(f, "first_k_dense_replace")
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        qk_norm="head",
        **mixture(sparse, shared_experts(f), **spans),
    )


def exaone_moe(f: Fields) -> Facts:
    """EXAONE 4 with shared experts above the first layers, and norms before the parts."""
    spans = windows(f, exaone_windows(f))
    facts = mixture(sparse_by_type(f), shared_experts(f), **spans)
    return decoder(f, **LLAMA_LIKE, qk_norm="head", **facts)


def glm4_moe_lite(f: Fields) -> Facts:
    """Latent attention, shared experts, dense layers as listed."""
    facts = mixture(sparse_by_type(f), shared_experts(f))
    latent = latent_attention(f)
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), latent=latent, **facts)


def hy_v3(f: Fields) -> Facts:
    """Shared experts, dense layers as listed, a norm on each head's query and key. With no shared
    expert the code builds one of the dense layers' width."""
    shared = f.whole("n_shared_experts", at_least=0) * f.whole("moe_intermediate_size")
    width = shared or f.whole("intermediate_size")
    part = experts(f, width="moe_intermediate_size", shared=1, shared_d_ff=width, biased=False)
    facts = mixture(sparse_by_type(f), part)
    biases = {**attention_biases(f), "mlp_bias": f.flag("mlp_bias")}
    return decoder(f, **LLAMA_LIKE, **biases, qk_norm="head", **facts)


def afmoe(f: Fields) -> Facts:
    """Shared experts above dense layers; attention is scaled by a gate; norms before and after both
    parts; windows in most layers; the router's corrections are parameters."""
    layers, period = f.whole("num_hidden_layers"), f.whole("global_attn_every_n_layers")
    rule = [(index + 1) % period != 0 for index in range(layers)]
    spans = windows(f, f.windowed_by_type() or rule)
    gate = f.whole("num_attention_heads") * head_width(f)
    biases = attention_biases(f)
    # The gate has no bias: beside biased queries it counts as a matrix of its own.
    other = {"other_matrix": gate * f.whole("hidden_size")}
    return decoder(
        f,
        **LLAMA_LIKE,
        **biases,
        **(other if biases["qkv_bias"] else {"gate_width": gate}),
        norms_per_layer=4,
        qk_norm="head",
        **mixture(
            sparse_above(f, "num_dense_layers"), shared_experts(f, router_bias=True), **spans
        ),
    )


def cohere2_moe(f: Fields) -> Facts:
    """Command's parallel block with experts; the dense layers may have a width and windows of their
    own; a shared expert is as wide as the routed ones."""
    sparse, wide = sparse_by_type(f), f.whole_or_none("prefix_dense_intermediate_size")
    dense = f.whole("first_k_dense_replace", at_least=0)
    near, far = f.whole("prefix_dense_sliding_window_pattern"), f.whole("sliding_window_pattern")
    rule = [
        (index + 1) % near != 0 if index < dense else (index - dense + 1) % far != 0
        for index in range(len(sparse))
    ]
    part = experts(f, width="intermediate_size", shared=f.whole("n_shared_experts", at_least=0))
    facts = decoder(
        f,
        **attention_biases(f),
        gated_mlp=True,
        norm="layernorm_nobias",
        norms_per_layer=1,
        parallel_block=True,
        **mixture(sparse, part, **windows(f, f.windowed_by_type() or rule)),
    )
    # Of the model's own width all ordinary MLPs are.
    return facts | ({"d_ff": wide} if facts["d_ff"] and wide else {})


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "granitemoe": granitemoe, "granitemoeshared": granitemoe, "granitemoe_swa": granitemoe_swa,
    "olmoe": olmoe, "flex_olmo": olmoe, "phimoe": phimoe, "minimax_m2": minimax_m2, "dbrx": dbrx,
    "qwen2_moe": qwen2_moe, "glm4_moe": glm4_moe, "solar_open": solar_open, "dots1": dots1,
    "exaone_moe": exaone_moe, "glm4_moe_lite": glm4_moe_lite, "hy_v3": hy_v3, "afmoe": afmoe,
    "cohere2_moe": cohere2_moe,
}  # fmt: skip
