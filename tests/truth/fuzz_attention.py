"""Random configurations of the families that attend in every layer, told in many ways as in
`fuzz`."""

from __future__ import annotations

import json
import random
from typing import Any

import fuzz

GPT_NAMES = ("gpt_bigcode", "codegen")
FLAGS: dict[str, list[str]] = {
    "granite": ["attention_bias", "mlp_bias"],
    "granite_swa": ["attention_bias", "mlp_bias"],
    "seed_oss": ["attention_bias", "attention_out_bias", "mlp_bias"],
    "helium": ["attention_bias", "mlp_bias"],
    "ernie4_5": ["use_bias"],
    "glm": ["attention_bias"],
    "glm4": ["attention_bias"],
    "hunyuan_v1_dense": ["attention_bias"],
    "hyperclovax": ["attention_bias", "mlp_bias", "use_post_norm"],
    "bitnet": ["attention_bias"],
    "olmo3": ["attention_bias"],
    "exaone4": [],
    "cohere2": ["attention_bias"],
    "ministral": [],
    "ministral3": [],
    "cwm": ["mlp_bias"],
    "vaultgemma": ["attention_bias"],
    "phi4_multimodal": [],
    "arcee": ["attention_bias", "mlp_bias"],
    "apertus": ["attention_bias"],
    "nemotron": ["attention_bias", "mlp_bias"],
    "jais2": ["attention_bias", "mlp_bias"],
    "nanochat": ["attention_bias"],
    "stablelm": ["use_qkv_bias", "qk_layernorm", "use_parallel_residual"],
    "persimmon": ["qk_layernorm"],
    "gpt_bigcode": ["multi_query"],
    "codegen": [],
    "gpt_neo": [],
    "xglm": [],
    "biogpt": [],
    "mellum": ["attention_bias"],
    "sarvam_moe": ["attention_bias", "use_qk_norm"],
    "sarvam_mla": ["attention_bias"],
    "minicpm3": ["attention_bias", "mlp_bias"],
    "youtu": ["attention_bias"],
    "mllama_text_model": [],
    "exaone": ["attention_bias", "mlp_bias"],
    "iquestcoder": ["attention_bias", "mlp_bias"],
    "internlm3": [],
    "granitemoe": ["attention_bias"],
    "granitemoeshared": ["attention_bias"],
    "granitemoe_swa": ["attention_bias"],
    "olmoe": ["attention_bias"],
    "flex_olmo": ["attention_bias"],
    "phimoe": ["attention_bias", "lm_head_bias"],
    "minimax_m2": [],
    "dbrx": [],
    "hunyuan_v1_moe": ["attention_bias"],
    "solar_open": ["attention_bias"],
    "qwen2_moe": ["qkv_bias", "use_sliding_window", "norm_topk_prob"],
    "glm4_moe": ["attention_bias", "use_qk_norm"],
    "dots1": ["attention_bias"],
    "exaone_moe": [],
    "glm4_moe_lite": ["attention_bias"],
    "mistral4": ["attention_bias"],
    "hy_v3": ["attention_bias", "mlp_bias"],
    "afmoe": ["attention_bias", "mup_enabled"],
    "cohere2_moe": ["attention_bias"],
    "ernie4_5_moe": ["use_bias"],
    "ernie4_5_vl_moe_text": ["use_bias"],
    "llama4_text": ["attention_bias", "use_qk_norm"],
    "mimo_v2_flash": ["attention_bias"],
}
"""Every family or alias, and its flags."""
SHARED_OUT = {
    "biogpt", "sarvam_mla",
    "bitnet", "olmoe", "stablelm", "persimmon", "gpt_bigcode", "codegen", "gpt_neo", "xglm", "dbrx",
    "mllama_text_model", "minicpm3", "youtu", "glm4_moe_lite", "mistral4", "helium", "arcee",
    "jais2", "hyperclovax", "iquestcoder", "exaone", "internlm3", "vaultgemma", "cwm",
    "ernie4_5_vl_moe_text",
}  # fmt: skip
"""Families whose heads share out the model's width: others state the width of a head."""
STATED = {"ministral", "hunyuan_v1_dense", "hunyuan_v1_moe", "glm4_moe"}
"""Families that run only with a stated width of a head."""
ALL_HEADS = {"biogpt", "persimmon", "gpt_bigcode", "codegen", "gpt_neo", "xglm", "dbrx"}
BY_TYPE = {
    "granite_swa", "olmo3", "exaone4", "cohere2", "ministral", "cwm", "vaultgemma",
    "granitemoe_swa", "qwen2_moe", "dots1", "exaone_moe", "afmoe", "cohere2_moe", "mimo_v2_flash",
    "mellum",
}  # fmt: skip
ONE_WINDOW = {"phi4_multimodal", "phimoe", "ministral3"}
LATENT = {"minicpm3", "youtu", "glm4_moe_lite", "mistral4", "sarvam_mla"}
EXPERTS = {
    "granitemoe": "num_local_experts", "granitemoeshared": "num_local_experts",
    "granitemoe_swa": "num_local_experts", "olmoe": "num_experts", "flex_olmo": "num_experts",
    "phimoe": "num_local_experts", "minimax_m2": "num_local_experts",
    "hunyuan_v1_moe": "num_experts", "solar_open": "n_routed_experts", "qwen2_moe": "num_experts",
    "glm4_moe": "n_routed_experts", "dots1": "n_routed_experts", "exaone_moe": "num_experts",
    "glm4_moe_lite": "n_routed_experts", "mistral4": "n_routed_experts", "hy_v3": "num_experts",
    "afmoe": "num_experts", "cohere2_moe": "num_experts", "ernie4_5_moe": "moe_num_experts",
    "ernie4_5_vl_moe_text": "moe_num_experts", "llama4_text": "num_local_experts",
    "mimo_v2_flash": "n_routed_experts", "mellum": "num_experts",
    "sarvam_moe": "n_routed_experts", "sarvam_mla": "n_routed_experts",
}  # fmt: skip
WIDTHS = {
    "solar_open", "qwen2_moe", "glm4_moe", "dots1", "exaone_moe", "glm4_moe_lite", "mistral4",
    "hy_v3", "afmoe", "ernie4_5_moe", "mimo_v2_flash", "mellum", "sarvam_moe", "sarvam_mla",
}  # fmt: skip
"""Families whose experts have a width of their own, `moe_intermediate_size`."""
SHARING = {
    "solar_open": "n_shared_experts", "glm4_moe": "n_shared_experts", "dots1": "n_shared_experts",
    "exaone_moe": "num_shared_experts", "glm4_moe_lite": "n_shared_experts",
    "mistral4": "n_shared_experts", "hy_v3": "num_shared_experts", "afmoe": "num_shared_experts",
    "cohere2_moe": "num_shared_experts", "ernie4_5_moe": "moe_num_shared_experts",
    "ernie4_5_vl_moe_text": "moe_num_shared_experts", "sarvam_moe": "n_shared_experts",
    "sarvam_mla": "n_shared_experts",
}  # fmt: skip
MLP_TYPES = {
    "exaone_moe", "glm4_moe_lite", "hy_v3", "cohere2_moe", "mimo_v2_flash", "ernie4_5_vl_moe_text",
    "mellum",
}  # fmt: skip
OTHER_NAMES: dict[str, dict[str, str]] = {
    "gpt_bigcode": fuzz.OTHER_NAMES["gpt2"],
    "codegen": fuzz.OTHER_NAMES["gptj"],
    "gpt_neo": {"num_layers": "num_hidden_layers", "num_heads": "num_attention_heads"},
    "xglm": {"num_layers": "num_hidden_layers", "d_model": "hidden_size"},
    "dbrx": {"n_layers": "num_hidden_layers", "n_heads": "num_attention_heads"},
    "minimax_m2": {"num_local_experts": "num_experts"},
    "ernie4_5_moe": {"moe_num_experts": "num_experts", "moe_k": "num_experts_per_tok"},
    "hunyuan_v1_moe": {"moe_topk": "num_experts_per_tok"},
    "dots1": {"n_routed_experts": "num_local_experts"},
    "exaone": {"num_hidden_layers": "num_layers"},
}
KEPT = {"model_type", "vocab_size", "pad_token_id", "n_group", "topk_group", "head_dim",
        "attention_types", "num_layers", "num_experts_per_tok", "n_routed_experts",
        "n_shared_experts", "qkv_bias", "bias", "cross_attention_layers",
        "rope_parameters", "attn_config"}  # fmt: skip
"""Fields that are never left out, or the model would be none or too large to count."""


def draw(rng: random.Random) -> dict[str, Any]:
    """A configuration of a random family, told in a random way."""
    return _told(rng, drawn(rng, rng.choice(list(FLAGS))))


def drawn(rng: random.Random, model_type: str) -> dict[str, Any]:
    """A configuration of one family, in its own field names."""
    config = {"model_type": model_type, "pad_token_id": None, **_sizes(rng, model_type)}
    config |= {flag: rng.random() < 0.5 for flag in FLAGS[model_type] if rng.random() < 0.8}
    if model_type == "qwen2_moe" and not config.get("use_sliding_window"):
        config.pop("layer_types", None)  # windows of width nought make no sense
    if rng.random() < 0.5 and model_type not in ("dbrx", "mllama_text_model"):
        config["tie_word_embeddings"] = rng.random() < 0.5
    return config


def _sizes(rng: random.Random, model_type: str) -> dict[str, Any]:
    heads, width = rng.choice([1, 2, 4, 6, 8]), rng.choice([8, 16, 24])
    hidden, layers, inner = heads * width, rng.randint(1, 7), rng.randint(1, 100)
    sizes: dict[str, Any] = {"vocab_size": rng.randint(3, 3000)}
    if model_type in GPT_NAMES:
        sizes |= {"n_embd": hidden, "n_layer": layers, "n_head": heads}
        sizes |= {"n_positions": rng.randint(9, 99), "n_inner": rng.choice([None, inner])}
        return sizes | ({"rotary_dim": rng.choice([2, width])} if model_type == "codegen" else {})
    if model_type == "gpt_neo":
        kinds = rng.choice([[[["global", "local"], layers]], [[["local"], 2 * layers]]])
        sizes |= {"hidden_size": hidden, "num_layers": 2 * layers, "num_heads": heads}
        sizes |= {"attention_types": kinds, "window_size": rng.choice([2, 3, 50])}
        return sizes | {"intermediate_size": rng.choice([None, inner])}
    if model_type == "xglm":
        sizes |= {"d_model": hidden, "num_layers": layers, "attention_heads": heads}
        return sizes | {"ffn_dim": inner, "max_position_embeddings": rng.randint(9, 99)}
    if model_type == "dbrx":
        sizes |= {"d_model": hidden, "n_layers": layers, "n_heads": heads}
        attention = {"kv_n_heads": _divisor(rng, heads), "rope_theta": 1e4, "clip_qkv": 8}
        ffn = {"ffn_hidden_size": inner, "moe_num_experts": 6, "moe_top_k": rng.randint(1, 3)}
        return sizes | {"attn_config": attention, "ffn_config": ffn}
    sizes |= {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
    sizes |= {"intermediate_size": inner, "max_position_embeddings": rng.randint(9, 99)}
    if model_type not in ALL_HEADS | LATENT:
        sizes["num_key_value_heads"] = _divisor(rng, heads)
    if model_type in STATED or (model_type not in SHARED_OUT and rng.random() < 0.6):
        sizes["head_dim"] = rng.choice([8, 16, 32])
        if model_type == "llama4_text" or rng.random() < 0.5:
            sizes["hidden_size"] = heads * rng.randint(1, 20)
    if model_type == "helium":
        sizes["head_dim"] = width
    if model_type == "ernie4_5_vl_moe_text":
        each = width // 6
        rotary = {"mrope_section": [each, each, width // 2 - 2 * each], "rope_theta": 1e4}
        sizes["rope_parameters"] = {"rope_type": "default", **rotary}
    if model_type == "apertus":
        sizes["hidden_act"] = rng.choice(["xielu", "xielu", "silu"])
    if model_type == "internlm3":
        both = rng.random() < 0.5
        sizes |= {"qkv_bias": both, "bias": both}
    if model_type == "mllama_text_model":
        sizes["cross_attention_layers"] = rng.sample(range(layers), rng.randint(0, layers))
    if model_type == "solar_open":
        del sizes["intermediate_size"]
    return sizes | _windows(rng, model_type, layers) | _mixture(rng, model_type, layers, heads)


def _windows(rng: random.Random, model_type: str, layers: int) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    if model_type in BY_TYPE | ONE_WINDOW:
        sizes["sliding_window"] = rng.choice([1, 2, 3, 5, 100])
    if model_type in BY_TYPE and rng.random() < 0.5:
        sizes["layer_types"] = [
            rng.choice(["full_attention", "sliding_attention"]) for _ in range(layers)
        ]
    if model_type in ("dots1", "qwen2_moe"):
        sizes["max_window_layers"] = rng.randint(0, 8)
    if model_type in ("exaone4", "exaone_moe", "cohere2", "cohere2_moe"):
        sizes["sliding_window_pattern"] = rng.randint(1, 5)
    if model_type == "afmoe":
        sizes["global_attn_every_n_layers"] = rng.randint(1, 5)
    if model_type == "llama4_text":
        sizes |= {"attention_chunk_size": rng.choice([None, 2, 3, 4, 50])}
        sizes |= {"no_rope_layer_interval": rng.randint(1, 4)}
        if rng.random() < 0.4:
            sizes["no_rope_layers"] = [rng.randint(0, 1) for _ in range(layers)]
        if rng.random() < 0.3 and sizes["attention_chunk_size"]:
            sizes["layer_types"] = [
                rng.choice(["full_attention", "chunked_attention"]) for _ in range(layers)
            ]
    return sizes


def _mixture(rng: random.Random, model_type: str, layers: int, heads: int) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    if model_type in LATENT:
        sizes |= {"num_key_value_heads": heads, "kv_lora_rank": rng.randint(1, 30)}
        sizes |= {"q_lora_rank": rng.choice([None, rng.randint(1, 30)])}
        sizes |= {"qk_nope_head_dim": 2 * rng.randint(1, 10)}
        sizes |= {"qk_rope_head_dim": rng.choice([2, 4, 8]), "v_head_dim": rng.randint(1, 20)}
    if model_type not in EXPERTS:
        return sizes
    count = rng.choice([4, 6, 8])
    active = {"hunyuan_v1_moe": "moe_topk", "ernie4_5_moe": "moe_k"}.get(
        model_type, "moe_k" if model_type == "ernie4_5_vl_moe_text" else "num_experts_per_tok"
    )
    sizes |= {EXPERTS[model_type]: count, active: rng.randint(1, 4)}
    if model_type == "phimoe":
        sizes[active] = 2  # the code takes two, whatever is stated
    if model_type in WIDTHS:
        sizes["moe_intermediate_size"] = rng.randint(1, 50)
    if model_type in SHARING:
        sizes[SHARING[model_type]] = rng.choice([0, 1, 2])
    if model_type in MLP_TYPES and rng.random() < 0.6:
        sizes["mlp_layer_types"] = [rng.choice(["dense", "sparse"]) for _ in range(layers)]
    if model_type in ("glm4_moe", "dots1", "mistral4", "sarvam_moe", "sarvam_mla"):
        sizes["first_k_dense_replace"] = rng.randint(0, layers + 1)
    return sizes | _mixture_of(rng, model_type, layers)


def _mixture_of(rng: random.Random, model_type: str, layers: int) -> dict[str, Any]:
    if model_type in ("granitemoeshared", "granitemoe_swa"):
        return {"shared_intermediate_size": rng.choice([0, 20])}
    if model_type == "qwen2_moe":
        listed = rng.choice([None, [], [0], [1, 1, 9], list(range(layers))])
        return {
            "shared_expert_intermediate_size": rng.randint(1, 40),
            "decoder_sparse_step": rng.randint(1, 3),
            "mlp_only_layers": listed,
        }
    if model_type == "afmoe":
        return {"num_dense_layers": rng.randint(0, layers)}
    if model_type == "cohere2_moe":
        return {
            "prefix_dense_intermediate_size": rng.choice([None, 30]),
            "prefix_dense_sliding_window_pattern": rng.randint(1, 3),
            "first_k_dense_replace": rng.randint(0, layers),
        }
    if model_type == "ernie4_5_moe":
        return {
            "moe_layer_start_index": rng.randint(0, 3),
            "moe_layer_end_index": rng.choice([-1, 2, layers - 1]),
            "moe_layer_interval": rng.randint(1, 3),
        }
    if model_type == "ernie4_5_vl_moe_text":
        return {"moe_intermediate_size": [rng.randint(1, 30), rng.randint(1, 30)]}
    if model_type == "llama4_text":
        listed = rng.sample(range(layers), rng.randint(0, layers))
        return {
            "intermediate_size_mlp": rng.randint(1, 60),
            "interleave_moe_layer_step": rng.randint(1, 3),
            **({"moe_layers": listed} if rng.random() < 0.4 else {}),
        }
    if model_type == "mimo_v2_flash":
        return {
            "v_head_dim": rng.choice([4, 8, 20]),
            "num_attention_heads": 8,
            "num_key_value_heads": rng.choice([1, 2, 4]),
            "head_dim": rng.choice([8, 16, 24]),
        }
    return {}


def _divisor(rng: random.Random, number: int) -> int:
    return rng.choice([n for n in range(1, number + 1) if number % n == 0])


def _told(rng: random.Random, config: dict[str, Any]) -> dict[str, Any]:
    way = rng.choice(["drawn", "other names", "left out", "left out", "full", "diff", "short"])
    names = OTHER_NAMES.get(config["model_type"], {})
    if way == "other names":
        config = {names.get(k, k) if rng.random() < 0.7 else k: v for k, v in config.items()}
    if way == "left out":
        rest = [k for k in config if k not in KEPT]
        gone = set(rng.sample(rest, rng.randint(1, max(1, len(rest) // 2))))
        config = {k: v for k, v in config.items() if k not in gone}
    if way in ("full", "diff", "short"):
        try:
            config = fuzz.dump(config, way)
        except Exception:
            return config  # transformers refuses it: whoever compares will see
    return json.loads(json.dumps(config))
