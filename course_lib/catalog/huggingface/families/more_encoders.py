"""Encoders beside BERT's kin: EuroBERT, and DeBERTa, whose layers do more than a record can say and
whose parameters alone are counted.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib.catalog.huggingface.families.encoders import (
    bert_body,
    bert_head,
    classifier,
    head_kind,
    headless,
    labels,
    scored,
)
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import LLAMA_LIKE, Facts, attention_biases, decoder

_UNCOUNTED = (
    "its attention multiplies positions by words, and its convolution neighbours, in ways that are "
    "not described"
)


def deberta(f: Fields) -> Facts:
    """BERT that attends to distances as well: a table of them, and matrices for it in every layer
    unless they are those of the words."""
    width = f.whole("hidden_size")
    for name in ("embedding_size", "pooler_hidden_size"):
        if f.whole_or_none(name) not in (None, width):
            raise ValueError(f"{name} must be hidden_size, got {f.value(name)} and {width}")
    # The newer head multiplies by the table whatever the file says, and has one bias.
    older = f.flag("legacy")
    head = bert_head(f, pooler=False, two_biases=older)
    outer = f.whole("type_vocab_size", at_least=0) * width
    kernel = f.value("conv_kernel_size")
    if kernel:
        # With a bias, and a norm above.
        outer += width * (width // f.whole("conv_groups")) * f.whole("conv_kernel_size") + 3 * width
    if "layer_norm" in str(f.value("norm_rel_ebd")).lower():
        outer += 2 * width
    relative, layer = _distances(f)
    facts = {**bert_body(f, head, outer_params=outer + relative), "other_params": layer}
    if not f.flag("position_biased_input"):
        facts["position_rows"] = 0
    if not older and facts.get("head_rows") is None:
        facts["tied_embeddings"] = True
    return {**facts, "uncounted": _UNCOUNTED if layer or relative or kernel else ""}


def _distances(f: Fields) -> tuple[int, int]:
    """Parameters of the table of distances, and of one layer's matrices for it."""
    if not f.flag("relative_attention"):
        return 0, 0
    width, buckets = f.whole("hidden_size"), f.value("position_buckets")
    furthest = f.value("max_relative_positions")
    if furthest < 1:
        furthest = f.whole("max_position_embeddings")
    if buckets > 0:
        furthest = f.whole("position_buckets")
    stated = f.value("pos_att_type", null=None) or ()
    kinds = [k.strip() for k in stated.lower().split("|")] if isinstance(stated, str) else stated
    square = width * width + width
    own = 0 if f.flag("share_att_key") else square * (("c2p" in kinds) + ("p2c" in kinds))
    return 2 * furthest * width, own


def eurobert(f: Fields) -> Facts:
    """Llama that sees everything; its classifier transforms first."""
    facts: Facts = {"mlp_bias": f.flag("mlp_bias"), "causal": False}
    width, rows = f.whole("hidden_size"), labels(f)
    kinds = ("ForMaskedLM", "Model", "ForSequenceClassification", "ForTokenClassification")
    kind = head_kind(f, kinds)
    if kind == "ForMaskedLM":
        facts["head_bias"] = facts["mlp_bias"]
    elif kind == "Model":
        facts |= headless(f, "no head is counted")
    elif kind == "ForTokenClassification":
        facts |= {**classifier(f), "head_bias": True}
    else:
        facts |= scored(f, rows)
        # Of every token, or of one vector.
        late = f.value("classifier_pooling") == "late"
        facts["outer_matrix" if late else "sequence_matrix"] = width * (width + rows)
        facts["outer_params"] = width + rows
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **facts)


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "deberta-v2": deberta, "eurobert": eurobert,
}  # fmt: skip
