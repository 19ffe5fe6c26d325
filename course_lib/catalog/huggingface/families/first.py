"""What each family of Hugging Face models builds from its configuration: one short function a
family.

Read side by side they show how little the families differ: which biases, which norms, which heads,
which layers are windowed, where the experts stand. The code decides, not the configuration: MPT
states `no_bias` and `expansion_ratio`, and its code reads neither. Read in the `modeling_*.py`
files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import (
    ALL_BIASES,
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
    latent_attention,
    window,
    window_above,
    window_pattern,
    window_without_rotary,
)


def gpt2(f: Fields) -> Facts:
    """Learned positions, biases everywhere."""
    if f.flag("add_cross_attention"):
        raise ValueError(
            "add_cross_attention must be false, got True: "
            "only decoders without an encoder are described"
        )
    return decoder(
        f, **ALL_BIASES, norm="layernorm", position_rows=f.whole("max_position_embeddings")
    )


def opt(f: Fields) -> Facts:
    """Two more position rows than positions; embeddings may be narrower (OPT-350M)."""
    biases = f.flag("enable_bias")
    before = f.flag("do_layer_norm_before")
    return decoder(
        f,
        qkv_bias=biases,
        o_bias=biases,
        mlp_bias=biases,
        norm="layernorm" if f.flag("layer_norm_elementwise_affine") else "layernorm_noaffine",
        final_norm=before and not f.flag("_remove_final_layer_norm"),
        # OPT looks positions up two rows further on.
        position_rows=f.whole("max_position_embeddings") + 2,
        embedding_dim=f.whole_or_none("word_embed_proj_dim"),
    )


def bloom(f: Fields) -> Facts:
    """A norm right after the embedding."""
    return decoder(f, **ALL_BIASES, norm="layernorm", embedding_norm=True)


def gpt_neox(f: Fields) -> Facts:
    """The flag for biases is about attention only."""
    return decoder(
        f,
        **attention_biases(f),
        mlp_bias=True,
        norm="layernorm",
        parallel_block=f.flag("use_parallel_residual"),
    )


def gptj(f: Fields) -> Facts:
    """One norm a layer, a biased head."""
    return decoder(
        f, mlp_bias=True, head_bias=True, norm="layernorm", norms_per_layer=1, parallel_block=True
    )


def mpt(f: Fields) -> Facts:
    """No biases, not even in the norms, whatever `no_bias` and `attn_config` say."""
    settings = f.value("attn_config", null={})
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f"attn_config must be a table of settings, got {settings!r}")
    return decoder(f, norm="layernorm_nobias")


def falcon(f: Fields) -> Facts:
    """One key-value head, all of them, or (in the newer architecture) as many as stated."""
    newer, multi_query = (
        f.flag("new_decoder_architecture", null=False),
        f.flag("multi_query", null=False),
    )
    parallel = f.flag("parallel_attn", null=False)
    norms_beside = f.whole_or_none("num_ln_in_parallel_attn", at_least=0)
    # Where nothing is stated the newer architecture has two; one after the other always needs two.
    two_norms = norms_beside == 2 or (norms_beside is None and newer) or not parallel
    biases = f.flag("bias", null=False)
    heads = {} if newer else {"n_kv_heads": 1 if multi_query else f.whole("num_attention_heads")}
    return decoder(
        f,
        **heads,
        qkv_bias=biases,
        o_bias=biases,
        mlp_bias=biases,
        norm="layernorm",
        norms_per_layer=2 if two_norms else 1,
        parallel_block=parallel,
    )


def llama(f: Fields) -> Facts:
    """The plain modern block: RMSNorm, gated MLP, no biases unless asked for."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), mlp_bias=f.flag("mlp_bias"))


def mistral(f: Fields) -> Facts:
    """Llama with one window for all layers."""
    return decoder(f, **LLAMA_LIKE, **window(f))


def qwen2(f: Fields) -> Facts:
    """Biases on queries, keys and values, always; the upper layers may be windowed."""
    return decoder(f, **LLAMA_LIKE, qkv_bias=True, **window_above(f))


def qwen3(f: Fields) -> Facts:
    """A norm on each head's query and key."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="head", **window_above(f))


def gemma(f: Fields) -> Facts:
    """Llama with its own head width and tied embeddings."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f))


def gemma2(f: Fields) -> Facts:
    """Norms before and after both parts; every other layer windowed, from the first."""
    return decoder(
        f, **LLAMA_LIKE, **attention_biases(f), norms_per_layer=4, **window_pattern(f, 2)
    )


def phi(f: Fields) -> Facts:
    """GPT-J's block with biases everywhere."""
    with_norm = f.flag("qk_layernorm")
    facts = decoder(
        f,
        **ALL_BIASES,
        head_bias=True,
        norm="layernorm",
        norms_per_layer=1,
        qk_norm="head" if with_norm else "none",
        parallel_block=True,
    )
    # The code builds norms of that width, whatever `head_dim` says.
    if with_norm and facts["head_dim"] != facts["d_model"] // facts["n_heads"]:
        rule = "head_dim must be hidden_size / num_attention_heads where qk_layernorm is true"
        raise ValueError(f"{rule}, got {facts['head_dim']}")
    return facts


def phi3(f: Fields) -> Facts:
    """Mistral's block; the fused matrices count the same as separate ones."""
    return decoder(f, **LLAMA_LIKE, **window(f))


def olmo(f: Fields) -> Facts:
    """Norms without weights."""
    return decoder(f, gated_mlp=True, norm="layernorm_noaffine", **attention_biases(f))


def olmo2(f: Fields) -> Facts:
    """Norms after the parts in place of before; one wide norm on all queries, one on all keys."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="full")


def smollm3(f: Fields) -> Facts:
    """Llama with windows, where asked for, in the layers without rotary positions."""
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        mlp_bias=f.flag("mlp_bias"),
        **window_without_rotary(f),
    )


def starcoder2(f: Fields) -> Facts:
    """GPT-2's plain MLP and norms with grouped-query attention."""
    biases = f.flag("use_bias")
    return decoder(
        f, qkv_bias=biases, o_bias=biases, mlp_bias=biases, norm="layernorm", **window(f)
    )


def cohere(f: Fields) -> Facts:
    """One norm a layer, norms with a scale only.

    The optional norm of queries and keys has a scale for every head.
    """
    return decoder(
        f,
        **attention_biases(f),
        gated_mlp=True,
        norm="layernorm_nobias",
        norms_per_layer=1,
        qk_norm="full" if f.flag("use_qk_norm", null=False) else "none",
        parallel_block=True,
    )


def mixtral(f: Fields) -> Facts:
    """Mistral with experts in every layer; `intermediate_size` is the width of one expert."""
    return decoder(f, **LLAMA_LIKE, **window(f), experts=experts(f, width="intermediate_size"))


def qwen3_moe(f: Fields) -> Facts:
    """Qwen3 with experts in every `decoder_sparse_step`-th layer not on the list of dense ones."""
    layers, listed = f.whole("num_hidden_layers"), f.items("mlp_only_layers") or []
    for index in listed:
        checks.whole("mlp_only_layers entries", index, at_least=0)
    step = f.whole("decoder_sparse_step")
    # Only layers that would have experts count: those at the end of a step. Indices start at 0.
    spared = {index for index in listed if index < layers and (index + 1) % step == 0}
    sparse = layers // step - len(spared) if f.whole("num_experts", at_least=0) else 0
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        qk_norm="head",
        **(window(f) if f.flag("use_sliding_window") else {}),
        experts=experts(f, width="moe_intermediate_size", dense_layers=layers - sparse)
        if sparse
        else None,
    )


def gpt_oss(f: Fields) -> Facts:
    """Biases in attention, router, experts; a learned sink a head; every other layer windowed."""
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        mlp_bias=True,
        attention_sinks=True,
        **window_pattern(f, 2),
        experts=experts(f, width="intermediate_size", router_bias=True),
    )


def deepseek_v2(f: Fields) -> Facts:
    """Latent attention (or plain one, where the file says so), shared experts, dense first layers.

    `mlp_bias` reaches all MLPs but the routed experts.
    """
    facts = {"mlp_bias": f.flag("mlp_bias"), **deepseek_experts(f)}
    if f.flag("use_mla"):
        facts |= {"latent": latent_attention(f), "n_kv_heads": f.whole("num_attention_heads")}
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **facts)


def deepseek_v3(f: Fields) -> Facts:
    """Latent attention, shared experts, dense first layers."""
    facts = {"latent": latent_attention(f), **deepseek_experts(f)}
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **facts)


def deepseek_experts(f: Fields) -> Facts:
    """Routed experts without biases and shared ones, above the first layers."""
    layers, dense = f.whole("num_hidden_layers"), f.whole("first_k_dense_replace", at_least=0)
    shared = f.whole_or_none("n_shared_experts", at_least=0) or 0
    if dense >= layers:
        return {"experts": None}
    more = {"dense_layers": dense, "shared": shared, "biased": False}
    return {"experts": experts(f, width="moe_intermediate_size", **more)}


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "gpt2": gpt2, "opt": opt, "bloom": bloom, "gpt_neox": gpt_neox, "gptj": gptj, "falcon": falcon,
    "mpt": mpt, "llama": llama, "mistral": mistral, "mixtral": mixtral, "qwen2": qwen2,
    "qwen3": qwen3, "qwen3_moe": qwen3_moe, "gemma": gemma, "gemma2": gemma2,
    "phi": phi, "phi3": phi3, "olmo": olmo, "olmo2": olmo2, "smollm3": smollm3,
    "starcoder2": starcoder2, "cohere": cohere, "deepseek_v2": deepseek_v2,
    "deepseek_v3": deepseek_v3, "gpt_oss": gpt_oss,
}  # fmt: skip
