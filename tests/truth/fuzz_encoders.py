"""Random configurations of the later Gemmas, encoders and encoder-decoders, told in many ways."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import measure

BERTS = ("bert", "roberta", "xlm-roberta", "camembert", "distilbert", "electra", "mpnet")
CLASSES = {
    "bert": "Bert", "roberta": "Roberta", "xlm-roberta": "XLMRoberta", "camembert": "Camembert",
    "distilbert": "DistilBert", "electra": "Electra", "mpnet": "MPNet",
    "modernbert": "ModernBert", "nomic_bert": "NomicBert", "t5": "T5", "mt5": "MT5",
    "umt5": "UMT5", "bart": "Bart", "mbart": "MBart", "pegasus": "Pegasus", "marian": "Marian",
    "whisper": "Whisper", "deberta-v2": "DebertaV2",
    "eurobert": "EuroBert",
}  # fmt: skip
HEADS = (
    "ForMaskedLM", "Model", "ForSequenceClassification", "ForTokenClassification",
    "ForQuestionAnswering",
)  # fmt: skip
ELSEWHERE = {"bert": ("ForPreTraining",), "electra": ("ForPreTraining",)}
REFUSED = ("Model", "Classification", "Answering")
"""Heads that are not described above a table narrower than the model."""
LACKING = {"nomic_bert": ("ForQuestionAnswering",), "eurobert": ("ForQuestionAnswering",)}


def draw(rng: random.Random) -> dict[str, Any]:
    """A configuration of a random family, told in a random way."""
    model_type = rng.choice(list(DRAWN))
    config = {"model_type": model_type, **DRAWN[model_type](rng, model_type)}
    return told(rng, config)


def _heads(rng: random.Random) -> tuple[int, int]:
    return rng.choice([1, 2, 4, 6]), rng.choice([4, 8, 12])


def _gemma(rng: random.Random, model_type: str) -> dict[str, Any]:
    heads, width = _heads(rng)
    layers = rng.randint(1, 9)
    config: dict[str, Any] = {
        "vocab_size": rng.randint(9, 300), "num_hidden_layers": layers, "pad_token_id": None,
        "hidden_size": heads * rng.choice([4, 10, 16]), "num_attention_heads": heads,
        "head_dim": width, "intermediate_size": rng.randint(3, 90),
        "num_key_value_heads": rng.choice([n for n in (1, 2, 3, 6) if heads % n == 0]),
        "sliding_window": rng.randint(2, 9), "attention_bias": rng.random() < 0.3,
        "max_position_embeddings": 64,
    }  # fmt: skip
    if rng.random() < 0.4:
        config["layer_types"] = [
            rng.choice(["full_attention", "sliding_attention"]) for _ in range(layers)
        ]
    if rng.random() < 0.3:
        config["tie_word_embeddings"] = rng.random() < 0.5
    return config


def _gemma3(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _gemma(rng, model_type) | {"sliding_window_pattern": rng.randint(1, 6)}
    config["use_bidirectional_attention"] = rng.random() < 0.5
    if rng.random() < 0.4:
        config["architectures"] = [rng.choice(["Gemma3TextModel", "Gemma3ForCausalLM"])]
    return config


def _gemma3n(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _gemma(rng, model_type)
    layers = config["num_hidden_layers"]
    if rng.random() < 0.4:
        wide = config["intermediate_size"]
        config["intermediate_size"] = [rng.choice([wide, wide + 3]) for _ in range(layers)]
    if rng.random() < 0.5:
        config["activation_sparsity_pattern"] = [0.0] * layers
    return config | {
        "vocab_size_per_layer_input": rng.randint(9, 99), "altup_num_inputs": rng.randint(1, 5),
        "hidden_size_per_layer_input": rng.randint(1, 9), "laurel_rank": rng.randint(1, 9),
        "num_kv_shared_layers": rng.randint(0, min(4, layers - 1)), "altup_correct_scale": True,
    }  # fmt: skip


def _gemma4(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _gemma(rng, model_type)
    heads = config["num_attention_heads"]
    mixture = rng.random() < 0.4
    config |= {
        "vocab_size_per_layer_input": rng.randint(9, 99),
        "hidden_size_per_layer_input": rng.choice([0, 0, 4, 7]),
        "num_kv_shared_layers": rng.randint(0, min(4, config["num_hidden_layers"])),
        "use_double_wide_mlp": rng.random() < 0.5, "attention_k_eq_v": rng.random() < 0.5,
        "global_head_dim": rng.choice([8, 16, config["head_dim"]]),
        "num_global_key_value_heads": rng.choice([None, 1, heads]),
        "use_bidirectional_attention": rng.choice([None, None, "vision", "all"]),
        "enable_moe_block": mixture,
    }  # fmt: skip
    if mixture:
        config |= {"num_experts": 6, "top_k_experts": rng.randint(1, 6)}
        config["moe_intermediate_size"] = rng.randint(1, 20)
    return config


def _unified(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _gemma4(rng, model_type)
    gone = ("num_experts", "top_k_experts", "moe_intermediate_size", "enable_moe_block")
    config["use_bidirectional_attention"] = rng.choice(["vision", "all", None])
    return {k: v for k, v in config.items() if k not in gone and "per_layer" not in k}


def _embedding_gemma2(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _gemma(rng, model_type)
    config.pop("tie_word_embeddings", None)
    if rng.random() < 0.5:
        config["num_global_key_value_heads"] = config["num_attention_heads"]
    return config | {
        "hidden_size_per_layer_input": rng.randint(1, 9), "embedding_dim": rng.randint(3, 30),
        "global_head_dim": rng.choice([8, 12]), "sliding_window_pattern": rng.randint(1, 5),
        "architectures": ["EmbeddingGemma2TextModel"],
    }  # fmt: skip


def _eurobert(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _encoder(rng, model_type)
    config.pop("type_vocab_size", None)
    flags = {flag: rng.random() < 0.5 for flag in ("attention_bias", "mlp_bias")}
    pooling = rng.choice(["late", "mean", "bos"])
    return config | flags | {"classifier_pooling": pooling, "num_key_value_heads": 1}


def _encoder(rng: random.Random, model_type: str) -> dict[str, Any]:
    heads, width = _heads(rng)
    names = {"distilbert": ("n_layers", "dim", "n_heads", "hidden_dim")}.get(
        model_type,
        ("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size"),
    )
    sizes = (rng.randint(1, 6), heads * width, heads, rng.randint(1, 99))
    config: dict[str, Any] = dict(zip(names, sizes, strict=True))
    config |= {"vocab_size": rng.randint(9, 300), "pad_token_id": 0}
    if model_type != "nomic_bert":
        config["max_position_embeddings"] = rng.randint(24, 60)
    if model_type not in ("distilbert", "mpnet", "modernbert"):
        config["type_vocab_size"] = rng.randint(1, 3)
    if model_type == "electra":
        config["embedding_size"] = heads * width
    if model_type == "mpnet":
        # The code looks 32 up whatever is stated.
        config["relative_attention_num_buckets"] = rng.choice([32, 40])
    if rng.random() < 0.2:
        config["tie_word_embeddings"] = False
    config = _head(rng, config, model_type)
    if model_type == "electra" and not config.get("architectures", [""])[0].endswith(REFUSED):
        config["embedding_size"] = rng.choice([heads * width, 4, 8])
    return config


def _modernbert(rng: random.Random, model_type: str) -> dict[str, Any]:
    flags = ("norm_bias", "attention_bias", "mlp_bias", "decoder_bias", "classifier_bias")
    config = _encoder(rng, model_type) | {flag: rng.random() < 0.5 for flag in flags}
    layers = config["num_hidden_layers"]
    config |= {"cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
    config["local_attention"] = rng.randint(2, 9)
    if rng.random() < 0.5:
        config["global_attn_every_n_layers"] = rng.randint(1, 4)
    elif rng.random() < 0.5:
        config["layer_types"] = [
            rng.choice(["full_attention", "sliding_attention"]) for _ in range(layers)
        ]
    return config


def _nomic(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _encoder(rng, model_type)
    if rng.random() < 0.3:
        config["head_dim"] = rng.choice([4, 6])
    return config


def _head(rng: random.Random, config: dict[str, Any], model_type: str) -> dict[str, Any]:
    kinds = [k for k in HEADS if k not in LACKING.get(model_type, ())]
    kind = rng.choice([None, *kinds, *ELSEWHERE.get(model_type, ())])
    if kind is None:
        return config
    config["architectures"] = [CLASSES[model_type] + kind]
    if "Classification" in kind and rng.random() < 0.6:
        config["num_labels"] = rng.randint(1, 7)
    return config


def _t5(rng: random.Random, model_type: str) -> dict[str, Any]:
    config: dict[str, Any] = {
        "vocab_size": rng.randint(9, 300), "d_model": rng.choice([8, 12, 30]),
        "d_kv": rng.choice([4, 6, 10]), "num_heads": rng.choice([1, 3, 4]),
        "num_layers": rng.randint(1, 5), "d_ff": rng.randint(3, 60),
        "feed_forward_proj": rng.choice(["relu", "gated-gelu", "gated-silu"]),
        "relative_attention_num_buckets": rng.choice([8, 32]),
    }  # fmt: skip
    if rng.random() < 0.5:
        config["num_decoder_layers"] = rng.randint(1, 5)
    if rng.random() < 0.4:
        config["tie_word_embeddings"] = rng.random() < 0.5
    kind = rng.choice([None, "ForConditionalGeneration", "EncoderModel", "Model"])
    return config | ({"architectures": [CLASSES[model_type] + kind]} if kind else {})


def _bart(rng: random.Random, model_type: str) -> dict[str, Any]:
    width = rng.choice([12, 24])
    config: dict[str, Any] = {
        "vocab_size": rng.randint(9, 300), "d_model": width, "pad_token_id": 0,
        "encoder_layers": rng.randint(1, 4), "decoder_layers": rng.randint(1, 4),
        "encoder_attention_heads": rng.choice([1, 2, 3]), "encoder_ffn_dim": rng.randint(3, 60),
        "decoder_attention_heads": rng.choice([1, 2, 4]), "decoder_ffn_dim": rng.randint(3, 60),
    }  # fmt: skip
    if model_type == "whisper":
        return config | {
            "num_mel_bins": rng.randint(2, 30), "max_source_positions": rng.randint(5, 50),
            "max_target_positions": rng.randint(5, 50),
        }  # fmt: skip
    config["max_position_embeddings"] = rng.randint(24, 60)
    kind = rng.choice([None, "ForConditionalGeneration", "Model", "ForSequenceClassification"])
    if kind == "ForSequenceClassification":
        kind = kind if model_type in ("bart", "mbart") else None
        config["eos_token_id"] = 0
    if kind and model_type == "marian":
        kind = "MTModel" if kind != "Model" else kind
    return config | ({"architectures": [CLASSES[model_type] + kind]} if kind else {})


def _t5gemma(rng: random.Random, model_type: str) -> dict[str, Any]:
    halves = []
    for _ in range(2):
        half = _gemma(rng, model_type)
        half.pop("tie_word_embeddings", None)
        same = {"hidden_size": 24, "vocab_size": 40, "head_dim": 6, "pad_token_id": 1}
        halves.append(half | same)
    config: dict[str, Any] = {"encoder": halves[0], "decoder": halves[1], "vocab_size": 40}
    if rng.random() < 0.3:
        config["tie_word_embeddings"] = rng.random() < 0.5
    return config


def _deberta(rng: random.Random, model_type: str) -> dict[str, Any]:
    config = _encoder(rng, model_type)
    # The newer head is built with a matrix of the table's shape, which never runs.
    config |= {
        "relative_attention": rng.random() < 0.7, "position_biased_input": rng.random() < 0.5,
        "pos_att_type": rng.choice([None, "p2c|c2p", ["c2p"], ["p2c"]]),
        "share_att_key": rng.random() < 0.5, "position_buckets": rng.choice([-1, 8]),
        "max_relative_positions": rng.choice([-1, 16]), "norm_rel_ebd": rng.choice(
            ["none", "layer_norm"]), "conv_kernel_size": rng.choice([0, 0, 3]),
        "type_vocab_size": rng.choice([0, 2]), "legacy": rng.random() < 0.7,
    }  # fmt: skip
    return config


DRAWN: dict[str, Callable[[random.Random, str], dict[str, Any]]] = {
    "gemma3_text": _gemma3, "gemma3n_text": _gemma3n, "gemma4_text": _gemma4,
    "gemma4_unified_text": _unified, "embedding_gemma2_text": _embedding_gemma2,
    "eurobert": _eurobert,
    **dict.fromkeys(BERTS, _encoder), "modernbert": _modernbert, "nomic_bert": _nomic,
    "t5gemma": _t5gemma, "deberta-v2": _deberta,
    **dict.fromkeys(("t5", "mt5", "umt5"), _t5),
    **dict.fromkeys(("bart", "mbart", "pegasus", "marian", "whisper"), _bart),
}  # fmt: skip


def told(rng: random.Random, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration as drawn, with fields left out, or as transformers writes it."""
    way = rng.choice(["drawn", "left out", "full", "diff"])
    if way == "left out":
        rest = [k for k in config if k not in ("model_type", "vocab_size", "architectures")]
        # Sizes that others hang on stay.
        rest = [k for k in rest if isinstance(config[k], bool) or k.endswith("_pattern")]
        gone = set(rng.sample(rest, len(rest) // 2))
        return {k: v for k, v in config.items() if k not in gone}
    if way == "drawn":
        return config
    try:
        made = measure.configuration(config)
    except Exception:
        return config  # transformers refuses it: whoever compares will see
    return dict(json.loads(made.to_json_string(use_diff=way == "diff")))
