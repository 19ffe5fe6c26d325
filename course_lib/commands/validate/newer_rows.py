"""Predicts rows like those of validation_2026.csv, each group by what it measures.

Columns read: those of `server_memory`, `serving_rows` and `draft_rows`, and `group model device
n_devices precision tp pp cp ep setting global_batch seq_len metric`.

Design choices:
- What a row's group fills is predicted, and nothing else: another group's columns mean nothing
  there. A group of another name goes by what it gives.
- The steps of Megatron-Bridge count the pairs that a causal mask lets through, as Megatron-LM's own
  count of FLOPs does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib.commands.validate import (
    baselines,
    draft_rows,
    fields,
    server_memory,
    serving_rows,
)
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import (
    FAULTS,
    Answer,
    Guess,
    all_skipped,
    attempt,
    per_time,
    reason,
    wider,
)
from course_lib.commands.validate.open_layouts import Case
from course_lib.commands.validate.step_cases import timed
from course_lib.commands.validate.subjects import card, subject

GROUPS = (
    ("vllm_memory", server_memory.QUANTITIES),
    ("serving", ("tpot_ms", "ttft_ms")),
    ("training", ("tokens_per_s_per_gpu", "model_tflops_per_gpu")),
    (
        "mlenergy",
        ("energy_per_token_j", "avg_power_w", "median_itl_ms", "tokens_per_s_per_gpu"),
    ),
)
"""What a group measures, by how its name begins; all others measure `value`."""


def quantities(group: str, given: Given) -> tuple[str, ...]:
    """The columns that a row of a group fills.

    >>> quantities("serving_silicon", Given(cells={}))
    ('tpot_ms', 'ttft_ms')
    """
    for start, found in GROUPS:
        if group.startswith(start):
            return found
    if given.text("metric"):
        return ("value",)
    # a group of another name goes by what it gives
    told = (("max_len", 0), ("global_batch", 2), ("input_len", 1), ("concurrency", 3))
    return next((GROUPS[place][1] for column, place in told if given.text(column)), ("value",))


def predict(given: Given) -> Mapping[str, Answer]:
    """What the row's group measures, or why it has none.

    >>> row = {"group": "serving_silicon", "model": "Qwen/Qwen3-32B", "device": "H100 SXM 80GB",
    ...     "n_devices": "2", "precision": "fp8", "tp": "2", "concurrency": "8",
    ...     "input_len": "1024", "output_len": "1024"}
    >>> 5 < predict(Given(cells=row))["tpot_ms"].range.value < 20
    True
    """
    wanted = quantities(given.text("group"), given)
    if wanted == server_memory.QUANTITIES:
        return server_memory.predict(given)
    if wanted == ("value",):
        return {"value": attempt(lambda: _value(given))}
    by_name: Mapping[tuple[str, ...], Callable[[Given], Mapping[str, Answer]]] = {
        GROUPS[1][1]: serving_rows.tokens,
        GROUPS[2][1]: _training,
        GROUPS[3][1]: serving_rows.tasks,
    }
    try:
        return by_name[wanted](given)
    except FAULTS as error:
        return all_skipped(wanted, reason(error))


def _training(given: Given) -> Mapping[str, Answer]:
    if "lora" in given.text("setting").lower():
        raise Unpredictable("adapters: the estimator of a step trains all weights")
    what, where = subject(given, recent=True), card(given, "device")
    seq, count = fields.needed_whole(given, "seq_len"), fields.needed_whole(given, "n_devices")
    step = timed(
        Case(
            model=what.model,
            device=where.device,
            devices=count,
            seq=seq,
            batch=given.whole("global_batch"),
            format=fields.product_format(given.text("precision"), where.device),
            tensor=given.whole("tp"),
            pipeline=given.whole("pp"),
            context=given.whole("cp") or 1,
            expert=given.whole("ep") or 1,
            tuned=fields.tuned(given.text("framework")),
        )
    )
    seconds = wider(step.seconds, *what.doubts, *where.doubts)
    rules = baselines.training_seconds(what.model, where.device, step.tokens, count, seq)
    amounts = {
        "tokens_per_s_per_gpu": step.tokens / count,
        "model_tflops_per_gpu": step.work(False, "causal") / count / 1e12,
    }
    return {
        name: Guess(
            range=per_time(seconds, amount),
            baselines={rule: amount / value for rule, value in rules.items()},
        )
        for name, amount in amounts.items()
    }


def _value(given: Given) -> Answer:
    """A row whose `metric` says what it measures."""
    if "draft" in given.text("metric"):
        return draft_rows.predict(given)
    if given.text("metric") == "time to target":
        return "a slice from a checkpoint to a target: how many tokens that takes is not told"
    return f"{given.text('metric') or 'value'}: the tokens of the run are not told"
