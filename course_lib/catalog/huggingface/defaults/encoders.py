"""Defaults and spellings of encoders and encoder-decoders, in the form of `defaults`.

`architectures` stands in these tables because their heads are of their own kinds. Read in the
`configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import FOLLOWS, table

_HEAD: Mapping[str, Any] = {"architectures": None, "id2label": None, "num_labels": None}
_BERT: Mapping[str, Any] = {
    **_HEAD, "type_vocab_size": 2, "is_decoder": False, "add_cross_attention": False,
}  # fmt: skip
_T5: Mapping[str, Any] = {
    **_HEAD, "num_decoder_layers": None, "relative_attention_num_buckets": 32,
    "feed_forward_proj": "gated-gelu", "is_gated_act": FOLLOWS, "is_decoder": False,
}  # fmt: skip
_BART: Mapping[str, Any] = {
    **_HEAD, "decoder_layers": 12, "decoder_ffn_dim": 4096, "decoder_attention_heads": 16,
    "is_decoder": False,
}  # fmt: skip

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "bert": table(30522, 768, 3072, 12, 12, 512, True, **_BERT),
    "roberta": table(50265, 768, 3072, 12, 12, 512, True, **_BERT),
    "xlm-roberta": table(30522, 768, 3072, 12, 12, 512, True, **_BERT),
    "camembert": table(30522, 768, 3072, 12, 12, 512, True, **_BERT),
    "distilbert": table(30522, 768, 3072, 6, 12, 512, True, **_HEAD),
    "electra": table(30522, 256, 1024, 12, 4, 512, True, **_BERT, embedding_size=128),
    "mpnet": table(
        30527, 768, 3072, 12, 12, 512, True, **_HEAD, relative_attention_num_buckets=32,
    ),
    "modernbert": table(
        50368, 768, 1152, 22, 12, 8192, True, **_HEAD, norm_bias=False, attention_bias=False,
        mlp_bias=False, decoder_bias=True, classifier_bias=False, local_attention=128,
        layer_types=None, global_attn_every_n_layers=3,
    ),
    "deberta-v2": table(
        128100, 1536, 6144, 24, 24, 512, True, **_HEAD, type_vocab_size=0, embedding_size=None,
        relative_attention=False, max_relative_positions=-1, position_buckets=-1,
        position_biased_input=True, pos_att_type=None, share_att_key=False, norm_rel_ebd="none",
        conv_kernel_size=0, conv_groups=1, legacy=True, pooler_hidden_size=None,
    ),
    "eurobert": table(
        128256, 768, 3072, 12, 12, 8192, False, **_HEAD, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False, classifier_pooling="late",
    ),
    "nomic_bert": table(
        30528, 768, 3072, 12, 12, 2048, True, **_HEAD, type_vocab_size=2, head_dim=None,
        activation_function=None, use_rms_norm=False, rotary_emb_fraction=1.0,
    ),
    # Of the encoder where it differs from the decoder.
    "t5": table(32128, 512, 2048, 6, 8, None, True, **{**_T5, "feed_forward_proj": "relu"},
                head_dim=64),
    "mt5": table(250112, 512, 1024, 8, 6, None, True, **_T5, head_dim=64),
    "umt5": table(250112, 512, 1024, 8, 6, None, True, **_T5, head_dim=64),
    "bart": table(50265, 1024, 4096, 12, 16, 1024, True, **_BART),
    "mbart": table(50265, 1024, 4096, 12, 16, 1024, True, **_BART),
    "pegasus": table(50265, 1024, 4096, 12, 16, 1024, True, **_BART),
    "marian": table(
        58101, 1024, 4096, 12, 16, 1024, True, **_BART, decoder_vocab_size=None,
        share_encoder_decoder_embeddings=True,
    ),
    # Its halves are Gemma 2s.
    "t5gemma": {
        **_HEAD, "encoder": None, "decoder": None, "vocab_size": 256000,
        "tie_word_embeddings": True,
    },
    "whisper": table(
        51865, 384, 1536, 4, 6, 448, True,
        **{**_BART, "decoder_layers": 4, "decoder_ffn_dim": 1536, "decoder_attention_heads": 6},
        max_source_positions=1500, num_mel_bins=80,
    ),
}  # fmt: skip

_T5_NAMES = {
    "hidden_size": ("hidden_size", "d_model"),
    "num_attention_heads": ("num_attention_heads", "num_heads"),
    "num_hidden_layers": ("num_hidden_layers", "num_layers"),
    "head_dim": ("head_dim", "d_kv"),
    "intermediate_size": ("d_ff",),
}
_BART_NAMES = {
    "hidden_size": ("hidden_size", "d_model"),
    "num_attention_heads": ("num_attention_heads", "encoder_attention_heads"),
    "num_hidden_layers": ("encoder_layers",),
    "intermediate_size": ("encoder_ffn_dim",),
}
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "distilbert": {
        "hidden_size": ("hidden_size", "dim"),
        "num_attention_heads": ("num_attention_heads", "n_heads"),
        "num_hidden_layers": ("num_hidden_layers", "n_layers"),
        "intermediate_size": ("hidden_dim",),
    },
    # The second names are those of the code that it was published with.
    "nomic_bert": {
        "hidden_size": ("hidden_size", "n_embd"),
        "num_attention_heads": ("num_attention_heads", "n_head"),
        "num_hidden_layers": ("num_hidden_layers", "n_layer"),
        "intermediate_size": ("intermediate_size", "n_inner"),
        "max_position_embeddings": ("max_position_embeddings", "n_positions"),
    },
    "t5": _T5_NAMES, "mt5": _T5_NAMES, "umt5": _T5_NAMES,
    "bart": _BART_NAMES, "mbart": _BART_NAMES, "pegasus": _BART_NAMES, "marian": _BART_NAMES,
    "whisper": {**_BART_NAMES, "max_position_embeddings": ("max_target_positions",)},
}  # fmt: skip

_SAME_IN_ALL = "is_encoder_decoder"
_OLD_BART = "add_final_layer_norm add_bias_logits normalize_before normalize_embedding"
IGNORED: Mapping[str, str] = {
    # A pooler is one square matrix.
    "bert": "pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head",
    **dict.fromkeys(("t5", "mt5", "umt5", "t5gemma"), _SAME_IN_ALL),
    **dict.fromkeys(("bart", "mbart", "pegasus", "marian"), f"{_SAME_IN_ALL} {_OLD_BART}"),
    # The size of a head of its own, and of a filter over time stamps.
    "whisper": f"{_SAME_IN_ALL} classifier_proj_size median_filter_width mask_feature_length",
}
"""Fields that files state and the code does not read, as in `unread.ignored`."""
