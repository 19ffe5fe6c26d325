"""What moves no weight and is not read is told in the record."""

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import parameters


@pytest.mark.parametrize(
    ("stated", "note"),
    [
        ({"num_nextn_predict_layers": 1}, "1 layer that predicts further tokens is not counted"),
        ({"num_nextn_predict_layers": 3}, "3 layers that predict further tokens are not counted"),
        ({"mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings": False}, "1 layer that"),
        ({"num_mtp_modules": 3, "mtp_transformer_layers": 1, "use_mtp": True}, "3 layers that"),
        ({"mtp_transformer_layers": 1}, "mtp_transformer_layers: layers that predict"),
    ],
)  # fmt: skip
def test_layers_for_further_tokens_are_a_note(stated: dict[str, Any], note: str) -> None:
    model = from_hf_config({"model_type": "deepseek_v3", **stated})
    assert parameters.count(model).total == 671_026_404_352  # as published, without that layer
    (told,) = model.left_out
    assert note in told


@pytest.mark.parametrize("stated", [{"num_nextn_predict_layers": 0}, {"use_mtp": False}])
def test_none_of_them_is_no_note(stated: dict[str, Any]) -> None:
    assert from_hf_config({"model_type": "deepseek_v3", **stated}).left_out == ()


def test_windows_that_the_code_has_not_are_a_note() -> None:
    model = from_hf_config({"model_type": "llama", "sliding_window": 7})
    assert model.left_out == (
        "sliding_window=7: llama does not read it, every layer sees everything",
    )
    off = {"model_type": "llama", "sliding_window": 7, "use_sliding_window": False}
    assert from_hf_config(off).left_out == ()
    kinds = ["sliding_attention", "full_attention"] * 16
    assert from_hf_config({"model_type": "mistral", "layer_types": kinds}).left_out == (
        "layer_types: mistral does not read which layers are windowed",
    )


def test_two_names_of_one_field_that_differ_are_a_note() -> None:
    model = from_hf_config({"model_type": "gptj", "num_hidden_layers": 3, "n_layer": 9})
    assert model.layers == 3
    assert model.left_out == ("n_layer=9 beside num_hidden_layers=3: the first counts",)


def test_a_way_to_store_weights_that_is_not_read_is_a_note() -> None:
    stored = {"quantization_config": {"quant_method": "hqq", "bits": 4}}
    model = from_hf_config({"model_type": "llama", **stored})
    assert parameters.count(model).total == 6_738_415_616
    assert "quantization_config (hqq, 4 bits)" in model.left_out[0]
    outer = {"model_type": "llava", "text_config": {"model_type": "llama"}, **stored}
    assert "quantization_config (hqq, 4 bits)" in from_hf_config(outer).left_out[0]
