"""Files that lie beside models and are no configuration of one, told by their own keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HAND_OVER = "hand over the config.json of the model"
_PARAMS = {"dim", "n_layers", "n_heads", "n_kv_heads", "hidden_dim", "norm_eps", "multiple_of"}
"""Fields of `params.json`, in which Meta and Mistral publish the sizes of their models."""
_SAME_NAMES = {"distilbert"}
"""Families of transformers that have these names too."""
_OTHERS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(keys.split()), what)
    for keys, what in (
        ("general.architecture", "the header of a GGUF file"),
        ("producer quantization", "hf_quant_config.json, which says how weights are stored"),
        ("tokenizer_class model_max_length", "tokenizer_config.json"),
        ("tensor_model_parallel_size", "the arguments of a run of Megatron-LM"),
        ("schemaVersion mediaType layers", "a manifest of Ollama"),
        ("pretrained_config build_config", "the configuration of a TensorRT-LLM engine"),
        ("added_tokens_decoder", "tokenizer_config.json"),
        ("added_tokens pre_tokenizer", "tokenizer.json"),
        ("weight_map", "the index of a checkpoint's files"),
        ("image_processor_type", "preprocessor_config.json"),
        ("feature_extractor_type", "preprocessor_config.json"),
        ("processor_class", "processor_config.json"),
        ("log_history", "trainer_state.json"),
        ("output_dir learning_rate", "the arguments of a training run"),
        ("train_micro_batch_size_per_gpu", "a DeepSpeed configuration"),
        ("zero_optimization", "a DeepSpeed configuration"),
        ("max_seq_length do_lower_case", "a part of a sentence-transformers model"),
        ("word_embedding_dimension", "a pooling layer of a sentence-transformers model"),
        ("__version__ prompts", "config_sentence_transformers.json"),
    )
)
"""Other files, by keys that all stand in them and in no configuration."""
_GENERATION = {"temperature", "top_p", "top_k", "do_sample", "max_new_tokens", "_from_model_config"}


_TOKENS = {
    "bos_token", "eos_token", "unk_token", "pad_token", "cls_token", "sep_token", "mask_token",
    "additional_special_tokens",
}  # fmt: skip
_TOKENIZER = {"tokenizer_class", "chat_template", "add_bos_token", "clean_up_tokenization_spaces"}
"""Fields of a tokenizer's files, of which configurations of models have some as well."""


def refuse_other_files(config: Mapping[str, Any]) -> None:
    """Raise for a file that is no model's configuration, with what it is and what to hand over.

    Raises:
        ValueError: adapters, image models of diffusers and timm, `params.json`, the format of
            mamba_ssm, and the files that lie beside a configuration.

    >>> refuse_other_files({"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 16})
    Traceback (most recent call last):
    ...
    ValueError: config must be a model's configuration: this is an adapter (peft_type 'LORA'), \
whose base is 'org/base'; hand over the config.json of the base
    >>> refuse_other_files({"model_type": "gpt2"})
    """
    told = _adapter(config) or _ollama(config) or _image_model(config) or _params(config)
    # These have keys that a configuration may have as well.
    told = told or ("" if config.get("model_type") else _without_type(config))
    if told:
        raise ValueError(f"config must be a model's configuration: {told}")


def _adapter(config: Mapping[str, Any]) -> str:
    for field, key in (("peft_type", "base_model_name_or_path"), ("fine_tune_type", "model")):
        # The second is that of MLX, whose adapters have no field of their own otherwise.
        if field in config or (key == "model" and "lora_parameters" in config):
            kind, base = config.get(field), config.get(key)
            named = f", whose base is {base!r}" if isinstance(base, str) and base else ""
            of = f" ({field} {kind!r})" if kind is not None else " of MLX"
            return f"this is an adapter{of}{named}; hand over the config.json of the base"
    return ""


def _ollama(config: Mapping[str, Any]) -> str:
    # Its model_type is a number of parameters, as "8.0B".
    if not {"model_format", "model_family"} <= set(config):
        return ""
    family = config["model_family"]
    return f"this is a file of Ollama (model_family {family!r}); {_HAND_OVER} it was made from"


def _image_model(config: Mapping[str, Any]) -> str:
    if "_class_name" in config or "_diffusers_version" in config:
        part = config.get("_class_name", "unnamed")
        return (
            f"this is a part of a diffusers pipeline (_class_name {part!r}), which is described "
            "elsewhere in the catalog; only decoders of text are read here"
        )
    if "architecture" in config and {"num_classes", "pretrained_cfg"} & set(config):
        return (
            f"this is an image model of timm (architecture {config['architecture']!r}); "
            "only decoders of text are read here"
        )
    return ""


def _params(config: Mapping[str, Any]) -> str:
    # Even where somebody added a model_type: no family of transformers reads these names.
    found = sorted(_PARAMS & set(config))
    if not {"dim", "n_layers", "n_heads"} <= set(config) or config.get("model_type") in _SAME_NAMES:
        return ""
    return (
        f"{', '.join(found)} are fields of params.json, the format of Meta's and Mistral's own "
        f"code; {_HAND_OVER} in the format of transformers"
    )


def _without_type(config: Mapping[str, Any]) -> str:
    if {"d_model", "n_layer"} <= set(config) and {"ssm_cfg", "rms_norm"} & set(config):
        return (
            "d_model, n_layer and no model_type: this is the format of the mamba_ssm package; "
            f"{_HAND_OVER} in the format of transformers (its repository's name ends in -hf)"
        )
    for keys, what in _OTHERS:
        if keys <= set(config):
            return f"this is {what} ({', '.join(sorted(keys))}); {_HAND_OVER}"
    if told := _tokenizer(config):
        return told
    sampled = sorted(_GENERATION & set(config))
    if sampled and not any("size" in key or "layer" in key for key in config):
        return f"this is generation_config.json ({', '.join(sampled)}); {_HAND_OVER}"
    return ""


def _tokenizer(config: Mapping[str, Any]) -> str:
    tokens, more = sorted(_TOKENS & set(config)), sorted(_TOKENIZER & set(config))
    if not tokens and "tokenizer_class" not in more:
        return ""
    if set(config) == set(tokens):
        return f"this is special_tokens_map.json ({', '.join(tokens)}); {_HAND_OVER}"
    if not more or any("size" in str(key) or "layer" in str(key) for key in config):
        return ""
    return f"this is tokenizer_config.json ({', '.join(more + tokens)}); {_HAND_OVER}"
