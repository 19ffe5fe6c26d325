"""Requests that come by chance, with lengths that vary: what a simulated server is given.

Design choices:
- Arrivals are Poisson: the times between them are independent and exponential.
- Lengths are lognormal: their logarithms are normal. Most texts are short and a few are very long,
  as in published traces of services. The spread is the standard deviation of the logarithm; 0 makes
  all equal. Mean over median is exp(spread^2 / 2), so that `spread_of` reads it off two numbers
  that are often published.
- Times are drawn at rate 1 and stretched: the same seed gives the same requests at every rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class Requests:
    """Requests in the order of arrival. Arrays of shape (requests,); one length stands for all.

    Raises:
        TypeError, ValueError: by the field's name; times that do not ascend, shapes that differ.

    >>> Requests(arrival_seconds=[0.0, 1.5], prompt=100, output=[20, 30]).prompt
    array([100, 100])
    """

    arrival_seconds: np.ndarray
    """When each arrives."""
    prompt: np.ndarray
    """Tokens of its prompt."""
    output: np.ndarray
    """Tokens that are written for it."""

    def __post_init__(self) -> None:
        times = checks.positive("arrival_seconds", self.arrival_seconds, zero=True)
        times = np.atleast_1d(np.asarray(times, dtype=float))
        if times.ndim != 1 or np.any(np.diff(times) < 0):
            raise ValueError(f"arrival_seconds must ascend, in one row, got {times}")
        # The record is frozen; this is the way past its lock.
        object.__setattr__(self, "arrival_seconds", times)
        for name in ("prompt", "output"):
            tokens = np.asarray(checks.whole(name, getattr(self, name)))
            if tokens.shape not in ((), times.shape):
                raise ValueError(f"{name} must have shape {times.shape}, got {tokens.shape}")
            filled = np.broadcast_to(tokens, times.shape).astype(np.int64)
            object.__setattr__(self, name, filled)

    def __len__(self) -> int:
        return len(self.arrival_seconds)


def draw(
    requests: int,
    *,
    arrivals_per_second: float,
    prompt: float,
    output: float,
    spread: float = 1.0,
    prompt_spread: float | None = None,
    longest: int | None = None,
    seed: int = 0,
) -> Requests:
    """Poisson arrivals with lognormal lengths.

    Args:
        requests: how many.
        arrivals_per_second: mean rate of arrival, above 0.
        prompt: mean tokens of a prompt.
        output: mean tokens of an answer.
        spread: standard deviation of the logarithm of an answer's length; 0 for equal ones.
        prompt_spread: the same of a prompt's length; None for that of the answers.
        longest: most tokens of prompt and answer together: the prompt is cut to all but one of
            them, the answer to what is left. What is cut off lowers the means a little.
        seed: of the random numbers.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> drawn = draw(1000, arrivals_per_second=2.0, prompt=500, output=200, spread=0)
    >>> int(drawn.output.max()), 400 < float(drawn.arrival_seconds[-1]) < 600
    (200, True)
    """
    count = checks.single_whole("requests", requests)
    rate = checks.positive(
        "arrivals_per_second", checks.single("arrivals_per_second", arrivals_per_second)
    )
    random = np.random.default_rng(seed)
    arrivals = random.exponential(1.0, count).cumsum() / rate
    wide = spread if prompt_spread is None else prompt_spread
    prompts = _lengths("prompt", prompt, "prompt_spread", wide, random.standard_normal(count))
    outputs = _lengths("output", output, "spread", spread, random.standard_normal(count))
    if longest is not None:
        most = checks.single_whole("longest", longest, at_least=2)
        prompts = np.minimum(prompts, most - 1)
        outputs = np.minimum(outputs, most - prompts)
    return Requests(arrival_seconds=arrivals, prompt=prompts, output=outputs)


def spread_of(mean: Number, median: Number) -> Number:
    """The spread of lognormal lengths with that mean and that median; arrays broadcast.

    Raises:
        ValueError: a mean below the median: such lengths are not lognormal.

    >>> round(spread_of(mean=165, median=100), 2)
    1.0
    """
    mean, median = checks.positive("mean", mean), checks.positive("median", median)
    checks.broadcast(mean=mean, median=median)
    if np.any(mean < median):
        raise ValueError(f"mean must be at least the median, got {mean} below {median}")
    found = np.sqrt(2 * np.log(mean / median))
    return found if np.ndim(found) else float(found)


def _lengths(
    name: str, mean: float, spread_name: str, spread: float, normal: np.ndarray
) -> np.ndarray:
    """Whole lognormal lengths of at least 1, of that mean before they are rounded."""
    mean = checks.positive(name, checks.single(name, mean))
    spread = checks.positive(spread_name, checks.single(spread_name, spread), zero=True)
    # Without the shift the mean would lie exp(spread^2 / 2) above the median.
    return np.maximum(1, np.rint(mean * np.exp(spread * normal - spread**2 / 2)))
