"""A short configuration of each family that it reads, for tests of all of them."""

from __future__ import annotations

from typing import Any

NEEDED: dict[str, dict[str, Any]] = {
    "deepseek_v2": {"num_experts_per_tok": 6},
    "dots1": {"n_routed_experts": 8, "n_shared_experts": 1, "num_experts_per_tok": 2},
    "glm4_moe": {"head_dim": 128},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"], "num_hidden_layers": 2},
    "nemotron-nas": {
        "block_configs": [{"attention": {"n_heads_in_group": 8}, "ffn": {"ffn_mult": 1.0}}] * 32
    },
    "nemotron_h": {"hybrid_override_pattern": "M*-", "num_hidden_layers": 3},
}
"""What families have no default for."""


def good(family: str) -> dict[str, Any]:
    """A configuration that states nothing but what it has to."""
    return {"model_type": family, **NEEDED.get(family, {})}
