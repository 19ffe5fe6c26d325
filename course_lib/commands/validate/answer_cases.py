"""An answer of a row: the times, the power and the memory that the estimators give for a batch of
requests.

Design choices:
- The range of every time and rate is that of `inference.ends` for the kind of program, turned round
  for times; tokens between other users' prompts, and first tokens of servers, have ranges of their
  own ("serving-...").
- Cards that hand whole layers on to each other (llama.cpp's layer split, accelerate's pipeline) are
  stages.
- What a server at full load works on at once is what its memory holds, up to `MOST_BATCH`.
- Power is that of `energy` for answering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from course_lib.catalog.constants import spread
from course_lib.catalog.records.spread import Spread
from course_lib.checks import Number
from course_lib.commands.validate import baselines
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.guesses import Guess, around, per_time, wider
from course_lib.commands.validate.subjects import Card, Subject
from course_lib.estimators import energy, inference
from course_lib.estimators.ranges import Range, inverse
from course_lib.estimators.serving import closed

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
    software: str | None = None
    """Kind of program; None for the estimator's default."""
    cache_format: str = "bf16"
    """Format of the cache."""
    stages: int = 1
    """Devices that hold layers one after the other, `devices` being one then."""
    copies: int = 1
    """Copies of the model that work side by side, each on `devices`."""
    request_seconds: float | None = None
    """Seconds from a request to the start of its pass in a server; None for the program's."""

    @cached_property
    def sequences(self) -> int:
        """Sequences at once."""
        return self.batch or _most(self)

    @cached_property
    def timed(self) -> inference.Estimate:
        """The estimate."""
        return self.estimate(self.sequences)

    @property
    def timed_alone(self) -> inference.Estimate:
        """The estimate of one sequence."""
        return self.estimate(1)

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
            cache_format=self.cache_format,
            software=self.software,
            stages=self.stages,
        )

    @cached_property
    def loaded(self) -> closed.Loaded:
        """What users see of a server that this batch of them keeps busy."""
        return closed.loaded(
            self.subject.model,
            device=self.card.device,
            users=self.sequences,
            prompt=self.prompt,
            output=self.output,
            format=self.format,
            devices=self.devices,
            cache_format=self.cache_format,
            software=self.software,
            request_seconds=self.request_seconds,
        )

    def _time(self, seconds: Number, known: Spread, rule: str, by_rule: float) -> Guess:
        """A time with the range of a rate, turned round, beside what a plain rule says."""
        ends = inverse(around(1 / float(seconds), known.low, known.high))
        whole = wider(ends, *self.subject.doubts, *self.card.doubts)
        return Guess(range=whole, baselines={rule: by_rule})

    @property
    def written(self) -> Spread:
        """How far rates of writing lie from their estimates."""
        return inference.ends(self.software, "single" if self.sequences == 1 else "batch")

    @property
    def first_token(self) -> Guess:
        """Seconds to the first token."""
        rule = baselines.reading_seconds(
            self.subject.model, self.card.device, self.devices, self.sequences * self.prompt
        )
        known = inference.ends(self.software, "prompt")
        return self._time(self.timed.first_token_seconds, known, baselines.TWO_ND, rule)

    @property
    def served_first_token(self) -> Guess:
        """Seconds to the first token in a server that others use."""
        rule = baselines.reading_seconds(
            self.subject.model, self.card.device, self.devices, self.prompt
        )
        known = spread("serving-first")
        return self._time(self.loaded.first_token_seconds, known, baselines.TWO_ND, rule)

    @property
    def further_token(self) -> Guess:
        """Seconds of each further token of a sequence."""
        return self._time(
            self.timed.token_seconds, self.written, baselines.BANDWIDTH, self._token_rule
        )

    @property
    def served_token(self) -> Guess:
        """Seconds of each further token where other prompts are read in between."""
        return self._time(
            self.loaded.token_seconds,
            spread("serving-token"),
            baselines.BANDWIDTH,
            self._token_rule,
        )

    @property
    def served_pass(self) -> Guess:
        """Seconds from one token to the next where no prompt is read in between."""
        return self._time(
            self.loaded.pass_seconds, spread("serving-pass"), baselines.BANDWIDTH, self._token_rule
        )

    @property
    def served_rate(self) -> Guess:
        """Output tokens a second of all users together."""
        rule = self._request_rule / (self.sequences * self.output)
        seconds, known = 1 / self.loaded.tokens_per_second, spread("serving-rate")
        return _rate_of(self._time(seconds, known, baselines.BANDWIDTH, rule), 1)

    @property
    def request(self) -> Guess:
        """Seconds from the start to the last token."""
        seconds = self.timed.request_seconds
        return self._time(seconds, self.written, baselines.BANDWIDTH, self._request_rule)

    @property
    def throughput(self) -> Guess:
        """Output tokens a second, prompts read too."""
        return _rate_of(self.request, self.copies * self.sequences * self.output)

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
        device, stated = self.card.device, self.card.device.power_watts
        load = energy.answers.busy(self.timed, device, self.format, self.output)
        value, known = float(energy.power(device, load)), spread("power-server")
        # No device draws more than its stated power for long.
        high = value * known.high if stated is None else min(value * known.high, stated)
        drawn = Range(low=value * known.low, value=value, high=max(value, high))
        count = self.devices * self.stages * self.copies
        return Guess(
            range=drawn.scaled(count), baselines={"stated power": (stated or value) * count}
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
            cache_format=self.cache_format,
            software=self.software,
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
    if asked.card.device.memory_bytes is None:
        raise Unpredictable("the device's memory is not stated, so no largest batch can be told")
    machine = inference.Machine(
        device=asked.card.device,
        devices=asked.devices,
        stages=asked.stages,
        format=asked.format,
        cache_format=asked.cache_format,
    )
    return min(
        MOST_BATCH, int(closed.most(machine, asked.subject.model, asked.prompt + asked.output))
    )
