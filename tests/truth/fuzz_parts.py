"""Parts of random configurations that families with layers of several kinds have in common."""

from __future__ import annotations

import random
from typing import Any

Config = dict[str, Any]


def sizes_of(rng: random.Random, layers: int, own_width: bool = True) -> Config:
    """Sizes of attention and MLP."""
    heads = rng.choice([1, 2, 4, 6])
    sizes: Config = {
        "vocab_size": rng.randint(3, 300),
        "hidden_size": heads * rng.choice([4, 8, 16]),
        "intermediate_size": rng.randint(1, 90),
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": rng.choice([n for n in (1, 2, 3, 4, 6) if heads % n == 0]),
        "max_position_embeddings": rng.randint(20, 99),
    }
    if own_width and rng.random() < 0.5:
        sizes["head_dim"] = rng.choice([4, 8, 12])
    return sizes


def flags(rng: random.Random, *names: str) -> Config:
    return {name: rng.random() < 0.5 for name in names if rng.random() < 0.7}


def layers_of(rng: random.Random, layers: int, *names: str) -> list[str]:
    """One of the names a layer, the last of them at least once."""
    return [*(rng.choice(names) for _ in range(layers - 1)), names[-1]]


def experts(rng: random.Random, field: str = "num_experts") -> Config:
    count = rng.choice([2, 4, 8])
    return {field: count, "num_experts_per_tok": rng.randint(1, count)}


def latent_of(rng: random.Random, layers: int, count: str, groups: str = "n_group") -> Config:
    sizes, number = sizes_of(rng, layers, own_width=False), rng.choice([4, 8])
    sizes["num_key_value_heads"] = sizes["num_attention_heads"]
    return sizes | {
        "kv_lora_rank": 2 * rng.randint(1, 9),
        "q_lora_rank": rng.randint(1, 20),
        "qk_nope_head_dim": 2 * rng.randint(1, 6),
        "qk_rope_head_dim": rng.choice([2, 4]),
        "v_head_dim": rng.randint(1, 12),
        count: number,
        "num_experts_per_tok": rng.randint(1, number // 2),
        "moe_intermediate_size": rng.randint(1, 30),
        "n_shared_experts": rng.randint(1, 3),
        groups: 2,
        "topk_group": rng.choice([1, 2]),
        **flags(rng, "attention_bias"),
    }


def mlps_of(rng: random.Random, layers: int) -> Config:
    if rng.random() < 0.4:
        return {"mlp_layer_types": [rng.choice(["dense", "sparse"]) for _ in range(layers)]}
    return {"first_k_dense_replace": rng.randint(0, layers)} if rng.random() < 0.7 else {}
