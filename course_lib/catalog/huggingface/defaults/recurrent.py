"""Defaults and spellings of the families with recurrent layers, in the form of `defaults`.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import NEEDED, table

_GATED_DELTA = {
    "layer_types": None, "full_attention_interval": 4, "linear_conv_kernel_dim": 4,
    "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
    "linear_num_value_heads": 32,
}  # fmt: skip
_MAMBA = {
    "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_dt_rank": "auto",
    "mamba_conv_bias": True, "mamba_proj_bias": False,
}  # fmt: skip
_MAMBA_2 = {
    "mamba_n_heads": 128, "mamba_d_head": "auto", "mamba_n_groups": 1, "mamba_d_state": 256,
    "mamba_d_conv": 4, "mamba_expand": 2, "mamba_conv_bias": True, "mamba_proj_bias": False,
}  # fmt: skip

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # Linear attention by a delta rule.
    "qwen3_next": table(
        151936, 2048, 5632, 48, 16, 32768, False, num_key_value_heads=2, head_dim=256,
        attention_bias=False, **_GATED_DELTA, decoder_sparse_step=1, mlp_only_layers=None,
        moe_intermediate_size=512, shared_expert_intermediate_size=512, num_experts_per_tok=10,
        num_experts=512,
    ),
    "qwen3_5_text": table(
        248320, 4096, 12288, 32, 16, 32768, False, num_key_value_heads=4, head_dim=256,
        attention_bias=False, **_GATED_DELTA,
    ),
    "qwen3_5_moe_text": table(
        248320, 2048, 0, 40, 16, 32768, False, num_key_value_heads=2, head_dim=256,
        attention_bias=False, **_GATED_DELTA, moe_intermediate_size=512,
        shared_expert_intermediate_size=512, num_experts_per_tok=8, num_experts=256,
    ),
    "olmo_hybrid": table(
        100352, 3840, 11008, 32, 30, 65536, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, layer_types=None, linear_conv_kernel_dim=4, linear_key_head_dim=None,
        linear_value_head_dim=None, linear_num_key_heads=None, linear_num_value_heads=None,
    ),
    "kimi_linear": table(
        163840, 2304, 9216, 27, 32, 1048576, False, attention_bias=False, q_lora_rank=None,
        kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128,
        num_experts=256, num_experts_per_tok=8, n_shared_experts=1, moe_intermediate_size=1024,
        mlp_layer_types=None, first_k_dense_replace=1, layer_types=None, linear_head_dim=128,
        linear_num_heads=32, linear_conv_kernel_dim=4, linear_attn_config=None,
        mla_use_output_gate=False, latent_moe_use_norm=False, routed_expert_hidden_size=None,
        attn_res_block_size=None,
    ),
    "bailing_hybrid": table(
        157184, 2560, 6144, 42, 32, 262144, False, head_dim=128, attention_bias=False,
        q_lora_rank=None, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64,
        v_head_dim=128, num_experts=512, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=768, first_k_dense_replace=2, mlp_layer_types=None,
        layer_types=None, layer_group_size=6, short_conv_kernel_size=4, linear_head_dim=None,
        linear_num_heads=None, linear_conv_kernel_dim=None,
    ),
    # Linear attention without one, and convolutions alone.
    "minimax": table(
        32000, 4096, 14336, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        sliding_window=None, layer_types=None, num_experts=8, num_experts_per_tok=2,
    ),
    "lfm2": table(
        65536, 2560, 12288, 32, 32, 128000, True, num_key_value_heads=8, head_dim=None,
        layer_types=None, full_attn_idxs=None, conv_bias=False, conv_L_cache=3,
        block_multiple_of=256, block_ffn_dim_multiplier=1.0, block_auto_adjust_ff_dim=True,
        block_dim=None, conv_dim=None, conv_dim_out=None,
    ),
    "lfm3": table(
        128000, 2048, 7680, 24, 16, 128000, True, num_key_value_heads=4, head_dim=128,
        attention_bias=False, layer_types=None, conv_bias=False, conv_L_cache=7,
        sliding_window=256, use_sandwich_norm=True, use_attention_gate=True,
    ),
    "lfm2_moe": table(
        65536, 2048, 7168, 32, 32, 128000, True, num_key_value_heads=8, head_dim=None,
        layer_types=NEEDED, conv_bias=False, conv_L_cache=3, num_dense_layers=2, num_experts=32,
        num_experts_per_tok=4, moe_intermediate_size=1792,
    ),
    "recurrent_gemma": table(
        256000, 2560, 7680, 26, 10, None, True, num_key_value_heads=None, head_dim=None,
        attention_bias=False, sliding_window=2048, lru_width=None, conv1d_width=4,
        block_types=("recurrent", "recurrent", "attention"),
    ),
    # State-space layers.
    "mamba": table(50280, 768, None, 32, 0, None, True, **_MAMBA),
    "jamba": table(
        65536, 4096, 14336, 32, 32, 262144, False, num_key_value_heads=8, head_dim=None,
        num_experts=16, num_experts_per_tok=2, expert_layer_period=2, expert_layer_offset=1,
        attn_layer_period=8, attn_layer_offset=4, **_MAMBA,
    ),
    "mamba2": table(
        32768, 4096, 0, 64, 0, None, False,
        **_MAMBA_2 | {"mamba_d_head": 64, "mamba_n_groups": 8, "mamba_d_state": 128},
    ),
    "bamba": table(
        128000, 4096, 14336, 32, 32, 262144, False, num_key_value_heads=8, head_dim=None,
        attention_bias=False, mlp_bias=False, attn_layer_indices=None, **_MAMBA_2,
    ),
    "granitemoehybrid": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, layer_types=None, num_experts=8, num_experts_per_tok=2,
        shared_intermediate_size=1024, **_MAMBA_2,
    ),
    "falcon_h1": table(
        128000, 4096, 14336, 32, 32, 8192, False, num_key_value_heads=8, head_dim=None,
        attention_bias=False, mlp_bias=False, projectors_bias=False, mamba_d_ssm=1024,
        mamba_rms_norm=False, **_MAMBA_2,
    ),
    "nemotron_h": table(
        131072, 4096, 21504, None, 32, 4096, False, num_key_value_heads=8, head_dim=128,
        mlp_bias=False, layer_types=None, hybrid_override_pattern=None, num_experts=8,
        num_experts_per_tok=2, moe_intermediate_size=7688, moe_latent_size=None,
        moe_shared_expert_intermediate_size=7688,
        **{k: v for k, v in _MAMBA_2.items() if k != "mamba_expand"}
        | {"mamba_d_head": 64, "mamba_n_groups": 8, "mamba_d_state": 128},
    ),
}  # fmt: skip

_OWN_MAMBA = {
    "mamba_d_state": ("state_size",),
    "mamba_d_conv": ("conv_kernel",),
    "mamba_expand": ("expand",),
    "mamba_conv_bias": ("use_conv_bias",),
    "mamba_proj_bias": ("use_bias",),
}
_LAYER_TYPES = {"layer_types": ("layer_types", "layers_block_type")}

SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kimi_linear": {
        "num_experts": ("num_experts", "num_local_experts"),
        "num_experts_per_tok": ("num_experts_per_token", "num_experts_per_tok"),
        "n_shared_experts": ("num_shared_experts", "n_shared_experts"),
        "max_position_embeddings": ("model_max_length", "max_position_embeddings"),
    },
    "bailing_hybrid": {
        "num_experts": ("num_experts", "num_local_experts"),
        "num_experts_per_tok": ("num_experts_per_token", "num_experts_per_tok"),
        "n_shared_experts": ("num_shared_experts", "n_shared_experts"),
        "max_position_embeddings": ("model_max_length", "max_position_embeddings"),
    },
    "recurrent_gemma": {"sliding_window": ("sliding_window", "attention_window_size")},
    "minimax": {"num_experts": ("num_experts", "num_local_experts")},
    "minimax_m1": {
        "num_experts": ("num_experts", "num_local_experts"),
        "layer_types": ("attn_type_list",),
    },
    "minimax_text_01": {
        "num_experts": ("num_experts", "num_local_experts"),
        "layer_types": ("attn_type_list",),
    },
    "lfm2": {
        "intermediate_size": ("block_ff_dim", "intermediate_size"),
        "tie_word_embeddings": ("tie_embedding", "tie_word_embeddings"),
    },
    "lfm2_moe": {"tie_word_embeddings": ("tie_embedding", "tie_word_embeddings")},
    "mamba": {**_OWN_MAMBA, "mamba_dt_rank": ("time_step_rank",)},
    "falcon_mamba": {**_OWN_MAMBA, "mamba_dt_rank": ("time_step_rank",)},
    "mamba2": {
        **_OWN_MAMBA,
        "mamba_n_heads": ("num_heads",),
        "mamba_d_head": ("head_dim",),
        "mamba_n_groups": ("n_groups",),
    },
    "jamba": {"num_experts": ("num_local_experts", "num_experts")},
    "granitemoehybrid": {"num_experts": ("num_local_experts",), **_LAYER_TYPES},
    "nemotron_h": {
        **_LAYER_TYPES,
        "num_experts": ("num_local_experts", "n_routed_experts"),
        "mamba_n_heads": ("mamba_num_heads",),
        "mamba_d_head": ("mamba_head_dim",),
        "mamba_n_groups": ("mamba_n_groups", "n_groups"),
        "mamba_d_state": ("ssm_state_size",),
        "mamba_d_conv": ("mamba_d_conv", "conv_kernel"),
        "mamba_conv_bias": ("mamba_conv_bias", "use_conv_bias"),
        "mamba_proj_bias": ("use_bias",),
    },
}

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "falcon_mamba": ("mamba", {}),
    # Published with code of its own, whose layers are MiniMax's; without a list all are linear.
    "minimax_m1": ("minimax", {}),
    "minimax_text_01": ("minimax", {}),
    "qwen3_5": ("qwen3_5_text", {}),
    "qwen3_5_moe": ("qwen3_5_moe_text", {}),
}
"""Other values of `model_type`, as in `defaults`."""

IGNORED: Mapping[str, str] = {
    # The inner width is `expand` times the model's.
    "mamba2": "intermediate_size time_step_rank",
    # Attention never has biases, and there is one shared expert.
    "nemotron_h": "expand mamba_expand n_shared_experts time_step_rank attention_bias "
    "mamba_proj_bias",
    "falcon_h1": "mlp_multipliers ssm_multipliers ssm_in_multiplier ssm_out_multiplier "
    "lm_head_multiplier attn_layer_indices mlp_expansion_factor time_step_rank",
    "bamba": "time_step_rank",
    "granitemoehybrid": "time_step_rank",
    "minimax": "mlp_alpha_factor mlp_beta_factor layernorm_mlp_alpha layernorm_mlp_beta block_size",
    "lfm2": "block_mlp_init_scale block_out_init_scale block_norm_eps",
    "qwen3_5_moe_text": "intermediate_size",
    "bailing_hybrid": "num_key_value_heads moe_layer_freq num_expert_group qk_head_dim",
    "recurrent_gemma": "layers_block_type layer_types",
    "kimi_linear": "head_dim num_key_value_heads moe_layer_freq num_expert_group",
}
"""Fields that files state and the code does not read, as in `ignored`."""
