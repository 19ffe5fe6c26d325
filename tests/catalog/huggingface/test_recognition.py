"""Files that lie beside models say what they are, and what to hand over in their place."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.families.every import FAMILIES
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.huggingface.recognition import refuse_other_files

OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "adapter": (
        {"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 16},
        r"this is an adapter \(peft_type 'LORA'\), whose base is 'org/base'",
    ),
    "adapter without a base": ({"peft_type": "IA3"}, "this is an adapter"),
    "diffusers": (
        {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.21.0"},
        "a part of a diffusers pipeline .*UNet2DConditionModel",
    ),
    "timm": (
        {"architecture": "vit_base_patch16_224", "num_classes": 1000, "num_features": 768},
        "an image model of timm",
    ),
    "params.json": (
        {"dim": 4096, "n_layers": 32, "n_heads": 32, "vocab_size": 128256},
        "dim, n_heads, n_layers are fields of params.json",
    ),
    "params.json with a type": (
        {"model_type": "mistral", "dim": 5120, "n_layers": 40, "n_heads": 32, "hidden_dim": 14336},
        "dim, hidden_dim, n_heads, n_layers are fields of params.json",
    ),
    "mamba_ssm": (
        {"d_model": 2560, "n_layer": 64, "vocab_size": 50277, "ssm_cfg": {"layer": "Mamba2"}},
        "format of the mamba_ssm package",
    ),
    "gguf": ({"general.architecture": "llama", "llama.block_count": 32}, "header of a GGUF file"),
    "generation": ({"temperature": 0.6, "top_p": 0.9, "eos_token_id": 2}, "generation_config.json"),
    "hf_quant": (
        {"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4"}},
        "hf_quant_config.json",
    ),
    "tokenizer_config": (
        {"tokenizer_class": "LlamaTokenizer", "model_max_length": 4096},
        "tokenizer_config.json",
    ),
    "tokenizer_config without a length": (
        {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "chat_template": "{{ x }}"},
        r"tokenizer_config\.json \(chat_template, tokenizer_class, bos_token\)",
    ),
    "special_tokens_map": (
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>"}, r"special_tokens_map\.json",
    ),
    "one special token": ({"eos_token": "</s>"}, r"special_tokens_map\.json"),
    "adapter of MLX": (
        {"fine_tune_type": "lora", "model": "org/base", "lora_parameters": {"rank": 8},
         "num_layers": 16, "batch_size": 4},
        r"this is an adapter \(fine_tune_type 'lora'\), whose base is 'org/base'",
    ),
    "older adapter of MLX": (
        {"lora_parameters": {"rank": 8}, "lora_layers": 16}, "an adapter of MLX; hand over",
    ),
    "ollama": (
        {"model_format": "gguf", "model_family": "llama", "model_type": "8.0B",
         "file_type": "Q4_0"},
        r"a file of Ollama \(model_family 'llama'\)",
    ),
    "manifest of ollama": (
        {"schemaVersion": 2, "mediaType": "application/x", "layers": []}, "a manifest of Ollama",
    ),
    "megatron": (
        {"tensor_model_parallel_size": 8, "num_layers": 32, "hidden_size": 4096,
         "ffn_hidden_size": 16384, "padded_vocab_size": 50304},
        "arguments of a run of Megatron-LM",
    ),
    "engine": ({"pretrained_config": {}, "build_config": {}}, "a TensorRT-LLM engine"),
    "index": ({"metadata": {"total_size": 9}, "weight_map": {}}, "index of a checkpoint's files"),
    "trainer": ({"log_history": [], "global_step": 3}, "trainer_state.json"),
    "pooling": ({"word_embedding_dimension": 384}, "sentence-transformers"),
    "deepspeed": ({"train_micro_batch_size_per_gpu": 1}, "DeepSpeed"),
    "preprocessor": ({"image_processor_type": "CLIPImageProcessor"}, "preprocessor_config.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_known_by_their_keys(name: str) -> None:
    config, message = OTHERS[name]
    with pytest.raises(ValueError, match=message) as caught:
        from_hf_config(config)
    assert str(caught.value).startswith("config must be a model's configuration: ")
    # What to do stands there as well, or that it cannot be done.
    assert "hand over" in str(caught.value) or "only decoders" in str(caught.value)


@pytest.mark.parametrize("family", FAMILIES)
def test_configurations_of_models_pass(family: str) -> None:
    refuse_other_files({"model_type": family, "temperature": 1.0, "tokenizer_class": "X",
                        "model_max_length": 5, "quantization": {"bits": 4}, "eos_token": "x",
                        "chat_template": "x", "tensor_model_parallel_size": 1})  # fmt: skip


def test_a_configuration_without_its_type_is_asked_for_that() -> None:
    config = {"hidden_size": 64, "num_hidden_layers": 2, "tokenizer_class": "X", "eos_token": "x"}
    with pytest.raises(ValueError, match="model_type must be stated"):
        from_hf_config(config)


def test_a_family_with_the_same_names_is_not_taken_for_params_json() -> None:
    refuse_other_files(
        {"model_type": "distilbert", "dim": 768, "n_layers": 6, "n_heads": 12, "hidden_dim": 3072}
    )
