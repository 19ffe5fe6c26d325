"""The most requests a second that a server takes within limits on its waits (its goodput), and so
how many servers a service needs.

Design choices:
- A limit holds if `percent` of a hundred requests keep it, the first tenth left out (`queue`).
- More arrivals never shorten a wait, but for chance. Every rate is given the same requests, only
  closer together, so that chance is the same too and halving finds the rate.
- A server is sized by what it takes alone: requests are shared evenly at random, so that each copy
  sees Poisson arrivals of its own, as in `fleets`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from course_lib import checks
from course_lib.estimators.serving.arrivals import Requests, draw
from course_lib.estimators.serving.pace import Pace
from course_lib.estimators.serving.simulation import BLOCK, Paged, serve

PERCENT = 95
"""Of so many requests in a hundred the limits are kept."""
CLOSE = 0.02
"""The rate is found to this part of itself."""
DOUBLINGS = 10
"""How often a rate that holds is doubled."""
QUIET = 1e-3
"""A rate, as part of the most that full places could finish, at which nobody meets anybody."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Limits:
    """What a service promises, in seconds; None for no promise.

    >>> Limits(first_token_seconds=1.0).token_seconds is None
    True
    """

    first_token_seconds: float | None = None
    """Most seconds to the first token."""
    token_seconds: float | None = None
    """Most seconds between tokens, a request's mean."""
    percent: float = PERCENT
    """Of so many requests in a hundred."""

    def __post_init__(self) -> None:
        for name in ("first_token_seconds", "token_seconds"):
            value = getattr(self, name)
            if value is not None:
                checks.positive(name, checks.single(name, value))
        if not 0 < checks.single("percent", self.percent) < 100:
            raise ValueError(f"percent must be between 0 and 100, got {self.percent}")

    def kept(self, served: Paged) -> bool:
        """Whether so many of the requests keep both limits, each taken by itself."""
        for name in ("first_token_seconds", "token_seconds"):
            limit = getattr(self, name)
            # Answers of one token have no time between tokens: NaN is above no limit.
            if limit is not None and served.percentile(name, self.percent) > limit:
                return False
        return True


def most_arrivals(
    pace: Pace,
    limits: Limits,
    *,
    blocks: int,
    prompt: float,
    output: float,
    spread: float = 1.0,
    longest: int | None = None,
    requests: int = 2000,
    block_tokens: int = BLOCK,
    seed: int = 0,
) -> float:
    """The most requests a second within the limits; 0 where a lone request breaks them,
    and infinite where a thousand times what the server finishes still keeps them.

    Args:
        pace: times of the server.
        limits: what is promised.
        blocks: blocks of the cache's memory.
        prompt: mean tokens of a prompt.
        output: mean tokens of an answer.
        spread: of both, as in `arrivals.draw`.
        longest: most tokens of a text.
        requests: requests of each simulation.
        block_tokens: tokens of a block.
        seed: of the requests.

    Raises:
        TypeError, ValueError: by the argument's name; as `arrivals.draw` and `simulation.serve`.

    >>> pace = Pace(step_seconds=[0.01] * 8, read_tokens=[0, 9999], read_seconds=[0.0, 0.1])
    >>> case = {"blocks": 1000, "prompt": 100, "output": 100, "spread": 0.5}
    >>> tight, wide = (
    ...     most_arrivals(pace, Limits(first_token_seconds=limit), **case) for limit in (0.1, 10)
    ... )
    >>> 4 < tight < wide < 8.5  # eight places, a second of steps for each request
    True
    """
    checks.instance("pace", pace, Pace)
    checks.instance("limits", limits, Limits)

    def at(rate: float) -> Requests:
        return draw(
            requests,
            arrivals_per_second=rate,
            prompt=prompt,
            output=output,
            spread=spread,
            longest=longest,
            seed=seed,
        )

    def holds(rate: float) -> bool:
        served = serve(at(rate), pace, blocks=blocks, block_tokens=block_tokens)
        return limits.kept(served)

    # Whose steps are all full and shared by everybody: no server does more.
    lone = float(min(pace.step_seconds / range(1, pace.places + 1))) * output
    return _halve(holds, QUIET / lone, 1 / lone)


def _halve(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The largest rate that holds, between one that should and one that need not."""
    if not holds(low):
        return 0.0
    for _ in range(DOUBLINGS):
        if not holds(high):
            break
        low, high = high, 2 * high
    else:
        # Limits that no queue breaks in so short a simulation bind nothing.
        return math.inf
    while high - low > CLOSE * high:
        between = math.sqrt(low * high)
        low, high = (between, high) if holds(between) else (low, between)
    return low


def servers(arrivals_per_second: float, most_per_second: float) -> int:
    """Servers for a load, each of which takes so many requests a second.

    Raises:
        ValueError: by the argument's name; `most_per_second` of 0: no number of servers is enough.

    >>> servers(100, most_per_second=12.5), servers(101, most_per_second=12.5)
    (8, 9)
    """
    rate = checks.positive(
        "arrivals_per_second", checks.single("arrivals_per_second", arrivals_per_second)
    )
    each = checks.positive("most_per_second", checks.single("most_per_second", most_per_second))
    return math.ceil(rate / each)
