"""Other names of a family, and which names are told a kin."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.families.every import FAMILIES
from course_lib.catalog.huggingface.kin import ALIASES, KIN, hint
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import parameters

QWEN2_7B = {
    "vocab_size": 152064, "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4,
}  # fmt: skip
QWEN3_8B = {
    "vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36,
    "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128,
}  # fmt: skip
QWEN3_30B = {
    "vocab_size": 151936, "hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 48,
    "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128,
    "num_experts_per_tok": 8, "moe_intermediate_size": 768,
}  # fmt: skip
MINISTRAL_8B = {
    "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 34,
    "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 131072,
}  # fmt: skip
MIMO_7B = {
    "num_hidden_layers": 36, "hidden_size": 4096, "num_attention_heads": 32,
    "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 11008, "vocab_size": 151680,
    "attention_bias": True, "num_nextn_predict_layers": 1,
}  # fmt: skip
PUBLISHED: list[tuple[str, dict[str, Any], int]] = [
    ("qwen2_vl", QWEN2_7B, 7_615_616_512),
    ("qwen2_vl_text", QWEN2_7B, 7_615_616_512),
    ("qwen2_5_vl", QWEN2_7B, 7_615_616_512),
    ("qwen2_5_vl_text", QWEN2_7B, 7_615_616_512),
    ("qwen2_5_omni_text", {}, 7_615_616_512),
    ("qwen3_vl_text", QWEN3_8B, 8_190_735_360),
    ("qwen3_vl_moe_text", QWEN3_30B, 30_532_122_624),
    ("qwen3_omni_moe_text", QWEN3_30B, 30_532_122_624),
    ("ministral3", MINISTRAL_8B, 8_489_553_920),
    ("ministral3", {}, 8_489_553_920),
    ("mimo", MIMO_7B, 7_622_619_136),
]
"""Counts of transformers for the published sizes."""


@pytest.mark.parametrize(("alias", "sizes", "total"), PUBLISHED)
def test_an_alias_has_the_shapes_of_its_family(
    alias: str, sizes: dict[str, Any], total: int
) -> None:
    model = from_hf_config({"model_type": alias, **sizes})
    assert parameters.count(model).total == total
    assert model.family == ALIASES[alias][0]


def test_every_alias_has_a_published_count() -> None:
    assert {alias for alias, _, _ in PUBLISHED} == {
        alias for alias, (family, _) in ALIASES.items() if family in FAMILIES
    }


@pytest.mark.parametrize("name", ["reformer", "ctrl", "gpt", "llamma", "qwen", "rwkv", "xlnet"])
def test_a_likeness_of_spelling_is_no_hint(name: str) -> None:
    with pytest.raises(KeyError, match=f"'{name}' is not known; known: gpt2, opt"):
        from_hf_config({"model_type": name})


@pytest.mark.parametrize("name", sorted(set(KIN) - set(FAMILIES)))
def test_kin_is_told_where_the_family_is_known(name: str) -> None:
    assert hint(name, FAMILIES) == (f"; nearest: {KIN[name]}" if KIN[name] in FAMILIES else "")
    assert hint(name, []) == ""
