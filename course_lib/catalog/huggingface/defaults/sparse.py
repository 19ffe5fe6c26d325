"""Defaults and spellings of the families with sparse attention, in the form of `defaults`.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import table

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "deepseek_v32": table(
        129280, 7168, 18432, 61, 128, 163840, False, attention_bias=False,
        q_lora_rank=1536, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64,
        v_head_dim=128, num_experts=256, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=2048, first_k_dense_replace=3, mlp_layer_types=None,
        index_topk=2048, index_head_dim=128, index_n_heads=64,
    ),
    "glm_moe_dsa": table(
        154880, 6144, 12288, 78, 64, 202752, False, attention_bias=False,
        q_lora_rank=2048, kv_lora_rank=512, qk_nope_head_dim=192, qk_rope_head_dim=64,
        v_head_dim=256, num_experts=256, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=2048, first_k_dense_replace=3, mlp_layer_types=None,
        index_topk=2048, index_head_dim=128, index_n_heads=32, indexer_types=None,
        index_topk_pattern=None, index_topk_freq=1, index_skip_topk_offset=2,
    ),
    "deepseek_v4": table(
        129280, 4096, 0, 43, 64, 1048576, False, head_dim=512, q_lora_rank=1024, o_groups=8,
        o_lora_rank=1024, num_experts=256, num_experts_per_tok=6, moe_intermediate_size=2048,
        mlp_bias=False, sliding_window=128, layer_types=None, compress_ratios=None,
        compress_rates=None, compress_rate_csa=None, compress_rate_hca=None, index_topk=512,
        index_head_dim=128, index_n_heads=64, hc_mult=4,
    ),
}  # fmt: skip

_EXPERTS = {"num_experts": ("num_experts", "num_local_experts", "n_routed_experts")}

SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "deepseek_v32": _EXPERTS,
    "glm_moe_dsa": _EXPERTS,
    "deepseek_v4": {
        "num_experts": ("num_local_experts", "n_routed_experts"),
        "moe_intermediate_size": ("intermediate_size", "moe_intermediate_size"),
    },
}

_NOT_READ = "head_dim num_key_value_heads moe_layer_freq mlp_bias layer_types"

IGNORED: Mapping[str, str] = {
    "deepseek_v32": _NOT_READ,
    "glm_moe_dsa": _NOT_READ,
    # One key for all heads, no biases in attention, one shared expert; a table of hashes, which
    # chooses in place of the router, is no parameter.
    "deepseek_v4": "num_key_value_heads attention_bias n_shared_experts moe_layer_freq "
    "mlp_layer_types num_hash_layers qk_rope_head_dim hc_eps hc_sinkhorn_iters",
}
"""Fields that files state and the code does not read, as in `ignored`."""
