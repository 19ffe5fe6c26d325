"""Encoders and encoder-decoders: sums by hand, heads by class, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import flops, memory, parameters

BERT: dict[str, Any] = {
    "model_type": "bert", "vocab_size": 50, "hidden_size": 8, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 30,
}  # fmt: skip
T5: dict[str, Any] = {
    "model_type": "t5", "vocab_size": 50, "d_model": 8, "d_kv": 3, "num_heads": 2, "num_layers": 2,
    "d_ff": 12,
}  # fmt: skip
LAYER = 4 * (8 * 8 + 8) + 2 * 8 * 12 + 12 + 8 + 4 * 8
TABLES = (50 + 30 + 2) * 8 + 2 * 8


def _total(config: dict[str, Any], *architecture: str, **more: Any) -> int:
    named = {"architectures": list(architecture)} if architecture else {}
    return int(parameters.count(from_hf_config({**config, **named, **more})).total)


def test_bert_with_each_head() -> None:
    body = TABLES + 2 * LAYER
    masked = 8 * 8 + 8 + 2 * 8 + 50
    assert _total(BERT) == _total(BERT, "BertForMaskedLM") == body + masked
    assert _total(BERT, "BertModel") == body + 8 * 8 + 8
    assert _total(BERT, "BertForTokenClassification", num_labels=3) == body + 3 * 8 + 3
    scored = body + 8 * 8 + 8 + 5 * 8 + 5
    labels = {str(n): f"L{n}" for n in range(5)}
    assert _total(BERT, "BertForSequenceClassification", id2label=labels) == scored
    assert _total(BERT, "BertForPreTraining") == body + masked + 8 * 8 + 8 + 2 * 8 + 2


def test_a_pooler_works_on_one_vector_of_a_sequence() -> None:
    model = from_hf_config({**BERT, "architectures": ["BertModel"]})
    assert flops.forward_parts(model, 3, 7).head == 3 * 2 * 8 * 8
    assert any("no head" in told for told in model.left_out)


@pytest.mark.parametrize("model_type", ["bert", "roberta", "xlm-roberta", "modernbert", "mpnet"])
def test_an_encoder_has_no_cache_and_no_next_token(model_type: str) -> None:
    model = from_hf_config({**BERT, "model_type": model_type})
    assert memory.kv_cache(model, 4, 100) == 0
    with pytest.raises(ValueError, match="must be a decoder"):
        flops.decode(model, 1, 10)


def test_windows_of_modernbert_reach_half_to_either_side() -> None:
    model = from_hf_config({**BERT, "model_type": "modernbert", "local_attention": 6})
    near = sum(abs(q - k) <= 3 for q in range(12) for k in range(12))
    core = flops.forward_parts(model, 1, 12, attention="causal").attention_core
    assert core == 2 * 2 * (4 + 4) * (12 * 12 + near)


def test_nomic_under_the_names_of_the_code_that_it_came_with() -> None:
    first = {
        "model_type": "nomic_bert", "n_embd": 8, "n_head": 2, "n_layer": 2, "n_inner": 12,
        "vocab_size": 50, "activation_function": "swiglu", "architectures": ["NomicBertModel"],
    }  # fmt: skip
    later = {**BERT, "model_type": "nomic_bert", "architectures": ["NomicBertModel"]}
    assert _total(first) == _total(later)
    with pytest.raises(ValueError, match="activation_function must be a gated one, got 'gelu'"):
        from_hf_config({**first, "activation_function": "gelu"})


def test_t5_matrix_by_matrix() -> None:
    attention, mlp = 4 * 8 * 6, 2 * 8 * 12
    encoder, decoder = attention + mlp + 2 * 8, 2 * attention + mlp + 3 * 8
    distances = 2 * 32 * 2
    total = 50 * 8 + 2 * encoder + 2 * decoder + distances + 2 * 8
    assert _total(T5) == total
    assert _total(T5, feed_forward_proj="gated-gelu") == total + 4 * 8 * 12
    assert _total(T5, "T5EncoderModel") == 50 * 8 + 2 * encoder + distances // 2 + 8


def test_a_decoder_step_reads_the_encoder_from_its_cache() -> None:
    model = from_hf_config(T5)
    # Keys and values of the model's own text and of the encoder's.
    assert memory.kv_cache(model, 1, 10) == 2 * 10 * 2 * (2 * 2 * 2 * 3)
    # Two layers: own attention, queries and outputs of the other, MLP.
    matrices = 2 * (4 * 8 * 6 + 2 * 8 * 6 + 2 * 8 * 12) + 50 * 8
    scores = 2 * 2 * (3 + 3) * (11 + 10)
    assert flops.decode(model, 1, 10) == 2 * (matrices + scores)


def test_whisper_counts_parameters_and_no_flops() -> None:
    model = from_hf_config({"model_type": "whisper", "d_model": 384})
    assert parameters.count(model).total == 37_760_640  # as published for whisper-tiny
    with pytest.raises(ValueError, match="depend on the length of the audio"):
        flops.decode(model, 1, 8)


def test_a_small_discriminator_with_a_narrow_table() -> None:
    electra = {**BERT, "model_type": "electra", "embedding_size": 4}
    model = from_hf_config({**electra, "architectures": ["ElectraForPreTraining"]})
    tables = (50 + 30 + 2 + 2) * 4 + 4 * 8 + 8
    assert parameters.count(model).total == tables + 2 * LAYER + 8 * 8 + 8 + 8 + 1
    assert flops.forward_parts(model, 1, 3).head == 3 * 2 * (4 * 8 + 8 * 8 + 8)
    with pytest.raises(ValueError, match="embedding_size must be hidden_size for this head"):
        from_hf_config({**electra, "architectures": ["ElectraModel"]})


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({**BERT, "architectures": ["BertForMultipleChoice"]}, "its head is not described"),
        ({**BERT, "is_decoder": True}, "is_decoder and add_cross_attention must be false"),
        ({**T5, "architectures": ["T5ForTokenClassification"]}, "its head is not described"),
        ({**T5, "is_decoder": True}, "is_decoder must be false"),
        ({"model_type": "bart", "tie_word_embeddings": False}, "tie_word_embeddings true"),
        (
            {"model_type": "marian", "share_encoder_decoder_embeddings": False},
            "share_encoder_decoder_embeddings must be true",
        ),
        (
            {"model_type": "t5gemma", "decoder": {"hidden_size": 1152}},
            "same hidden_size, got 2304 and 1152",
        ),
        ({"model_type": "t5gemma", "encoder": {"n_layer": 3}}, "must state no size"),
        ({"model_type": "deberta-v2", "embedding_size": 3}, "embedding_size must be hidden_size"),
    ],
)
def test_what_is_not_described_is_refused(config: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        from_hf_config(config)


def test_albert_is_refused_with_the_reason() -> None:
    with pytest.raises(KeyError, match="'albert' is not known: its layers share one set"):
        from_hf_config({"model_type": "albert"})


def test_deberta_counts_parameters_and_says_why_no_flops() -> None:
    config = {**BERT, "model_type": "deberta-v2"}
    plain = from_hf_config(config)
    assert flops.forward(plain, 1, 5) == flops.forward(from_hf_config(BERT), 1, 5)
    near = {"relative_attention": True, "pos_att_type": "c2p|p2c", "position_buckets": 6}
    model = from_hf_config({**config, **near})
    # A table of distances to either side, two matrices with biases in each of two layers.
    more = 2 * 6 * 8 + 2 * 2 * (8 * 8 + 8)
    assert parameters.count(model).total - parameters.count(plain).total == more
    with pytest.raises(ValueError, match="multiplies positions by words"):
        flops.forward(model, 1, 5)


GATES = [
    # Family, feed_forward_proj and is_gated_act as the file states them ("" for not), and the gate.
    *(("t5", "", stated, gate) for stated, gate in (("", False), (True, True), (None, False))),
    *(
        (family, "", stated, gate)
        for family in ("mt5", "umt5")
        for stated, gate in (("", True), (True, True), (False, False), (None, False))
    ),
    *(
        (family, function, stated, gate)
        for family in ("t5", "mt5", "umt5")
        for function, stated, gate in (
            ("relu", "", False), ("gated-gelu", "", True), ("gated-silu", "", True),
            ("relu", True, True), ("gated-gelu", False, False), ("gated-gelu", None, False),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("family", "function", "stated", "gated"), GATES)
def test_a_gate_that_is_stated_counts_before_the_function(
    family: str, function: str, stated: Any, gated: bool
) -> None:
    # T5ForConditionalGeneration of these sizes, by transformers, without a gate and with one.
    sizes = {"d_ff": 512, "d_kv": 64, "d_model": 256, "num_heads": 4, "num_layers": 2,
             "vocab_size": 1000}  # fmt: skip
    said = {"feed_forward_proj": function} if function else {}
    said |= {} if stated == "" else {"is_gated_act": stated}
    own = 256 if family == "umt5" else 0
    total = (3_405_056 if gated else 2_880_768) + own
    assert _total({"model_type": family, **sizes, **said}) == total


@pytest.mark.parametrize("function", ["relu-gelu", "gated-gelu-new"])
def test_a_function_of_no_form_is_refused(function: str) -> None:
    with pytest.raises(ValueError, match="feed_forward_proj must be the name of a function"):
        from_hf_config({**T5, "feed_forward_proj": function})
    with pytest.raises(TypeError, match="is_gated_act must be True or False"):
        from_hf_config({**T5, "is_gated_act": "yes"})
