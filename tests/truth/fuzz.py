"""Random configurations of every family, valid ones for the most part, stated in many ways.

A configuration is drawn in the family's own field names, then told: as drawn, with other spellings,
with fields left out or null, as the full dump of transformers, or as that dump without whatever
equals a default.
"""

from __future__ import annotations

import json
import random
from typing import Any

import measure
from transformers import AutoConfig

FLAGS = {
    "gpt2": ["reorder_and_upcast_attn", "scale_attn_by_inverse_layer_idx"],
    "opt": [
        "do_layer_norm_before",
        "_remove_final_layer_norm",
        "enable_bias",
        "layer_norm_elementwise_affine",
    ],
    "bloom": ["apply_residual_connection_post_layernorm", "slow_but_exact"],
    "gpt_neox": ["attention_bias", "use_parallel_residual"],
    "gptj": [],
    "falcon": ["alibi", "new_decoder_architecture", "multi_query", "parallel_attn", "bias"],
    "mpt": ["no_bias", "learned_pos_emb"],
    "llama": ["attention_bias", "mlp_bias"],
    "mistral": ["attention_bias"],
    "qwen2": ["use_sliding_window", "attention_bias"],
    "qwen3": ["use_sliding_window", "attention_bias"],
    "gemma": ["attention_bias"],
    "gemma2": ["attention_bias"],
    "gemma3_text": ["attention_bias"],
    "phi": ["qk_layernorm"],
    "phi3": ["attention_bias"],
    "olmo": ["attention_bias"],
    "olmo2": ["attention_bias"],
    "smollm3": ["attention_bias", "mlp_bias", "use_sliding_window"],
    "starcoder2": ["use_bias"],
    "cohere": ["attention_bias", "use_qk_norm"],
    "mixtral": ["output_router_logits"],
    "qwen3_moe": ["attention_bias", "use_sliding_window", "norm_topk_prob"],
    "gpt_oss": ["attention_bias"],
    "deepseek_v2": ["attention_bias", "mlp_bias"],
    "deepseek_v3": ["attention_bias", "rope_interleave"],
}
GPT_STYLE = ("gpt2", "gptj")
PLAIN_HEADS = ("gpt2", "opt", "bloom", "gpt_neox", "gptj", "falcon", "mpt")
BY_LAYER_TYPES = ("qwen2", "qwen3", "gemma2", "gemma3_text", "smollm3", "gpt_oss")
ONE_WINDOW = ("mistral", "mixtral", "phi3", "starcoder2", "qwen3_moe")
OTHER_NAMES = {
    "gpt2": {
        "n_embd": "hidden_size",
        "n_layer": "num_hidden_layers",
        "n_head": "num_attention_heads",
    },
    "gptj": {
        "n_embd": "hidden_size",
        "n_layer": "num_hidden_layers",
        "n_head": "num_attention_heads",
    },
    "bloom": {
        "hidden_size": "n_embed",
        "n_layer": "num_hidden_layers",
        "n_head": "num_attention_heads",
    },
    "falcon": {"hidden_size": "n_embed"},
    "mpt": {
        "d_model": "hidden_size",
        "n_layers": "num_hidden_layers",
        "n_heads": "num_attention_heads",
    },
    "mixtral": {"num_local_experts": "num_experts"},
    "qwen3_moe": {"num_experts": "num_local_experts"},
    "gpt_oss": {"num_local_experts": "num_experts"},
    "deepseek_v2": {"n_routed_experts": "num_experts"},
    "deepseek_v3": {"n_routed_experts": "num_local_experts"},
}
LEFT_OUT = {"model_type", "vocab_size", "pad_token_id", "n_group", "topk_group"}
STRAYS = {
    "intermediate_size": 77, "ffn_dim": 78, "n_inner": 79, "ffn_hidden_size": 80,
    "moe_intermediate_size": 82,
    "num_key_value_heads": 1, "num_kv_heads": 1, "n_head_kv": 1,
    "num_experts_per_tok": 1, "n_shared_experts": 1,
    "sliding_window": 3, "use_sliding_window": True, "max_window_layers": 1,
    "sliding_window_pattern": 2,
    "attention_bias": True, "mlp_bias": True, "bias": True, "use_bias": True, "qkv_bias": True,
    "no_bias": False,
    "qk_layernorm": True, "use_qk_norm": True, "q_lora_rank": 5, "first_k_dense_replace": 1,
    "word_embed_proj_dim": 6, "parallel_attn": False, "use_parallel_residual": False,
    "rope_theta": 1e4, "torch_dtype": "float16", "num_nextn_predict_layers": 1,
    "moe_layer_freq": 2, "n_routed_experts": 3,
}  # fmt: skip
"""Fields of other families, which must not count where the family does not read them."""


def draw(rng: random.Random) -> dict[str, Any]:
    """A configuration of a random family, told in a random way."""
    model_type = rng.choice(list(FLAGS))
    config = {"model_type": model_type, "pad_token_id": None, **_sizes(rng, model_type)}
    config |= {flag: rng.random() < 0.5 for flag in FLAGS[model_type] if rng.random() < 0.7}
    if rng.random() < 0.5:
        config["tie_word_embeddings"] = rng.random() < 0.5
    return _told(rng, config)


def _sizes(rng: random.Random, model_type: str) -> dict[str, Any]:
    heads, width = rng.choice([1, 2, 3, 4, 6, 8, 12]), rng.choice([2, 4, 6, 8, 10, 16, 64])
    hidden, layers, inner = heads * width, rng.randint(1, 7), rng.randint(1, 200)
    sizes: dict[str, Any] = {"vocab_size": rng.randint(3, 3000)}
    if model_type in GPT_STYLE:
        sizes |= {
            "n_embd": hidden,
            "n_layer": layers,
            "n_head": heads,
            "n_positions": rng.randint(9, 99),
        }
        sizes["n_inner"] = rng.choice([None, inner])
        return sizes | ({"rotary_dim": rng.choice([2, width])} if model_type == "gptj" else {})
    if model_type == "mpt":
        attention = rng.choice(
            [None, {}, {"alibi": False}, {"qk_ln": True, "attn_type": "multiquery_attention"}]
        )
        sizes |= {
            "d_model": hidden,
            "n_layers": layers,
            "n_heads": heads,
            "max_seq_len": rng.randint(9, 99),
        }
        return sizes | {"expansion_ratio": rng.randint(1, 5), "attn_config": attention}
    names = (
        ("n_layer", "n_head")
        if model_type == "bloom"
        else ("num_hidden_layers", "num_attention_heads")
    )
    sizes |= {
        "hidden_size": hidden,
        names[0]: layers,
        names[1]: heads,
        "max_position_embeddings": rng.randint(9, 99),
    }
    if model_type == "opt":
        sizes |= {
            "ffn_dim": inner,
            "word_embed_proj_dim": rng.choice([None, hidden, rng.randint(2, 40)]),
        }
    elif model_type == "falcon":
        sizes |= {
            "ffn_hidden_size": rng.choice([None, inner]),
            "num_kv_heads": rng.choice([None, _divisor(rng, heads)]),
        }
        sizes |= {"num_ln_in_parallel_attn": rng.choice([None, None, 1, 2])}
    elif model_type == "bloom":
        sizes |= {"pretraining_tp": rng.choice([1, 2])}
    else:
        sizes |= {"intermediate_size": inner}
    if model_type not in PLAIN_HEADS and not model_type.startswith("deepseek"):
        sizes["num_key_value_heads"] = _divisor(rng, heads)
        if rng.random() < 0.5 and model_type != "phi":
            sizes["head_dim"] = rng.choice([2, 4, 8, 32])
            sizes["hidden_size"] = rng.choice([hidden, heads * rng.randint(1, 20)])
    sizes |= _windows(rng, model_type, layers)
    return sizes | _experts(rng, model_type, layers, heads)


def _windows(rng: random.Random, model_type: str, layers: int) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    if model_type in (*BY_LAYER_TYPES, *ONE_WINDOW):
        sizes["sliding_window"] = rng.choice([None, 1, 2, 3, 5, 100])
    if model_type in BY_LAYER_TYPES and rng.random() < 0.4:
        sizes["layer_types"] = [
            rng.choice(["full_attention", "sliding_attention"]) for _ in range(layers)
        ]
    if model_type in ("qwen2", "qwen3", "qwen3_moe"):
        sizes["max_window_layers"] = rng.randint(0, 8)
    if model_type == "gemma3_text":
        sizes["sliding_window_pattern"] = rng.randint(1, 7)
    if model_type == "smollm3":
        sizes["no_rope_layer_interval"] = rng.randint(1, 5)
        if rng.random() < 0.4:
            sizes["no_rope_layers"] = [rng.randint(0, 1) for _ in range(layers)]
    return sizes


def _experts(rng: random.Random, model_type: str, layers: int, heads: int) -> dict[str, Any]:
    if model_type not in ("mixtral", "qwen3_moe", "gpt_oss", "deepseek_v2", "deepseek_v3"):
        return {}
    count = rng.choice([4, 8, 12, 16])
    sizes: dict[str, Any] = {"num_experts_per_tok": rng.randint(1, 4)}
    if model_type in ("mixtral", "gpt_oss"):
        return sizes | {"num_local_experts": count}
    sizes["moe_intermediate_size"] = rng.randint(1, 50)
    if model_type == "qwen3_moe":
        listed = rng.choice([None, [], [0], [1, 1, 9], list(range(layers))])
        sizes |= {
            "num_experts": rng.choice([0, count, count]),
            "decoder_sparse_step": rng.randint(1, 3),
        }
        return sizes | {"mlp_only_layers": listed}
    sizes |= {
        "num_key_value_heads": heads,
        "n_routed_experts": count,
        "n_group": 2,
        "topk_group": rng.choice([1, 2]),
    }
    sizes |= {
        "q_lora_rank": rng.choice([None, rng.randint(1, 30)]),
        "kv_lora_rank": 2 * rng.randint(1, 15),
    }
    sizes |= {"qk_nope_head_dim": 2 * rng.randint(1, 10), "qk_rope_head_dim": rng.choice([2, 4, 8])}
    sizes |= {"v_head_dim": rng.randint(1, 20), "n_shared_experts": rng.choice([0, 1, 2, 3])}
    sizes |= {"num_nextn_predict_layers": rng.randint(0, 2), "moe_layer_freq": rng.randint(1, 2)}
    return sizes | {
        "first_k_dense_replace": rng.randint(0, layers + 1),
        "num_experts_per_tok": rng.randint(1, count // 2),
    }


def _divisor(rng: random.Random, number: int) -> int:
    return rng.choice([n for n in range(1, number + 1) if number % n == 0])


def _told(rng: random.Random, config: dict[str, Any]) -> dict[str, Any]:
    way = rng.choice(
        ["drawn", "other names", "left out", "left out", "nulls", "strays", "full", "diff", "short"]
    )
    names = OTHER_NAMES.get(config["model_type"], {})
    if way == "other names":
        config = {names.get(k, k) if rng.random() < 0.7 else k: v for k, v in config.items()}
    if way == "left out":
        rest = [k for k in config if k not in LEFT_OUT]
        gone = set(rng.sample(rest, rng.randint(1, len(rest) // 2)))
        config = {k: v for k, v in config.items() if k not in gone}
    if way == "nulls":
        config = {
            k: None if k not in LEFT_OUT and rng.random() < 0.1 else v for k, v in config.items()
        }
    if way == "strays":
        config = {**{k: STRAYS[k] for k in rng.sample(list(STRAYS), 4)}, **config}
    if way in ("full", "diff", "short"):
        try:
            config = dump(config, way)
        except Exception:
            return config  # transformers refuses it: whoever compares will see
    return json.loads(json.dumps(config))


def dump(config: dict[str, Any], way: str) -> dict[str, Any]:
    """The configuration as transformers writes it: "full", "diff", or "short" without whatever
    equals a default."""
    made = measure.configuration(config)
    if way == "diff":
        return json.loads(made.to_json_string(use_diff=True))
    full = json.loads(made.to_json_string(use_diff=False))
    if way == "full":
        return full
    unset = json.loads(AutoConfig.for_model(config["model_type"]).to_json_string(use_diff=False))
    kept = {k: v for k, v in full.items() if k not in unset or unset[k] != v}
    return {"model_type": config["model_type"], **_stable(config, kept, full)}


def _stable(config: dict[str, Any], kept: dict[str, Any], full: dict[str, Any]) -> dict[str, Any]:
    """Fields worked out from others look like defaults when left out: put back those that come out
    differently."""
    again = json.loads(
        measure.configuration({**kept, "model_type": config["model_type"]}).to_json_string(
            use_diff=False
        )
    )
    return kept | {
        k: v for k, v in full.items() if again.get(k) != v and k != "transformers_version"
    }
