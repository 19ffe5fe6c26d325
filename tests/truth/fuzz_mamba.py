"""Random configurations of the families with state-space layers."""

from __future__ import annotations

import random
from collections.abc import Callable

from fuzz_parts import Config, experts, flags, layers_of, sizes_of


def _mamba(rng: random.Random) -> Config:
    return {
        "vocab_size": rng.randint(3, 300),
        "hidden_size": 2 * rng.randint(1, 20),
        "num_hidden_layers": rng.randint(1, 4),
        "state_size": rng.randint(1, 20),
        "expand": rng.randint(1, 3),
        "conv_kernel": rng.randint(1, 4),
        "time_step_rank": rng.choice(["auto", rng.randint(1, 9)]),
        **flags(rng, "use_bias", "use_conv_bias"),
        **({"intermediate_size": rng.randint(1, 50)} if rng.random() < 0.3 else {}),
    }


def _mamba2(rng: random.Random) -> Config:
    heads, width, groups = _heads(rng)
    return {
        **_mamba(rng),
        "hidden_size": heads * width,
        "expand": 1,
        "num_heads": heads,
        "head_dim": width,
        "n_groups": groups,
    }


def _heads(rng: random.Random) -> tuple[int, int, int]:
    """Heads, the width of one, and groups that share them out."""
    heads = rng.choice([2, 4, 6])
    return heads, rng.choice([2, 4, 8]), rng.choice([n for n in (1, 2, 3) if heads % n == 0])


def _inside(rng: random.Random, inner: int) -> Config:
    """A Mamba 2 mixer of that inner width."""
    heads = rng.choice([n for n in (1, 2, 4, 8) if inner % n == 0])
    return {
        "mamba_n_heads": heads,
        "mamba_d_head": rng.choice(["auto", inner // heads]),
        "mamba_n_groups": rng.choice([n for n in (1, 2, 4) if heads % n == 0]),
        "mamba_d_state": rng.randint(1, 12),
        "mamba_d_conv": rng.randint(1, 4),
        **flags(rng, "mamba_conv_bias", "mamba_proj_bias"),
    }


def _jamba(rng: random.Random) -> Config:
    layers, attention, mixture = rng.randint(2, 8), rng.randint(1, 4), rng.randint(1, 3)
    first = {"attn_layer_offset": rng.randint(0, min(attention, layers) - 1)}
    return {
        **sizes_of(rng, layers),
        **experts(rng),
        **({"num_experts": 1, "num_experts_per_tok": 1} if rng.random() < 0.2 else {}),
        "attn_layer_period": attention,
        **first,
        "expert_layer_period": mixture,
        "expert_layer_offset": rng.randint(0, mixture - 1),
        "mamba_d_state": rng.randint(1, 12),
        "mamba_d_conv": rng.randint(1, 4),
        "mamba_expand": rng.randint(1, 3),
        "mamba_dt_rank": rng.choice(["auto", rng.randint(1, 9)]),
        **flags(rng, "mamba_conv_bias", "mamba_proj_bias"),
    }


def _bamba(rng: random.Random) -> Config:
    layers, expand = rng.randint(1, 5), rng.randint(1, 2)
    sizes = sizes_of(rng, layers) | {"mamba_expand": expand}
    sizes |= _inside(rng, expand * sizes["hidden_size"])
    listed = [0, *(rng.randint(0, 5) for _ in range(2))]
    return sizes | flags(rng, "attention_bias", "mlp_bias") | {"attn_layer_indices": listed}


def _granite(rng: random.Random) -> Config:
    layers, expand = rng.randint(1, 5), rng.randint(1, 2)
    sizes = sizes_of(rng, layers) | {"mamba_expand": expand} | flags(rng, "attention_bias")
    sizes |= _inside(rng, expand * sizes["hidden_size"]) | experts(rng, "num_local_experts")
    if rng.random() < 0.4:
        sizes |= {"num_local_experts": 0, "num_experts_per_tok": 0}
    words = rng.choice([("mamba", "attention"), ("linear_attention", "full_attention")])
    return sizes | {
        "layer_types": layers_of(rng, layers, *words),
        "shared_intermediate_size": rng.randint(1, 40),
        "position_embedding_type": rng.choice([None, "nope", "rope"]),
    }


def _falcon_h1(rng: random.Random) -> Config:
    expand, inner = rng.randint(1, 2), rng.choice([None, 8, 16, 24])
    sizes = sizes_of(rng, rng.randint(1, 4)) | {"mamba_expand": expand, "mamba_d_ssm": inner}
    sizes |= _inside(rng, expand * sizes["hidden_size"] if inner is None else inner)
    return sizes | flags(
        rng, "attention_bias", "mlp_bias", "projectors_bias", "mamba_rms_norm",
        "mamba_norm_before_gate",
    )  # fmt: skip


def _nemotron_h(rng: random.Random) -> Config:
    layers = rng.randint(1, 7)
    heads, width, groups = _heads(rng)
    sizes = sizes_of(rng, layers) | experts(rng, "n_routed_experts")
    del sizes["num_hidden_layers"]
    letters = layers_of(rng, layers, "M", "E", "-", "*")
    words = {"M": "linear_attention", "E": "moe", "-": "mlp", "*": "full_attention"}
    old = {"M": "mamba", "E": "moe", "-": "mlp", "*": "attention"}
    named = rng.choice([words, old])
    told = {"layers_block_type": [named[letter] for letter in letters]}
    if rng.random() < 0.5:
        told = {"hybrid_override_pattern": "".join(letters)}
    return {
        **sizes,
        **told,
        "mamba_num_heads": heads,
        "mamba_head_dim": width,
        "n_groups": groups,
        "ssm_state_size": rng.randint(1, 12),
        "conv_kernel": rng.randint(1, 4),
        "moe_intermediate_size": rng.randint(1, 30),
        "moe_shared_expert_intermediate_size": rng.choice([0, rng.randint(1, 30)]),
        "moe_latent_size": rng.choice([None, rng.randint(1, 20)]),
        **flags(rng, "mlp_bias", "use_bias", "use_conv_bias", "attention_bias"),
    }


DRAWN: dict[str, Callable[[random.Random], Config]] = {
    "mamba": _mamba, "falcon_mamba": _mamba, "mamba2": _mamba2, "jamba": _jamba, "bamba": _bamba,
    "granitemoehybrid": _granite, "falcon_h1": _falcon_h1, "nemotron_h": _nemotron_h,
}  # fmt: skip
