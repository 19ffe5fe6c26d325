"""Encoders: every token sees all others, and there is no next token.

`architectures` says which head stands on top; without it a masked-language head is counted. Read in
the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import ALL_BIASES, Facts, attention_biases, decoder
from course_lib.catalog.huggingface.parts.stack import stack

_KIND = re.compile(r"(For[A-Z]\w*|LMHeadModel|EncoderModel|MTModel|Model)$")
_PER_TOKEN = ("ForTokenClassification", "ForQuestionAnswering")


def head_kind(f: Fields, known: tuple[str, ...]) -> str:
    """What follows the family's name in the class that `architectures` names; the first of `known`
    where it names none.

    Raises:
        ValueError: for a class that is not among the known ones.
    """
    names = f.items("architectures") or []
    if not names:
        return known[0]
    found = _KIND.search(str(names[0]))
    if found is None or found[0] not in known:
        raise ValueError(
            f"architectures must name a class that ends in one of {', '.join(known)}, "
            f"got {names[0]!r}: its head is not described"
        )
    return found[0]


def labels(f: Fields, default: int = 2) -> int:
    """Rows of a classifier: as many as are named, or those of the family's default."""
    stated = f.value("num_labels", null=None)
    if stated is not None:
        return f.whole("num_labels")
    named = f.value("id2label", null=None)
    return len(named) if isinstance(named, Mapping) and named else default


def told(f: Fields, what: str) -> tuple[str, ...]:
    """A note on a head other than that of a language model."""
    return (f"architectures names {f.items('architectures')[0]}: {what}",)  # type: ignore[index]


def bert(f: Fields) -> Facts:
    """Learned positions, a table for sentences, norms after the parts; a pooler where one vector
    stands for the text. RoBERTa's classifier transforms first, which counts like the pooler."""
    types = f.whole("type_vocab_size", at_least=0) * f.whole("hidden_size")
    return bert_body(f, bert_head(f, pooler=True), outer_params=types)


def distilbert(f: Fields) -> Facts:
    """BERT without sentences and without a pooler."""
    return bert_body(f, bert_head(f, pooler=False, two_biases=False))


def mpnet(f: Fields) -> Facts:
    """BERT without sentences, with a number for each distance and head, shared by all layers."""
    buckets = f.whole("relative_attention_num_buckets") * f.whole("num_attention_heads")
    return bert_body(f, bert_head(f, pooler=True), outer_params=buckets)


def electra(f: Fields) -> Facts:
    """BERT with a table that may be narrower than the model. The larger of its two models tells
    replaced tokens from others: one number a token."""
    narrow, width = f.whole("embedding_size"), f.whole("hidden_size")
    types = f.whole("type_vocab_size", at_least=0)
    kind = head_kind(f, ("ForMaskedLM", "ForPreTraining", *_HEADS))
    head = _discriminator(f, narrow) if kind == "ForPreTraining" else bert_head(f, False, False)
    if narrow == width:
        return bert_body(f, head, outer_params=types * width)
    if kind == "ForMaskedLM":
        # The way to the table's width is the head's transformation.
        head = {**head, "outer_matrix": 0, "outer_params": 3 * narrow}
    elif kind != "ForPreTraining" or narrow > width:
        raise ValueError(
            "embedding_size must be hidden_size for this head, which is described no other way, "
            f"got {narrow} and {width}"
        )
    # All before the projection is as narrow as the table: positions, sentences, a norm.
    rows = f.whole("max_position_embeddings") + types + 2
    facts = {"embedding_dim": narrow, "position_rows": 0, "embedding_norm": False}
    return {**bert_body(f, head, outer_params=rows * narrow + width), **facts}


def modernbert(f: Fields) -> Facts:
    """Gated MLPs, rotary positions, norms before the parts; one layer in three sees everything, the
    others half of `local_attention` to either side."""
    period = f.whole("global_attn_every_n_layers")
    windowed = f.windowed_by_type() or [
        index % period > 0 for index in range(f.whole("num_hidden_layers"))
    ]
    window = f.whole("local_attention") // 2 + 1  # to either side, the token itself included
    kinds = {True: {"sliding_window": window}, False: {}}
    names = {True: "sliding", False: "full"}
    return decoder(
        f,
        **attention_biases(f),
        mlp_bias=f.flag("mlp_bias"),
        causal=False,
        gated_mlp=True,
        norm="layernorm" if f.flag("norm_bias") else "layernorm_nobias",
        # The norm after the embedding makes up for the one that the first layer lacks.
        embedding_norm=False,
        **stack([names[near] for near in windowed], {names[k]: kinds[k] for k in kinds}),
        **_modern_head(f),
    )


def nomic_bert(f: Fields) -> Facts:
    """BERT with rotary positions and gated MLPs, without biases but in norms and head."""
    activation = f.value("activation_function", null=None)
    if activation is not None and not str(activation).endswith("glu"):
        raise ValueError(f"activation_function must be a gated one, got {activation!r}")
    if f.flag("use_rms_norm", null=False) or not f.value("rotary_emb_fraction"):
        raise ValueError(
            "use_rms_norm must be false and rotary_emb_fraction above 0: models of other kinds are "
            "not described"
        )
    types = f.whole("type_vocab_size") * f.whole("hidden_size")
    return {
        **bert_body(f, bert_head(f, pooler=False), outer_params=types),
        **dict.fromkeys(ALL_BIASES, False), "gated_mlp": True, "position_rows": 0,
    }  # fmt: skip


def bert_body(f: Fields, head: Facts, outer_params: int = 0) -> Facts:
    """BERT's body below a head: learned positions, biases, a norm after the embedding and after
    each part."""
    if "is_decoder" in f and (f.flag("is_decoder") or f.flag("add_cross_attention")):
        raise ValueError(
            "is_decoder and add_cross_attention must be false: an encoder used as a decoder is not "
            "described"
        )
    body = {"outer_params": head.get("outer_params", 0) + outer_params}
    return decoder(
        f,
        **{
            **ALL_BIASES,
            "norm": "layernorm",
            "causal": False,
            "final_norm": False,
            "embedding_norm": True,
            "position_rows": f.whole("max_position_embeddings"),
            **head,
            **body,
        },
    )


def bert_head(f: Fields, pooler: bool, two_biases: bool = True) -> Facts:
    """BERT's head: one that transforms before it multiplies by the table, or a pooler and a
    classifier.

    Args:
        f: the configuration.
        pooler: whether the model without a head has one.
        two_biases: whether a head that is not tied has its bias twice.
    """
    width, kind = f.whole("hidden_size"), head_kind(f, _HEADS)
    square = width * width
    if kind in ("ForMaskedLM", "ForPreTraining"):
        pair = kind == "ForPreTraining"
        untied = two_biases and not f.flag("tie_word_embeddings")
        again = f.whole("vocab_size") if untied else 0
        return {
            "outer_matrix": square, "head_bias": True,
            "outer_params": 3 * width + again + pair * (width + 2),
            # Whether two sentences follow each other, from one vector.
            "sequence_matrix": pair * (square + 2 * width),
        }  # fmt: skip
    if kind in _PER_TOKEN:
        return {**classifier(f), "head_bias": True}
    if kind == "ForSequenceClassification":
        rows = labels(f)
        return {
            **scored(f, rows),
            "sequence_matrix": square + rows * width, "outer_params": width + rows,
        }  # fmt: skip
    pooled = {"sequence_matrix": square, "outer_params": width} if pooler else {}
    what = "no head is counted" + (", but the pooler" if pooler else "")
    return {**headless(f, what), **pooled}


_HEADS = (
    "ForMaskedLM", "ForPreTraining", "Model", "ForSequenceClassification", *_PER_TOKEN,
)  # fmt: skip
"""Heads that are described; the first is counted where nothing is said."""


def classifier(f: Fields) -> Facts:
    """A classifier of every token."""
    rows = labels(f)
    told_of = told(f, f"a score of {rows} labels a token is counted in place of the head")
    return {"head_rows": rows, "tied_embeddings": False, "left_out": told_of}


def scored(f: Fields, rows: int) -> Facts:
    """No head, and a note on the classifier of one vector that takes its place."""
    plural = "" if rows == 1 else "s"
    return headless(f, f"a score of {rows} label{plural} is counted in place of the head")


def headless(f: Fields, what: str) -> Facts:
    """No head, and a note on what there is."""
    return {"head_rows": 0, "tied_embeddings": False, "left_out": told(f, what)}


def _discriminator(f: Fields, narrow: int) -> Facts:
    """The head that says of every token whether it was replaced."""
    width = f.whole("hidden_size")
    facts = headless(f, "one number a token is counted in place of the head")
    # A record projects a narrow table on the way in and on the way out, which this head does not.
    not_done = narrow * width if narrow < width else 0
    transform = width * width + width - not_done
    return {**facts, "outer_matrix": transform, "outer_params": width + 1}


def _modern_head(f: Fields) -> Facts:
    """A head that transforms every token, or one vector of a text, and classifies it."""
    width = f.whole("hidden_size")
    kind = head_kind(f, ("ForMaskedLM", "Model", "ForSequenceClassification", *_PER_TOKEN))
    if kind == "Model":
        return headless(f, "no head is counted")
    vectors = (2 if f.flag("norm_bias") else 1) + f.flag("classifier_bias")
    transform = {"outer_matrix": width * width, "outer_params": vectors * width}
    if kind == "ForMaskedLM":
        return {**transform, "head_bias": f.flag("decoder_bias")}
    rows = labels(f)
    if kind in _PER_TOKEN:
        return {**transform, **classifier(f), "head_bias": True}
    return {
        **scored(f, rows),
        "sequence_matrix": width * (width + rows), "outer_params": vectors * width + rows,
    }  # fmt: skip


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "bert": bert, "roberta": bert, "xlm-roberta": bert, "camembert": bert,
    "distilbert": distilbert, "electra": electra, "mpnet": mpnet, "modernbert": modernbert,
    "nomic_bert": nomic_bert,
}  # fmt: skip
