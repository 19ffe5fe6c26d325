"""Sizes, rates and readings of training data, against published figures and against counting."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import datasets as catalog
from course_lib.catalog import models, prices, runs
from course_lib.estimators import datasets, parameters

SIZES = st.floats(min_value=1e-3, max_value=1e15)


def test_tokens_of_openwebtext_from_its_bytes() -> None:
    text = catalog["openwebtext-nanogpt-prep"]
    assert datasets.token_count(text.raw_bytes, 4.2) == pytest.approx(text.tokens, rel=0.01)


def test_tokens_and_bytes_undo_each_other() -> None:
    for key in ("roots-bloom", "oscar-en-tr1-13b", "tiny-shakespeare-gpt-2-bpe"):
        text = catalog[key]
        assert datasets.text_bytes(text.tokens, text.bytes_per_token) == pytest.approx(
            text.raw_bytes, rel=0.01
        )


@given(SIZES, st.floats(min_value=0.5, max_value=20))
def test_cutting_and_joining_gives_the_text_back(size: float, each: float) -> None:
    assert datasets.text_bytes(datasets.token_count(size, each), each) == pytest.approx(size)


def test_documents_of_the_pile_as_published() -> None:
    part = catalog["pile-wikipedia-en"]
    assert datasets.document_count(part.raw_bytes, 1.11 * 1024) == pytest.approx(
        part.documents, rel=0.01
    )


def test_nanogpt_stores_openwebtext_in_about_17_gib() -> None:
    stored = datasets.stored_bytes(
        catalog["openwebtext-nanogpt-prep"].tokens, models["gpt2"].vocab_rows
    )
    assert stored / 2**30 == pytest.approx(17, rel=0.02)


def test_a_number_takes_two_bytes_up_to_a_vocabulary_of_65536() -> None:
    for rows in (2, 50_257, 65_536, 65_537, 128_256):
        fits = np.iinfo(np.uint16).max >= rows - 1
        assert datasets.id_bytes(rows) == (2 if fits else 4)
    assert datasets.id_bytes([65_536, 65_537]).tolist() == [2, 4]
    assert isinstance(datasets.stored_bytes(10, 300), int)


def test_llama_405b_reads_a_step_of_sixteen_million_tokens_in_the_published_time() -> None:
    run = runs["llama31-405b-stage-16k"]
    rate = datasets.tokens_per_second(run.devices * run.achieved_flops_per_device, run.params)
    # 6ND leaves attention out; at 8192 tokens it is a few per cent, so the true rate lies somewhat
    # lower.
    assert run.batch_tokens / rate == pytest.approx(5.95, rel=0.01)
    assert datasets.feed_rate(rate, 4) < 20e6


def test_an_image_is_its_pixels() -> None:
    picture = np.zeros((512, 512, 3), dtype=np.uint8)
    assert datasets.image_feed_rate(10, picture.nbytes) == 10 * picture.nbytes


def test_checkpoint_of_a_trillion_weights_as_reported() -> None:
    reported_bytes = 13.8e12  # Narayanan et al. 2021, section 5.10, for 1 008 billion parameters
    assert datasets.checkpoint_bytes(1_008_000_000_000) == pytest.approx(reported_bytes, rel=0.03)
    assert datasets.transfer_seconds(reported_bytes, 273e9) == pytest.approx(50, rel=0.02)


def test_checkpoint_of_bloom_as_reported() -> None:
    weights = parameters.count(models["bloom-176b"]).total
    assert datasets.checkpoint_bytes(weights, "weights") / 2**30 == pytest.approx(329, rel=0.01)
    assert datasets.checkpoint_bytes(weights) / 2**40 == pytest.approx(2.3, rel=0.03)


def test_checkpoint_equals_what_adam_keeps() -> None:
    """Two bytes for the bf16 copy and three fp32 numbers: main weight, mean, variance."""
    weights = 1000
    kept = np.zeros(weights, np.float16).nbytes + 3 * np.zeros(weights, np.float32).nbytes
    assert datasets.checkpoint_bytes(weights) == kept


@given(st.integers(1, 500), st.integers(1, 500))
def test_workers_are_the_fewest_that_keep_up(batch_ms: int, step_ms: int) -> None:
    workers = datasets.workers_needed(batch_ms / 1000, step_ms / 1000)
    assert workers * step_ms >= batch_ms
    assert workers == 1 or (workers - 1) * step_ms < batch_ms


def test_workers_are_not_rounded_up_by_floating_point() -> None:
    assert datasets.workers_needed(0.3, 0.1) == 3
    assert datasets.workers_needed([0.3, 0.31, 0.05], 0.1).tolist() == [3, 4, 1]


def test_opt_read_its_corpus_more_than_once() -> None:
    assert datasets.epochs(300e9, catalog["opt-corpus"].tokens) == pytest.approx(1.67, abs=0.01)


def test_first_reading_counts_in_full_and_half_a_reading_half() -> None:
    assert datasets.effective_tokens(100, 1) == 100
    assert datasets.effective_tokens(100, 0.5) == 50


def test_four_readings_are_nearly_as_good_as_new_text() -> None:
    """The paper: up to 4 epochs of repetition are almost as good as new data; the limit is 1 + R*
    times the text."""
    assert datasets.effective_tokens(100, 4) / 400 > 0.9
    assert datasets.effective_tokens(100, 1e6) == pytest.approx(100 * (1 + 15.387756))


def test_at_r_star_rereadings_a_repeated_token_is_worth_1_minus_1_over_e() -> None:
    r_star = datasets.REPEAT_DECAY
    gained = datasets.effective_tokens(1.0, 1 + r_star) - 1
    assert gained / r_star == pytest.approx(1 - 1 / math.e)


def test_rereading_is_a_sum_of_ever_smaller_gains() -> None:
    worth = datasets.effective_tokens(1e9, np.arange(1, 50))
    gains = np.diff(worth)
    assert np.all(gains > 0)
    assert np.all(np.diff(gains) < 0)
    assert np.all(worth <= 1e9 * np.arange(1, 50))


def test_storing_llama_3s_text_for_a_year() -> None:
    price = prices["aws-s3-standard"].value / 1e9
    size = datasets.stored_bytes(15.6e12, 128_256)
    assert datasets.preparation_usd(
        size, store_usd_per_byte_month=price, months=12
    ) == pytest.approx(17_222.4)


def test_every_price_is_added_once() -> None:
    total = datasets.preparation_usd(10, 1, 2, 3, months=4, licence_usd=5)
    assert total == 10 * 1 + 10 * 2 + 10 * 3 * 4 + 5


def test_sweeps_are_one_call() -> None:
    assert datasets.checkpoint_bytes([1e9, 2e9]).tolist() == [14e9, 28e9]
    grid = datasets.text_bytes(np.array([[1.0], [2.0]]), np.array([3.0, 4.0]))
    assert grid.tolist() == [[3, 4], [6, 8]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: datasets.text_bytes(-1, 4), "tokens must be zero or more, got -1"),
        (lambda: datasets.token_count(10, 0), "bytes_per_token must be above zero, got 0"),
        (lambda: datasets.id_bytes(1.5), "vocab_rows must be a whole number, got 1.5"),
        (
            lambda: datasets.checkpoint_bytes(10, "all"),
            "states must be one of weights, training, got 'all'",
        ),
        (lambda: datasets.workers_needed(1, 0), "step_seconds must be above zero, got 0"),
        (lambda: datasets.effective_tokens(10, 0), "epochs must be above zero, got 0"),
        (lambda: datasets.epochs([1, 2], [1, 2, 3]), "shapes must broadcast together"),
        (
            lambda: datasets.preparation_usd(1, licence_usd=-5),
            "licence_usd must be zero or more, got -5",
        ),
        (lambda: datasets.feed_rate(math.inf, 1), "tokens_per_second must be finite"),
        (lambda: datasets.tokens_per_second(1e15, 0), "params must be above zero, got 0"),
    ],
)
def test_an_error_names_argument_value_and_rule(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("[", r"\[")):
        call()


@pytest.mark.parametrize("bad", [None, "10", True, [1, "2"]])
def test_what_is_no_number_is_refused(bad: object) -> None:
    with pytest.raises(TypeError, match="tokens must be"):
        datasets.text_bytes(bad, 4)
