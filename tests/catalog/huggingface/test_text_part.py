"""The language model inside a model of several modalities."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.huggingface.text_part import KEYS
from course_lib.estimators import parameters

QWEN = {
    "model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_attention_heads": 14,
    "num_hidden_layers": 24, "num_key_value_heads": 2, "vocab_size": 151674,
}  # fmt: skip
UNTIED, TIED = 629_697_920, 493_798_016
"""Qwen2ForCausalLM of that configuration, with a head of its own and without (transformers)."""


def total(config: dict[str, Any]) -> int:
    """Parameters in all."""
    return parameters.count(from_hf_config(config)).total


@pytest.mark.parametrize("key", KEYS)
def test_under_any_of_the_usual_keys(key: str) -> None:
    inner = {"text_config": QWEN} if key == "thinker_config" else QWEN
    config = {"model_type": "some_vl", key: inner, "vision_config": {"hidden_size": 1024}}
    model = from_hf_config(config)
    assert parameters.count(model).total == UNTIED
    assert model.family == "qwen2"
    assert model.left_out == ("vision_config: the vision part is not counted, only the text part",)


@pytest.mark.parametrize(
    ("outer", "inner", "count"),
    [
        ({}, {}, UNTIED),  # neither: the family's default
        ({"tie_word_embeddings": True}, {}, TIED),
        ({"tie_word_embeddings": False}, {}, UNTIED),
        ({}, {"tie_word_embeddings": True}, TIED),
        ({"tie_word_embeddings": False}, {"tie_word_embeddings": True}, TIED),
        ({"tie_word_embeddings": True}, {"tie_word_embeddings": False}, UNTIED),
        ({"tie_word_embeddings": True}, {"tie_word_embeddings": None}, TIED),
    ],
)
def test_who_says_whether_the_head_is_tied(
    outer: dict[str, Any], inner: dict[str, Any], count: int
) -> None:
    config = {"model_type": "llava_onevision", **outer, "text_config": {**QWEN, **inner}}
    assert total(config) == count
    quarrel = {**outer, **inner} != {**inner, **outer} and None not in inner.values()
    assert bool(from_hf_config(config).left_out) == quarrel


def test_other_parts_are_told() -> None:
    told = from_hf_config(
        {
            "model_type": "qwen2_5_omni",
            "talker_config": {"hidden_size": 8},
            "thinker_config": {
                "text_config": {**QWEN, "model_type": "qwen2_5_omni_text"},
                "audio_config": {"d_model": 9},
            },
        }
    ).left_out
    assert [note.split(":")[0] for note in told] == ["talker_config", "audio_config"]
    flat = {**QWEN, "model_type": "qwen2_vl", "vision_config": {"depth": 32}, "rope_scaling": {}}
    assert from_hf_config(flat).left_out == (
        "vision_config: the vision part is not counted, only the text part",
    )


def test_sizes_beside_the_text_part_are_not_lost() -> None:
    # The same again, as older files have it.
    assert total({"model_type": "llava", "vocab_size": 151674, "text_config": QWEN}) == UNTIED
    # Another: the inner one counts, and that is told.
    other = from_hf_config({"model_type": "llava", "vocab_size": 32000, "text_config": QWEN})
    assert parameters.count(other).total == UNTIED
    assert other.left_out == (
        "vocab_size=32000 beside text_config: what text_config states counts",
    )
    # Only there: nothing would read it.
    for config in (
        {"model_type": "gemma3", "hidden_size": 2560},
        {"model_type": "llava", "hidden_size": 2560, "text_config": {"model_type": "llama"}},
    ):
        with pytest.raises(ValueError, match=r"in text_config, got hidden_size=2560 beside it"):
            from_hf_config(config)


@pytest.mark.parametrize("key", ["text_config", "llm_config", "decoder"])
def test_an_inner_configuration_is_a_mapping(key: str) -> None:
    with pytest.raises(TypeError, match=f"{key} must be a mapping, got 3"):
        from_hf_config({"model_type": "some_vl", key: 3})


@pytest.mark.parametrize("outer", ["llava", "smolvlm", "qwen2_audio", "mistral3"])
@pytest.mark.parametrize(
    ("stated", "got"),
    [({"text_config": None}, "null"), ({}, "nothing"), ({"vision_config": {}}, "nothing")],
)
def test_a_missing_language_model_is_named(outer: str, stated: dict[str, Any], got: str) -> None:
    rule = f"text_config must state the language model of '{outer}', got {got}"
    with pytest.raises(ValueError, match=rule):
        from_hf_config({"model_type": outer, **stated})


def test_a_missing_language_model_of_an_unknown_family_is_named_where_it_is_null() -> None:
    with pytest.raises(ValueError, match="llm_config must state the language model of 'some_vl'"):
        from_hf_config({"model_type": "some_vl", "llm_config": None, "vision_config": {}})
    with pytest.raises(KeyError, match="'some_vl' is not known"):
        from_hf_config({"model_type": "some_vl", "vision_config": {}})


def test_an_unknown_inner_family_is_the_one_that_is_named() -> None:
    with pytest.raises(KeyError, match="'reformer' is not known"):
        from_hf_config({"model_type": "llava", "text_config": {"model_type": "reformer"}})
