"""Encoder-decoders: layers of two kinds, and a decoder that attends to the encoder's text besides
its own, taken as long.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import FOLLOWS
from course_lib.catalog.huggingface.families.encoders import head_kind, headless, labels, scored
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import (
    ALL_BIASES,
    Facts,
    attention_biases,
    decoder,
)
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.huggingface.unread.sizes import refuse_unread

_KINDS = ("ForConditionalGeneration", "Model", "EncoderModel")
"""Classes that are described: with a head, without, and the lower half alone."""


def t5(f: Fields) -> Facts:
    """A number for each distance and head, shared by the layers of each half; RMSNorms, no biases,
    and a head that transformers 5 ties whatever the file says."""
    return _t5(f, in_all_layers=False)


def umt5(f: Fields) -> Facts:
    """T5 with numbers for distances in every layer."""
    return _t5(f, in_all_layers=True)


def bart(f: Fields) -> Facts:
    """Learned positions with two rows more, norms after the parts and after the embedding."""
    # Of each half: positions, and a norm above the embedding.
    rows, width = 2 * (f.whole("max_position_embeddings") + 2), f.whole("hidden_size")
    return _bart(f, position_rows=rows, embedding_norm=True, outer_params=2 * width)


def mbart(f: Fields) -> Facts:
    """BART with norms before the parts, and one above each half."""
    facts = bart(f)
    above = 2 * f.whole("hidden_size")
    return {**facts, "final_norm": True, "outer_params": facts["outer_params"] + above}


def pegasus(f: Fields) -> Facts:
    """BART's layers with a table of waves for positions, and a norm above each half."""
    above = 2 * f.whole("hidden_size")
    rows = 2 * f.whole("max_position_embeddings")
    return _bart(f, position_rows=rows, final_norm=True, outer_params=above)


def marian(f: Fields) -> Facts:
    """BART's layers with a table of waves for positions, and no further norms."""
    if not f.flag("share_encoder_decoder_embeddings"):
        raise ValueError(
            "share_encoder_decoder_embeddings must be true: models with two tables are not "
            "described"
        )
    return _bart(f, position_rows=2 * f.whole("max_position_embeddings"))


def whisper(f: Fields) -> Facts:
    """Two convolutions below an encoder of sound; keys without biases."""
    width = f.whole("hidden_size")
    convolutions = 3 * width * (f.whole("num_mel_bins") + width) + 2 * width
    facts = _bart(
        f,
        position_rows=f.whole("max_position_embeddings"),
        final_norm=True,
        # A norm above the encoder, and the positions of the sound.
        outer_params=2 * width + convolutions + f.whole("max_source_positions") * width,
        uncounted="they depend on the length of the audio, which is no number of tokens",
    )
    encoder, decoder_ = facts["kinds"]["encoder"], facts["kinds"]["decoder"]
    # Biases on queries, values and outputs, of two attentions in the decoder.
    kinds = {
        "encoder": {**encoder, "other_params": 3 * width},
        "decoder": {**decoder_, "other_params": 6 * width},
    }
    return {**facts, "qkv_bias": False, "o_bias": False, "kinds": kinds}


def _t5(f: Fields, in_all_layers: bool) -> Facts:
    if f.flag("is_decoder"):
        raise ValueError("is_decoder must be false: half a model is not described")
    kind = head_kind(f, _KINDS)
    buckets = f.whole("relative_attention_num_buckets") * f.whole("num_attention_heads")
    facts: Facts = {"gated_mlp": _gated(f), **_head(f, kind), "tied_embeddings": kind == _KINDS[0]}
    if in_all_layers:
        facts["other_params"] = buckets
    halves = 1 if kind == "EncoderModel" else 2
    # Numbers for distances in the lowest layer of each half, and a norm above the encoder.
    below = 0 if in_all_layers else halves * buckets
    facts["outer_params"] = below + (halves - 1) * f.whole("hidden_size")
    if kind == "EncoderModel":
        return decoder(f, causal=False, **facts)
    if kind == _KINDS[0] and f.value("tie_word_embeddings") is False:
        facts["left_out"] = (
            "tie_word_embeddings=False: the head is counted as tied, as transformers 5 ties it; a "
            "checkpoint of this configuration has a head of its own",
        )
    return _halves(f, f.whole_or_none("num_decoder_layers"), facts, {})


def _gated(f: Fields) -> bool:
    """Whether the MLP has a gate: `is_gated_act` where the file states it, even null, else the
    first word of `feed_forward_proj`."""
    words = str(f.value("feed_forward_proj")).split("-")
    if len(words) > 2 or (len(words) == 2 and words[0] != "gated"):
        raise ValueError(
            "feed_forward_proj must be the name of a function, or gated- before one, "
            f"got {f.value('feed_forward_proj')!r}"
        )
    if f.value("is_gated_act", null=False) is FOLLOWS:
        return words[0] == "gated"
    return f.flag("is_gated_act", null=False)


def _bart(f: Fields, **facts: Any) -> Facts:
    """The layers that BART and its kin have in common, of two halves with sizes of their own."""
    if f.flag("is_decoder") or not f.flag("tie_word_embeddings"):
        raise ValueError(
            "is_decoder must be false and tie_word_embeddings true: half a model, or one with "
            "several tables, is not described"
        )
    heads, width = f.whole("decoder_attention_heads"), f.whole("hidden_size")
    f.divides("decoder_attention_heads", "hidden_size")
    own = {
        "n_heads": heads, "n_kv_heads": heads, "head_dim": width // heads,
        "d_ff": f.whole("decoder_ffn_dim"),
    }  # fmt: skip
    shared = {**ALL_BIASES, "norm": "layernorm", "final_norm": False, **facts}
    kind = head_kind(f, (*_KINDS[:2], "MTModel", "ForSequenceClassification"))
    head = _head(f, kind)
    if kind == "ForSequenceClassification":
        rows = labels(f, default=3 if f.model_type == "bart" else 2)
        head = scored(f, rows)
        # Of one vector of the text, which is transformed first.
        head["sequence_matrix"] = width * (width + rows)
        shared["outer_params"] = facts.get("outer_params", 0) + width + rows
    return _halves(f, f.whole("decoder_layers"), {**shared, **head}, own)


def _head(f: Fields, kind: str) -> Facts:
    return headless(f, "no head is counted") if kind in _KINDS[1:] else {}


def _halves(f: Fields, layers: int | None, facts: Facts, own: Facts) -> Facts:
    """Encoder and decoder; `own` is what the decoder's layers have otherwise."""
    below = f.whole("num_hidden_layers")
    above = below if layers is None else layers
    kinds = {
        "encoder": {"causal": False},
        "decoder": {"cross_attention": "beside", "norms_per_layer": 3, **own},
    }
    pattern = ("encoder",) * below + ("decoder",) * above
    return decoder(f, **facts) | {"layers": below + above, "kinds": kinds, "pattern": pattern}


def t5gemma(f: Fields) -> Facts:
    """Two Gemma 2s: the lower one sees everything, the upper one attends to it as well. Each has a
    table of its own."""
    halves = {name: _half(f, name) for name in ("encoder", "decoder")}
    widths = [half.whole("hidden_size") for half in halves.values()]
    if widths[0] != widths[1]:
        raise ValueError(
            f"encoder and decoder must have the same hidden_size, got {widths[0]} and {widths[1]}"
        )
    names: list[str] = []
    kinds: dict[str, Facts] = {}
    for name, half in halves.items():
        marks = half.windowed_by_type() or [
            (index + 1) % 2 > 0 for index in range(half.whole("num_hidden_layers"))
        ]
        window = half.whole_or_none("sliding_window") or 0
        reads: Facts = {"causal": False, "norms_per_layer": 4}
        if name == "decoder":
            reads = {"cross_attention": "beside", "norms_per_layer": 6}
        elif window:
            window += 1  # its mask lets that very distance through, to either side
        shapes = {**_gemma_layer(half), **reads}
        kinds |= {f"{name} sliding": {**shapes, "sliding_window": window}, name: shapes}
        names += [f"{name} sliding" if near and window else name for near in marks]
    kind, decoder_ = head_kind(f, _KINDS[:2]), halves["decoder"]
    facts: Facts = {
        "gated_mlp": True, "norms_per_layer": 4, "tied_embeddings": f.flag("tie_word_embeddings"),
        # The encoder's table, and the norm above it.
        "outer_params": (halves["encoder"].whole("vocab_size") + 1) * widths[0],
        **_head(f, kind),
    }  # fmt: skip
    return {**decoder(decoder_, **facts), "layers": len(names), **stack(names, kinds)}


def _half(f: Fields, name: str) -> Fields:
    stated = f.value(name, null={})
    if not isinstance(stated, Mapping):
        raise TypeError(f"{name} must be a table of settings, got {stated!r}")
    fields = Fields("gemma2", stated)
    # That width is the encoder's, whatever stands here.
    refuse_unread(fields, {k: v for k, v in stated.items() if k != "cross_attention_hidden_size"})
    return fields


def _gemma_layer(half: Fields) -> Facts:
    """What the layers of two halves may differ in."""
    facts = decoder(half, **attention_biases(half))
    return {
        name: facts[name]
        for name in ("n_heads", "n_kv_heads", "head_dim", "d_ff", "qkv_bias", "o_bias")
    }


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "t5": t5, "mt5": t5, "umt5": umt5, "bart": bart, "mbart": mbart, "pegasus": pegasus,
    "marian": marian, "whisper": whisper, "t5gemma": t5gemma,
}  # fmt: skip
