"""Training data in its several units: tokens, bytes, documents, disks, bytes a second, readings,
money.

Conventions: bytes are of UTF-8 text unless the name says otherwise; a token is whatever the named
tokenizer cuts, so every step from tokens to bytes takes bytes a token as an argument. All functions
take numbers or arrays and broadcast. What a model makes of the data stands in `scaling_laws`; what
the arithmetic costs, in `flops`.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog.records.source import Source
from course_lib.checks import Number

STATES = {"weights": 2, "training": 14}
"""Bytes a weight in a checkpoint. Mixed-precision Adam keeps 2 for the weights in 16 bits, 2 for
gradients, and 12 for a copy of the weights, the mean and the variance in 32 bits (Rajbhandari et
al. 2020, ZeRO, arXiv 1910.02054, section 3.1). Gradients are made anew at each step, so a
checkpoint to go on training from holds 2 + 12."""

REPEAT_DECAY = 15.387756
"""Rereadings after which one more is worth 1/e of new text: R*_D of Muennighoff et al. 2023 (arXiv
2305.16264)."""
REPEAT_SOURCE = Source(
    text="arXiv 2305.16264 (Muennighoff et al. 2023), appendix A, as quoted in a public copy",
    date="2023",
    kind="estimated",
    evidence="read, second hand",
)
"""Where that constant stands."""


def text_bytes(tokens: Number, bytes_per_token: Number) -> Number:
    """Bytes of text that `tokens` tokens stand for.

    >>> text_bytes(15.6e12, bytes_per_token=4) / 1e12  # Llama 3's tokens as English text: terabytes
    62.4
    """
    return _product(tokens=tokens, bytes_per_token=bytes_per_token)


def token_count(text_bytes: Number, bytes_per_token: Number) -> Number:
    """Tokens that a tokenizer of `bytes_per_token` makes of `text_bytes` bytes of text.

    >>> token_count(1_115_394, bytes_per_token=3.3)  # Tiny Shakespeare by GPT-2; counted: 338 025
    337998.1818181818
    """
    return _ratio(text_bytes=text_bytes, bytes_per_token=bytes_per_token)


def document_count(text_bytes: Number, bytes_per_document: Number) -> Number:
    """Documents in a corpus, from their mean size in bytes.

    >>> round(document_count(886_030_278_328, 5.91 * 1024) / 1e6)  # the Pile, in million documents
    146
    """
    return _ratio(text_bytes=text_bytes, bytes_per_document=bytes_per_document)


def id_bytes(vocab_rows: Number) -> Number:
    """Bytes that the number of a token takes on disk: 2 for a vocabulary up to 65 536, else 4.

    >>> id_bytes(50_257), id_bytes(128_256)
    (2, 4)
    """
    small = checks.whole("vocab_rows", vocab_rows) <= 2**16
    return np.where(small, 2.0, 4.0) if np.ndim(small) else (2 if small else 4)


def stored_bytes(tokens: Number, vocab_rows: Number) -> Number:
    """Bytes of a tokenised corpus on disk: one number a token, 2 or 4 bytes each by `id_bytes`.

    >>> stored_bytes(9_035_582_198, vocab_rows=50_257) / 1e9  # OpenWebText; nanoGPT: about 17 GB
    18.071164396
    """
    return _product(tokens=tokens, bytes_a_number=id_bytes(vocab_rows))


def tokens_per_second(flops_per_second: Number, params: Number) -> Number:
    """Tokens a run reads each second: its FLOP/s over 6 for each weight in use.

    Args:
        flops_per_second: what all devices together really achieve, not their peak, in FLOP/s.
        params: weights in use for one token.

    >>> round(tokens_per_second(16_384 * 400e12, 405e9) / 1e6, 2)  # Llama 3.1 405B, in millions
    2.7
    """
    return _ratio(
        flops_per_second=flops_per_second, flops_per_token=6 * checks.positive("params", params)
    )


def feed_rate(tokens_per_second: Number, bytes_per_token: Number) -> Number:
    """Bytes a second that a run reads, at `bytes_per_token` for a token (text, or its number).

    >>> feed_rate(2.7e6, bytes_per_token=4) / 1e6  # MB/s
    10.8
    """
    return _product(tokens_per_second=tokens_per_second, bytes_per_token=bytes_per_token)


def image_feed_rate(images_per_second: Number, bytes_per_image: Number) -> Number:
    """Bytes a second that a run on images reads. A decoded image has height x width x 3 bytes.

    >>> image_feed_rate(1000, bytes_per_image=512 * 512 * 3) / 1e6  # MB/s
    786.432
    """
    return _product(images_per_second=images_per_second, bytes_per_image=bytes_per_image)


def checkpoint_bytes(params: Number, states: str = "training") -> Number:
    """Bytes of a checkpoint: "weights" to use the model, "training" to go on (see `STATES`).

    >>> checkpoint_bytes(1_008_000_000_000) / 1e12  # TB; arXiv 2104.04473 reports 13.8 TB
    14.112
    """
    bytes_a_weight = STATES[checks.one_of("states", states, tuple(STATES))]
    return checks.whole("params", params) * bytes_a_weight


def transfer_seconds(size_bytes: Number, bytes_per_second: Number) -> Number:
    """Seconds to read or write `size_bytes` at a steady rate.

    >>> round(transfer_seconds(13.8e12, 273e9))  # that checkpoint at the same paper's write rate
    51
    """
    return _ratio(size_bytes=size_bytes, bytes_per_second=bytes_per_second)


def workers_needed(batch_seconds: Number, step_seconds: Number) -> Number:
    """Loader workers that make batches as fast as a model eats them, rounded up.

    Assumes that workers do not hinder each other: true while they wait for a disk, and for
    computing work only up to the number of free cores.

    Args:
        batch_seconds: what one worker needs for one batch, in seconds.
        step_seconds: what the model needs for one batch, in seconds.

    >>> workers_needed(batch_seconds=0.35, step_seconds=0.1), workers_needed(0.01, 0.1)
    (4, 1)
    """
    ratio = _ratio(batch_seconds=batch_seconds, step_seconds=step_seconds)
    needed = np.ceil(ratio * (1 - 1e-12))  # 0.3 / 0.1 is a hair above 3 in floating point
    return needed if np.ndim(needed) else int(needed)


def epochs(tokens_read: Number, unique_tokens: Number) -> Number:
    """How often a run reads its text: tokens read over tokens there are.

    >>> epochs(300e9, 180e9)  # OPT-175B on its corpus
    1.6666666666666667
    """
    return _ratio(tokens_read=tokens_read, unique_tokens=unique_tokens)


def effective_tokens(unique_tokens: Number, epochs: Number) -> Number:
    """New tokens that would teach as much as `unique_tokens` read `epochs` times.

    unique x (1 + R* (1 - exp(-(epochs - 1) / R*))), R* = `REPEAT_DECAY`. Fitted up to 9 billion
    weights and 900 billion tokens; below one epoch, tokens read just count. Source: Muennighoff et
    al. 2023 (arXiv 2305.16264), equation 5.

    >>> round(effective_tokens(1e9, 4) / 1e9, 2), round(effective_tokens(1e9, 1000) / 1e9, 1)
    (3.73, 16.4)
    """
    unique_tokens, epochs = (
        checks.positive("unique_tokens", unique_tokens),
        checks.positive("epochs", epochs),
    )
    checks.broadcast(unique_tokens=unique_tokens, epochs=epochs)
    # Below one epoch nothing is read again.
    repeats = np.maximum(epochs - 1, 0)
    first = np.minimum(epochs, 1)
    worth = unique_tokens * (first + REPEAT_DECAY * (1 - np.exp(-repeats / REPEAT_DECAY)))
    return worth if np.ndim(worth) else float(worth)


def preparation_usd(
    collected_bytes: Number,
    collect_usd_per_byte: Number = 0,
    clean_usd_per_byte: Number = 0,
    store_usd_per_byte_month: Number = 0,
    months: Number = 0,
    licence_usd: Number = 0,
) -> Number:
    """US dollars to collect, clean, keep and license a corpus: sizes times prices, all given.

    Args:
        collected_bytes: raw bytes gathered, before cleaning throws most of them away.
        collect_usd_per_byte: crawling or downloading.
        clean_usd_per_byte: filtering, deduplicating, tokenising; machine hours over the bytes they
            get through.
        store_usd_per_byte_month: keeping, by `months`.
        months: how long it is kept.
        licence_usd: what the owners are paid, for the whole time.

    >>> preparation_usd(1e12, store_usd_per_byte_month=0.023 / 1e9, months=12)  # a TB for a year
    276.0
    """
    prices = {
        "collect_usd_per_byte": collect_usd_per_byte,
        "clean_usd_per_byte": clean_usd_per_byte,
        "store_usd_per_byte_month": store_usd_per_byte_month,
        "months": months,
        "licence_usd": licence_usd,
    }
    collect, clean, store, duration, licence = (
        checks.positive(name, price, zero=True) for name, price in prices.items()
    )
    size = checks.positive("collected_bytes", collected_bytes, zero=True)
    return size * (collect + clean + store * duration) + licence


def _product(**factors: Number) -> Number:
    """The product of two checked arguments; the first may be zero."""
    # Keywords keep their order, and their names serve the errors.
    (first, amount), (second, factor) = factors.items()
    amount, factor = checks.positive(first, amount, zero=True), checks.positive(second, factor)
    checks.broadcast(**{first: amount, second: factor})
    return amount * factor


def _ratio(**arguments: Number) -> Number:
    """The ratio of two checked arguments; the first may be zero."""
    (first, amount), (second, divisor) = arguments.items()
    amount, divisor = checks.positive(first, amount, zero=True), checks.positive(second, divisor)
    checks.broadcast(**{first: amount, second: divisor})
    return amount / divisor
