"""Fields that files of a family state and its code does not read, so that nothing is lost with
them.

Read in the `configuration_*.py` and `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults import (
    attention,
    encoders,
    experts,
    recurrent,
    sparse,
)
from course_lib.catalog.huggingface.fields import Fields

_ALWAYS_BIASED = "attention_bias qkv_bias add_qkv_bias use_qkv_bias"
_LATENT = "num_key_value_heads head_dim moe_layer_freq"
"""The width of the key that carries the position; heads of keys and values there are none."""

_NAMES: Mapping[str, str] = {
    # Its MLP is four times as wide as the model, whatever the file says; no biases anywhere.
    "mpt": "expansion_ratio no_bias learned_pos_emb ffn_config embedding_fraction",
    "bloom": "n_inner attention_softmax_in_fp32",
    # Queries, keys and values always have biases.
    "qwen2": _ALWAYS_BIASED,
    "phi": "attention_bias qkv_bias",
    # Its fused matrices have none, whatever the file says.
    "phi3": "attention_bias",
    "deepseek_v2": "head_dim moe_layer_freq",
    "deepseek_v3": _LATENT,
    **attention.IGNORED,
    **encoders.IGNORED,
    **experts.IGNORED,
    **recurrent.IGNORED,
    **sparse.IGNORED,
}
IGNORED: Mapping[str, frozenset[str]] = {
    family: frozenset(names.split()) for family, names in _NAMES.items()
}
"""Names by family; those with the value of what is read need no place here."""


def others(fields: Fields, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What a configuration states that its family reads under no name, nor is known to pass over.

    >>> others(Fields("mpt", {}), {"d_model": 64, "no_bias": True, "n_experts": 4})
    {'n_experts': 4}
    """
    known = fields.names() | IGNORED.get(fields.model_type, frozenset())
    return {k: v for k, v in stated.items() if isinstance(k, str) and k not in known}
