"""Defaults, spellings and aliases of mixtures that attend in every layer, in the form of
`defaults`.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import NEEDED, table

_HUNYUAN = table(
    290943, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
    attention_bias=False, num_experts=1, num_experts_per_tok=1, moe_intermediate_size=None,
    num_shared_expert=None,
)  # fmt: skip
_ERNIE = table(
    103424, 2560, 12288, 28, 20, 131072, True, num_key_value_heads=4, head_dim=None,
    use_bias=False, num_experts=64, num_experts_per_tok=6, n_shared_experts=2,
    moe_layer_start_index=1, moe_layer_end_index=-1, moe_layer_interval=1,
)  # fmt: skip
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # Experts in every layer.
    "granitemoe": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, num_experts=8, num_experts_per_tok=2,
    ),
    "granitemoeshared": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, num_experts=8, num_experts_per_tok=2, shared_intermediate_size=0,
    ),
    "granitemoe_swa": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, num_experts=8, num_experts_per_tok=2, shared_intermediate_size=0,
        sliding_window=128, layer_types=None,
    ),
    "olmoe": table(
        50304, 2048, 2048, 16, 16, 4096, False, num_key_value_heads=None, attention_bias=False,
        num_experts=64, num_experts_per_tok=8,
    ),
    "flex_olmo": table(
        100352, 4096, 11008, 32, 32, 4096, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, num_experts=7, num_experts_per_tok=5,
    ),
    "phimoe": table(
        32064, 4096, 6400, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        attention_bias=False, lm_head_bias=False, sliding_window=None, num_experts=16,
        num_experts_per_tok=2,
    ),
    "minimax_m2": table(
        200064, 3072, 1536, 62, 48, 196608, False, num_key_value_heads=8, head_dim=128,
        num_experts=256, num_experts_per_tok=8, attn_type_list=None,
    ),
    "dbrx": table(32000, 2048, 0, 24, 16, 2048, False, attn_config=None, ffn_config=None),
    "hunyuan": _HUNYUAN,
    "hunyuan_v1_moe": _HUNYUAN,
    "solar_open": table(
        196608, 4096, 0, 48, 64, 131072, False, num_key_value_heads=8, head_dim=128,
        attention_bias=False, num_experts=128, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=1280,
    ),
    # Ordinary MLPs in some layers.
    "qwen2_moe": table(
        151936, 2048, 5632, 24, 16, 32768, False, num_key_value_heads=16, head_dim=None,
        qkv_bias=True, use_sliding_window=False, sliding_window=4096, max_window_layers=28,
        layer_types=None, num_experts=60, num_experts_per_tok=4, moe_intermediate_size=1408,
        shared_expert_intermediate_size=5632, decoder_sparse_step=1, mlp_only_layers=None,
    ),
    "glm4_moe": table(
        151552, 4096, 10944, 46, 96, 131072, False, num_key_value_heads=8, head_dim=None,
        attention_bias=False, use_qk_norm=False, num_experts=128, num_experts_per_tok=8,
        n_shared_experts=1, moe_intermediate_size=1408, first_k_dense_replace=1,
    ),
    "dots1": table(
        152064, 4608, 10944, 62, 32, 2048, False, num_key_value_heads=32, head_dim=None,
        attention_bias=False, sliding_window=4096, max_window_layers=62, layer_types=None,
        num_experts=NEEDED, num_experts_per_tok=NEEDED, n_shared_experts=None,
        moe_intermediate_size=1408, first_k_dense_replace=0,
    ),
    "exaone_moe": table(
        102400, 4096, 16384, 32, 32, 2048, False, num_key_value_heads=32, head_dim=None,
        sliding_window=4096, sliding_window_pattern=4, layer_types=None, mlp_layer_types=None,
        first_k_dense_replace=1, num_experts=64, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=1024,
    ),
    "glm4_moe_lite": table(
        154880, 2048, 10240, 47, 20, 202752, False, attention_bias=False, q_lora_rank=768,
        kv_lora_rank=512, qk_nope_head_dim=192, qk_rope_head_dim=64, v_head_dim=256,
        num_experts=64, num_experts_per_tok=4, n_shared_experts=1, moe_intermediate_size=1536,
        mlp_layer_types=None, first_k_dense_replace=1,
    ),
    "hy_v3": table(
        120832, 4096, 13312, 80, 64, 131072, False, num_key_value_heads=8, head_dim=128,
        attention_bias=False, mlp_bias=False, num_experts=192, num_experts_per_tok=8,
        n_shared_experts=1, moe_intermediate_size=1536, mlp_layer_types=None,
        first_k_dense_replace=1,
    ),
    "mellum": table(
        98304, 2304, 7168, 28, 32, 131072, False, num_key_value_heads=4, head_dim=128,
        attention_bias=False, sliding_window=1024, layer_types=None, mlp_layer_types=None,
        num_experts=64, num_experts_per_tok=8, moe_intermediate_size=896,
    ),
    "afmoe": table(
        200192, 2048, 6144, 32, 16, 16384, False, num_key_value_heads=None, head_dim=128,
        attention_bias=False, sliding_window=1024, global_attn_every_n_layers=4, layer_types=None,
        num_dense_layers=1, num_experts=64, num_experts_per_tok=6, n_shared_experts=2,
        moe_intermediate_size=1408,
    ),
    "cohere2_moe": table(
        256000, 8192, 22528, 40, 64, 8192, True, num_key_value_heads=None, head_dim=128,
        attention_bias=False, sliding_window=4096, sliding_window_pattern=4, layer_types=None,
        prefix_dense_sliding_window_pattern=1, prefix_dense_intermediate_size=None,
        mlp_layer_types=None, first_k_dense_replace=0, num_experts=8, num_experts_per_tok=2,
        n_shared_experts=0,
    ),
    "ernie4_5_moe": {**_ERNIE, "moe_intermediate_size": 1536},
    "ernie4_5_vl_moe_text": {**_ERNIE, "moe_intermediate_size": None, "mlp_layer_types": None},
    "llama4_text": table(
        202048, 5120, 8192, 48, 40, 131072, False, num_key_value_heads=8, head_dim=128,
        attention_bias=False, intermediate_size_mlp=16384, num_experts=16, num_experts_per_tok=1,
        moe_layers=None, interleave_moe_layer_step=1, no_rope_layers=None,
        no_rope_layer_interval=4, attention_chunk_size=8192, layer_types=None,
    ),
    "mimo_v2_flash": table(
        152576, 4096, 16384, 48, 64, 131072, False, num_key_value_heads=4, head_dim=192,
        v_head_dim=128, attention_bias=False, sliding_window=129, sliding_window_size=None,
        layer_types=None, hybrid_layer_pattern=None, swa_num_attention_heads=None,
        swa_num_key_value_heads=None, swa_head_dim=None, swa_v_head_dim=None,
        add_swa_attention_sink_bias=True, add_full_attention_sink_bias=False,
        mlp_layer_types=None, moe_layer_freq=None, first_k_dense_replace=1, num_experts=256,
        num_experts_per_tok=8, moe_intermediate_size=2048,
    ),
}  # fmt: skip

_LOCAL = {"num_experts": ("num_local_experts",)}
_ROUTED = {"num_experts": ("num_local_experts", "n_routed_experts")}
_TENCENT = {
    "num_experts": ("num_local_experts", "num_experts"),
    "num_experts_per_tok": ("num_experts_per_tok", "moe_topk"),
    "head_dim": ("head_dim", "attention_head_dim"),
}
_BAIDU = {
    "num_experts": ("num_experts", "moe_num_experts"),
    "num_experts_per_tok": ("num_experts_per_tok", "moe_k"),
    "n_shared_experts": ("moe_num_shared_experts",),
}
_SARVAM = {
    "num_experts": ("num_experts", "num_local_experts", "n_routed_experts"),
    "n_shared_experts": ("num_shared_experts", "n_shared_experts"),
}
_SHARED = {"n_shared_experts": ("num_shared_experts",)}
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "granitemoe": _LOCAL,
    "granitemoeshared": _LOCAL,
    "granitemoe_swa": _LOCAL,
    "olmoe": {"num_experts": ("num_local_experts", "num_experts")},
    "flex_olmo": {"num_experts": ("num_local_experts", "num_experts")},
    "phimoe": _LOCAL,
    "minimax_m2": {"num_experts": ("num_experts", "num_local_experts")},
    "dbrx": {
        "hidden_size": ("hidden_size", "d_model"),
        "num_hidden_layers": ("num_hidden_layers", "n_layers"),
        "num_attention_heads": ("num_attention_heads", "n_heads"),
        "max_position_embeddings": ("max_position_embeddings", "max_seq_len"),
    },
    "hunyuan": _TENCENT,
    "hunyuan_v1_moe": _TENCENT,
    "solar_open": _ROUTED,
    "glm4_moe": _ROUTED,
    "dots1": _ROUTED,
    "glm4_moe_lite": _ROUTED,
    "exaone_moe": _SHARED,
    "hy_v3": {
        **_SHARED,
        "num_experts": ("num_local_experts", "num_experts"),
        "moe_intermediate_size": ("moe_intermediate_size", "expert_hidden_dim"),
    },
    "afmoe": _SHARED,
    "mellum": {"num_experts": ("num_local_experts", "num_experts")},
    "sarvam_moe": {**_SARVAM, "attention_bias": ("use_qkv_bias", "attention_bias")},
    "sarvam_mla": _SARVAM,
    "cohere2_moe": _SHARED,
    "ernie4_5_moe": _BAIDU,
    "ernie4_5_vl_moe_text": _BAIDU,
    "llama4_text": _LOCAL,
    "mimo_v2_flash": _ROUTED,
}

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "ernie4_5_moe_vl": ("ernie4_5_vl_moe_text", {}),  # the name in Baidu's own files
    "ernie4_5_vl_moe": ("ernie4_5_vl_moe_text", {}),
    "glm4v_moe_text": (
        "glm4_moe",
        {"vocab_size": 151424, "max_position_embeddings": 65536, "attention_bias": True},
    ),
    # Families that transformers builds out of the classes of others.
    "sarvam_moe": (
        "glm4_moe",
        {"vocab_size": 262144, "intermediate_size": 8192, "num_hidden_layers": 19,
         "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 64,
         "moe_intermediate_size": 1024, "num_experts_per_tok": 6, "use_qk_norm": True},
    ),
    "sarvam_mla": (
        "deepseek_v3",
        {"vocab_size": 262144, "hidden_size": 4096, "intermediate_size": 16384,
         "num_hidden_layers": 32, "num_attention_heads": 64, "n_routed_experts": 128,
         "q_lora_rank": None, "first_k_dense_replace": 1},
    ),
    "mistral4": (
        "deepseek_v3",
        {"vocab_size": 131072, "hidden_size": 4096, "intermediate_size": 12288,
         "moe_intermediate_size": 2048, "num_hidden_layers": 36, "num_attention_heads": 32,
         "n_routed_experts": 128, "kv_lora_rank": 256, "q_lora_rank": 1024,
         "qk_nope_head_dim": 64, "num_experts_per_tok": 4, "first_k_dense_replace": 0,
         "max_position_embeddings": 1048576},
    ),
}  # fmt: skip

_NOT_TENCENTS = "use_qk_norm use_mixed_mlp_moe use_mla anyres_pooling_size"
IGNORED: Mapping[str, str] = {
    # How fast positions turn in each layer.
    "granitemoe_swa": "layer_rope_theta",
    # Norms on queries and keys there always are; the second width is that of no layer.
    "minimax_m2": "use_qk_norm qk_norm_type mlp_intermediate_size",
    "hunyuan": _NOT_TENCENTS,
    "hunyuan_v1_moe": _NOT_TENCENTS,
    "hy_v3": "qk_norm",
    # How experts are chosen.
    "afmoe": "num_expert_groups num_limited_groups",
    # Stands in `attn_config`.
    "dbrx": "num_key_value_heads",
    # Has no ordinary MLP.
    "solar_open": "intermediate_size",
    "glm4_moe_lite": "num_key_value_heads head_dim moe_layer_freq",
    # Its norm of queries and keys has no weights.
    "llama4_text": "use_qk_norm",
}
"""Fields that files of a family state and its code does not read."""
