"""Random configurations of the families with recurrent layers or sparse attention, told in many
ways.

As in `fuzz`: drawn in the family's own field names, then told with other spellings, with fields
left out, or as transformers writes it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import fuzz
import fuzz_mamba
from fuzz_parts import Config, experts, flags, latent_of, layers_of, mlps_of, sizes_of

OTHER_NAMES = {
    "kimi_linear": {
        "num_experts": "num_local_experts",
        "num_experts_per_tok": "num_experts_per_token",
        "n_shared_experts": "num_shared_experts",
    },
    "minimax": {"num_local_experts": "num_experts"},
    "lfm2": {"intermediate_size": "block_ff_dim", "tie_word_embeddings": "tie_embedding"},
    "lfm2_moe": {"tie_word_embeddings": "tie_embedding"},
    "jamba": {"num_experts": "num_local_experts"},
    "granitemoehybrid": {"layer_types": "layers_block_type"},
    "nemotron_h": {
        "n_routed_experts": "num_local_experts",
        "n_groups": "mamba_n_groups",
        "conv_kernel": "mamba_d_conv",
        "use_conv_bias": "mamba_conv_bias",
    },
    "deepseek_v32": {"n_routed_experts": "num_experts"},
    "glm_moe_dsa": {"n_routed_experts": "num_local_experts"},
    "deepseek_v4": {
        "n_routed_experts": "num_local_experts",
        "moe_intermediate_size": "intermediate_size",
    },
}
KEPT = {
    "model_type", "pad_token_id", "bos_token_id", "eos_token_id", "n_group", "topk_group",
    "num_expert_group", "layer_types", "num_hidden_layers", "rope_parameters",
    "num_local_experts", "num_experts", "num_experts_per_tok", "n_routed_experts",
    "layers_block_type", "hybrid_override_pattern", "mlp_layer_types", "indexer_types",
    "qk_rope_head_dim", "head_dim", "index_head_dim", "partial_rotary_factor",
}  # fmt: skip
"""Fields that are never left out: without them the rest makes no model."""


def draw(rng: random.Random) -> Config:
    """A configuration of a random family, told in a random way."""
    model_type = rng.choice(list(DRAWN))
    config = {"model_type": model_type, **_words(), **DRAWN[model_type](rng)}
    if rng.random() < 0.5:
        config["tie_word_embeddings"] = rng.random() < 0.5
    return _told(rng, config)


def _told(rng: random.Random, config: Config) -> Config:
    way = rng.choice(["drawn", "other names", "left out", "full", "diff", "short"])
    names = OTHER_NAMES.get(config["model_type"], {})
    if way == "other names":
        return {names.get(key, key): value for key, value in config.items()}
    if way == "left out":
        rest = [key for key in config if key not in KEPT]
        gone = set(rng.sample(rest, rng.randint(1, max(1, len(rest) // 3))))
        return {key: value for key, value in config.items() if key not in gone}
    if way in ("full", "diff", "short"):
        try:
            config = fuzz.dump(config, way)
            config.pop("time_step_limit", None)  # holds an infinity, which is not read back
        except Exception:
            return config  # transformers refuses it: whoever compares will see
    return json.loads(json.dumps(config))


def _words() -> Config:
    return dict.fromkeys(("pad_token_id", "bos_token_id", "eos_token_id"))


def _gated(rng: random.Random) -> Config:
    layers, key_heads = rng.randint(1, 7), rng.choice([1, 2, 3])
    sizes = sizes_of(rng, layers) | flags(rng, "attention_bias")
    sizes |= {
        "linear_conv_kernel_dim": rng.randint(1, 4),
        "linear_key_head_dim": rng.choice([2, 4, 8]),
        "linear_value_head_dim": rng.choice([2, 4, 6]),
        "linear_num_key_heads": key_heads,
        "linear_num_value_heads": key_heads * rng.randint(1, 3),
    }
    if rng.random() < 0.6:
        return sizes | {"layer_types": layers_of(rng, layers, "linear_attention", "full_attention")}
    return sizes | (
        {"full_attention_interval": rng.randint(1, layers)} if rng.random() < 0.7 else {}
    )


def _shared(rng: random.Random) -> Config:
    return experts(rng) | {
        "moe_intermediate_size": rng.randint(1, 30),
        "shared_expert_intermediate_size": rng.choice([0, rng.randint(1, 30)]),
    }


def _qwen3_next(rng: random.Random) -> Config:
    sizes = _gated(rng) | _shared(rng)
    if rng.random() < 0.2:
        sizes |= {"num_experts": 0}
    listed = [rng.randint(0, 7) for _ in range(rng.randint(0, 3))]
    return sizes | {
        "decoder_sparse_step": rng.randint(1, 3),
        "mlp_only_layers": rng.choice([None, listed]),
    }


def _qwen3_5_moe(rng: random.Random) -> Config:
    sizes = _gated(rng) | _shared(rng)
    del sizes["intermediate_size"]
    return sizes


def _olmo_hybrid(rng: random.Random) -> Config:
    layers, heads = rng.randint(2, 6), rng.choice([1, 2])
    sizes = sizes_of(rng, layers) | flags(rng, "attention_bias")
    # The default width of keys is a fraction of the model's, and may come out as 0.
    sizes |= {"linear_key_head_dim": rng.choice([2, 4]), "linear_num_key_heads": heads}
    if rng.random() < 0.5:
        sizes |= {"linear_value_head_dim": 6, "linear_num_value_heads": heads * 2}
    else:
        sizes |= {"linear_num_value_heads": heads}
    if rng.random() < 0.5:
        names = [
            "linear_attention",
            *layers_of(rng, layers - 1, "linear_attention", "full_attention"),
        ]
        sizes["layer_types"] = names
    return sizes


def _kimi_linear(rng: random.Random) -> Config:
    layers = rng.randint(2, 6)
    sizes = latent_of(rng, layers, "num_experts") | mlps_of(rng, layers)
    sizes["q_lora_rank"] = rng.choice([None, sizes["q_lora_rank"]])
    names = layers_of(rng, layers, "linear_attention", "full_attention")
    inner = {"heads": rng.choice([1, 2, 3]), "width": rng.choice([2, 4, 8]), "kernel": 3}
    if rng.random() < 0.5:
        sizes |= {"linear_num_heads": inner["heads"], "linear_head_dim": inner["width"]}
        sizes |= {"linear_conv_kernel_dim": inner["kernel"]}
        return sizes | {"layer_types": names}
    return sizes | {
        "linear_attn_config": {
            "num_heads": inner["heads"],
            "head_dim": inner["width"],
            "short_conv_kernel_size": inner["kernel"],
            "full_attn_layers": [i + 1 for i in range(layers) if names[i] == "full_attention"],
            "kda_layers": [i + 1 for i in range(layers) if names[i] == "linear_attention"],
        }
    }


def _minimax(rng: random.Random) -> Config:
    layers = rng.randint(1, 6)
    sizes = sizes_of(rng, layers) | experts(rng, "num_local_experts")
    if rng.random() < 0.6:
        sizes["layer_types"] = layers_of(rng, layers, "linear_attention", "full_attention")
    return sizes | {"block_size": rng.choice([2, 256])}


def _lfm2(rng: random.Random) -> Config:
    layers = rng.randint(1, 6)
    sizes = sizes_of(rng, layers) | flags(rng, "conv_bias", "block_auto_adjust_ff_dim")
    sizes |= {
        "conv_L_cache": rng.randint(1, 4),
        "block_multiple_of": rng.choice([1, 8, 16]),
        "block_ffn_dim_multiplier": rng.choice([0.7, 1.0, 2, 3.5]),
    }
    if rng.random() < 0.5:
        return sizes | {"full_attn_idxs": [0, *(rng.randint(0, 6) for _ in range(2))]}
    return sizes | {"layer_types": layers_of(rng, layers, "conv", "full_attention")}


def _lfm2_moe(rng: random.Random) -> Config:
    layers = rng.randint(1, 6)
    return {
        **sizes_of(rng, layers),
        **flags(rng, "conv_bias", "use_expert_bias"),
        **experts(rng),
        "moe_intermediate_size": rng.randint(1, 30),
        "num_dense_layers": rng.randint(0, layers + 1),
        "conv_L_cache": rng.randint(1, 4),
        "layer_types": layers_of(rng, layers, "conv", "full_attention"),
    }


def _indexed(rng: random.Random) -> Config:
    layers = rng.randint(1, 6)
    return {
        **latent_of(rng, layers, "n_routed_experts"),
        **mlps_of(rng, layers),
        **flags(rng, "mlp_bias"),
        "index_topk": rng.randint(1, 9),
        "index_head_dim": rng.choice([4, 8]),
        "index_n_heads": rng.choice([1, 2, 3]),
    }


def _glm(rng: random.Random) -> Config:
    sizes = _indexed(rng)
    layers = sizes["num_hidden_layers"]
    own = [True, *(rng.random() < 0.5 for _ in range(layers - 1))]
    told: list[Callable[[], Config]] = [
        lambda: {},
        lambda: {"indexer_types": ["full" if mine else "shared" for mine in own]},
        lambda: {"index_topk_pattern": "".join("F" if mine else "S" for mine in own)},
        lambda: {"index_topk_freq": rng.randint(1, 3), "index_skip_topk_offset": rng.randint(1, 3)},
    ]
    return sizes | rng.choice(told)()


def _bailing(rng: random.Random) -> Config:
    layers = rng.randint(2, 6)
    sizes = latent_of(rng, layers, "num_experts", "num_expert_group") | mlps_of(rng, layers)
    sizes |= {"head_dim": rng.choice([2, 4, 8]), "short_conv_kernel_size": rng.randint(1, 4)}
    sizes["q_lora_rank"] = rng.choice([None, sizes["q_lora_rank"]])
    if rng.random() < 0.5:
        return sizes | {"layer_types": layers_of(rng, layers, "linear_attention", "full_attention")}
    return sizes | {"layer_group_size": rng.randint(1, layers)}


def _lfm3(rng: random.Random) -> Config:
    layers = rng.randint(3, 6)
    sizes = sizes_of(rng, layers) | {"conv_L_cache": rng.randint(1, 4)}
    sizes |= flags(rng, "conv_bias", "use_sandwich_norm", "use_attention_gate", "attention_bias")
    sizes |= {"sliding_window": rng.choice([None, 30, 99])}
    if rng.random() < 0.5:
        return sizes
    names = ["conv", "sliding_attention", "full_attention"]
    return sizes | {"layer_types": layers_of(rng, layers, *names)}


def _recurrent_gemma(rng: random.Random) -> Config:
    sizes = sizes_of(rng, rng.randint(1, 5)) | flags(rng, "attention_bias")
    heads = sizes["num_attention_heads"]
    del sizes["max_position_embeddings"]
    block = [rng.choice(["recurrent", "attention"]) for _ in range(rng.randint(1, 3))]
    return sizes | {
        "intermediate_size": rng.randint(2, 60),
        "lru_width": rng.choice([None, heads * rng.randint(1, 9)]),
        "conv1d_width": rng.randint(1, 4),
        "attention_window_size": rng.choice([30, 99]),
        "block_types": block,
    }


def _v4(rng: random.Random) -> Config:
    layers, heads = rng.randint(1, 6), rng.choice([2, 4])
    count = rng.choice([4, 8])
    types = [
        "sliding_attention", "compressed_sparse_attention", "heavily_compressed_attention"
    ]  # fmt: skip
    told: list[Callable[[], Config]] = [
        lambda: {},
        lambda: {"layer_types": layers_of(rng, layers, *types)},
        lambda: {"compress_ratios": [rng.choice([0, 4, 128]) for _ in range(layers + 1)]},
    ]
    rates: list[Config] = [
        {},
        {"compress_rates": {types[1]: rng.choice([1, 2]), types[2]: rng.choice([3, 4])}},
        {"compress_rate_csa": 3, "compress_rate_hca": 5},
    ]
    return {
        "vocab_size": rng.randint(3, 300),
        "hidden_size": rng.randint(4, 40),
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "head_dim": rng.choice([4, 8]),
        "qk_rope_head_dim": 2,
        "q_lora_rank": rng.randint(1, 20),
        "o_groups": rng.choice([1, 2]),
        "o_lora_rank": rng.randint(1, 9),
        "n_routed_experts": count,
        "num_experts_per_tok": rng.randint(1, count),
        "moe_intermediate_size": rng.randint(1, 30),
        "hc_mult": rng.randint(1, 4),
        "sliding_window": rng.randint(1, 6),
        "index_topk": rng.randint(1, 4),
        "index_head_dim": rng.choice([4, 8]),
        "index_n_heads": rng.choice([1, 2, 3]),
        "num_hash_layers": rng.randint(0, 3),
        **flags(rng, "mlp_bias", "attention_bias"),
        **rng.choice(told)(),
        **rng.choice(rates),
    }


DRAWN: dict[str, Callable[[random.Random], Config]] = {
    "qwen3_next": _qwen3_next, "qwen3_5_text": _gated, "qwen3_5_moe_text": _qwen3_5_moe,
    "olmo_hybrid": _olmo_hybrid, "kimi_linear": _kimi_linear, "bailing_hybrid": _bailing,
    "minimax": _minimax, "recurrent_gemma": _recurrent_gemma, "lfm2": _lfm2, "lfm2_moe": _lfm2_moe,
    "lfm3": _lfm3, "deepseek_v32": _indexed, "glm_moe_dsa": _glm, "deepseek_v4": _v4,
    **fuzz_mamba.DRAWN,
}  # fmt: skip
