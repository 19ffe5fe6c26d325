"""Small configurations of the families with recurrent layers or sparse attention, each with other
flags turned: what `record_recurrent.py` records."""

from __future__ import annotations

from typing import Any

SIZES = {
    "vocab_size": 61, "hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 4,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 40,
    "pad_token_id": None, "bos_token_id": None, "eos_token_id": None,
}  # fmt: skip
DELTA = {
    "linear_num_key_heads": 2, "linear_num_value_heads": 6, "linear_key_head_dim": 8,
    "linear_value_head_dim": 4, "linear_conv_kernel_dim": 3, "head_dim": 8,
}  # fmt: skip
MIXTURE = {
    "num_experts": 8, "num_experts_per_tok": 3, "moe_intermediate_size": 6,
    "shared_expert_intermediate_size": 10,
}  # fmt: skip
LATENT = {
    **SIZES, "num_key_value_heads": 4, "kv_lora_rank": 10, "q_lora_rank": 14, "v_head_dim": 6,
    "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "moe_intermediate_size": 12,
    "num_experts_per_tok": 3, "topk_group": 1,
}  # fmt: skip
INDEXED = {
    **LATENT, "n_routed_experts": 8, "n_group": 2, "index_topk": 5, "index_head_dim": 8,
    "index_n_heads": 3,
}  # fmt: skip
V4 = {
    "vocab_size": 61, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
    "head_dim": 8, "qk_rope_head_dim": 4, "q_lora_rank": 14, "o_groups": 2, "o_lora_rank": 6,
    "n_routed_experts": 8, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
    "sliding_window": 4, "index_topk": 1, "index_head_dim": 6, "index_n_heads": 3,
    "pad_token_id": None, "max_position_embeddings": 40,
}  # fmt: skip
INSIDE = {"mamba_n_heads": 4, "mamba_d_state": 6, "mamba_n_groups": 2, "mamba_d_conv": 3}
RECURRENT = {name: size for name, size in SIZES.items() if name != "max_position_embeddings"}
ALONE = {"vocab_size": 61, "hidden_size": 32, "num_hidden_layers": 3, "state_size": 6}
NEMOTRON = {
    **{name: size for name, size in SIZES.items() if name != "num_hidden_layers"},
    "head_dim": 8, "mamba_num_heads": 4, "mamba_head_dim": 6, "n_groups": 2, "ssm_state_size": 5,
    "n_routed_experts": 4, "moe_intermediate_size": 12,
    "moe_shared_expert_intermediate_size": 14,
}  # fmt: skip
TIED, UNTIED, BIASED = (
    {"tie_word_embeddings": True},
    {"tie_word_embeddings": False},
    {"attention_bias": True},
)
LINEAR, FULL = "linear_attention", "full_attention"

CONFIGS: dict[str, list[dict[str, Any]]] = {
    "qwen3_next": [
        {**SIZES, **DELTA, **MIXTURE},
        {**SIZES, **DELTA, **MIXTURE, **BIASED, **TIED, "num_hidden_layers": 6,
         "decoder_sparse_step": 2, "mlp_only_layers": [3], "full_attention_interval": 3},
        {**SIZES, **DELTA, **MIXTURE, "num_experts": 0, "layer_types": [FULL, LINEAR] * 2},
        {**SIZES, **DELTA, **MIXTURE, "shared_expert_intermediate_size": 0,
         "layer_types": [FULL] * 4},
    ],
    "qwen3_5_text": [
        {**SIZES, **DELTA},
        {**SIZES, **DELTA, **BIASED, **TIED, "layer_types": [LINEAR, FULL, FULL, LINEAR]},
    ],
    "qwen3_5_moe_text": [
        {**SIZES, **DELTA, **MIXTURE},
        {**SIZES, **DELTA, **MIXTURE, **BIASED, **TIED, "full_attention_interval": 2},
    ],
    "olmo_hybrid": [
        {**SIZES},
        {**SIZES, **DELTA, **BIASED, **TIED, "layer_types": [LINEAR, LINEAR, FULL, LINEAR]},
        {**SIZES, "num_hidden_layers": 3, "linear_key_head_dim": 4, "head_dim": 6},
    ],
    "kimi_linear": [
        {**LATENT, "num_experts": 8, "num_expert_group": 2, "linear_num_heads": 3,
         "linear_head_dim": 4, "layer_types": [LINEAR, FULL, LINEAR, LINEAR], **BIASED, **TIED},
        {**LATENT, "num_experts": 8, "num_expert_group": 2, "q_lora_rank": None,
         "num_shared_experts": 2, "first_k_dense_replace": 2,
         "linear_attn_config": {"num_heads": 2, "head_dim": 6, "short_conv_kernel_size": 3,
                                "full_attn_layers": [2, 4], "kda_layers": [1, 3]}},
        {**LATENT, "num_experts": 8, "num_expert_group": 2, "num_hidden_layers": 5,
         "mlp_layer_types": ["sparse", "dense", "sparse", "sparse", "sparse"]},
    ],
    "bailing_hybrid": [
        {**LATENT, "num_experts": 8, "num_expert_group": 2, "head_dim": 4, "layer_group_size": 2,
         **BIASED, **TIED},
        {**LATENT, "num_experts": 8, "num_expert_group": 2, "head_dim": 6, "q_lora_rank": None,
         "layer_types": [FULL, LINEAR, LINEAR, LINEAR], "short_conv_kernel_size": 3,
         "num_shared_experts": 2, "mlp_layer_types": ["sparse", "dense", "sparse", "dense"]},
    ],
    "recurrent_gemma": [
        {**RECURRENT},
        {**RECURRENT, **BIASED, **UNTIED, "lru_width": 24, "conv1d_width": 3, "head_dim": 6,
         "block_types": ["attention", "recurrent"], "attention_window_size": 4},
    ],
    "minimax": [
        {**SIZES, "num_local_experts": 4},
        {**SIZES, "num_experts": 3, "num_experts_per_tok": 1, "head_dim": 6, **TIED,
         "layer_types": [LINEAR, LINEAR, FULL, LINEAR]},
    ],
    "lfm2": [
        {**SIZES},
        {**SIZES, **UNTIED, "conv_bias": True, "layer_types": ["conv", FULL, "conv", "conv"],
         "block_multiple_of": 16, "block_ffn_dim_multiplier": 1.3},
        {**SIZES, "full_attn_idxs": [1, 3], "block_auto_adjust_ff_dim": False, "conv_L_cache": 4,
         "block_ff_dim": 50, "tie_embedding": False},
    ],
    "lfm3": [
        {**SIZES, "head_dim": 6, "num_hidden_layers": 6, "sliding_window": 20},
        {**SIZES, **BIASED, **UNTIED, "conv_bias": True, "use_sandwich_norm": False,
         "sliding_window": 30, "conv_L_cache": 3,
         "layer_types": ["conv", FULL, "sliding_attention", FULL]},
        {**SIZES, "use_attention_gate": False, "sliding_window": 30,
         "layer_types": ["sliding_attention", "conv", FULL, "conv"]},
    ],
    "lfm2_moe": [
        {**SIZES, "layer_types": ["conv", "conv", FULL, "conv"], "num_experts": 8,
         "moe_intermediate_size": 6},
        {**SIZES, "layer_types": [FULL, "conv", FULL, "conv"], "conv_bias": True, **UNTIED,
         "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 6,
         "num_dense_layers": 0, "use_expert_bias": False},
    ],
    "mamba": [
        {**ALONE},
        {**ALONE, **UNTIED, "use_bias": True, "use_conv_bias": False, "expand": 3,
         "conv_kernel": 2, "time_step_rank": 5},
    ],
    "falcon_mamba": [
        {**ALONE, "intermediate_size": 40, "expand": 16},
        {**ALONE, "use_bias": True, "time_step_rank": 5},
    ],
    "mamba2": [
        {**ALONE, "num_heads": 4, "head_dim": 16, "n_groups": 2},
        {**ALONE, **TIED, "num_heads": 2, "head_dim": 16, "n_groups": 1, "expand": 1,
         "use_bias": True, "use_conv_bias": False},
    ],
    "jamba": [
        {**SIZES, "num_hidden_layers": 8, "num_experts": 4, "mamba_d_state": 6},
        {**SIZES, **TIED, "num_experts": 4, "attn_layer_period": 2, "attn_layer_offset": 1,
         "expert_layer_period": 1, "expert_layer_offset": 0, "mamba_dt_rank": 5,
         "mamba_proj_bias": True, "mamba_conv_bias": False},
        {**SIZES, "num_experts": 1, "num_experts_per_tok": 1, "attn_layer_offset": 0,
         "head_dim": 6},
    ],
    "bamba": [
        {**SIZES, **INSIDE, "attn_layer_indices": [1]},
        {**SIZES, **INSIDE, **BIASED, **TIED, "mlp_bias": True, "mamba_proj_bias": True,
         "mamba_conv_bias": False, "attn_layer_indices": [0, 3], "mamba_d_head": 16},
    ],
    "granitemoehybrid": [
        {**SIZES, **INSIDE, "layer_types": ["mamba", "attention", "mamba", "mamba"],
         "num_local_experts": 4, "shared_intermediate_size": 10},
        {**SIZES, **INSIDE, **BIASED, **TIED, "layer_types": [FULL, LINEAR, FULL, LINEAR],
         "num_local_experts": 0, "num_experts_per_tok": 0, "shared_intermediate_size": 10,
         "mamba_proj_bias": True, "mamba_conv_bias": False, "position_embedding_type": "rope"},
    ],
    "falcon_h1": [
        {**SIZES, **INSIDE, "mamba_d_ssm": 40},
        {**SIZES, **INSIDE, **BIASED, **TIED, "mamba_d_ssm": None, "mlp_bias": True,
         "mamba_rms_norm": True, "projectors_bias": True, "mamba_conv_bias": False},
        {**SIZES, **INSIDE, "mamba_d_ssm": 24, "mamba_proj_bias": True, "head_dim": 6},
    ],
    "nemotron_h": [
        {**NEMOTRON, "hybrid_override_pattern": "ME*-ME"},
        {**NEMOTRON, **TIED, "hybrid_override_pattern": "M-*E", "moe_latent_size": 10,
         "mlp_bias": True, "use_bias": True, "use_conv_bias": False, **BIASED},
        {**NEMOTRON, "moe_shared_expert_intermediate_size": 0,
         "layers_block_type": ["mamba", "moe", "attention"]},
        {**NEMOTRON},
    ],
    "deepseek_v32": [
        {**INDEXED},
        {**INDEXED, **BIASED, **TIED, "n_shared_experts": 2, "first_k_dense_replace": 0},
        {**INDEXED, "mlp_layer_types": ["sparse", "dense", "sparse", "dense"]},
    ],
    "deepseek_v4": [
        {**V4},
        {**V4, **TIED, "compress_ratios": [0, 4, 128, 4, 0], "mlp_bias": True, "hc_mult": 2,
         "num_hash_layers": 1, "compress_rate_csa": 2, "compress_rate_hca": 3, "o_groups": 4},
        {**V4, "num_hidden_layers": 2, "sliding_window": 3,
         "layer_types": ["sliding_attention", "compressed_sparse_attention"]},
        {**V4, "num_hidden_layers": 2, "layer_types": ["sliding_attention"] * 2},
    ],
    "glm_moe_dsa": [
        {**INDEXED},
        {**INDEXED, **BIASED, **TIED, "indexer_types": ["full", "shared", "full", "shared"]},
        {**INDEXED, "index_topk_pattern": "FSSF", "first_k_dense_replace": 1},
        {**INDEXED, "index_topk_freq": 2, "index_skip_topk_offset": 1, "num_hidden_layers": 5},
    ],
}  # fmt: skip
