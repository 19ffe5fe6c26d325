"""Small configurations of the later Gemmas, encoders and encoder-decoders, each with other flags
turned: what `record_encoders.py` records."""

from __future__ import annotations

from typing import Any

GEMMA = {
    "vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 7, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 6, "intermediate_size": 20, "sliding_window": 4,
    "max_position_embeddings": 40, "pad_token_id": None,
}  # fmt: skip
INPUTS = {"vocab_size_per_layer_input": 19, "hidden_size_per_layer_input": 5}
TWO_FULL = {
    "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"],
    "num_hidden_layers": 4,
}  # fmt: skip
MIXTURE = {
    "enable_moe_block": True, "num_experts": 5, "top_k_experts": 2, "moe_intermediate_size": 7,
}  # fmt: skip
BERT = {
    "vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4,
    "intermediate_size": 20, "max_position_embeddings": 40, "type_vocab_size": 2,
    "pad_token_id": 0,
}  # fmt: skip
EURO = {**{k: v for k, v in BERT.items() if "type" not in k}, "num_key_value_heads": 2}
EMBEDS: dict[str, Any] = {"architectures": ["EmbeddingGemma2TextModel"]}
DISTIL = {
    "vocab_size": 61, "dim": 24, "n_layers": 3, "n_heads": 4, "hidden_dim": 20,
    "max_position_embeddings": 40,
}  # fmt: skip
MODERN = {
    **BERT, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2,
    "local_attention": 6, "num_hidden_layers": 5,
}  # fmt: skip
T5 = {
    "vocab_size": 61, "d_model": 24, "d_kv": 10, "num_heads": 3, "num_layers": 3, "d_ff": 20,
}  # fmt: skip
BART = {
    "vocab_size": 61, "d_model": 24, "encoder_layers": 3, "decoder_layers": 2,
    "encoder_attention_heads": 4, "decoder_attention_heads": 3, "encoder_ffn_dim": 20,
    "decoder_ffn_dim": 28, "max_position_embeddings": 40, "pad_token_id": 0,
}  # fmt: skip
SOUND = {"num_mel_bins": 7, "max_source_positions": 30, "max_target_positions": 20}
HALF = {**GEMMA, "num_hidden_layers": 3, "pad_token_id": 1}
DISTANCES: dict[str, Any] = {"relative_attention": True, "pos_att_type": "p2c|c2p"}
UNTIED: dict[str, Any] = {"tie_word_embeddings": False}


def _named(name: str, **more: Any) -> dict[str, Any]:
    return {"architectures": [name], **more}


def _heads(stem: str, *more: str) -> list[dict[str, Any]]:
    """One head after another, with labels in the last two."""
    kinds = ("ForMaskedLM", "Model", *more)
    classes = [_named(stem + kind) for kind in kinds]
    scores = _named(f"{stem}ForSequenceClassification", num_labels=1)
    return [*classes, scores, _named(f"{stem}ForTokenClassification", num_labels=5)]


def _each(sizes: dict[str, Any], heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**sizes, **head} for head in heads]


CONFIGS: dict[str, list[dict[str, Any]]] = {
    "gemma3_text": [
        {**GEMMA, "use_bidirectional_attention": True},
        {**GEMMA, **_named("Gemma3TextModel"), "use_bidirectional_attention": True,
         "sliding_window": 6, "sliding_window_pattern": 2},
    ],
    "gemma3n_text": [
        {**GEMMA, **INPUTS, "num_kv_shared_layers": 0, "laurel_rank": 3},
        {**GEMMA, **INPUTS, "num_kv_shared_layers": 2, "altup_num_inputs": 3, **UNTIED},
        {**GEMMA, **INPUTS, **TWO_FULL, "intermediate_size": [9, 9, 12, 9], "altup_num_inputs": 1,
         "num_kv_shared_layers": 2, "attention_bias": True},
    ],
    "gemma4_text": [
        {**GEMMA, **INPUTS, "global_head_dim": 8},
        {**GEMMA, **INPUTS, "use_double_wide_mlp": True, "num_kv_shared_layers": 1,
         "global_head_dim": 8},
        {**GEMMA, **MIXTURE, "hidden_size_per_layer_input": 0, "attention_k_eq_v": True,
         "num_global_key_value_heads": 1, "global_head_dim": 8},
        {**GEMMA, **INPUTS, **MIXTURE, **TWO_FULL, "num_kv_shared_layers": 2,
         "use_double_wide_mlp": True, "num_global_key_value_heads": 1, "attention_bias": True},
        {**GEMMA, **TWO_FULL, **UNTIED, "hidden_size_per_layer_input": 0, "global_head_dim": 6,
         "use_bidirectional_attention": "all"},
    ],
    "gemma4_unified_text": [
        {**GEMMA, "global_head_dim": 8},
        {**GEMMA, "attention_k_eq_v": True, "num_global_key_value_heads": 1, **UNTIED},
    ],
    "embedding_gemma2_text": [
        {**GEMMA, **EMBEDS, "hidden_size_per_layer_input": 5, "embedding_dim": 9},
        {**GEMMA, **EMBEDS, **TWO_FULL, "attention_bias": True, "num_global_key_value_heads": 4,
         "global_head_dim": 8},
    ],
    "eurobert": [
        *_each(EURO, [{}, UNTIED, *_heads("EuroBert")]),
        {**EURO, "mlp_bias": True, "attention_bias": True},
        {**EURO, "classifier_pooling": "mean", **_named("EuroBertForSequenceClassification")},
    ],
    "bert": _each(BERT, [{}, UNTIED, *_heads("Bert", "ForPreTraining", "ForQuestionAnswering")]),
    "roberta": _each(BERT, [{}, UNTIED, *_heads("Roberta")]),
    "xlm-roberta": _each(BERT, _heads("XLMRoberta")),
    "camembert": _each(BERT, _heads("Camembert")),
    "distilbert": _each(DISTIL, [{}, UNTIED, *_heads("DistilBert")]),
    "electra": [
        *_each({**BERT, "embedding_size": 24}, [{}, *_heads("Electra", "ForPreTraining")]),
        *_each({**BERT, "embedding_size": 10}, [{}, UNTIED, _named("ElectraForPreTraining")]),
    ],
    "mpnet": _each(BERT, [{}, UNTIED, *_heads("MPNet")]),
    "modernbert": [
        *_each(MODERN, [{}, *_heads("ModernBert", "ForQuestionAnswering")]),
        *_each({**MODERN, "norm_bias": True, "attention_bias": True, "mlp_bias": True,
                "classifier_bias": True, "decoder_bias": False}, _heads("ModernBert")),
        {**MODERN, "global_attn_every_n_layers": 2, **UNTIED},
        {**MODERN, **TWO_FULL},
    ],
    "nomic_bert": _each(BERT, [{}, {"head_dim": 4}, *_heads("NomicBert")]),
    "t5": [
        T5,
        {**T5, **UNTIED, "feed_forward_proj": "gated-gelu", "num_decoder_layers": 2},
        {**T5, **_named("T5Model"), "relative_attention_num_buckets": 8},
        {**T5, **_named("T5EncoderModel")},
    ],
    "mt5": [{**T5, **UNTIED}, {**T5, **_named("MT5EncoderModel")},
            {**T5, **_named("MT5ForConditionalGeneration"), "feed_forward_proj": "relu"}],
    "umt5": [T5, {**T5, **_named("UMT5EncoderModel")}, {**T5, **_named("UMT5Model")}],
    "bart": [BART, {**BART, **_named("BartModel")},
             {**BART, **_named("BartForSequenceClassification"), "eos_token_id": 0},
             {**BART, **_named("BartForSequenceClassification", num_labels=5), "eos_token_id": 0}],
    "mbart": [BART, {**BART, **_named("MBartModel")},
              {**BART, **_named("MBartForSequenceClassification"), "eos_token_id": 0}],
    "pegasus": [BART, {**BART, **_named("PegasusForConditionalGeneration")}],
    "marian": [BART, {**BART, **_named("MarianMTModel")}],
    "t5gemma": [
        {"encoder": HALF, "decoder": HALF, "vocab_size": 61},
        {"encoder": {**HALF, "num_hidden_layers": 2, "sliding_window": 2},
         "decoder": {**HALF, "attention_bias": True, "intermediate_size": 28, **TWO_FULL},
         "vocab_size": 61, **UNTIED},
        {"encoder": HALF, "decoder": HALF, "vocab_size": 61, **_named("T5GemmaModel")},
    ],
    "deberta-v2": [
        *_each(BERT, [{}, UNTIED, {"legacy": False}, *_heads("DebertaV2")]),
        {**BERT, **DISTANCES},
        {**BERT, **DISTANCES, "share_att_key": True, "position_buckets": 8,
         "norm_rel_ebd": "layer_norm", "position_biased_input": False, "conv_kernel_size": 3,
         **_named("DebertaV2ForSequenceClassification", num_labels=1)},
        {**BERT, **DISTANCES, "max_relative_positions": 16, "pos_att_type": ["c2p"],
         "type_vocab_size": 0, **_named("DebertaV2Model")},
    ],
    "whisper": [{**{k: v for k, v in BART.items() if "position" not in k}, **SOUND}],
}  # fmt: skip
