"""Rules of thumb for a server: the batch at the ridge, the curve that saturates there, and how many
requests are inside (Little's law).

A step reads every weight once and multiplies each by one number for every request. Up to some batch
the reading takes longer, so that a further request costs nothing; beyond it the arithmetic does,
and each request costs the same. Where the two times are equal is the ridge.

Design choices:
- A weight takes two FLOPs a token. So the ridge in requests is that of `hardware.ridge` in
  FLOP/byte, times half the bytes of a weight.
- Each request also reads a cache of its own, which nobody shares. It moves the ridge out, and where
  it is large there is none: no batch is then bound by arithmetic.
- Peaks and bandwidths as stated. What programs reach says `inference`.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.hardware import ridge

FLOPS_A_WEIGHT = 2
"""FLOPs of a weight for each token: a product and a sum."""


def ridge_batch(
    peak_flops: Number,
    bytes_per_second: Number,
    weight_bytes: Number = 2.0,
    cache_bytes: Number = 0.0,
) -> Number:
    """Requests at which a step's arithmetic takes as long as its reading; infinite if none.

    Args:
        peak_flops: of the device, in FLOP/s; arrays broadcast.
        bytes_per_second: of its memory.
        weight_bytes: bytes of one weight.
        cache_bytes: bytes of one request's cache over the number of weights used for a token.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: "How to Scale Your Model" (2025), part 7: 240 for a TPU v5e in bf16, 120 with weights of
    8 bits.

    >>> round(ridge_batch(989e12, 3.35e12))  # H100 in bf16
    295
    >>> llama = {"weight_bytes": 2, "cache_bytes": 131072 * 2000 / 8.03e9}  # 2000 tokens each
    >>> ridge_batch(989e12, 3.35e12, **llama)
    inf
    """
    edge = ridge(peak_flops, bytes_per_second)
    weight = checks.positive("weight_bytes", weight_bytes)
    cache = checks.positive("cache_bytes", cache_bytes, zero=True)
    checks.broadcast(ridge=edge, weight_bytes=weight, cache_bytes=cache)
    # weight + batch x cache = FLOPS_A_WEIGHT x batch / edge, in bytes for each weight.
    left = np.asarray(FLOPS_A_WEIGHT / edge - cache)
    found = np.where(left > 0, weight / np.where(left > 0, left, 1.0), np.inf)
    return found if found.ndim else float(found)


def step_seconds(
    batch: Number,
    weights: Number,
    *,
    peak_flops: Number,
    bytes_per_second: Number,
    weight_bytes: Number = 2.0,
    cache_bytes: Number = 0.0,
) -> Number:
    """Seconds of a step at best: bytes or FLOPs, whichever takes longer.

    Args:
        batch: requests, one token each; arrays broadcast.
        weights: number of weights used for a token.
        peak_flops: of the device, in FLOP/s.
        bytes_per_second: of its memory.
        weight_bytes: bytes of one weight.
        cache_bytes: bytes of one request's cache, all of it: not for each weight.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> h100 = {"peak_flops": 989e12, "bytes_per_second": 3.35e12}
    >>> [round(1e3 * step_seconds(batch, 8e9, **h100), 2) for batch in (1, 2, 1000)]
    [4.78, 4.78, 16.18]
    """
    batch, weights = checks.whole("batch", batch), checks.positive("weights", weights)
    peak, rate = (
        checks.positive("peak_flops", peak_flops),
        checks.positive("bytes_per_second", bytes_per_second),
    )
    weight = checks.positive("weight_bytes", weight_bytes)
    cache = checks.positive("cache_bytes", cache_bytes, zero=True)
    checks.broadcast(
        batch=batch, weights=weights, peak_flops=peak, bytes_per_second=rate,
        weight_bytes=weight, cache_bytes=cache,
    )  # fmt: skip
    reading = (weights * weight + batch * cache) / rate
    return checks.larger(reading, FLOPS_A_WEIGHT * weights * batch / peak)


def in_system(arrivals_per_second: Number, mean_seconds: Number) -> Number:
    """Requests inside on average: arrivals a second times the mean time that each stays.

    Little's law. It holds for any queue that does not grow without end, in any order of service and
    with any spread of lengths; for the waiting line alone as for the server with its line.

    Args:
        arrivals_per_second: mean rate of arrival; arrays broadcast.
        mean_seconds: mean time inside.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: Little 1961, Operations Research 9(3).

    >>> in_system(arrivals_per_second=10, mean_seconds=6.0)
    60.0
    """
    rate = checks.positive("arrivals_per_second", arrivals_per_second, zero=True)
    mean = checks.positive("mean_seconds", mean_seconds, zero=True)
    checks.broadcast(arrivals_per_second=rate, mean_seconds=mean)
    return rate * mean
