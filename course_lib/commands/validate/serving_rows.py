"""Predicts rows of servers that a fixed number of users keep busy.

Columns read: `group model device n_devices tp precision framework concurrency input_len
output_len`.

Design choices:
- Times from one token to the next are those of a server that reads other prompts in between
  (`serving.closed`); the median one, of which most hold no prompt, is the pass alone.
- Prompts of the tasks of ML.ENERGY are not told. Each task has a typical length (`PROMPTS`), and
  the range widens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from course_lib.commands.validate import fields, programs
from course_lib.commands.validate.answer_cases import OUTPUT, PROMPT, Asked, scaled
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Answer, attempt
from course_lib.commands.validate.subjects import card, subject
from course_lib.estimators.ranges import Range

PROMPTS = {"image-chat": 1000, "video-chat": 3000, "fim": 1200}
"""Tokens of a prompt by the task that a group's name ends in: a picture is some thousand tokens of
a model that sees, a clip several pictures, and code to be completed has a page around it.
Assumed."""
UNTOLD = Range(low=0.75, value=1.0, high=1.3)
"""How much further a range reaches where the prompt's length is that of a task. Assumed."""


def tokens(given: Given) -> Mapping[str, Answer]:
    """Milliseconds of a token, and to the first one.

    >>> row = {"model": "Qwen/Qwen3-32B", "device": "H100 SXM 80GB", "n_devices": "2",
    ...     "precision": "fp8", "concurrency": "8", "input_len": "1024", "output_len": "1024"}
    >>> 5 < tokens(Given(cells=row))["tpot_ms"].range.value < 20
    True
    """
    case = asked(given)
    return {
        "tpot_ms": attempt(lambda: scaled(case.served_token, 1e3)),
        "ttft_ms": attempt(lambda: scaled(case.served_first_token, 1e3)),
    }


def tasks(given: Given) -> Mapping[str, Answer]:
    """Energy, power and speed of a server on a task."""
    case = asked(given)
    return {
        "energy_per_token_j": attempt(lambda: case.joules),
        "avg_power_w": attempt(lambda: case.watts),
        "median_itl_ms": attempt(lambda: scaled(case.served_pass, 1e3)),
        "tokens_per_s_per_gpu": attempt(lambda: scaled(case.served_rate, 1 / case.devices)),
    }


def asked(given: Given) -> Asked:
    """The requests that a row's users have in flight.

    Raises:
        Unpredictable: no decoder, no device of the catalog, or a number that is missing.
    """
    what, framework = subject(given, recent=True), given.text("framework")
    told = given.whole("input_len")
    case = Asked(
        subject=what,
        card=card(given, "device"),
        devices=given.whole("n_devices") or given.whole("tp") or 1,
        batch=fields.needed_whole(given, "concurrency"),
        prompt=told or typical(given.text("group")),
        output=given.whole("output_len") or OUTPUT,
        format=fields.stored_format(given.text("precision")),
        software=programs.software(framework),
        cache_format=programs.cache_format(framework, given.text("precision")),
        request_seconds=programs.request_seconds(framework),
    )
    if told:
        return case
    return replace(case, subject=replace(what, doubts=(*what.doubts, UNTOLD)))


def typical(group: str) -> int:
    """Tokens of a prompt of a group's task.

    >>> typical("mlenergy_v3_image-chat") > typical("another")
    True
    """
    return next((size for task, size in PROMPTS.items() if group.endswith(task)), PROMPT)
