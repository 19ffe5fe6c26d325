"""Configurations that were once read wrongly without a word: read rightly now, refused, or told."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import parameters

QWEN2_0_5B = {
    "model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_attention_heads": 14,
    "num_hidden_layers": 24, "num_key_value_heads": 2, "vocab_size": 151674,
}  # fmt: skip
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    # Llama 2 70B under other names was 5.9 billion; it is 69.
    "sizes under other names": (
        {"model_type": "llama", "num_layers": 80, "hidden_dim": 8192, "n_head": 64,
         "ffn_embed_dim": 28672, "num_key_value_heads": 8, "vocab_size": 32000},
        "num_layers=80.*hidden_dim=8192.*n_head=64.*ffn_embed_dim=28672",
    ),
    # Mistral NeMo was 8.1 billion; it is 12.2.
    "params.json with a model_type": (
        {"model_type": "mistral", "dim": 5120, "n_layers": 40, "head_dim": 128, "hidden_dim": 14336,
         "n_heads": 32, "n_kv_heads": 8, "vocab_size": 131072},
        r"fields of params\.json",
    ),
    # Gemma 4 26B-A4B under a dense family's name was 2.3 billion.
    "a mixture under a dense family's name": (
        {"model_type": "gemma3_text", "hidden_size": 2816, "num_hidden_layers": 30,
         "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256,
         "intermediate_size": 2112, "num_experts": 128, "moe_intermediate_size": 704,
         "vocab_size": 262144, "tie_word_embeddings": True},
        "num_experts=128.*moe_intermediate_size=704",
    ),
    # 950,026,240 in the checkpoint, was 1,268,789,248.
    "a draft model": (
        {"architectures": ["LlamaForCausalLMEagle3"], "model_type": "llama", "hidden_size": 4096,
         "intermediate_size": 14336, "num_attention_heads": 32, "num_key_value_heads": 8,
         "num_hidden_layers": 1, "tie_word_embeddings": False, "vocab_size": 128256,
         "draft_vocab_size": 32000},
        "architectures must name a class of 'llama', got 'LlamaForCausalLMEagle3': a draft model",
    ),
    # SantaCoder: 1,124,886,528 in the checkpoint, was 1,313,722,368.
    "code of its own": (
        {"architectures": ["GPT2LMHeadCustomModel"], "attention_head_type": "multiquery",
         "auto_map": {"AutoModelForCausalLM": "modeling.Custom"}, "model_type": "gpt2",
         "n_embd": 2048, "n_head": 16, "n_inner": 8192, "n_layer": 24, "n_positions": 2048,
         "vocab_size": 49280},
        "architectures must name a class of 'gpt2', got 'GPT2LMHeadCustomModel'",
    ),
    "latent attention that is none": (
        {"model_type": "deepseek_v3", "use_mla": False, "kv_lora_rank": None, "q_lora_rank": None},
        "use_mla=False",
    ),
}  # fmt: skip
READ: dict[str, tuple[dict[str, Any], int, str]] = {
    "an embedding model": (
        {"architectures": ["MistralModel"], "model_type": "mistral", "hidden_size": 4096,
         "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
         "num_key_value_heads": 8, "vocab_size": 32000, "tie_word_embeddings": False},
        7_110_660_096, "no head is counted",
    ),
    "a reward model": (
        {"architectures": ["LlamaForSequenceClassification"], "model_type": "llama",
         "id2label": {"0": "LABEL_0"}, "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
         "vocab_size": 128256, "tie_word_embeddings": False},
        7_504_928_768, "a score of 1 label",
    ),
    "tied by the outer configuration": (
        {"model_type": "llava_onevision", "tie_word_embeddings": True, "text_config": QWEN2_0_5B},
        493_798_016, "",
    ),
    "a layer for further tokens": (
        {"model_type": "deepseek_v3", "num_nextn_predict_layers": 1},
        671_026_404_352, "num_nextn_predict_layers=1: 1 layer",
    ),
    "under llm_config": (
        {"model_type": "internvl_chat", "architectures": ["InternVLChatModel"],
         "auto_map": {"AutoModel": "modeling_internvl_chat.InternVLChatModel"},
         "llm_config": {**QWEN2_0_5B, "architectures": ["Qwen2ForCausalLM"]}},
        629_697_920, "",
    ),
    "weights in four bits": (
        {"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}},
        116_829_156_672, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(name: str) -> None:
    config, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        from_hf_config(config)


@pytest.mark.parametrize("name", READ)
def test_what_can_is_read_and_the_rest_is_told(name: str) -> None:
    config, total, note = READ[name]
    model = from_hf_config(config)
    assert parameters.count(model).total == total
    assert note in " ".join(model.left_out)
    assert bool(note) == bool(model.left_out)
