"""Decoders built from the shape or the size that a row states, for models that the catalog lacks.

Design choices:
- A shape that is stated in words ("hidden 6144, 48 layers, 64 heads") is taken at its word; what it
  leaves out is GPT's: heads of 128, an MLP four times as wide, a tied table of 51 200 rows.
- From a size alone the width follows the published GPTs (Brown et al. 2020, arXiv 2005.14165, table
  2.1; Narayanan et al. 2021, arXiv 2104.04473, table 1), evenly in logarithms between them, and the
  layers are as many as the size then needs.
- A recent model of which only the size is known is shaped as Llama 3 is (arXiv 2407.21783, table
  3): eight key-value heads, a gated MLP 3.5 times as wide, tables of 128 256 rows.
- A mixture of which only both sizes are known has the attention and the width of a dense model of
  its active size; its experts are as many as the whole size needs, eight of them at work.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from course_lib.catalog import Experts, Transformer
from course_lib.commands.validate.files import Unpredictable
from course_lib.estimators import parameters

VOCAB, RECENT_VOCAB = 51200, 128256
"""Rows of GPT-2's table, padded as Megatron-LM does, and of Llama 3's."""
RECENT_KEYS, RECENT_MLP = 8, 3.5
"""Key-value heads of Llama 3, and its MLP's width over the model's."""
WIDTHS = {
    0.125e9: 768, 0.35e9: 1024, 0.76e9: 1536, 1.3e9: 2048, 2.7e9: 2560, 6.7e9: 4096, 13e9: 5120,
    175e9: 12288, 530e9: 20480, 1008e9: 25600,
}  # fmt: skip
"""Width by parameters of published GPTs."""
HEADS = (128, 96, 80, 64, 160)
"""Widths of a head, the most usual first."""
WORKING = 8
"""Experts that work on a token, of a mixture whose shape is unknown."""
LEAST, MOST = 1e6, 2e13
"""Parameters that a size may name."""
WORDS = {
    "d_model": re.compile(r"hidden (\d+)"),
    "layers": re.compile(r"(\d+) layers"),
    "n_heads": re.compile(r"(\d+) heads"),
    "vocab_rows": re.compile(r"vocab (\d+)"),
}


def from_words(text: str) -> Transformer | None:
    """A decoder of the shape that a text states; None where it lacks width or layers.

    >>> from_words("GPT 1.7B (hidden 2304, 24 layers)").n_heads
    24
    >>> from_words("GPT 1.7B") is None
    True
    """
    found = {name: rule.search(text) for name, rule in WORDS.items()}
    sizes = {name: int(match.group(1)) for name, match in found.items() if match}
    if not {"d_model", "layers"} <= sizes.keys() or 0 in sizes.values():
        return None
    width = sizes["d_model"]
    return _gpt(
        layers=sizes["layers"],
        width=width,
        heads=sizes.get("n_heads", _heads(width)),
        vocab=sizes.get("vocab_rows", VOCAB),
    )


def from_size(
    params: float, active: float | None = None, vocab: int | None = None, recent: bool = False
) -> Transformer:
    """A decoder of about so many parameters.

    Args:
        params: of the whole model.
        active: that work on a token, where that is fewer.
        vocab: rows of the table; None for the usual ones of its time.
        recent: whether it is of 2024 or later, and shaped as Llama 3 is.

    Raises:
        Unpredictable: a size that no model has.

    >>> from_size(175e9).layers, from_size(175e9).d_model
    (96, 12288)
    >>> from_size(8e9, recent=True).layers, from_size(8e9, recent=True).n_kv_heads
    (32, 8)
    >>> from_size(30e9, active=3e9).any_experts.active
    8
    """
    sparse = active is not None and active < 0.9 * params
    size = active if sparse and active is not None else params
    if not LEAST <= size <= params <= MOST:
        raise Unpredictable(f"params name no size of a model: {params:g}, active {active}")
    logs = np.log(list(WIDTHS)), np.log(list(WIDTHS.values()))
    # Beyond the ends widths grow with the cube root, as where layers grow with the width.
    ends = (min(WIDTHS), max(WIDTHS))
    beyond = (size / float(np.clip(size, *ends))) ** (1 / 3)
    width = float(np.exp(np.interp(np.log(size), *logs))) * beyond
    step = 1024 if width >= 4096 else 512 if width >= 1536 else 64
    d_model = step * max(1, round(width / step))
    heads = _heads(d_model)
    grouped = recent and heads % RECENT_KEYS == 0
    rows = vocab or (RECENT_VOCAB if recent else VOCAB)
    one, two = (_shaped(layers, d_model, heads, rows, grouped) for layers in (1, 2))
    table, layer = (float(parameters.count(model).total) for model in (one, two))
    layer -= table
    layers = max(1, round(1 + (size - table) / layer))
    dense = _shaped(layers, d_model, heads, rows, grouped)
    return _mixture(dense, params) if sparse else dense


def _shaped(layers: int, width: int, heads: int, vocab: int, grouped: bool) -> Transformer:
    """A GPT, or a model shaped as Llama 3."""
    if not grouped:
        return _gpt(layers=layers, width=width, heads=heads, vocab=vocab)
    return Transformer(
        layers=layers, d_model=width, n_heads=heads, n_kv_heads=RECENT_KEYS,
        d_ff=int(RECENT_MLP * width), vocab_rows=vocab, gated_mlp=True,
    )  # fmt: skip


def _mixture(dense: Transformer, params: float) -> Transformer:
    """The dense model with its MLPs cut into experts, and as many more as the size needs."""
    width = max(1, int(dense.d_ff) // WORKING)
    # two or three matrices in each of the layers
    pairs = float(dense.layers * (3 if dense.gated_mlp else 2) * dense.d_model)
    rest = float(parameters.count(dense).total) - pairs * float(dense.d_ff)
    count = round((params - rest) / (pairs * width))
    experts = Experts(count=max(WORKING, count), active=WORKING, d_ff=width)
    return replace(dense, d_ff=0, experts=experts)


def _gpt(*, layers: int, width: int, heads: int, vocab: int) -> Transformer:
    if width % heads:
        raise Unpredictable(f"{heads} heads do not divide a width of {width}")
    return Transformer(
        layers=layers, d_model=width, n_heads=heads, d_ff=4 * width, vocab_rows=vocab,
        norm="layernorm", tied_embeddings=True,
    )  # fmt: skip


def _heads(width: int) -> int:
    """Heads of a usual width, in eighths where that can be had: tensor ranks share them."""
    counts = [width // size for size in HEADS if width % size == 0]
    eighths = [count for count in counts if count % 8 == 0]
    return (eighths or counts or [1])[0]
