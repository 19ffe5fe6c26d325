"""Lesson 01's panel: a model card redraws one layer, to scale, and counts the weights.

The vocabulary, the norms and the gate of the MLP are those of Llama 3 8B, at which the card
begins.
"""

from __future__ import annotations

from course_lib.catalog import Experts, Transformer, models
from course_lib.estimators import flops, parameters
from course_lib.explorers import layer
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.look import fmt
from course_lib.explorers.settings import Topic, slider

__all__ = ["TOPIC", "card", "find"]

MODEL = "llama-3-8b"
BEGIN = models.peek(MODEL)
LAYERS = (1, 2, 4, 8, 16, 24, 32, 48, 61, 80, 126)
WIDTHS = (512, 1024, 2048, 4096, 6144, 7168, 8192, 12_288, 16_384)
HEADS = (4, 8, 16, 32, 48, 64, 96, 128)
GROUPS = (1, 2, 4, 8, 16, 32, 64)
INNER = (1024, 2048, 4096, 8192, 14_336, 28_672, 53_248)
EXPERTS = (1, 8, 16, 32, 64, 128, 256, 512)
ACTIVE = (1, 2, 4, 8)
AIM = 1e12
"""Weights that the question asks for."""


def card(
    *,
    layers: int,
    d_model: int,
    n_heads: int,
    n_kv_heads: int,
    d_ff: int,
    experts: int,
    active: int,
) -> Transformer:
    """The model of a card.

    Args:
        layers: layers, one above the other.
        d_model: width.
        n_heads: query heads.
        n_kv_heads: key-value heads.
        d_ff: inner width of the MLP, or of each expert.
        experts: experts in a layer; 1 for an ordinary MLP.
        active: experts that a token uses.

    Raises:
        ValueError: heads that do not divide what they share.

    >>> sizes = {"layers": 32, "d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_ff": 14336}
    >>> parameters.count(card(**sizes, experts=1, active=1)).total == BEGIN.published.total_params
    True
    """
    mixture = Experts(count=experts, active=active, d_ff=d_ff) if experts > 1 else None
    return Transformer(
        layers=layers,
        d_model=d_model,
        n_heads=n_heads,
        n_kv_heads=n_kv_heads,
        d_ff=0 if mixture else d_ff,
        experts=mixture,
        vocab_rows=BEGIN.vocab_rows,
        gated_mlp=BEGIN.gated_mlp,
        norm=BEGIN.norm,
    )


def find(
    *,
    layers: int,
    d_model: int,
    n_heads: int,
    n_kv_heads: int,
    d_ff: int,
    experts: int,
    active: int,
) -> Found:
    """The weights of a card; its arguments are those of `card`.

    >>> sizes = {"layers": 32, "d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_ff": 14336}
    >>> find(**sizes, experts=1, active=1).numbers["all weights"]
    '8.03 billion'
    """
    if why := _refused(d_model, n_heads, n_kv_heads, experts, active):
        return problem(why)
    sizes = {"layers": layers, "d_model": d_model, "n_heads": n_heads, "n_kv_heads": n_kv_heads}
    model = card(**sizes, d_ff=d_ff, experts=experts, active=active)
    count = parameters.count(model)
    mixture = f" {fmt(experts)} experts," if experts > 1 else ""
    return Found(
        sentence=(
            f"{fmt(layers, 'layers')} of width {fmt(d_model, exact=True)},{mixture} "
            f"{fmt(count.total, 'weights')}; a token uses "
            f"{fmt(count.active / count.total, '%')} of them. MLPs hold "
            f"{fmt(count.mlp / count.total, '%')}, attention "
            f"{fmt(count.attention / count.total, '%')}."
        ),
        values={
            "all weights": Amount(count.total),
            "weights in use for a token": Amount(count.active),
            "in MLPs or experts": Amount(count.mlp / count.total, "%"),
            "in attention": Amount(count.attention / count.total, "%"),
            "in the tables of tokens": Amount((count.embedding + count.head) / count.total, "%"),
            "one layer": Amount((count.attention + count.mlp) / layers),
            "two bytes for each weight": Amount(2 * count.total, "B"),
            "FLOPs of a token (its row is looked up)": Amount(
                flops.forward(model, batch=1, seq=1), "FLOP"
            ),
        },
        draw=lambda axes: layer.draw(axes, model, experts, active),
        ground=layer.GROUND,
    )


def _refused(d_model: int, n_heads: int, n_kv_heads: int, experts: int, active: int) -> str:
    """Why a card cannot be built; blank where it can."""
    if d_model % n_heads:
        return (
            f"{fmt(n_heads, 'heads')} cannot share a width of {fmt(d_model, exact=True)} evenly: "
            f"each would be {d_model / n_heads:.1f} wide. Choose heads that divide the width."
        )
    if n_heads % n_kv_heads:
        return (
            f"{fmt(n_kv_heads, 'key-value heads')} cannot serve {fmt(n_heads, 'query heads')} "
            "evenly: every one must serve as many. Choose a number that divides the heads."
        )
    if active > experts:
        return (
            f"A token cannot use {fmt(active, 'experts')} where a layer has {fmt(experts)}. "
            "Choose more experts, or fewer for a token."
        )
    return ""


def _answer() -> str:
    """The fewest experts of the slider that make a trillion."""
    begin = TOPIC.defaults()
    for experts in EXPERTS:
        found = find(**(begin | {"experts": experts}))
        if found.amount("all weights") >= AIM:
            break
    total, used = found.numbers["all weights"], found.numbers["weights in use for a token"]
    return (
        f"{fmt(experts, 'experts')}, one in use: {total} weights, of which a token uses {used}. "
        "More layers or more width would make the token pay for every weight."
    )


TOPIC = Topic(
    name="parameters",
    title="build a model card",
    question=(
        "Make a model of a trillion weights in which a token uses hardly more than in "
        f"{BEGIN.name}. What do you have to change, and how far?"
    ),
    settings=(
        slider("layers", "Layers", LAYERS, BEGIN.layers),
        slider("d_model", "Width (d_model)", WIDTHS, BEGIN.d_model),
        slider("n_heads", "Query heads", HEADS, BEGIN.n_heads),
        slider("n_kv_heads", "Key-value heads", GROUPS, BEGIN.n_kv_heads),
        slider("d_ff", "Inner width (d_ff)", INNER, BEGIN.d_ff),
        slider("experts", "Experts in a layer", EXPERTS, 1, texts={1: "none"}),
        slider("active", "Experts for a token", ACTIVE, 1),
    ),
    find=find,
    answer=_answer,
)
