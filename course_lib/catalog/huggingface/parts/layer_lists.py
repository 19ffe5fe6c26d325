"""What families with layers of several kinds share: lists with one entry a layer, mixers in place
of attention, stacks whose layers differ in two ways at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import Facts
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.records.recurrent import Recurrent

FULL = {"full_attention": "full", "attention": "full"}
"""Spellings of a layer that attends to everything."""
LINEAR = {"linear_attention": "linear", **FULL}
"""Spellings of layers that attend or keep a state, and what they are called here."""


MLP_TYPES = {"dense": "dense", "sparse": "experts"}
"""What `mlp_layer_types` calls layers with an MLP or experts, and what they are called here."""


def in_place(mixer: Recurrent) -> Facts:
    """What layers with a recurrent mixer in place of attention have otherwise than the model.

    >>> sorted(in_place(Recurrent(kind="convolution", heads=8, head_dim=1, kernel=3)))
    ['attention', 'recurrent']
    """
    return {"attention": False, "recurrent": mixer}


def unbiased_gate(f: Fields) -> Facts:
    """A number a head that scales what attention makes, from a matrix without biases.

    >>> unbiased_gate(Fields("lfm3", {"num_attention_heads": 4, "attention_bias": False}))
    {'gate_width': 4}
    """
    heads = f.whole("num_attention_heads")
    if not f.flag("attention_bias"):
        return {"gate_width": heads}
    # The record gives a gate the biases of queries; this one has none.
    return {"other_matrix": heads * f.whole("hidden_size")}


def never_tied(f: Fields) -> Facts:
    """For families whose code has a head of its own, whatever the file says.

    >>> never_tied(Fields("nemotron_h", {}))
    {}
    """
    if not f.flag("tie_word_embeddings"):
        return {}
    told = f"tie_word_embeddings=True: {f.model_type} has a head of its own all the same"
    return {"tied_embeddings": False, "left_out": (told,)}


def one_a_layer(f: Fields, field: str, names: Mapping[str, str]) -> list[str] | None:
    """What a list calls each layer, in the names used here; None where it is not stated.

    Args:
        f: the configuration.
        field: the list.
        names: the names used here by the entries that the family knows.

    Raises:
        TypeError, ValueError: for no list, one that is too short or too long, or an entry that the
            family does not know.

    >>> kinds = {"num_hidden_layers": 2, "layer_types": ["conv", "full_attention"]}
    >>> one_a_layer(Fields("lfm2", kinds), "layer_types", {"conv": "convolution", **FULL})
    ['convolution', 'full']
    """
    entries, layers = f.items(field), f.whole("num_hidden_layers")
    if entries is None:
        return None
    name = f.spelled(field)
    if len(entries) != layers:
        raise ValueError(
            f"{name} must have one entry a layer, got {len(entries)} entries and {layers} layers"
        )
    words = [str(entry) for entry in entries]  # some lists hold numbers
    for word in words:
        checks.one_of(f"{name} entries", word, tuple(names))
    return [names[word] for word in words]


def crossed(
    first: Sequence[str], second: Sequence[str], kinds: Mapping[str, Mapping[str, Any]]
) -> Facts:
    """Arguments of `Transformer` for layers that differ in their mixer and in their MLP.

    Args:
        first: what mixes the tokens in each layer.
        second: what follows it in each layer.
        kinds: what layers of each of these names have otherwise than the model.

    >>> parts = {"full": {}, "linear": {"attention": False}, "dense": {}, "wide": {"d_ff": 9}}
    >>> crossed(["linear", "full"], ["dense", "wide"], parts)["pattern"]
    ('linear dense', 'full wide')
    >>> crossed(["linear", "full"], ["wide", "wide"], parts)["pattern"]
    ('linear', 'full')
    """
    telling = [len(set(words)) > 1 for words in (first, second)]
    pairs = list(zip(first, second, strict=True))
    names = [" ".join(w for w, tells in zip(p, telling, strict=True) if tells) for p in pairs]
    both = {n: {**kinds[a], **kinds[b]} for n, (a, b) in zip(names, pairs, strict=True)}
    return stack(names, both)
