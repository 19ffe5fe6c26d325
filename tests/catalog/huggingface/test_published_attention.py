"""Published configurations of families that attend in every layer: parameters, forward FLOPs and
what one more token adds to the cache, as transformers 5.24 has them, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, memory, parameters

FILE = Path(__file__).parents[2] / "truth" / "published" / "attention.json"
PUBLISHED = json.loads(FILE.read_text(encoding="utf-8"))
BY_NAME = {one["repo"]: one["config"] for one in PUBLISHED}


@pytest.fixture(params=PUBLISHED, ids=list(BY_NAME))
def published(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One configuration, and what is to be counted of it."""
    return dict(request.param)


def test_parameters(published: dict[str, Any]) -> None:
    count, truth = parameters.count(from_hf_config(published["config"])), published["truth"]
    assert count.total == truth["params_total"]
    assert count.active == truth.get("params_active", count.active)


def test_flops_of_64_tokens(published: dict[str, Any]) -> None:
    truth = published["truth"]
    if "flops_1x64" in truth:
        parts = flops.forward_parts(from_hf_config(published["config"]), 1, 64)
        assert parts.weights == truth["flops_weights"]
        assert parts.attention_core == truth["flops_pairs"]
        assert parts.total == truth["flops_1x64"]


def test_numbers_that_one_more_token_adds_to_the_cache(published: dict[str, Any]) -> None:
    model, truth = from_hf_config(published["config"]), published["truth"]
    if "kv_numbers_per_token" in truth:
        assert _added(model, 64) == 2 * truth["kv_numbers_per_token"]
    if "window" in truth:
        assert _added(model, truth["window"]) == 2 * truth["kv_numbers_per_token_beyond_window"]


def test_a_searched_model_counts_what_its_checkpoint_holds() -> None:
    """49 867 145 216, the size published with the weights: no class of transformers builds it."""
    config = BY_NAME["nvidia/Llama-3_3-Nemotron-Super-49B-v1"]
    assert parameters.count(from_hf_config(config)).total == 49_867_145_216
    with pytest.raises(ValueError, match="block_configs must have one entry a layer, got none"):
        from_hf_config({**config, "block_configs": None})
    block = {"attention": {"n_heads_in_group": 8, "sparsify": ["x"]}, "ffn": {"ffn_mult": 1.0}}
    with pytest.raises(ValueError, match="block_configs must not ask for sparsify"):
        from_hf_config({**config, "block_configs": [block] * 80})


def test_experts_for_images_are_idle_while_text_is_read() -> None:
    """ERNIE 4.5 VL: 27 layers with 64 experts for images, of 3 x 2560 x 512, their router and its
    corrections."""
    model = from_hf_config(BY_NAME["baidu/ERNIE-4.5-VL-28B-A3B-Base-PT"])
    images = 27 * 64 * (3 * 2560 * 512 + 2560 + 1)
    text = from_hf_config(BY_NAME["baidu/ERNIE-4.5-21B-A3B-PT"])
    whole, alone = parameters.count(model), parameters.count(text)
    assert whole.total - alone.total == images
    assert whole.active == alone.active
    assert "64 experts for images are counted, and work on no text" in model.left_out


def test_layers_for_images_cost_no_flops_and_keep_nothing_of_text() -> None:
    """Llama 3.2 Vision is Llama 3.1 8B with eight layers more."""
    both = from_hf_config(BY_NAME["meta-llama/Llama-3.2-11B-Vision-Instruct"])
    text = from_hf_config(BY_NAME["meta-llama/Meta-Llama-3.1-8B"])
    assert flops.forward(both, 1, 64) == flops.forward(text, 1, 64)
    assert memory.kv_cache(both, 1, 64) == memory.kv_cache(text, 1, 64)


def test_plain_attention_of_deepseek_vl2() -> None:
    """`use_mla` false: ten heads of keys and of values, 128 wide, in twelve layers."""
    model = from_hf_config(BY_NAME["deepseek-ai/deepseek-vl2-tiny"])
    assert model.latent is None
    assert _added(model, 64) == 2 * 12 * 2 * 10 * 128


def test_a_pattern_of_letters_stands_for_windows() -> None:
    config = {k: v for k, v in BY_NAME["LGAI-EXAONE/EXAONE-4.0-32B"].items() if k != "layer_types"}
    assert from_hf_config(config).windowed == (True, True, True, False)
    assert from_hf_config({**config, "sliding_window_pattern": "LG"}).windowed == (True, False)
    with pytest.raises(ValueError, match="sliding_window_pattern must be made of L and G"):
        from_hf_config({**config, "sliding_window_pattern": "LLX"})


def test_fields_of_the_windowed_layers_of_mimo_are_read() -> None:
    config = BY_NAME["XiaomiMiMo/MiMo-V2-Flash"]
    plain = parameters.count(from_hf_config(config)).total
    # Four heads of keys and values fewer, 192 and 128 wide, in the 39 windowed layers.
    fewer = parameters.count(from_hf_config({**config, "swa_num_key_value_heads": 4})).total
    assert plain - fewer == 39 * 4 * (192 + 128) * 4096
    dense = from_hf_config({**config, "moe_layer_freq": [0] * 48})
    assert dense.dense_layers == 48
    with pytest.raises(ValueError, match="hybrid_layer_pattern must have one entry a layer"):
        from_hf_config({**config, "hybrid_layer_pattern": [0, 1]})


def test_lists_of_hunyuan_must_say_one_thing() -> None:
    config = BY_NAME["tencent/Hunyuan-A13B-Instruct"]
    with pytest.raises(ValueError, match="moe_topk must be the same in every layer"):
        from_hf_config({**config, "moe_topk": [8] * 31 + [4]})
    with pytest.raises(ValueError, match="moe_intermediate_size must be 3072"):
        from_hf_config({**config, "moe_intermediate_size": 1024})
    alone = {**config, "architectures": ["HunYuanForCausalLM"], "num_experts": 1, "moe_topk": 1}
    del alone["auto_map"]
    assert from_hf_config(alone).experts is None


def test_layers_of_ernie_must_be_the_same_for_text_and_images() -> None:
    config = BY_NAME["baidu/ERNIE-4.5-VL-28B-A3B-Base-PT"]
    with pytest.raises(ValueError, match="must give text and images the same layers"):
        from_hf_config({**config, "moe_layer_start_index": [1, 3]})


def test_the_first_gpt() -> None:
    """116 534 784 parameters, as transformers 5.24 builds it."""
    model = from_hf_config({"model_type": "openai-gpt"})
    assert parameters.count(model).total == 116_534_784
    assert not model.final_norm


def test_other_attention_of_minimax_is_refused() -> None:
    config = BY_NAME["MiniMaxAI/MiniMax-M2"]
    with pytest.raises(ValueError, match="attn_type_list must be 1 in every layer, got 0"):
        from_hf_config({**config, "attn_type_list": [0] * 62})


def _added(model: Transformer, context: int) -> int:
    return int(memory.kv_cache(model, 1, context + 1) - memory.kv_cache(model, 1, context))
