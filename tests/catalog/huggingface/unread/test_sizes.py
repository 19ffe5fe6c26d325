"""Nothing that bears a size is passed over in silence."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog.huggingface.families.every import FAMILIES
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.huggingface.unread import names as size_names
from course_lib.catalog.huggingface.unread.ignored import IGNORED
from course_lib.estimators import parameters
from tests.catalog.huggingface.good import good

SAME_EACH_TIME = settings(derandomize=True, deadline=None)


def other_names(family: str) -> list[tuple[str, int]]:
    """Every size that a family reads, under each of the names that it does not know."""
    fields = Fields(family, good(family))
    known = fields.names() | IGNORED.get(family, frozenset())
    found = []
    for field in size_names.SAME:
        value = fields.stated_or_default(field) if field in fields else None
        if isinstance(value, int) and value > 0:
            names = set(size_names.SAME[field]) - known
            found += [(name, 2 * value + 97) for name in sorted(names)]
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_size_under_another_name_is_refused_by_that_name(family: str) -> None:
    renamed = other_names(family)
    # A family that states its sizes in tables of its own has few beside them.
    assert len(renamed) >= (20 if "hidden_size" in Fields(family, {}) else 4)
    for name, value in renamed:
        with pytest.raises(ValueError, match=rf"\b{name}={value}\b") as caught:
            from_hf_config({**good(family), name: value})
        assert f"{family!r} does not read" in str(caught.value)


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_and_noughts_ask_for_nothing(family: str) -> None:
    plain = from_hf_config(good(family))
    names = {name for names in size_names.SAME.values() for name in names}
    names -= Fields(family, {}).names() | {"dim"}  # a name of params.json
    for nothing in (None, 0, False):
        config = {**good(family), **dict.fromkeys(sorted(names), nothing)}
        assert parameters.count(from_hf_config(config)).total == parameters.count(plain).total


@pytest.mark.parametrize(
    "again",
    [
        {"n_embd": 4096}, {"d_model": 4096, "n_layer": 32}, {"n_inner": 11008},
        {"hidden_dim": 11008}, {"hidden_dim": 4096}, {"num_kv_heads": 32}, {"head_size": 128},
        {"kv_channels": 128, "padded_vocab_size": 32000}, {"num_experts": 0},
    ],
)  # fmt: skip
def test_what_is_read_may_be_said_again(again: dict[str, int]) -> None:
    assert parameters.count(from_hf_config({"model_type": "llama", **again})).total == 6_738_415_616


@pytest.mark.parametrize(
    ("family", "extra", "named"),
    [
        ("gemma3_text", {"num_experts": 128, "moe_intermediate_size": 704}, ["num_experts=128"]),
        ("llama", {"draft_vocab_size": 32000}, ["draft_vocab_size=32000"]),
        ("llama", {"qkv_bias": True}, ["qkv_bias=True"]),
        ("mistral", {"attention_bias": True}, ["attention_bias=True"]),
        ("llama", {"use_qk_norm": True}, ["use_qk_norm=True"]),
        ("llama", {"layer_types": ["mamba"] * 32}, ["layer_types="]),
        ("llama", {"block_configs": [{"ffn": 1}]}, ["block_configs="]),
        ("gpt2", {"attention_head_type": "multiquery"}, ["attention_head_type='multiquery'"]),
        ("llama", {"ffn_dim_multiplier": 1.3}, ["ffn_dim_multiplier=1.3"]),
        ("llama", {"num_layers": 80.0}, ["num_layers=80.0"]),
        ("llama", {"num_layers": "80"}, ["num_layers='80'"]),
        ("llama", {"is_encoder_decoder": True}, ["is_encoder_decoder=True"]),
        ("deepseek_v3", {"use_mla": False}, ["use_mla=False"]),
        ("gpt_neox", {"model_config": {"hidden_size": 2560, "head_dim": 80}},
         ["model_config.hidden_size=2560", "model_config.head_dim=80"]),
        ("gpt2", {"max_seq_len": 2048}, ["max_seq_len=2048"]),
        ("gpt2", {"block_size": 2048}, ["block_size=2048"]),
        ("falcon", {"ff_factor": 3}, ["ff_factor=3"]),
        ("llama", {"mlp_ratio": 2.5}, ["mlp_ratio=2.5"]),
        ("llama", {"num_key_value_groups": 4}, ["num_key_value_groups=4"]),
        ("llama", {"expand": 2}, ["expand=2"]),
        ("jamba", {"expand": 4}, ["expand=4"]),
        ("opt", {"n_positions": 4096}, ["n_positions=4096"]),
        ("llama", {"num_layers": 80, "hidden_dim": 8192, "n_head": 64, "ffn_embed_dim": 28672},
         ["num_layers=80", "hidden_dim=8192", "n_head=64", "ffn_embed_dim=28672"]),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_named(family: str, extra: dict[str, Any], named: list[str]) -> None:
    with pytest.raises(ValueError, match="config must state no size") as caught:
        from_hf_config({**good(family), **extra})
    assert all(name in str(caught.value) for name in named)


HARMLESS = {
    "initializer_range": 0.02, "rope_theta": 1e6, "rope_scaling": {"factor": 8.0, "dim": 3},
    "chunk_size_feed_forward": 0, "pretraining_tp": 1, "bos_token_id": 128000,
    "eos_token_id": [1, 2], "max_position_embeddings": 131072, "original_max_position_embeddings":
    4096, "hidden_act": "silu", "attention_dropout": 0.1, "hidden_dropout": 0.1,
    "no_repeat_ngram_size": 3, "layer_norm_eps": 1e-5, "num_beam_groups": 4, "max_length": 20,
    "image_token_index": 32000, "mm_tokens_per_image": 256, "num_logits_to_keep": 1, "n_group": 8,
    "topk_group": 4, "routed_scaling_factor": 2.5, "partial_rotary_factor": 0.5, "rotary_dim": 64,
    "embedding_multiplier": 12.0, "residual_multiplier": 0.22, "torch_dtype": "bfloat16",
    "use_cache": True, "transformers_version": "4.51.0", "moe_layer_freq": 1, "no_bias": True,
    "use_sliding_window": False, "max_window_layers": 28, "layer_types": None, "n_ctx": 1024,
    "vision_start_token_id": 9, "sliding_window_size": -1, "attention_sink_size": -1,
    "quantization_config": None, "task_specific_params": {"text-generation": {"max_length": 50}},
    "pad_vocab_size_multiple": 64, "group_size": 128,
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_fields_that_move_no_weight_pass(family: str) -> None:
    config = {k: v for k, v in HARMLESS.items() if k not in Fields(family, {}).names()}
    if (
        parameters.count(from_hf_config(good(family)))
        and from_hf_config(good(family)).position_rows
    ):
        config = {k: v for k, v in config.items() if k not in size_names.POSITIONS}
    model = from_hf_config({**good(family), **config})
    plain = from_hf_config(good(family))
    assert parameters.count(model).total == parameters.count(plain).total
    assert model.left_out == plain.left_out


@SAME_EACH_TIME
@given(
    word=st.sampled_from(sorted(size_names.PARTS)),
    first=st.sampled_from(["extra", "my", "local", "q"]),
    last=st.sampled_from(["", "_extra", "_count"]),
    value=st.one_of(st.integers(min_value=1), st.lists(st.integers(min_value=1), min_size=1)),
)
def test_a_name_that_speaks_of_a_size_is_never_lost(
    word: str, first: str, last: str, value: Any
) -> None:
    name = f"{first}_{word}{last}"
    with pytest.raises(ValueError, match=rf"\b{name}="):
        from_hf_config({"model_type": "llama", name: value})


@pytest.mark.parametrize("family", sorted(set(IGNORED) & set(FAMILIES)))
def test_what_a_family_passes_over_moves_nothing(family: str) -> None:
    total = parameters.count(from_hf_config(good(family))).total
    for name in IGNORED[family] - Fields(family, {}).names():
        for value in (True, 3):
            config = {**good(family), name: value}
            assert parameters.count(from_hf_config(config)).total == total


@pytest.mark.parametrize("name", sorted(size_names.RATIOS))
def test_factors_that_make_what_is_read_say_nothing_new(name: str) -> None:
    above, below = size_names.RATIOS[name]
    family = "jamba" if not below else "llama"
    config = {"model_type": family, "hidden_size": 1536, "intermediate_size": 8960,
              "num_attention_heads": 12, "num_key_value_heads": 4}  # fmt: skip
    right = {"intermediate_size": 8960 / 1536, "mamba_expand": 2, "num_attention_heads": 3}[above]
    plain = from_hf_config(config)
    # Records may hold arrays and so are never equal; their texts are.
    assert repr(from_hf_config({**config, name: right})) == repr(plain)
    if name in Fields(family, {}).names():
        return  # it is read
    for wrong in (right + 1, right + 0.01, [right]):
        with pytest.raises(ValueError, match=rf"\b{name}="):
            from_hf_config({**config, name: wrong})


def test_falcon2_says_twice_how_wide_its_mlp_is() -> None:
    # FalconForCausalLM of these sizes, by transformers.
    config = {
        "model_type": "falcon", "architectures": ["FalconForCausalLM"], "hidden_size": 4096,
        "ff_factor": 4, "ffn_hidden_size": 16384, "new_decoder_architecture": True,
        "num_attention_heads": 32, "num_hidden_layers": 60, "num_kv_heads": 8,
        "num_ln_in_parallel_attn": 1, "vocab_size": 65024, "tie_word_embeddings": False,
    }  # fmt: skip
    model = from_hf_config(config)
    assert parameters.count(model).total == 11_102_822_400
    assert model.left_out == ()


OF_A_RUN = size_names.words(
    """
    train_batch_size eval_batch_size micro_batch_size global_batch_size
    per_device_train_batch_size tensor_parallel_size pipeline_parallel_size data_parallel_size
    context_parallel_size sequence_parallel_size expert_parallel_size tensor_model_parallel_size
    pipeline_model_parallel_size world_size dp_size pp_size cp_size sp_size tp_size ep_size
    fsdp_size zero_size tensor_parallel_degree kv_cache_size static_cache_size page_size
    buffer_size shuffle_buffer_size bucket_size reduce_bucket_size shard_size prefill_chunk_size
    train_size test_size val_size vocab_size_original original_vocab_size org_vocab_size
    unpadded_vocab_size original_hidden_size teacher_hidden_size make_vocab_size_divisible_by
    pad_vocab_size_to_multiple_of recompute_num_layers checkpoint_num_layers
    activations_checkpoint_num_layers freeze_layers num_frozen_layers unfreeze_layers
    num_trainable_layers n_gpu_layers offload_layers
    """
)


@pytest.mark.parametrize("family", FAMILIES)
def test_arguments_of_training_and_serving_move_nothing(family: str) -> None:
    plain = from_hf_config(good(family))
    stated = from_hf_config({**good(family), **dict.fromkeys(sorted(OF_A_RUN), 7)})
    assert repr(stated) == repr(plain)


def test_no_name_of_a_size_is_taken_for_an_argument_of_a_run() -> None:
    known = {name for names in size_names.SAME.values() for name in names}
    read = {name for family in FAMILIES for name in Fields(family, {}).names()}
    assert not [name for name in sorted(known) if size_names.bears_none(name)]
    assert not set(OF_A_RUN) & (known | read)


@pytest.mark.parametrize(
    ("family", "read", "rows"),
    [("gpt2", "n_positions", 1024), ("bert", "max_position_embeddings", 512),
     ("xlm-roberta", "max_position_embeddings", 514), ("whisper", "max_target_positions", 448),
     ("gpt_bigcode", "n_positions", 8192), ("opt", "max_position_embeddings", 2048)],
)  # fmt: skip
@pytest.mark.parametrize("name", size_names.POSITIONS)
def test_another_length_beside_the_stated_rows_of_a_table_is_a_note(
    family: str, read: str, rows: int, name: str
) -> None:
    config = {**good(family), read: rows}
    names, plain = Fields(family, config).names(), from_hf_config(config)
    if name in names:
        return
    assert repr(from_hf_config({**config, name: rows})) == repr(plain)
    model = from_hf_config({**config, name: 128})
    assert model.left_out == (
        *plain.left_out, f"{name}=128 beside {read}={rows}: the second counts",
    )  # fmt: skip
    assert parameters.count(model).total == parameters.count(plain).total
    # Where the rows are not stated it may be meant for them.
    with pytest.raises(ValueError, match=rf"{name}=128 \("):
        from_hf_config({**good(family), name: 128})
