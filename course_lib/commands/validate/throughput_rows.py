"""Predicts rows like those of runs_mpt_throughput.csv: one training code, sharded over all devices.

Columns read: `model_key model params seq_len n_gpus device_key gpu micro_batch grad_accum
global_batch_seqs precision sharding act_ckpt cpu_offload`.
"""

from __future__ import annotations

from collections.abc import Mapping

from course_lib.commands.validate import baselines, fields
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import (
    FAULTS,
    Answer,
    Guess,
    all_skipped,
    per_time,
    reason,
    wider,
)
from course_lib.commands.validate.open_layouts import Case, borrowed
from course_lib.commands.validate.sheets import MPT
from course_lib.commands.validate.step_cases import timed
from course_lib.commands.validate.subjects import card, subject

YEAR = 2023
"""Of the table and the code behind it."""


def predict(given: Given) -> Mapping[str, Answer]:
    """Every target of a row, or why it has none.

    >>> row = {"model": "MPT-7b", "params": "6658859008", "seq_len": "2048", "n_gpus": "8",
    ...     "device_key": "A100 SXM 80GB", "micro_batch": "6", "grad_accum": "4",
    ...     "sharding": "FULL_SHARD", "act_ckpt": "True"}
    >>> 0.3 < predict(Given(cells=row))["mfu"].range.value < 0.6
    True
    """
    try:
        return _predicted(given)
    except FAULTS as error:
        return all_skipped(MPT.targets, reason(error))


def _predicted(given: Given) -> Mapping[str, Answer]:
    if given.text("cpu_offload").lower() == "true":
        raise Unpredictable("states that lie in the host's memory: no estimator of a step has them")
    what, where = subject(given), card(given, "device_key", "gpu")
    seq, devices = fields.needed_whole(given, "seq_len"), fields.needed_whole(given, "n_gpus")
    micro = fields.needed_whole(given, "micro_batch")
    batch = given.whole("global_batch_seqs")
    step = timed(
        Case(
            model=what.model,
            device=where.device,
            devices=devices,
            seq=seq,
            batch=batch or devices * micro * fields.needed_whole(given, "grad_accum"),
            format=fields.product_format(given.text("precision"), where.device),
            tensor=1,
            pipeline=1,
            zero=fields.sharding(given.text("sharding")),
            micro_batch=micro,
            recompute=fields.recomputation(given.text("act_ckpt")),
            borrowed=borrowed(where.device, YEAR),
        )
    )
    seconds = wider(step.seconds, *what.doubts, *where.doubts)
    rules = baselines.training_seconds(what.model, where.device, step.tokens, devices, seq)
    amounts = {
        "mfu": step.work(False) / step.peak,
        "hfu": step.work(True) / step.peak,
        "model_tflops": step.work(False) / devices / 1e12,
        "samples_per_s": step.batch,
        "tokens_per_s": step.tokens,
        "tokens_per_s_per_gpu": step.tokens / devices,
    }
    return {
        name: Guess(
            range=per_time(seconds, amount),
            baselines={rule: amount / value for rule, value in rules.items()},
        )
        for name, amount in amounts.items()
    }
