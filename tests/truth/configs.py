"""Small configurations of every family, each with other flags turned: what `record.py` records."""

from __future__ import annotations

from typing import Any

SMALL = {
    "vocab_size": 61,
    "num_hidden_layers": 3,
    "max_position_embeddings": 40,
    "pad_token_id": None,
}
HEADS = {"hidden_size": 32, "num_attention_heads": 4}
WIDE = {**HEADS, "intermediate_size": 44}
GROUPED = {**SMALL, **WIDE, "num_key_value_heads": 2}
GPT = {"vocab_size": 61, "n_layer": 3, "n_embd": 32, "n_head": 4, "n_positions": 40}
GPTJ = {**GPT, "rotary_dim": 4}
LATENT = {
    **SMALL, **WIDE, "num_key_value_heads": 4, "moe_intermediate_size": 12, "n_routed_experts": 8,
    "n_group": 2, "topk_group": 1, "num_experts_per_tok": 3, "kv_lora_rank": 10, "q_lora_rank": 14,
    "qk_nope_head_dim": 6, "qk_rope_head_dim": 4, "v_head_dim": 8, "first_k_dense_replace": 1,
}  # fmt: skip
UNTIED, TIED = {"tie_word_embeddings": False}, {"tie_word_embeddings": True}
BIASED, BARE = {"attention_bias": True}, {"attention_bias": False}
FULL_THEN_WINDOW = {"layer_types": ["full_attention", "sliding_attention", "sliding_attention"]}

CONFIGS: dict[str, list[dict[str, Any]]] = {
    "gpt2": [
        GPT,
        {**GPT, **UNTIED, "n_inner": 50},
        {**GPT, "reorder_and_upcast_attn": True, "n_layer": 1},
    ],
    "opt": [
        {**SMALL, **HEADS, "ffn_dim": 44},
        {**SMALL, **HEADS, "word_embed_proj_dim": 20, "do_layer_norm_before": False},
        {**SMALL, **UNTIED, **HEADS, "word_embed_proj_dim": 48, "enable_bias": False},
        {**SMALL, **HEADS, "layer_norm_elementwise_affine": False},
        {**SMALL, **HEADS, "_remove_final_layer_norm": True},
    ],
    "bloom": [
        {"vocab_size": 61, "n_embed": 32, "n_layer": 3, "num_attention_heads": 4},
        {"vocab_size": 61, "hidden_size": 48, "num_hidden_layers": 2, "n_head": 6, **UNTIED},
        {"vocab_size": 61, "apply_residual_connection_post_layernorm": True, "pretraining_tp": 2,
         "slow_but_exact": True},
    ],
    "gpt_neox": [
        {**SMALL, **WIDE},
        {**SMALL, **WIDE, **BARE, **TIED},
        {**SMALL, **WIDE, "use_parallel_residual": False, "rotary_pct": 1.0},
    ],
    "gptj": [GPTJ, {**GPTJ, **TIED, "n_inner": 50}, {**GPTJ, "n_inner": None, "n_layer": 1}],
    "falcon": [
        {**SMALL, **HEADS},
        {**SMALL, **HEADS, "new_decoder_architecture": True, "num_kv_heads": 2},
        {**SMALL, **HEADS, "multi_query": False, "parallel_attn": False, "alibi": True,
         "bias": True, **UNTIED},
        {**SMALL, **HEADS, "new_decoder_architecture": True,
         "num_ln_in_parallel_attn": 1, "ffn_hidden_size": 50},
    ],
    "mpt": [
        {"vocab_size": 61, "d_model": 32, "n_layers": 3, "n_heads": 4, "max_seq_len": 40},
        {"vocab_size": 61, "d_model": 48, "n_layers": 2, "n_heads": 6, "no_bias": False,
         "expansion_ratio": 3, **UNTIED},
        {"vocab_size": 61, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 8,
         "attn_config": {"qk_ln": True, "attn_type": "multiquery_attention", "alibi": False}},
    ],
    "llama": [
        {**SMALL, **WIDE},
        {**GROUPED, **BIASED, "mlp_bias": True, **TIED},
        {**GROUPED, "num_key_value_heads": 1, "head_dim": 10},
    ],
    "mistral": [
        {**GROUPED},
        {**GROUPED, "sliding_window": 4, "head_dim": 12},
        {**GROUPED, "sliding_window": None, "num_key_value_heads": 4, **TIED},
    ],
    "mixtral": [
        {**GROUPED},
        {**GROUPED, "num_local_experts": 4, "num_experts_per_tok": 1, "sliding_window": 5, **TIED},
        {**GROUPED, "num_experts": 5, "num_experts_per_tok": 5, "head_dim": 6},
    ],
    "qwen2": [
        {**GROUPED},
        {**GROUPED, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1,
         **TIED},
        {**GROUPED, "use_sliding_window": True, "sliding_window": 3, **FULL_THEN_WINDOW,
         "head_dim": 6},
    ],
    "qwen3": [
        {**GROUPED},
        {**GROUPED, **BIASED, **TIED, "head_dim": 6, "use_sliding_window": True,
         "sliding_window": 4, "max_window_layers": 2},
        {**GROUPED, "num_attention_heads": 6, "num_key_value_heads": 3, "hidden_size": 20},
    ],
    "qwen3_moe": [
        {**GROUPED, "moe_intermediate_size": 12, "num_experts": 8, "num_experts_per_tok": 3},
        {**GROUPED, **BIASED, "moe_intermediate_size": 12, "num_local_experts": 4,
         "num_experts_per_tok": 2, "head_dim": 6, "num_hidden_layers": 7,
         "decoder_sparse_step": 2, "mlp_only_layers": [1, 2]},
        {**GROUPED, "num_experts": 0, **TIED, "use_sliding_window": True, "sliding_window": 4},
        {**GROUPED, "moe_intermediate_size": 12, "mlp_only_layers": [0, 1, 2]},
    ],
    "gemma": [
        {**GROUPED},
        {**GROUPED, **BIASED, **UNTIED, "head_dim": 6},
        {**GROUPED, "num_key_value_heads": 1},
    ],
    "gemma2": [
        {**GROUPED},
        {**GROUPED, **BIASED, **UNTIED, "head_dim": 6, "sliding_window": 4},
        {**GROUPED, "sliding_window": 3, **FULL_THEN_WINDOW},
    ],
    "gemma3_text": [
        {**GROUPED, "num_hidden_layers": 7, "sliding_window": 4},
        {**GROUPED, **BIASED, **UNTIED, "head_dim": 6, "sliding_window": 3,
         "sliding_window_pattern": 2},
        {**GROUPED, "sliding_window": 3, **FULL_THEN_WINDOW},
    ],
    "phi": [
        {**SMALL, **WIDE},
        {**GROUPED, "qk_layernorm": True, **TIED},
        {**GROUPED, "head_dim": 16},
    ],
    "phi3": [
        {**SMALL, **WIDE},
        {**GROUPED, "sliding_window": 4, **TIED},
        {**GROUPED, "attention_bias": True},
    ],
    "olmo": [
        {**SMALL, **WIDE},
        {**GROUPED, **BIASED, **TIED},
        {**GROUPED, "clip_qkv": 8.0, "head_dim": 6},
    ],
    "olmo2": [
        {**SMALL, **WIDE},
        {**GROUPED, **BIASED, **TIED},
        {**GROUPED, "num_key_value_heads": 1, "head_dim": 6},
    ],
    "smollm3": [
        {**GROUPED},
        {**GROUPED, **BIASED, **UNTIED, "mlp_bias": True, "num_hidden_layers": 5},
        {**GROUPED, "use_sliding_window": True, "sliding_window": 4, "no_rope_layers": [1, 0, 0]},
        {**GROUPED, "use_sliding_window": True, "sliding_window": 4, "no_rope_layer_interval": 2,
         "num_hidden_layers": 4},
    ],
    "starcoder2": [
        {**GROUPED},
        {**GROUPED, "use_bias": False, **UNTIED, "sliding_window": 4},
        {**GROUPED, "num_key_value_heads": 4, "head_dim": 6},
    ],
    "cohere": [
        {**SMALL, **WIDE},
        {**GROUPED, "use_qk_norm": True, **BIASED, **UNTIED},
        {**GROUPED, "use_qk_norm": True, "head_dim": 6},
    ],
    "deepseek_v2": [
        {**LATENT},
        {**LATENT, **BIASED, "mlp_bias": True, "q_lora_rank": None, "n_shared_experts": 3, **TIED},
        {**LATENT, "mlp_bias": True, "n_shared_experts": 0, "topk_method": "group_limited_greedy"},
        {**LATENT, "first_k_dense_replace": 5},
    ],
    "deepseek_v3": [
        {**LATENT},
        {**LATENT, **BIASED, "q_lora_rank": None, "n_shared_experts": 2, "num_hidden_layers": 5,
         **TIED},
        {**LATENT, "n_shared_experts": 0, "first_k_dense_replace": 0, "num_nextn_predict_layers": 2,
         "moe_layer_freq": 2},
    ],
    "gpt_oss": [
        {**GROUPED, "sliding_window": 4},
        {**GROUPED, **BARE, **TIED, "num_local_experts": 4, "num_experts_per_tok": 1,
         "head_dim": 6},
        {**GROUPED, "num_experts": 5, "sliding_window": 3, **FULL_THEN_WINDOW},
    ],
}  # fmt: skip
