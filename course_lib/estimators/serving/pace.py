"""What a server takes for each step and for each prompt, and how many tokens its memory holds: a
model on a machine, as the simulation of `simulation` needs it.

A step writes one token for every request that runs. Its time has two parts: one that goes by the
number of requests (weights are read once for all of them), and one that goes by the tokens in the
cache (each is read by its own request alone).

Design choices:
- Both parts come from `inference.Machine`, at no context and at the longest one. Where attention
  sees the whole text its time is even in the tokens, so that nothing is lost; layers with windows
  are straightened between those two points.
- Prompts are read one by one. Their times are those of `inference.Machine` at some lengths, with
  straight lines between.
- Memory is what a server may fill (`memory.room`) less the weights, in tokens of a text of the
  longest length.
Left out: the time from a request to the start of its pass (`Software.request_seconds`), the same
for every request.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.checks import Number
from course_lib.estimators.inference import Machine
from course_lib.estimators.inference.software import RECORDED
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes

POINTS = 40
"""Lengths at which the reading of prompts is timed: each 1.3 times the last one or closer."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pace:
    """Times of a server.

    >>> pace = Pace(step_seconds=[0.1, 0.12], read_tokens=[0, 1000], read_seconds=[0.0, 0.5])
    >>> float(pace.reading(200)), pace.places
    (0.1, 2)
    """

    step_seconds: np.ndarray
    """Seconds of a step for 1, 2, ... requests, the reading of the cache apart: shape (places,)."""
    cached_token_seconds: float = 0.0
    """Further seconds of a step for every token in the cache, all requests together."""
    read_tokens: np.ndarray
    """Lengths of prompts, ascending: shape (points,)."""
    read_seconds: np.ndarray
    """Seconds to read a prompt of each of these lengths: shape (points,)."""

    def __post_init__(self) -> None:
        cached = checks.positive("cached_token_seconds", self.cached_token_seconds, zero=True)
        found = {
            "step_seconds": checks.positive("step_seconds", self.step_seconds),
            "read_tokens": checks.positive("read_tokens", self.read_tokens, zero=True),
            "read_seconds": checks.positive("read_seconds", self.read_seconds, zero=True),
        }
        for name, value in found.items():
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, np.atleast_1d(value))
        object.__setattr__(
            self, "cached_token_seconds", checks.single("cached_token_seconds", cached)
        )
        if self.read_tokens.shape != self.read_seconds.shape or np.any(
            np.diff(self.read_tokens) <= 0
        ):
            raise ValueError(
                "read_tokens must ascend and have a time each in read_seconds, got "
                f"{len(self.read_tokens)} and {len(self.read_seconds)}"
            )

    @property
    def places(self) -> int:
        """Most requests that run at once."""
        return len(self.step_seconds)

    def reading(self, tokens: Number) -> np.ndarray:
        """Seconds to read so many tokens of one text; arrays too.

        Raises:
            ValueError: more tokens than the last of `read_tokens`.
        """
        if np.any(np.asarray(tokens) > self.read_tokens[-1]):
            raise ValueError(
                f"tokens must be at most {self.read_tokens[-1]:.0f}, as far as the pace is known, "
                f"got {np.max(tokens):.0f}"
            )
        return np.interp(tokens, self.read_tokens, self.read_seconds)


def pace_of(
    machine: Machine, model: Transformer, *, places: int = 256, longest: int = 8192
) -> Pace:
    """What a model takes on a machine.

    Args:
        machine: device or devices, format and program.
        model: the architecture.
        places: most requests that run at once.
        longest: most tokens of a text, prompt and answer together.

    Raises:
        TypeError, ValueError, KeyError: as `inference.estimate`.

    >>> from course_lib.catalog import models
    >>> pace = pace_of(Machine(device="H100", software="server"), models["llama-3-8b"])
    >>> lone, full = pace.step_seconds[[0, -1]].tolist()
    >>> 0.005 < lone < full < 0.05  # 15 GB of weights for each, at 3.35 TB/s
    True
    """
    checks.instance("machine", machine, Machine)
    places = checks.single_whole("places", places)
    longest = checks.single_whole("longest", longest, at_least=2)
    batches = np.arange(1.0, places + 1)
    # A step over an empty cache still reads the token that it puts there: one for each request.
    short = np.asarray(machine.run(model, batches, 1, 0).seconds)
    full = float(machine.run(model, places, 1, longest - 1).seconds)
    cached = (full - short[-1]) / (places * (longest - 1))
    # Passes longer than those that are recorded take a jump: a point on either side.
    points = np.append(np.geomspace(1, longest, POINTS), (RECORDED, RECORDED + 1))
    lengths = np.unique(np.rint(points[points <= longest]))
    return Pace(
        step_seconds=short - cached * batches,
        cached_token_seconds=cached,
        read_tokens=lengths,
        read_seconds=np.asarray(machine.run(model, 1, lengths).seconds),
    )


def room_tokens(machine: Machine, model: Transformer, *, longest: int = 8192) -> int:
    """Tokens that the cache holds beside the weights.

    Args:
        machine: device or devices, format and program; the fullest device counts.
        model: the architecture.
        longest: tokens of the text that the bytes of a token are taken from.

    Raises:
        ValueError: the weights leave no room for one token; also as `memory.room.usable_bytes`.

    >>> from course_lib.catalog import models
    >>> room_tokens(Machine(device="H100"), models["llama-3-8b"])  # 60 GB of 131 072 bytes a token
    461319
    """
    checks.instance("machine", machine, Machine)
    longest = checks.single_whole("longest", longest)
    room, weights = usable_bytes(machine.record, USABLE), float(machine.weight_bytes(model))
    token = float(machine.cache_bytes(model, 1, longest, reserved=True)) / longest
    if room - weights < token:
        raise ValueError(
            f"weights and one token need {(weights + token) / 1e9:.0f} GB of a device's "
            f"{room / 1e9:.0f} GB"
        )
    return int((room - weights) // token)
