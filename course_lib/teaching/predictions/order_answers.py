"""The answers to the ten order-of-magnitude questions: each a function of the catalog and the
estimators.

Design choices:
- No answer is typed. What a question stipulates (a reading speed, a context) stands in the question
  and, with the same value, as a named constant here.
- Answers are computed only when they are asked for: a lesson that merely asks the questions touches
  no catalog entry.
"""

from __future__ import annotations

from collections.abc import Callable

from course_lib.catalog import datasets, devices, models, prices, runs
from course_lib.estimators import flops, parameters
from course_lib.units import HOUR

BF16_BYTES = 2
BF16_FRACTION_BITS = 7
"""Bits after the leading one in a bf16 number."""
STATED_CONTEXT = 128_000
STATED_SHARE_OF_PEAK = 0.4
STATED_WORDS_A_MINUTE = 250
STATED_BYTES_A_WORD = 6
STATED_DEVICES = 8


def training_flops() -> float:
    """FLOPs to train Llama 3.1 405B once, by the rule that the course's bill takes."""
    return float(flops.training(models["llama-3.1-405b"], _tokens()))


def reading_seconds() -> float:
    """Seconds a person needs to read the training text of Llama 3, never sleeping."""
    text_bytes = _tokens() * float(
        datasets["bytes-per-token-llama-3-tokenizer-on-english"].bytes_per_token or 0
    )
    return text_bytes / STATED_BYTES_A_WORD / STATED_WORDS_A_MINUTE * 60


def cache_bytes() -> float:
    """Bytes of keys and values that Llama 3 8B keeps for a full context in bf16."""
    model = models["llama-3-8b"]
    # 2: keys and values
    numbers = float(2 * model.layers * model.n_kv_heads * model.head_dim)
    return numbers * BF16_BYTES * STATED_CONTEXT


def card_seconds() -> float:
    """Seconds of training Llama 3.1 405B on a single H100 at the stated share of its peak."""
    return training_flops() / (STATED_SHARE_OF_PEAK * devices["h100-sxm-80gb"].peak_flops["bf16"])


def one_user_rate() -> float:
    """Tokens a second for one user of Llama 3 8B on an H100, were each weight read once a token and
    nothing else."""
    weight_bytes = BF16_BYTES * _weights()
    return float(devices["h100-sxm-80gb"].memory_bytes_per_second or 0) / weight_bytes


def bf16_count() -> float:
    """The whole number at which adding one stops changing a bf16 sum: the first that leaves no bit
    for the one."""
    return 2.0 ** (BF16_FRACTION_BITS + 1)


def training_bytes() -> float:
    """Bytes of weights, gradients and Adam's states for Llama 3 8B: bf16 twice, and fp32 master,
    mean and variance."""
    return (2.0 * BF16_BYTES + 3 * 4) * _weights()


def gradient_traffic_bytes() -> float:
    """Bytes one of the stated devices sends to add up the bf16 gradients of Llama 3 8B in a
    ring."""
    # twice round the ring, once to add up and once to hand out; each round sends all but one part
    gradients = BF16_BYTES * _weights()
    return 2.0 * gradients * (STATED_DEVICES - 1) / STATED_DEVICES


def olmo_watt_hours() -> float:
    """Watt-hours of the training run of OLMo 7B on A100 cards, as its makers measured on a part and
    extrapolated."""
    return float(runs["olmo-7b-a100"].energy_joules or 0) / HOUR


def rent_usd() -> float:
    """Dollars for the device hours of training Llama 3 8B at the catalog's price of an hour."""
    rate = prices.rental("h100-sxm-80gb").usd_per_device_hour
    return float(runs["llama-3-8b"].device_hours or 0) * rate


def _tokens() -> int:
    return datasets["llama-3-pre-training"].tokens or 0


def _weights() -> int:
    return int(parameters.count(models["llama-3-8b"]).total)


ANSWERS: dict[str, Callable[[], float]] = {
    answer.__name__: answer
    for answer in (
        training_flops,
        reading_seconds,
        cache_bytes,
        card_seconds,
        one_user_rate,
        bf16_count,
        training_bytes,
        gradient_traffic_bytes,
        olmo_watt_hours,
        rent_usd,
    )
}
"""Every answer by its name in `texts/orders.toml`."""
