"""Families with delta nets of a gate for each channel, and latent attention between them.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import (
    LINEAR,
    MLP_TYPES,
    crossed,
    in_place,
    never_tied,
    one_a_layer,
    unbiased_gate,
)
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
)
from course_lib.catalog.records.layer_parts import LatentAttention
from course_lib.catalog.records.recurrent import Recurrent


def kimi_linear(f: Fields) -> Facts:
    """Delta nets in three layers of four, latent attention in the others; dense layers first, then
    experts."""
    _refuse_kimi_k3(f)
    return _delta_and_latent(f, _kimi_layers(f), _kimi_mixer(f), {})


def bailing_hybrid(f: Fields) -> Facts:
    """Kimi Linear with gates that are projected directly, and one that scales what attention
    makes; the delta nets have attention's heads unless the file says otherwise."""
    names, every = one_a_layer(f, "layer_types", LINEAR), f.whole("layer_group_size")
    layers = range(f.whole("num_hidden_layers"))
    heads = f.whole_or_none("linear_num_heads") or f.whole("num_attention_heads")
    width = f.whole_or_none("linear_head_dim") or f.whole("head_dim")
    mixer = Recurrent(
        kind="kimi_delta",
        heads=heads,
        head_dim=width,
        groups=heads,
        key_dim=width,
        kernel=f.whole_or_none("linear_conv_kernel_dim") or f.whole("short_conv_kernel_size"),
    )
    names = names or ["linear" if (index + 1) % every else "full" for index in layers]
    return _delta_and_latent(f, names, mixer, unbiased_gate(f))


def _delta_and_latent(f: Fields, names: list[str], mixer: Recurrent, gate: Facts) -> Facts:
    latent = LatentAttention(
        q_rank=f.whole_or_none("q_lora_rank") or 0,
        kv_rank=f.whole("kv_lora_rank"),
        nope_dim=f.whole("qk_nope_head_dim", at_least=0),
        rope_dim=f.whole("qk_rope_head_dim", at_least=0),
        value_dim=f.whole("v_head_dim"),
    )
    mlps = one_a_layer(f, "mlp_layer_types", MLP_TYPES)
    if mlps is None:
        dense = f.whole("first_k_dense_replace", at_least=0)
        layers = range(f.whole("num_hidden_layers"))
        mlps = ["dense" if index < dense else "experts" for index in layers]
    kinds: dict[str, Facts] = {
        "full": {"latent": latent, **gate},
        "linear": in_place(mixer),
        "dense": {},
    }
    if "experts" in mlps:
        shared = f.whole("n_shared_experts", at_least=0)
        mixture = experts(f, "moe_intermediate_size", shared=shared)
        kinds["experts"] = {"experts": mixture, "d_ff": 0}
    # The width of a head is that of latent attention, which not every layer has.
    facts = decoder(f, **LLAMA_LIKE, **attention_biases(f), head_dim=latent.key_dim)
    return facts | never_tied(f) | crossed(names, mlps, kinds)


def _kimi_mixer(f: Fields) -> Recurrent:
    """The delta net; a table of its own in the published files says what it is like."""
    table = _kimi_table(f)

    def size(key: str, field: str) -> int:
        stated = table.get(key)
        if stated is None:
            return f.whole(field)
        return checks.single_whole(f"linear_attn_config.{key}", stated)

    # Queries and keys have the values' heads; the narrow beginnings of both gates a head's width.
    heads, width = size("num_heads", "linear_num_heads"), size("head_dim", "linear_head_dim")
    return Recurrent(
        kind="kimi_delta",
        heads=heads,
        head_dim=width,
        groups=heads,
        key_dim=width,
        kernel=size("short_conv_kernel_size", "linear_conv_kernel_dim"),
        rank=width,
    )


def _kimi_layers(f: Fields) -> list[str]:
    names, table = one_a_layer(f, "layer_types", LINEAR), _kimi_table(f)
    layers = f.whole("num_hidden_layers")
    if names is not None:
        return names
    full, linear = table.get("full_attn_layers"), table.get("kda_layers")
    if full is None or linear is None:
        return ["full" if index and index % 4 == 0 else "linear" for index in range(layers)]
    for key, listed in (("full_attn_layers", full), ("kda_layers", linear)):
        _check_layers(f"linear_attn_config.{key}", listed)
    # The lists count layers from 1.
    if sorted([*full, *linear]) != list(range(1, layers + 1)):
        raise ValueError(
            "linear_attn_config.full_attn_layers and kda_layers must name each layer once, "
            f"got {full} and {linear} of {layers} layers"
        )
    return ["full" if index in full else "linear" for index in range(1, layers + 1)]


def _check_layers(name: str, listed: Any) -> None:
    """Raise unless a field is a list of layers, counted from 1."""
    if not isinstance(listed, list | tuple):
        raise TypeError(f"{name} must be a list of layers, got {listed!r}")
    for index in listed:
        checks.single_whole(f"{name} entries", index)


def _kimi_table(f: Fields) -> Mapping[str, Any]:
    table = f.value("linear_attn_config", null={})
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise TypeError(f"linear_attn_config must be a table of settings, got {table!r}")
    return table


def _refuse_kimi_k3(f: Fields) -> None:
    """Raise for what Kimi K3 states and the code of Kimi Linear does not build."""
    found = {
        name: f.value(name, null=None)
        for name in (
            "routed_expert_hidden_size",
            "attn_res_block_size",
            "mla_use_output_gate",
            "latent_moe_use_norm",
        )
    }
    found["linear_attn_config.use_full_rank_gate"] = _kimi_table(f).get("use_full_rank_gate")
    if asked := [f"{name}={value}" for name, value in found.items() if value]:
        raise ValueError(
            f"config must describe Kimi Linear, got {', '.join(asked)}: only Kimi K3 has such "
            "layers (experts in a narrower width, attention over blocks of layers), which are not "
            "described"
        )


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "kimi_linear": kimi_linear, "bailing_hybrid": bailing_hybrid,
}  # fmt: skip
