"""Small configurations of the families that attend in every layer, each with other flags turned:
what `record_attention.py` records."""

from __future__ import annotations

from typing import Any

from configs import BARE, BIASED, GPT, GPTJ, GROUPED, LATENT, SMALL, TIED, UNTIED, WIDE

NEAR = {"sliding_window": 4}
TYPES = {"layer_types": ["full_attention", "sliding_attention", "sliding_attention"]}
MIXED = {"mlp_layer_types": ["sparse", "dense", "sparse"]}
FOUR = {"num_hidden_layers": 5}
LOCAL = {**GROUPED, "num_local_experts": 6, "num_experts_per_tok": 2}
ROUTED = {
    **GROUPED, "n_routed_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
    "n_shared_experts": 2,
}  # fmt: skip
COUNTED = {
    **GROUPED, "num_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
    "num_shared_experts": 2,
}  # fmt: skip
BAIDU = {
    **GROUPED, "moe_num_experts": 6, "moe_k": 2, "moe_intermediate_size": 12,
    "moe_num_shared_experts": 2,
}  # fmt: skip
TENCENT = {**GROUPED, "head_dim": 8, "num_experts": 6, "moe_topk": 2}
LATENT_DENSE = {
    **SMALL, **WIDE, "num_key_value_heads": 4, "kv_lora_rank": 10, "q_lora_rank": 14,
    "qk_nope_head_dim": 6, "qk_rope_head_dim": 4, "v_head_dim": 8,
}  # fmt: skip
SCOUT = {
    **LOCAL, "num_experts_per_tok": 1, "head_dim": 8, "intermediate_size_mlp": 50,
    "attention_chunk_size": 4, "num_hidden_layers": 5,
}  # fmt: skip
FLASH = {
    **ROUTED, "head_dim": 8, "v_head_dim": 6, "num_hidden_layers": 7, "sliding_window": 4,
}  # fmt: skip
FLASH.pop("n_shared_experts")
ERNIE_VL = {
    **BAIDU, "moe_intermediate_size": [12, 7], "rope_parameters": {
        "rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2],
    },
}  # fmt: skip
DBRX = {
    "vocab_size": 61, "d_model": 32, "n_heads": 4, "n_layers": 3, "max_seq_len": 40,
    "pad_token_id": None,
    "attn_config": {"kv_n_heads": 2, "rope_theta": 1e4, "clip_qkv": 8},
    "ffn_config": {"ffn_hidden_size": 20, "moe_num_experts": 6, "moe_top_k": 2},
}  # fmt: skip
NEO = {
    "vocab_size": 61, "hidden_size": 32, "num_layers": 4, "num_heads": 4, "window_size": 3,
    "max_position_embeddings": 40, "attention_types": [[["global", "local"], 2]],
}  # fmt: skip
XGLM = {
    "vocab_size": 61, "d_model": 32, "num_layers": 3, "attention_heads": 4, "ffn_dim": 44,
    "max_position_embeddings": 40, "pad_token_id": None,
}  # fmt: skip

CONFIGS: dict[str, list[dict[str, Any]]] = {
    "granite": [{**SMALL, **WIDE}, {**GROUPED, **BIASED, "mlp_bias": True, **TIED, "head_dim": 6}],
    "granite_swa": [{**GROUPED, **NEAR, **FOUR}, {**GROUPED, **BIASED, **NEAR, **TYPES}],
    "seed_oss": [
        {**GROUPED, "head_dim": 6},
        {**GROUPED, **BARE, "attention_out_bias": True, "mlp_bias": True, "head_dim": None},
    ],
    "helium": [{**GROUPED, "head_dim": 8}, {**GROUPED, **BIASED, "mlp_bias": True, "head_dim": 8}],
    "ernie4_5": [{**GROUPED}, {**GROUPED, "use_bias": True, **UNTIED, "head_dim": None}],
    "glm": [{**GROUPED}, {**GROUPED, **BARE, **TIED, "head_dim": 6}],
    "glm4": [{**GROUPED}, {**GROUPED, **BARE, "head_dim": 6}],
    "hunyuan_v1_dense": [{**GROUPED, "head_dim": 8}, {**GROUPED, **BIASED, "head_dim": 6, **TIED}],
    "hyperclovax": [{**GROUPED}, {**GROUPED, **BIASED, "mlp_bias": True, "use_post_norm": False}],
    "bitnet": [{**GROUPED}, {**GROUPED, **BIASED, **TIED}],
    "olmo3": [{**GROUPED, **NEAR, **FOUR}, {**GROUPED, **BIASED, **TYPES, "head_dim": 6}],
    "exaone4": [
        {**GROUPED, **NEAR, **FOUR},
        {**GROUPED, **NEAR, **TYPES, "sliding_window_pattern": "LLLG", "head_dim": 6},
        {**GROUPED, **NEAR, "sliding_window_pattern": 2, **TIED},
    ],
    "cohere2": [{**GROUPED, **NEAR, **FOUR}, {**GROUPED, **BIASED, **NEAR, **TYPES, **UNTIED}],
    "ministral": [{**GROUPED, **NEAR, "head_dim": 8}, {**GROUPED, **NEAR, **TYPES, "head_dim": 6}],
    "ministral3": [{**GROUPED, "head_dim": 6}, {**GROUPED, **NEAR, "head_dim": 8, **TIED}],
    "cwm": [{**GROUPED, **NEAR, **FOUR, "head_dim": 8}, {**GROUPED, "mlp_bias": True, **TYPES}],
    "vaultgemma": [{**GROUPED, **NEAR}, {**GROUPED, **BIASED, **TYPES, **UNTIED}],
    "phi4_multimodal": [{**GROUPED}, {**GROUPED, **NEAR, **TIED}],
    "arcee": [{**GROUPED}, {**GROUPED, **BIASED, "mlp_bias": True, "head_dim": 6}],
    "apertus": [{**GROUPED}, {**GROUPED, **BIASED, "hidden_act": "silu", "head_dim": 6}],
    "nemotron": [{**GROUPED}, {**GROUPED, **BIASED, "mlp_bias": True, "head_dim": 16}],
    "jais2": [{**GROUPED}, {**GROUPED, **BARE, "mlp_bias": False, **TIED}],
    "nanochat": [{**GROUPED}, {**GROUPED, **BIASED, **TIED}],
    "stablelm": [
        {**GROUPED},
        {**GROUPED, "use_qkv_bias": True, "qk_layernorm": True},
        {**GROUPED, "use_parallel_residual": True, **TIED},
    ],
    "persimmon": [{**SMALL, **WIDE}, {**SMALL, **WIDE, "qk_layernorm": False, **TIED}],
    "gpt_bigcode": [GPT, {**GPT, "multi_query": False, "n_inner": 50, **UNTIED}],
    "codegen": [GPTJ, {**GPTJ, **TIED, "n_inner": 50}],
    "gpt_neo": [NEO, {**NEO, "intermediate_size": 50, "attention_types": [[["local"], 4]]}],
    "xglm": [XGLM, {**XGLM, **UNTIED}],
    "biogpt": [{**SMALL, **WIDE}, {**SMALL, **WIDE, **UNTIED, "num_hidden_layers": 2}],
    "minicpm3": [LATENT_DENSE, {**LATENT_DENSE, **BIASED, "mlp_bias": True, "q_lora_rank": None}],
    "youtu": [LATENT_DENSE, {**LATENT_DENSE, **BIASED, "q_lora_rank": None, **UNTIED}],
    "mllama_text_model": [
        {**GROUPED, "cross_attention_layers": [1]},
        {**GROUPED, "cross_attention_layers": []},
    ],
    "exaone": [{**GROUPED}, {**GROUPED, **BIASED, "mlp_bias": True}],
    "internlm3": [{**GROUPED, "head_dim": 8}, {**GROUPED, "qkv_bias": True, "bias": True}],
    "iquestcoder": [{**GROUPED, "head_dim": 8}, {**GROUPED, **BIASED, "mlp_bias": True}],
    "granitemoe": [LOCAL, {**LOCAL, **BIASED, **TIED, "head_dim": 6}],
    "granitemoeshared": [LOCAL, {**LOCAL, **BIASED, "shared_intermediate_size": 20}],
    "granitemoe_swa": [
        {**LOCAL, **NEAR, "num_hidden_layers": 5},
        {**LOCAL, **NEAR, **TYPES, "shared_intermediate_size": 20},
    ],
    "olmoe": [
        {**GROUPED, "num_experts": 6, "num_experts_per_tok": 2},
        {**GROUPED, **BIASED, "num_local_experts": 6, "num_experts_per_tok": 1, "clip_qkv": 8.0},
    ],
    "flex_olmo": [
        {**GROUPED, "num_experts": 6, "num_experts_per_tok": 2},
        {**GROUPED, **BIASED, "num_experts": 4, "num_experts_per_tok": 1, "head_dim": 6},
    ],
    "phimoe": [LOCAL, {**LOCAL, **BIASED, "lm_head_bias": True, **NEAR, "head_dim": 6}],
    "minimax_m2": [{**LOCAL, "head_dim": 6}, {**LOCAL, **TIED, "head_dim": 8}],
    "dbrx": [
        DBRX,
        {**DBRX, "n_layers": 2, "attn_config": {**DBRX["attn_config"], "kv_n_heads": 1}},
    ],
    "hunyuan_v1_moe": [TENCENT, {**TENCENT, **BIASED, **TIED, "head_dim": 6, "num_experts": 1,
                                 "moe_topk": 1}],
    "solar_open": [
        {k: v for k, v in ROUTED.items() if k != "intermediate_size"} | {"head_dim": 6},
        {k: v for k, v in ROUTED.items() if k != "intermediate_size"} | BIASED,
    ],
    "qwen2_moe": [
        {**GROUPED, "num_experts": 6, "moe_intermediate_size": 12,
         "shared_expert_intermediate_size": 20},
        {**GROUPED, "num_experts": 6, "moe_intermediate_size": 12, "num_experts_per_tok": 2,
         "shared_expert_intermediate_size": 20, "num_hidden_layers": 7, "decoder_sparse_step": 2,
         "mlp_only_layers": [1], "use_sliding_window": True, **NEAR, "max_window_layers": 5},
        {**GROUPED, "num_experts": 0, "qkv_bias": False, **TIED},
    ],
    "glm4_moe": [
        {**ROUTED, "head_dim": 8},
        {**ROUTED, **BIASED, "use_qk_norm": True, "first_k_dense_replace": 0, "head_dim": 6},
        {**ROUTED, "n_shared_experts": 0, "first_k_dense_replace": 5, "head_dim": 8},
    ],
    "dots1": [
        {**ROUTED, **NEAR, "max_window_layers": 2},
        {**ROUTED, **BIASED, **NEAR, **TYPES, "first_k_dense_replace": 1, "head_dim": 6},
    ],
    "exaone_moe": [
        {**COUNTED, **NEAR, "num_hidden_layers": 5},
        {**COUNTED, **NEAR, **TYPES, **MIXED, "head_dim": 6, "num_shared_experts": 0},
    ],
    "glm4_moe_lite": [
        {**LATENT_DENSE, **{k: ROUTED[k] for k in ("n_routed_experts", "num_experts_per_tok",
                                                   "moe_intermediate_size")}},
        {**LATENT, **BIASED, **MIXED, "q_lora_rank": None, "n_shared_experts": 2},
    ],
    "mistral4": [{**LATENT}, {**LATENT, **BIASED, "q_lora_rank": None, "n_shared_experts": 2}],
    "hy_v3": [
        {**COUNTED, "head_dim": 6},
        {**COUNTED, **BIASED, "mlp_bias": True, **MIXED, "num_shared_experts": 0},
    ],
    "afmoe": [
        {**COUNTED, **NEAR, "head_dim": 6, "num_hidden_layers": 5, "num_dense_layers": 2},
        {**COUNTED, **BIASED, **NEAR, **TYPES, "num_dense_layers": 0},
    ],
    "cohere2_moe": [
        {**GROUPED, "num_experts": 6, "num_experts_per_tok": 2, **NEAR, "num_hidden_layers": 5},
        {**GROUPED, **BIASED, "num_experts": 6, "num_experts_per_tok": 2, **NEAR,
         "num_shared_experts": 2, "first_k_dense_replace": 2, "prefix_dense_intermediate_size": 30,
         "prefix_dense_sliding_window_pattern": 2, "num_hidden_layers": 6, "head_dim": 6},
    ],
    "mellum": [
        {**GROUPED, "num_experts": 6, "moe_intermediate_size": 12, "num_experts_per_tok": 3},
        {**GROUPED, "num_experts": 6, "moe_intermediate_size": 12, "num_experts_per_tok": 2,
         **BIASED, **NEAR, **TYPES, **MIXED, "head_dim": 6},
    ],
    "sarvam_moe": [{**ROUTED, "head_dim": 6}, {**ROUTED, **BIASED, "use_qk_norm": False}],
    "sarvam_mla": [{**LATENT}, {**LATENT, **BIASED, "q_lora_rank": None}],
    "ernie4_5_moe": [
        BAIDU,
        {**BAIDU, "use_bias": True, "moe_layer_start_index": 2, "moe_layer_end_index": 4,
         "moe_layer_interval": 2, "num_hidden_layers": 7, "head_dim": 6, **UNTIED},
        {**BAIDU, "use_bias": True, "moe_num_shared_experts": 0},
    ],
    "ernie4_5_vl_moe_text": [
        ERNIE_VL,
        {**ERNIE_VL, "use_bias": True, **MIXED, "moe_num_shared_experts": 0, **UNTIED},
    ],
    "llama4_text": [
        SCOUT,
        {**SCOUT, **BIASED, "interleave_moe_layer_step": 2, "no_rope_layers": [1, 0, 1, 1, 0]},
        {**SCOUT, "moe_layers": [], "attention_chunk_size": None},
    ],
    "mimo_v2_flash": [
        FLASH,
        {**FLASH, **BIASED, "num_hidden_layers": 3, **TYPES, **MIXED, "num_key_value_heads": 1},
    ],
}  # fmt: skip
