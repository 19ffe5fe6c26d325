"""Families whose layers were found by a search, each with sizes of its own.

Read in the `nemotron_nas.py` of SGLang and of TensorRT-LLM; the count of the 49B model equals the
one published with its weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import LLAMA_LIKE, Facts, attention_biases, decoder
from course_lib.catalog.huggingface.parts.stack import stack

NOT_READ = ("num_sink_tokens", "sparsify", "unshifted_sink", "window_length")
"""Settings of a block that change more than its sizes; a model that has them is not described."""
ROUND_TO = 256
"""The inner width of an MLP is rounded up to a multiple of this."""


def nemotron_nas(f: Fields) -> Facts:
    """Llama's block, of which a layer may lack attention or MLP, or have one matrix in its place;
    heads of keys and values and the width of the MLP are those of the layer."""
    blocks, layers = f.items("block_configs"), f.whole("num_hidden_layers")
    if blocks is None or len(blocks) != layers:
        got = "none" if blocks is None else len(blocks)
        raise ValueError(f"block_configs must have one entry a layer, got {got} for {layers}")
    kinds: dict[str, Facts] = {}
    names = []
    for block in blocks:
        name, fields = _block(f, block)
        kinds[name] = fields
        names.append(name)
    # No layer takes these: each has its own.
    facts = {"n_kv_heads": f.whole("num_attention_heads"), "d_ff": ROUND_TO}
    own = {**facts, **stack(names, kinds)}
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), mlp_bias=f.flag("mlp_bias"), **own)


def _block(f: Fields, block: Any) -> tuple[str, Facts]:
    """Name and fields of one layer."""
    if not isinstance(block, Mapping):
        raise TypeError(f"block_configs entries must be tables, got {block!r}")
    attention, ffn = block.get("attention") or {}, block.get("ffn") or {}
    for part in (attention, ffn):
        if asked := [name for name in NOT_READ if part.get(name)]:
            raise ValueError(f"block_configs must not ask for {asked[0]}, which is not described")
    square, matrix = f.whole("hidden_size") ** 2, 0
    words, facts = [], {"norms_per_layer": 2}
    if attention.get("no_op") or attention.get("replace_with_linear"):
        facts["attention"] = False
        words.append("linear" if attention.get("replace_with_linear") else "no attention")
        matrix += square if attention.get("replace_with_linear") else 0
    else:
        group = int(checks.whole("n_heads_in_group", attention.get("n_heads_in_group")))
        facts["n_kv_heads"] = f.whole("num_attention_heads") // group
        words.append(f"{facts['n_kv_heads']} KV heads")
    if ffn.get("no_op") or ffn.get("replace_with_linear"):
        facts["mlp"] = False
        words.append("linear" if ffn.get("replace_with_linear") else "no MLP")
        matrix += square if ffn.get("replace_with_linear") else 0
    else:
        facts["d_ff"] = _inner_width(f, ffn.get("ffn_mult"))
        words.append(f"MLP {facts['d_ff']}")
    # What is left out has no norm before it either.
    facts["norms_per_layer"] -= bool(attention.get("no_op")) + bool(ffn.get("no_op"))
    return ", ".join(words), {**facts, **({"other_matrix": matrix} if matrix else {})}


def _inner_width(f: Fields, multiple: Any) -> int:
    """Inner width of an MLP from its multiple of the model's width: two thirds of it, because
    there are three matrices in place of two."""
    if isinstance(multiple, bool) or not isinstance(multiple, int | float) or multiple <= 0:
        raise ValueError(f"ffn_mult must be above 0 where a layer has an MLP, got {multiple!r}")
    # Multiples are kept to six digits.
    width = int(2 * round(multiple, 6) * f.whole("hidden_size") / 3)
    return -(-width // ROUND_TO) * ROUND_TO


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {"nemotron-nas": nemotron_nas}
