"""An answer of a row: the times, the power and the memory that the estimators give for a batch of
requests.

Design choices:
- The range of every time and rate is that of `inference.estimate`: its `low` and `high` over its
  rate, turned round for times.
- Cards that hand whole layers on to each other (llama.cpp's layer split, accelerate's pipeline)
  work one after the other: for one batch they are one card with more memory.
- What a server at full load works on at once is what its memory holds, up to `MOST_BATCH`.
- Power is that of `energy` for answering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from course_lib.commands.validate import baselines
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.guesses import Guess, around, per_time, wider
from course_lib.commands.validate.subjects import Card, Subject
from course_lib.estimators import energy, inference
from course_lib.estimators.energy.answers import SERVING_LOAD
from course_lib.estimators.ranges import Range, inverse

PROMPT, OUTPUT = 512, 256
"""Tokens of a prompt and of an answer where none are told: those of `energy.answers.token`."""
MOST_BATCH = 2048
"""Sequences that a server takes up at once: TensorRT-LLM's default (`max_batch_size`)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A batch of equal requests."""

    subject: Subject
    """The model."""
    card: Card
    """The device."""
    devices: int
    """Devices that share every layer."""
    batch: int | None
    """Sequences; None for as many as the memory holds."""
    prompt: int
    """Tokens of each prompt."""
    output: int
    """Tokens written for each."""
    format: str | None
    """Format of the weights; None for the model's own."""

    @cached_property
    def sequences(self) -> int:
        """Sequences at once."""
        return self.batch or _most(self)

    @cached_property
    def timed(self) -> inference.Estimate:
        """The estimate."""
        return self.estimate(self.sequences)

    def estimate(self, batch: int) -> inference.Estimate:
        """The estimate for another batch."""
        return inference.estimate(
            self.subject.model,
            device=self.card.device,
            batch=batch,
            prompt=self.prompt,
            output=self.output,
            format=self.format,
            devices=self.devices,
        )

    def seconds(self, value: float) -> Range:
        """A time with the range that the estimate has."""
        return inverse(self.rate(1 / value))

    def rate(self, value: float) -> Range:
        """A rate with the range that the estimate has."""
        middle = float(self.timed.tokens_per_second)
        ends = around(value, float(self.timed.low) / middle, float(self.timed.high) / middle)
        return wider(ends, *self.subject.doubts, *self.card.doubts)

    @property
    def first_token(self) -> Guess:
        """Seconds to the first token."""
        rule = baselines.reading_seconds(
            self.subject.model, self.card.device, self.devices, self.sequences * self.prompt
        )
        return Guess(
            range=self.seconds(float(self.timed.first_token_seconds)),
            baselines={baselines.TWO_ND: rule},
        )

    @property
    def further_token(self) -> Guess:
        """Seconds of each further token of a sequence."""
        return Guess(
            range=self.seconds(float(self.timed.token_seconds)),
            baselines={baselines.BANDWIDTH: self._token_rule},
        )

    @property
    def served_token(self) -> Guess:
        """Seconds of each further token where other prompts are read in between, one whenever an
        answer ends."""
        others = (self.sequences - 1) / self.sequences
        reading = float(self.timed.first_token_seconds) * others / self.output
        return Guess(
            range=self.seconds(float(self.timed.token_seconds) + reading),
            baselines={baselines.BANDWIDTH: self._token_rule},
        )

    @property
    def request(self) -> Guess:
        """Seconds from the start to the last token."""
        return Guess(
            range=self.seconds(float(self.timed.request_seconds)),
            baselines={baselines.BANDWIDTH: self._request_rule},
        )

    @property
    def throughput(self) -> Guess:
        """Output tokens a second, prompts read too."""
        return _rate_of(self.request, self.sequences * self.output)

    @property
    def decoding(self) -> Guess:
        """Output tokens a second while writing."""
        return _rate_of(self.further_token, self.sequences)

    @property
    def reading(self) -> Guess:
        """Prompt tokens a second."""
        return _rate_of(self.first_token, self.sequences * self.prompt)

    @property
    def watts(self) -> Guess:
        """Power of all devices."""
        device = self.card.device
        ends = (SERVING_LOAD.low, SERVING_LOAD.value, SERVING_LOAD.high)
        low, value, high = (float(energy.power(device, load=end)) for end in ends)
        drawn = Range(low=low, value=value, high=high).scaled(self.devices)
        return Guess(
            range=drawn, baselines={"stated power": (device.power_watts or value) * self.devices}
        )

    @property
    def joules(self) -> Guess:
        """Joules of the devices for each token written, prompts included."""
        watts = self.card.device.power_watts
        used = energy.answers.token(
            self.subject.model,
            device=self.card.device,
            batch=self.sequences,
            prompt=self.prompt,
            output=self.output,
            devices=self.devices,
            format=self.format,
            site=energy.CARDS_ALONE,
        )
        rule = self._request_rule / (self.sequences * self.output) * self.devices * (watts or 0)
        return Guess(
            range=wider(used, *self.subject.doubts, *self.card.doubts),
            baselines={f"{baselines.BANDWIDTH}, stated power": rule},
        )

    @property
    def _token_rule(self) -> float:
        return baselines.token_seconds(
            self.subject.model, self.card.device, self.devices, self.format
        )

    @property
    def _request_rule(self) -> float:
        return baselines.answer_seconds(
            self.subject.model, self.card.device, self.devices, self.format,
            batch=self.sequences, prompt=self.prompt, output=self.output,
        )  # fmt: skip


def _rate_of(time: Guess, amount: float) -> Guess:
    return Guess(
        range=per_time(time.range, amount),
        baselines={name: amount / value for name, value in time.baselines.items()},
    )


def scaled(guess: Guess, factor: float) -> Guess:
    """A guess and its baselines in another unit.

    >>> scaled(Guess(range=Range(low=1, value=2, high=3), baselines={"rule": 4.0}), 1e3).baselines
    {'rule': 4000.0}
    """
    return replace(
        guess,
        range=guess.range.scaled(factor),
        baselines={name: value * factor for name, value in guess.baselines.items()},
    )


def _most(asked: Asked) -> int:
    """Sequences that the memory holds at their full length."""
    one, two = (float(asked.estimate(batch).memory_bytes) for batch in (1, 2))
    room = asked.estimate(1).usable_memory_bytes
    if room is None:
        raise Unpredictable("the device's memory is not stated, so no largest batch can be told")
    if one > room:
        raise Unpredictable(
            f"weights and one sequence need {one / 1e9:.0f} GB of a device's {room / 1e9:.0f} GB"
        )
    return max(1, min(MOST_BATCH, int(1 + (room - one) / (two - one))))
