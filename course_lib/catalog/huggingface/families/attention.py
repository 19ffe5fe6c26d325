"""Dense families that attend in every layer: one short function a family.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    inner_width,
    latent_attention,
    window,
    window_pattern,
)
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.huggingface.parts.windows import first_full, windowed_where


def granite(f: Fields) -> Facts:
    """Llama's block; what it multiplies by has no weights."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), mlp_bias=f.flag("mlp_bias"))


def granite_swa(f: Fields) -> Facts:
    """Granite with a sink a head; one layer in four, from the first, sees everything."""
    return granite(f) | {"attention_sinks": True, **first_full(f, 4)}


def seed_oss(f: Fields) -> Facts:
    """Llama's block with a flag of its own for the bias of attention's output."""
    biases = {"qkv_bias": f.flag("attention_bias"), "o_bias": f.flag("attention_out_bias")}
    return decoder(f, **LLAMA_LIKE, **biases, mlp_bias=f.flag("mlp_bias"))


def helium(f: Fields) -> Facts:
    """Llama's block, whose output of attention never has a bias."""
    facts = granite(f) | {"o_bias": False}
    # The code builds that matrix as wide as the model, whatever `head_dim` says.
    if facts["head_dim"] * facts["n_heads"] != facts["d_model"]:
        rule = "head_dim must be hidden_size / num_attention_heads"
        raise ValueError(f"{rule}, got {facts['head_dim']}")
    return facts


def ernie4_5(f: Fields) -> Facts:
    """Llama's block with one flag for all biases."""
    biases = f.flag("use_bias", null=False)
    return decoder(f, **LLAMA_LIKE, qkv_bias=biases, o_bias=biases, mlp_bias=biases)


def glm(f: Fields) -> Facts:
    """Llama's block with biases on queries, keys and values."""
    return decoder(f, **LLAMA_LIKE, qkv_bias=f.flag("attention_bias"))


def glm4(f: Fields) -> Facts:
    """GLM with norms before and after both parts."""
    return glm(f) | {"norms_per_layer": 4}


def hunyuan_dense(f: Fields) -> Facts:
    """Llama's block with a norm on each head's query and key."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="head")


def hyperclovax(f: Fields) -> Facts:
    """Granite with norms after both parts as well, unless told otherwise."""
    return granite(f) | {"norms_per_layer": 4 if f.flag("use_post_norm") else 2}


def bitnet(f: Fields) -> Facts:
    """Ternary weights, which count like others; a norm inside attention and one inside the MLP."""
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        norms_per_layer=3,
        other_params=inner_width(f),  # the norm inside the MLP is as wide as that
    )


def olmo3(f: Fields) -> Facts:
    """OLMo 2 with windows in three of four layers."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="full", **window_pattern(f, 4))


def exaone4(f: Fields) -> Facts:
    """Norms after the parts and on each head's query and key; no biases; windows in three of four
    layers."""
    return decoder(f, **LLAMA_LIKE, qk_norm="head", **windowed_where(f, exaone_windows(f)))


def exaone_windows(f: Fields) -> list[bool]:
    """Windowed layers of EXAONE: `sliding_window_pattern` is a period, or a text of L (local) and
    G."""
    period, layers = f.value("sliding_window_pattern"), f.whole("num_hidden_layers")
    stated = f.windowed_by_type()
    if stated is not None:
        return stated
    if isinstance(period, str):
        if not period or set(period) - {"L", "G"}:
            raise ValueError(f"sliding_window_pattern must be made of L and G, got {period!r}")
        return [period[index % len(period)] == "L" for index in range(layers)]
    every = int(checks.whole("sliding_window_pattern", period, at_least=0))
    return [every > 0 and (index + 1) % every != 0 for index in range(layers)]


def cohere2(f: Fields) -> Facts:
    """Command R with windows in three of four layers, and no norms on queries and keys."""
    return decoder(
        f,
        **attention_biases(f),
        gated_mlp=True,
        norm="layernorm_nobias",
        norms_per_layer=1,
        parallel_block=True,
        **window_pattern(f, f.whole("sliding_window_pattern")),
    )


def ministral(f: Fields) -> Facts:
    """Mistral with windows in all layers, or in those that `layer_types` names."""
    marks = f.windowed_by_type() or [True] * f.whole("num_hidden_layers")
    return decoder(f, **LLAMA_LIKE, **windowed_where(f, marks))


def cwm(f: Fields) -> Facts:
    """Llama 3's block; one layer in four, from the first, sees everything."""
    return decoder(f, **LLAMA_LIKE, mlp_bias=f.flag("mlp_bias"), **first_full(f, 4))


def vaultgemma(f: Fields) -> Facts:
    """Gemma 2 without the norms after the parts."""
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **window_pattern(f, 2))


def phi4_multimodal(f: Fields) -> Facts:
    """Phi-3; adapters for images and sound are none of its weights."""
    return decoder(f, **LLAMA_LIKE, **window(f))


def stablelm(f: Fields) -> Facts:
    """Norms with a shift, a gated MLP; the optional norm of queries and keys has a scale a head."""
    parallel = f.flag("use_parallel_residual")
    facts = decoder(
        f,
        gated_mlp=True,
        qkv_bias=f.flag("use_qkv_bias"),
        norm="layernorm",
        norms_per_layer=1 if parallel else 2,
        parallel_block=parallel,
    )
    if f.flag("qk_layernorm"):
        # They have no shift, unlike the layer's norms.
        facts["other_params"] = (facts["n_heads"] + facts["n_kv_heads"]) * facts["head_dim"]
    return facts


def minicpm3(f: Fields) -> Facts:
    """Latent attention with an ordinary MLP; a value is as wide as the model shared out."""
    shared = f.whole("hidden_size") // f.whole("num_attention_heads")
    latent = latent_attention(f, value_dim=f.whole_or_none("v_head_dim") or shared)
    return decoder(
        f, **LLAMA_LIKE, **attention_biases(f), mlp_bias=f.flag("mlp_bias"), latent=latent
    )


def youtu(f: Fields) -> Facts:
    """Latent attention with an ordinary MLP."""
    latent = latent_attention(f)
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), latent=latent)


def mllama(f: Fields) -> Facts:
    """Llama 3, some of whose layers read an image in place of the text: with norms on queries and
    keys and two learned gates. Eight rows more in the table than in the head."""
    listed = f.items("cross_attention_layers")
    across = set([3, 8, 13, 18, 23, 28, 33, 38] if listed is None else listed)
    reading = {"cross_attention": "instead", "qk_norm": "head", "other_params": 2}
    layers = ["image" if i in across else "text" for i in range(f.whole("num_hidden_layers"))]
    rows = f.whole("vocab_size")
    facts = decoder(f, **LLAMA_LIKE, **stack(layers, {"text": {}, "image": reading}))
    return facts | {"vocab_rows": rows + 8, "head_rows": rows, "tied_embeddings": False}


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "granite": granite, "granite_swa": granite_swa, "seed_oss": seed_oss, "helium": helium,
    "ernie4_5": ernie4_5, "glm": glm, "glm4": glm4, "hunyuan_v1_dense": hunyuan_dense,
    "hyperclovax": hyperclovax, "bitnet": bitnet, "olmo3": olmo3, "exaone4": exaone4,
    "cohere2": cohere2, "ministral": ministral, "cwm": cwm, "vaultgemma": vaultgemma,
    "phi4_multimodal": phi4_multimodal, "stablelm": stablelm, "minicpm3": minicpm3, "youtu": youtu,
    "mllama_text_model": mllama,
}  # fmt: skip
