"""What `course plan --serve` does: how many cards a service needs, as text, as JSON and as a launch
line.

Design choices:
- The numbers are those of `serving.plan`; its rule for the range stands there: each end is planned
  by itself.
- A service that no number of cards holds ends with exit code 3, says why, and names the narrower
  formats and the larger cards with which it holds, each found by the same planner.
- A prompt with its mean answer must fit a learned table of positions. With rotary positions a
  longer text is planned and said to be longer, but no launch line is printed: vLLM refuses a
  `--max-model-len` beyond what the checkpoint states.
- Money is the rent of the cards over the tokens written: an idle card is paid for, too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from course_lib.catalog import Device, Transformer
from course_lib.commands import plan_asserts, plan_launch
from course_lib.commands.plan_amounts import PlanError
from course_lib.commands.plan_inputs import check_facts, message, read_device, read_model
from course_lib.commands.serve_text import Service, as_data, as_text, values
from course_lib.estimators.attention.text_limits import (
    check_writes,
    length_doubt,
    length_problem,
    longest,
)
from course_lib.estimators.inference.passes import ARITHMETIC
from course_lib.estimators.precision import stored
from course_lib.estimators.serving.plan import Load, Needed, NoService, needed
from course_lib.estimators.training.bill import hourly_usd
from course_lib.estimators.training.nearest import larger

NARROWER = ("fp8", "int4")
"""Formats of the weights that are tried where a service does not hold."""
TRIED_CARDS = 3
DOES_NOT_HOLD = 3
"""Exit code of a service that no number of cards holds, or that breaks an assertion."""


def make_service(
    *,
    model: str | None,
    config: str | None,
    device: str,
    arrivals: float,
    prompt: int,
    answer: int,
    first_token: float,
    each_token: float | None = None,
    format: str | None = None,
    price: float | None = None,
) -> Service:
    """A service from what was asked for.

    Args:
        model: name of the catalog; or
        config: a Hugging Face config.json, or its folder.
        device: name of the card.
        arrivals: requests a second.
        prompt: tokens of a prompt.
        answer: mean tokens of an answer.
        first_token: most seconds to the first token, for 95 of 100 requests.
        each_token: most seconds for each further token; None for any.
        format: of the weights; None for that of the model's own file.
        price: US dollars for an hour of a card.

    Raises:
        PlanError: anything that cannot be planned.
    """
    architecture, record = read_model(model, config), read_device(device)
    _check_model(architecture, prompt, answer)
    if format is not None and format not in stored.FORMATS:
        raise PlanError(f"--format must be one of {', '.join(stored.FORMATS)}, got {format!r}")
    form = stored.format_of(architecture, format)
    arithmetic = next((each for each in ARITHMETIC[form] if each in record.peak_flops), form)
    check_facts(record, together=1, format=arithmetic)
    found, why_not = None, ""
    would_hold: tuple[str, ...] = ()
    try:
        hourly, note = hourly_usd(record, price)
        load = Load(
            arrivals_per_second=arrivals,
            prompt=prompt,
            output=answer,
            first_token_seconds=first_token,
            token_seconds=each_token,
        )
        found = needed(architecture, load, device=record, format=format)
    except NoService as problem:
        why_not, would_hold = message(problem), _nearest(architecture, load, record, format)
    except (KeyError, ValueError, TypeError) as problem:
        raise PlanError(message(problem)) from problem
    return Service(
        model=architecture,
        device=record,
        load=load,
        format=form,
        found=found,
        why_not=why_not,
        would_hold=would_hold,
        usd_per_device_hour=None if hourly is None else float(hourly),
        price_note=note,
    )


def _check_model(model: Transformer, prompt: int, answer: int) -> None:
    """Refuse a model that writes no text, or none as long as that."""
    try:
        check_writes(model)
    except ValueError as problem:
        raise PlanError(message(problem)) from problem
    # What is no count of tokens is told by the load.
    if min(prompt, answer) < 1:
        return
    too_long = length_problem(model, prompt + answer, "--prompt and --answer together")
    if too_long:
        raise PlanError(too_long)


def run_service(
    service: Service,
    *,
    as_json: bool = False,
    limits: Iterable[plan_asserts.Limit] = (),
    export: str | None = None,
) -> int:
    """Print a service; 0, or 3 where it does not hold or breaks a limit.

    Raises:
        PlanError: a launch line is asked for texts longer than the model's positions.
    """
    if as_json:
        print(json.dumps(as_data(service), indent=2, allow_nan=False))
    elif export is not None and service.found is not None:
        print(_launch(service, service.found))
    else:
        print(as_text(service))
    if service.found is None:
        return DOES_NOT_HOLD
    broken = plan_asserts.failed(limits, values(service, service.found.middle))
    for sentence in broken:
        print(f"course: {sentence}", file=sys.stderr)
    return DOES_NOT_HOLD if broken else 0


def _launch(service: Service, found: Needed) -> str:
    load, limit = service.load, longest(service.model)
    tokens = load.prompt + load.output
    if length_doubt(service.model, tokens):
        raise PlanError(
            f"--export vllm: --prompt and --answer together are {tokens} tokens, more than the "
            f"{limit} positions that {service.name} was published with, and vLLM refuses that; "
            "shorten them, or leave out --export"
        )
    return plan_launch.serving_line(
        service.name, service.device.name, load, found.middle, service.format, limit
    )


def _nearest(model: Transformer, load: Load, device: Device, format: str | None) -> tuple[str, ...]:
    """The widest narrower format, and the smallest larger card, that hold."""
    lines = []
    now = stored.weight_bytes(model, format).total
    for tried in (each for each in NARROWER if stored.weight_bytes(model, each).total < now):
        words = _holds(model, load, device, tried)
        if words:
            lines.append(f"weights in {tried}: {words}")
            break
    for card in larger(device, 0.0)[:TRIED_CARDS]:
        words = _holds(model, load, card, format)
        if words:
            lines.append(words)
            break
    return tuple(lines)


def _holds(model: Transformer, load: Load, device: Device, format: str | None) -> str:
    """On how many cards a service holds; blank where it does not, or where facts are missing."""
    try:
        best = needed(model, load, device=device, format=format).middle
    except ValueError:
        return ""
    return f"{best.cards} x {device.name}, {best.memory_bytes / 1e9:.3g} GB on each"
