"""Predicts rows like those of validation_2026.csv, each group by what it measures.

Columns read: those of `server_memory`, and `group model device n_devices precision tp pp cp ep
setting concurrency input_len output_len global_batch seq_len accept_length baseline_value metric`.

Design choices:
- What a row's group fills is predicted, and nothing else: another group's columns mean nothing
  there. A group of another name goes by what it gives.
- Times from one token to the next are those of a server that reads other prompts in between; the
  median one, of which most hold no prompt, is the pass alone.
- The steps of Megatron-Bridge count the pairs that a causal mask lets through, as Megatron-LM's own
  count of FLOPs does.
- Where a draft guesses ahead, `inference.speculative` says how much quicker that is, on one device
  that is assumed (`DRAFTED_ON`) with a draft of one layer; the rate without a draft is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from course_lib.catalog import Transformer, devices
from course_lib.commands.validate import baselines, fields, server_memory
from course_lib.commands.validate.answer_cases import OUTPUT, PROMPT, Asked, scaled
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
from course_lib.commands.validate.subjects import Subject, card, subject
from course_lib.estimators import inference
from course_lib.estimators.ranges import Range

DRAFTED_ON = "H100"
"""The device where a measurement of drafts names none: assumed, only the ratio matters."""
DRAFT = Range(low=0.65, value=1.0, high=1.25)
"""Speed with a draft over the estimate: provisional."""
CONTEXT = 1024
"""Tokens in the cache while a draft is used, where none are told: the estimator's default."""
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
        GROUPS[1][1]: _serving,
        GROUPS[2][1]: _training,
        GROUPS[3][1]: _energy,
    }
    try:
        return by_name[wanted](given)
    except FAULTS as error:
        return all_skipped(wanted, reason(error))


def _asked(given: Given, batch: int) -> Asked:
    return Asked(
        subject=subject(given, recent=True),
        card=card(given, "device"),
        devices=given.whole("n_devices") or given.whole("tp") or 1,
        batch=batch,
        prompt=given.whole("input_len") or PROMPT,
        output=given.whole("output_len") or OUTPUT,
        format=fields.stored_format(given.text("precision")),
    )


def _serving(given: Given) -> Mapping[str, Answer]:
    together = _asked(given, fields.needed_whole(given, "concurrency"))
    alone = replace(together, batch=1)
    return {
        "tpot_ms": attempt(lambda: scaled(together.served_token, 1e3)),
        "ttft_ms": attempt(lambda: scaled(alone.first_token, 1e3)),
    }


def _energy(given: Given) -> Mapping[str, Answer]:
    case = _asked(given, fields.needed_whole(given, "concurrency"))
    return {
        "energy_per_token_j": attempt(lambda: case.joules),
        "avg_power_w": attempt(lambda: case.watts),
        "median_itl_ms": attempt(lambda: scaled(case.further_token, 1e3)),
        "tokens_per_s_per_gpu": attempt(lambda: scaled(case.throughput, 1 / case.devices)),
    }


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
        return _drafted(given)
    if given.text("metric") == "time to target":
        return "a slice from a checkpoint to a target: how many tokens that takes is not told"
    return f"{given.text('metric') or 'value'}: the tokens of the run are not told"


def _drafted(given: Given) -> Answer:
    alone, length = given.number("baseline_value"), given.number("accept_length")
    if alone is None or length is None or alone <= 0:
        raise Unpredictable("baseline_value and accept_length are not both told")
    stated = re.search(r"(\d+) draft tokens", given.text("setting"))
    guesses = int(stated.group(1)) if stated else max(1, round(length))
    if not 1 <= length <= guesses + 1:
        raise Unpredictable(f"accept_length must be from 1 to {guesses + 1}, got {length:g}")
    what = subject(given, recent=True)
    found = inference.speculative(
        what.model,
        _draft(what),
        device=devices[DRAFTED_ON],
        accepted=_accepted(length, guesses),
        guesses=guesses,
        batch=given.whole("concurrency") or 1,
        context=CONTEXT,
        devices=_fewest(what.model),
    )
    quicker = DRAFT.scaled(alone * float(found.speed_up))
    return Guess(
        range=wider(quicker, *what.doubts), baselines={"drafts for nothing": alone * length}
    )


def _draft(what: Subject) -> Transformer:
    """One dense layer of the model's width, with its table and head."""
    model = what.model
    width = int(model.d_model)
    return Transformer(
        layers=1, d_model=width, n_heads=max(1, width // 128), head_dim=128, d_ff=4 * width,
        vocab_rows=model.vocab_rows, gated_mlp=True,
    )  # fmt: skip


def _fewest(model: Transformer) -> int:
    """Devices of one machine that hold the weights."""
    card_bytes = devices[DRAFTED_ON].memory_bytes or 80e9
    weights = float(inference.Machine(device=DRAFTED_ON).weight_bytes(model))
    return next((count for count in (1, 2, 4) if weights < 0.8 * count * card_bytes), 8)


def _accepted(length: float, guesses: int) -> float:
    """The chance of a guess at which a check yields `length` tokens: 1 + a + ... + a^guesses."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if sum(middle**power for power in range(guesses + 1)) < length:
            low = middle
        else:
            high = middle
    return (low + high) / 2
