"""How long a text may be, and which models write any: against published configurations."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Transformer, from_hf_config, models
from course_lib.estimators import inference, training
from course_lib.estimators.attention.text_limits import (
    check_writes,
    left_out,
    length_doubt,
    length_problem,
    longest,
)
from course_lib.estimators.serving.plan import Load, needed

PLAIN = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000, name="plain")
TABLE = replace(PLAIN, position_rows=2050, max_positions=2048)
ROTARY = replace(PLAIN, max_positions=2048)


@pytest.mark.parametrize(
    ("rows", "positions", "limit"),
    [(0, 0, 0), (1024, 0, 1024), (0, 4096, 4096), (2050, 2048, 2048), (512, 514, 512)],
)
def test_the_smaller_of_table_and_published_length_counts(
    rows: int, positions: int, limit: int
) -> None:
    assert longest(replace(PLAIN, position_rows=rows, max_positions=positions)) == limit


@pytest.mark.parametrize(("tokens", "longer"), [(1, False), (2048, False), (2049, True)])
def test_a_table_ends_and_rotary_positions_are_doubted(tokens: int, longer: bool) -> None:
    assert bool(length_problem(TABLE, tokens)) == longer
    assert bool(length_doubt(ROTARY, tokens)) == longer
    assert length_problem(ROTARY, tokens) == length_doubt(TABLE, tokens) == ""
    assert length_problem(PLAIN, tokens) == length_doubt(PLAIN, tokens) == ""


def test_a_sweep_of_lengths_is_too_long_where_one_of_them_is() -> None:
    assert length_problem(TABLE, np.array([1, 2049])) and not length_problem(TABLE, [1, 2])
    assert "prompt must be at most 2048 tokens" in length_problem(TABLE, 5000, "prompt")


@pytest.mark.parametrize("bad", [0, -1, 1.5, "many"])
def test_what_is_no_length_is_named(bad: object) -> None:
    with pytest.raises((ValueError, TypeError), match="tokens"):
        length_problem(TABLE, bad)  # type: ignore[arg-type]


def test_every_text_of_the_catalog_s_models_can_be_as_long_as_published() -> None:
    for model in models.values():
        if isinstance(model, Transformer) and (limit := longest(model)):
            assert length_problem(model, limit) == length_doubt(model, limit) == ""
            over = length_problem(model, limit + 1), length_doubt(model, limit + 1)
            assert sum(map(bool, over)) == 1, model.name


NO_WRITERS = {
    "encoder": (replace(PLAIN, causal=False), "must be a decoder, got plain"),
    "no head": (replace(PLAIN, head_rows=0), "a head that writes words, got plain"),
    "two labels": (replace(PLAIN, head_rows=2), "head has 2 rows for 1000"),
    "encoder and decoder": (
        replace(
            PLAIN,
            kinds={"reads": {"causal": False}, "writes": {"cross_attention": "beside"}},
            pattern=("reads", "writes"),
        ),
        "must be a decoder alone",
    ),
    "a decoder that reads an encoder": (
        replace(PLAIN, cross_attention="beside"),
        "must be a decoder alone",
    ),
}


@pytest.mark.parametrize("name", list(NO_WRITERS))
def test_answers_are_timed_of_models_that_write(name: str) -> None:
    model, rule = NO_WRITERS[name]
    load = Load(arrivals_per_second=1, prompt=10, output=10, first_token_seconds=1)
    with pytest.raises(ValueError, match=rule):
        check_writes(model)
    with pytest.raises(ValueError, match=rule):
        inference.estimate(model, device="H100", prompt=10, output=10)
    with pytest.raises(ValueError, match=rule):
        needed(model, load, device="H100")
    with pytest.raises(ValueError, match=rule):
        inference.speculative(model, PLAIN, device="H100", accepted=0.5)
    with pytest.raises(ValueError, match=r"draft must .*got plain"):
        inference.speculative(PLAIN, model, device="H100", accepted=0.5)


def test_every_transformer_of_the_catalog_writes() -> None:
    for model in models.values():
        if isinstance(model, Transformer):
            check_writes(model)


def test_a_head_with_a_few_rows_fewer_than_the_table_writes() -> None:
    """Llama 3.2 Vision: 128 256 rows of the head, 128 264 of the table (its config.json)."""
    check_writes(replace(PLAIN, vocab_rows=128264, head_rows=128256))
    with pytest.raises(ValueError, match="writes words"):
        check_writes(replace(PLAIN, vocab_rows=128264, head_rows=1000))  # labels of ImageNet


def test_a_plan_names_what_it_assumes_of_model_and_text() -> None:
    """Each sentence once, and nothing where there is nothing to say."""
    told = replace(ROTARY, left_out=("vision_config: not counted",))
    call = {"tokens": 1e9, "device": "H100", "devices": 1, "batch": 8}
    said = training.estimate(told, seq=4096, **call).assumptions
    assert said.count("Configuration: vision_config: not counted.") == 1
    assert sum("longer than the 2048 positions" in each for each in said) == 1
    assert left_out(ROTARY) == ()
    quiet = training.estimate(ROTARY, seq=2048, **call).assumptions
    assert not any("Configuration" in each or "longer" in each for each in quiet)


@pytest.mark.parametrize(
    ("changes", "attention", "words"),
    [
        ({}, "causal", "skips the pairs that the mask hides"),
        ({}, "full", "takes every pair"),
        ({"causal": False}, "causal", "sees all pairs, as in an encoder"),
        (
            {"causal": False, "sliding_window": 64, "windowed": (True,)},
            "causal",
            "skips the pairs that the mask hides",
        ),
    ],
)
def test_the_sentence_on_pairs_is_that_of_the_masks(
    changes: dict, attention: str, words: str
) -> None:
    run = training.estimate(
        replace(PLAIN, **changes), tokens=1e9, device="H100", devices=1, batch=8, seq=512,
        attention=attention,
    )  # fmt: skip
    assert run.assumptions[0] == f"Sequences of 512 tokens; attention {words}."


def test_a_classifier_of_a_decoder_is_read_without_a_head() -> None:
    sizes = {
        "model_type": "qwen3", "hidden_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
        "intermediate_size": 128, "vocab_size": 1000, "max_position_embeddings": 512,
    }  # fmt: skip
    check_writes(from_hf_config(sizes | {"architectures": ["Qwen3ForCausalLM"]}))
    reward = from_hf_config(sizes | {"architectures": ["Qwen3ForSequenceClassification"]})
    with pytest.raises(ValueError, match="writes words"):
        check_writes(reward)
