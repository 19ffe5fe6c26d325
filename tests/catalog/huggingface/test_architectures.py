"""`architectures` and `auto_map` beside `model_type`."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import flops, parameters

LLAMA = {
    "model_type": "llama", "vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
    "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
}  # fmt: skip
LLAMA_3_8B = 8_030_261_248
HEAD = 128256 * 4096


def total(config: dict[str, Any]) -> int:
    """Parameters in all."""
    return parameters.count(from_hf_config(config)).total


@pytest.mark.parametrize(
    ("model_type", "name"),
    [
        ("gpt2", "GPT2LMHeadModel"), ("gpt_neox", "GPTNeoXForCausalLM"), ("opt", "OPTForCausalLM"),
        ("gptj", "GPTJForCausalLM"), ("bloom", "BloomForCausalLM"), ("mpt", "MPTForCausalLM"),
        ("falcon", "FalconForCausalLM"), ("falcon", "RWForCausalLM"),
        ("RefinedWeb", "RWForCausalLM"), ("llama", "LLaMAForCausalLM"),
        ("mistral", "MistralForCausalLM"), ("mixtral", "MixtralForCausalLM"),
        ("qwen2", "Qwen2ForCausalLM"), ("qwen3", "Qwen3ForCausalLM"),
        ("qwen3_moe", "Qwen3MoeForCausalLM"), ("gemma", "GemmaForCausalLM"),
        ("gemma2", "Gemma2ForCausalLM"), ("gemma3_text", "Gemma3ForCausalLM"),
        ("phi", "PhiForCausalLM"), ("phi3", "Phi3ForCausalLM"), ("olmo", "OlmoForCausalLM"),
        ("olmo2", "Olmo2ForCausalLM"), ("smollm3", "SmolLM3ForCausalLM"),
        ("starcoder2", "Starcoder2ForCausalLM"), ("cohere", "CohereForCausalLM"),
        ("deepseek_v3", "DeepseekV3ForCausalLM"), ("kimi_k2", "DeepseekV3ForCausalLM"),
        ("gpt_oss", "GptOssForCausalLM"), ("mimo", "MiMoForCausalLM"),
        ("qwen2_vl", "Qwen2VLForConditionalGeneration"),
        ("qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration"),
    ],
)  # fmt: skip
def test_a_family_knows_its_own_class(model_type: str, name: str) -> None:
    plain, named = {"model_type": model_type}, {"model_type": model_type, "architectures": [name]}
    assert total(plain) == total(named)
    assert from_hf_config(named).left_out == ()


@pytest.mark.parametrize("nothing", [None, []])
def test_no_class_is_no_word(nothing: Any) -> None:
    assert total({**LLAMA, "architectures": nothing}) == LLAMA_3_8B


def test_without_a_head() -> None:
    headless = from_hf_config({**LLAMA, "architectures": ["LlamaModel"]})
    assert parameters.count(headless).total == LLAMA_3_8B - HEAD
    assert headless.left_out == ("architectures names LlamaModel: no head is counted",)
    with_head = from_hf_config(LLAMA)
    assert flops.forward(with_head, 1, 1) - flops.forward(headless, 1, 1) == 2 * HEAD
    # A tied table counts once with a head and once without.
    tied = {"model_type": "gpt2"}
    assert total({**tied, "architectures": ["GPT2Model"]}) == total(tied) == 124_439_808


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ({"id2label": {"0": "LABEL_0"}}, 1),
        ({"num_labels": 5}, 5),
        ({"num_labels": 5, "id2label": {"0": "a"}}, 5),
        ({}, 2),
        ({"id2label": {}}, 2),
    ],
)
def test_a_score_in_place_of_the_head(labels: dict[str, Any], rows: int) -> None:
    config = {**LLAMA, **labels, "architectures": ["LlamaForSequenceClassification"]}
    # Skywork's reward model on Llama 3.1 8B, one label: 7,504,928,768 by transformers.
    assert total(config) == 7_504_928_768 + (rows - 1) * 4096
    assert f"a score of {rows} label" in from_hf_config(config).left_out[0]


def test_another_family_that_is_known_is_read_as_that() -> None:
    config = {**LLAMA, "model_type": "mistral", "architectures": ["LlamaForCausalLM"],
              "attention_bias": True}  # fmt: skip
    model = from_hf_config(config)
    assert model.family == "llama"
    assert model.qkv_bias
    assert model.left_out == (
        "model_type 'mistral': architectures names LlamaForCausalLM, read as 'llama'",
    )


@pytest.mark.parametrize(
    "name",
    ["LlamaForCausalLMEagle3", "LlamaEagleForCausalLM", "EagleModel", "MedusaModel",
     "LlamaForTokenClassification", "LlamaForQuestionAnswering", "LlamaForRewardModel",
     "GPT2LMHeadCustomModel", "ReformerModelWithLMHead", "CustomLlamaForCausalLM", "Llama", ""],
)  # fmt: skip
def test_other_classes_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"architectures must name .*'{name}'"):
        from_hf_config({**LLAMA, "architectures": [name]})


def test_heads_of_models_of_several_modalities() -> None:
    outer = {"model_type": "llava", "text_config": LLAMA}
    assert total({**outer, "architectures": ["LlavaForConditionalGeneration"]}) == LLAMA_3_8B
    assert from_hf_config({**outer, "architectures": ["LlavaModel"]}).left_out == (
        "architectures names LlavaModel: its text part is counted with a head",
    )
    with pytest.raises(ValueError, match="architectures must name a language model"):
        from_hf_config({**outer, "architectures": ["LlavaForSequenceClassification"]})


@pytest.mark.parametrize("names", ["LlamaForCausalLM", [3], {"a": 1}])
def test_architectures_is_a_list_of_names(names: Any) -> None:
    with pytest.raises(TypeError, match="architectures must be a list of names"):
        from_hf_config({**LLAMA, "architectures": names})


def test_architectures_names_one_class() -> None:
    with pytest.raises(ValueError, match="architectures must name one class, got"):
        from_hf_config({**LLAMA, "architectures": ["LlamaForCausalLM", "LlamaModel"]})


def test_code_of_its_own() -> None:
    own = {"AutoConfig": "configuration_x.X", "AutoModelForCausalLM": "modeling_x.XForCausalLM"}
    with pytest.raises(ValueError, match="auto_map must name a class of the family, got 'modeling"):
        from_hf_config({**LLAMA, "auto_map": own})
    copied = {"AutoModelForCausalLM": "org/repo--modeling_llama.LlamaForCausalLM"}
    assert from_hf_config({**LLAMA, "auto_map": copied}).left_out == ()
    told = from_hf_config({**LLAMA, "auto_map": copied, "memory_slots": 4}).left_out
    assert told == ("auto_map: code of its own may read memory_slots, which is not read here",)


SMOLVLM = {
    "model_type": "smolvlm", "architectures": ["SmolVLMForConditionalGeneration"],
    "tie_word_embeddings": False, "text_config": {
        "model_type": "llama", "architectures": ["VLlama3ForCausalLM"], "head_dim": 64,
        "hidden_size": 576, "intermediate_size": 1536, "is_llama_config": True,
        "num_attention_heads": 9, "num_hidden_layers": 30, "num_key_value_heads": 3,
        "perceiver_config": {"model_type": "vllama3", "num_key_value_heads": 1,
                             "resampler_head_dim": 96},
        "pixel_shuffle_factor": 4, "qk_layer_norms": False, "use_resampler": False,
        "vocab_size": 49280,
    },
}  # fmt: skip


def within(**inner: Any) -> dict[str, Any]:
    """SmolVLM with fields of its text part otherwise."""
    return {**SMOLVLM, "text_config": {**SMOLVLM["text_config"], **inner}}


@pytest.mark.parametrize("name", ["VLlama3ForCausalLM", "CustomForCausalLM", "MyLMForCausalLM"])
def test_a_text_part_goes_by_its_model_type_where_its_class_has_another_name(name: str) -> None:
    model = from_hf_config(within(architectures=[name]))
    # LlamaForCausalLM of those sizes, by transformers.
    assert parameters.count(model).total == 162_974_016
    assert model.left_out == (
        f"architectures names {name} in the text part: read as 'llama', its model_type",
    )


def test_such_a_class_may_read_more() -> None:
    told = from_hf_config(within(memory_slots=4)).left_out
    assert told[1] == (
        "VLlama3ForCausalLM: code of its own may read memory_slots, which is not read here"
    )
    with pytest.raises(ValueError, match=r"state no size .* got num_experts=8"):
        from_hf_config(within(num_experts=8))
    own = {"AutoModelForCausalLM": "modeling_x.VLlama3ForCausalLM"}
    with pytest.raises(ValueError, match="auto_map must name a class of the family"):
        from_hf_config(within(auto_map=own))


@pytest.mark.parametrize(
    "name",
    ["VLlama3Model", "VLlama3ForSequenceClassification", "VLlama3ForTokenClassification",
     "EagleLlama3ForCausalLM", "LlamaForCausalLMEagle3", "MedusaForCausalLM", "VLlama3", ""],
)  # fmt: skip
def test_other_heads_and_drafts_are_refused_inside_as_well(name: str) -> None:
    with pytest.raises(ValueError, match=f"architectures must name .*'{name}'"):
        from_hf_config(within(architectures=[name]))


def test_outside_a_class_of_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="architectures must name a class of 'llama'"):
        from_hf_config({**SMOLVLM["text_config"], "perceiver_config": None})


def test_inside_an_unknown_family_stays_unknown() -> None:
    with pytest.raises(KeyError, match="'vllama3' is not known"):
        from_hf_config(within(model_type="vllama3"))
