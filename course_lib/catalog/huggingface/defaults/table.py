"""The form of a family's table of defaults, for the modules that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEEDED = object()
"""Default of a field that every configuration of the family has to state."""

FOLLOWS = object()
"""Default of a field that follows from another where it is not stated."""


def table(
    vocab: int,
    hidden: int,
    inner: int | None,
    layers: int | None,
    heads: int,
    positions: int | None,
    tied: bool,
    **rest: Any,
) -> Mapping[str, Any]:
    """The seven fields that families have in common, and what one has besides; where there is no
    such field `inner` or `heads` is 0, and `positions` None.

    >>> sorted(table(32000, 64, 0, 2, 0, None, True))
    ['hidden_size', 'num_hidden_layers', 'tie_word_embeddings', 'vocab_size']
    """
    return {
        "vocab_size": vocab,
        "hidden_size": hidden,
        **({} if inner == 0 else {"intermediate_size": inner}),
        "num_hidden_layers": layers,
        **({} if heads == 0 else {"num_attention_heads": heads}),
        **({} if positions is None else {"max_position_embeddings": positions}),
        "tie_word_embeddings": tied,
        **rest,
    }
