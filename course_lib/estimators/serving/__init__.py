"""Lesson 06: a server under load. `queue` is the textbook line and a batch with equal prompts;
`simulation` serves lengths that vary from a memory that fills (`arrivals` come, `pace` is the
server's, `limits` are promised); `closed` has a fixed number of users, `plan` counts cards.

Tricks, one room each: `paged` caches, `prefixes` that are kept, prompts in `chunks`, prefill and
decode `apart`, `experts` over cards. `batches` holds the rules of thumb."""

from course_lib.estimators.serving import (
    apart,
    batches,
    chunks,
    closed,
    experts,
    limits,
    paged,
    plan,
    prefixes,
)
from course_lib.estimators.serving.arrivals import Requests, draw, spread_of
from course_lib.estimators.serving.blocks import BLOCK, blocks_of
from course_lib.estimators.serving.pace import Pace, pace_of, room_tokens
from course_lib.estimators.serving.queue import (
    SPREADS,
    TIMES,
    Served,
    mean_wait,
    simulate,
    single_server,
    wait_percentile,
)
from course_lib.estimators.serving.simulation import Paged, serve

__all__ = [
    "BLOCK",
    "SPREADS",
    "TIMES",
    "Pace",
    "Paged",
    "Requests",
    "Served",
    "apart",
    "batches",
    "blocks_of",
    "chunks",
    "closed",
    "draw",
    "experts",
    "limits",
    "mean_wait",
    "pace_of",
    "paged",
    "plan",
    "prefixes",
    "room_tokens",
    "serve",
    "simulate",
    "single_server",
    "spread_of",
    "wait_percentile",
]
