"""How much of a peak is reached, and how long a run takes that reaches so much.

Utilisation is what was done over what could have been done at the peak meanwhile. Links, memory and
waiting are all in it: it is measured, or assumed, and says nothing about where the rest went.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.checks import Number


def efficiency(flops: Number, seconds: Number, peak_flops: Number, devices: Number = 1) -> Number:
    """Share of the peak that was reached: FLOPs done over what could have been done meanwhile.

    Above 1 something is wrong: the peak is of another format, or the count has FLOPs that were
    never done.

    >>> efficiency(flops=400e12, seconds=1, peak_flops=1000e12)
    0.4
    """
    flops, seconds = checks.positive("flops", flops, zero=True), checks.positive("seconds", seconds)
    peak_flops, devices = (
        checks.positive("peak_flops", peak_flops),
        checks.whole("devices", devices),
    )
    checks.broadcast(flops=flops, seconds=seconds, peak_flops=peak_flops, devices=devices)
    return flops / (seconds * peak_flops * devices)


def mfu(
    flops_per_token: Number, tokens_per_second: Number, peak_flops: Number, devices: Number = 1
) -> Number:
    """Model FLOPs utilisation: observed tokens/s over the tokens/s that the peak would allow.

    Args:
        flops_per_token: FLOPs of the model for one token of training: forward and backward, no
            recomputation.
        tokens_per_second: what all devices together get through.
        peak_flops: dense peak of one device in FLOP/s.
        devices: how many work together.

    Source: Chowdhery et al. 2022, PaLM (arXiv 2204.02311), section 4.1 and appendix B.

    >>> palm = {"tokens_per_second": 238.3e3, "peak_flops": 275e12, "devices": 6144}
    >>> round(mfu(6 * 540.35e9, **palm), 3)
    0.457
    """
    flops_per_token = checks.positive("flops_per_token", flops_per_token)
    tokens_per_second = checks.positive("tokens_per_second", tokens_per_second)
    checks.broadcast(flops_per_token=flops_per_token, tokens_per_second=tokens_per_second)
    # A rate is what is done in one second.
    return efficiency(flops_per_token * tokens_per_second, 1, peak_flops, devices)


def training_seconds(
    work_flops: Number, peak_flops: Number, mfu: Number = 0.4, devices: Number = 1
) -> Number:
    """Seconds of a training run: FLOPs / (devices x peak x utilisation).

    Args:
        work_flops: FLOPs of the model for the whole run.
        peak_flops: dense peak of one device in FLOP/s.
        mfu: model FLOPs utilisation, above 0 and at most 1.
        devices: how many work together.

    >>> seconds = training_seconds(3.8e25, 989e12, mfu=0.4, devices=16384)
    >>> round(seconds / 86400)  # Llama 3.1 405B: days
    68
    """
    work_flops, peak_flops = (
        checks.positive("work_flops", work_flops),
        checks.positive("peak_flops", peak_flops),
    )
    mfu, devices = checks.share("mfu", mfu), checks.whole("devices", devices)
    checks.broadcast(work_flops=work_flops, peak_flops=peak_flops, mfu=mfu, devices=devices)
    return work_flops / (devices * peak_flops * mfu)
