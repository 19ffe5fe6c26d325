"""Weights of plain models counted anew, from their shapes alone; norms and biases are too few to
show in three digits."""

from typing import Any


def mlp(model: Any) -> int:
    """Matrices of one dense, gated MLP."""
    return sum(a * b for a, b in [(model.d_model, model.d_ff)] * 2 + [(model.d_ff, model.d_model)])


def attention(model: Any) -> int:
    """Matrices of one layer's attention: query, key, value, output."""
    d, w = model.d_model, model.head_dim
    columns = [model.n_heads * w, model.n_kv_heads * w, model.n_kv_heads * w]
    return sum(d * column for column in columns) + model.n_heads * w * d


def tables(model: Any) -> int:
    """Embedding, and a head where it is not the same matrix."""
    return model.vocab_rows * model.d_model * (1 if model.tied_embeddings else 2)


def one_expert(model: Any) -> int:
    return 3 * model.d_model * model.experts.d_ff


def weights(model: Any) -> int:
    """All weights; where the makers publish the exact number, it must agree."""
    layer = attention(model)
    if model.experts:
        layer += model.experts.count * (one_expert(model) + model.d_model)
    else:
        layer += mlp(model)
    total = tables(model) + model.layers * layer
    if model.published and model.published.total_kind == "exact":
        assert abs(total / model.published.total_params - 1) < 0.002, model.name
    return total


def active(model: Any) -> int:
    """Weights that work on a token, the embedding's table counted in."""
    idle = model.experts.count - model.experts.active
    return weights(model) - model.layers * idle * one_expert(model)


def cache_numbers(model: Any, tokens: int) -> int:
    """Numbers of a key-value cache, token by token and layer by layer."""
    assert not (model.sliding_window or model.kinds or model.latent), f"{model.name} keeps less"
    kept = 0
    for _ in range(model.layers):
        for _ in ("key", "value"):
            kept += tokens * model.n_kv_heads * model.head_dim
    return kept
