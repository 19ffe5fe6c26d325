"""Predicts rows like those of runs.csv: steps of steady state, and whole runs.

Columns read: `model_key model params active_params tokens kind year device_key hardware n_devices
tflops_kind dp tp pp cp ep zero_stage global_batch seq_len micro_batch precision act_ckpt
energy_scope pue grid_gco2_kwh`, and the shape of the model that `notes` states.

Design choices:
- Rates are those of a step with the stated layout; device hours of a full run are those of
  `training.estimate`, which knows what runs lose beside their steps. A benchmark's device hours are
  its step times its steps.
- Energy, carbon and money follow from the device hours, for the scope that the row states.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from course_lib.catalog import Transformer
from course_lib.commands.validate import baselines, fields, peak_memory
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
from course_lib.commands.validate.open_layouts import EARLY, Case, borrowed
from course_lib.commands.validate.sheets import RUNS
from course_lib.commands.validate.step_cases import Timed, assumed, of_run, timed
from course_lib.commands.validate.subjects import card, subject
from course_lib.estimators import energy, training
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.estimators.training.bill import hourly_usd
from course_lib.estimators.training.whole_run import SEQ
from course_lib.units import HOUR

GIB = 2**30
MWH = 3.6e9
"""Joules of a megawatt hour."""
LEAST_DEVICES = 8
SITES = (
    ("no switches", energy.Site(network=1, pue=1)),
    ("whole node", energy.Site(network=1, pue=1)),
    ("GPU TDP x hours x PUE", energy.Site(server=1, network=1)),
    ("GPU", energy.CARDS_ALONE),
)
"""What stands around the devices, by words of `energy_scope`; all of it where none fits."""


def predict(given: Given) -> Mapping[str, Answer]:
    """Every target of a row, or why it has none.

    >>> row = {"model": "GPT 8B", "params": "8e9", "device_key": "A100 SXM 80GB", "year": "2021",
    ...     "n_devices": "8", "tp": "8", "global_batch": "16 seqs", "seq_len": "1024"}
    >>> found = predict(Given(cells=row))
    >>> 0.5 < found["step_time_s"].range.value < 5, found["device_hours"]
    (True, 'tokens is not told')
    """
    try:
        work = _Work(given)
    except FAULTS as error:
        return all_skipped(RUNS.targets, reason(error))
    return {name: attempt(getattr(work, name)) for name in RUNS.targets}


class _Work:
    """A row at work: what its quantities share is reckoned once."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.subject = subject(given)
        self.card = card(given, "device_key", "hardware")
        self.doubts = (*self.subject.doubts, *self.card.doubts)
        self.model, self.device = self.subject.model, self.card.device
        self.seq = given.whole("seq_len") or _usual_seq(self.model)
        # An energy alone is that of the whole run, too.
        self.whole = given.text("kind") in ("full_run", "energy_only")

    @cached_property
    def tokens(self) -> float:
        if self.given.text("kind").startswith("mlperf_time"):
            raise Unpredictable("a time to a target: how many samples that takes is not told")
        tokens = self.given.number("tokens")
        if tokens is None or tokens <= 0:
            raise Unpredictable("tokens is not told")
        return tokens

    @cached_property
    def devices(self) -> int:
        """As stated; else of a whole run as many as would need a month by the plain rule."""
        count = fields.device_count(self.given.text("n_devices"))
        if count is not None:
            return count
        if not self.whole:
            raise Unpredictable("n_devices is not told")
        rules = baselines.training_seconds(self.model, self.device, self.tokens, 1, None)
        months = rules[baselines.SIX_ND] / HOUR / replays.HOURS_A_MONTH
        return max(LEAST_DEVICES, 2 ** round(math.log2(months)))

    @cached_property
    def case(self) -> Case:
        """What the row tells of a step."""
        given = self.given
        if "lora" in given.text("model").lower():
            raise Unpredictable("adapters: the estimator of a step trains all weights")
        year = given.whole("year")
        # Models and groups of rows are often named by their program.
        program = f"{given.text('model')} {given.text('group')}"
        return Case(
            model=self.model,
            device=self.device,
            devices=self.devices,
            seq=self.seq,
            batch=self.batch,
            format=fields.product_format(given.text("precision"), self.device),
            tensor=given.whole("tp"),
            pipeline=given.whole("pp"),
            context=given.whole("cp") or 1,
            expert=given.whole("ep") or 1,
            zero=fields.sharding(given.text("zero_stage")),
            micro_batch=given.whole("micro_batch"),
            recompute=fields.recomputation(given.text("act_ckpt")),
            early=year is not None and year <= EARLY,
            tuned=fields.tuned(program),
            borrowed=borrowed(self.device, year, program),
            interleave=fields.interleave(program),
            sequence_parallel="sequence parallel" in given.text("act_ckpt") or None,
        )

    @cached_property
    def step(self) -> Timed:
        # A search takes long, and a run without a told layout has made one already.
        if self.whole and not self.case.told and self.given.text("tokens"):
            return of_run(self.case, self.run, self.batch)
        return timed(self.case)

    @cached_property
    def batch(self) -> int | None:
        return fields.batch_sequences(self.given.text("global_batch"), self.seq)

    @cached_property
    def run(self) -> training.Estimate:
        size, case = self.batch, self.case
        return training.estimate(
            self.model,
            tokens=self.tokens,
            device=self.device,
            devices=self.devices,
            seq=self.seq,
            batch=None if size is None else int(training.whole_batch(size, self.devices)),
            format=case.format,
            attention=case.attention,
            fused=case.fused,
            assume=assumed(case),
        )

    @cached_property
    def seconds(self) -> Range:
        return wider(self.step.seconds, *self.doubts)

    @cached_property
    def rules(self) -> dict[str, float]:
        """Seconds of the step by the plain rules."""
        step = self.step
        return baselines.training_seconds(
            self.model, self.device, step.tokens, self.devices, self.seq
        )

    @cached_property
    def hours(self) -> Guess:
        if not self.whole:
            steps = self.tokens / self.step.tokens * self.devices / HOUR
            rules = {name: value * steps for name, value in self.rules.items()}
            return Guess(range=self.seconds.scaled(steps), baselines=rules)
        rules = baselines.training_seconds(self.model, self.device, self.tokens, 1, self.seq)
        return Guess(
            range=wider(self.run.device_hours_range, *self.doubts),
            baselines={name: value / HOUR for name, value in rules.items()},
        )

    @cached_property
    def site(self) -> energy.Site:
        scope, pue = self.given.text("energy_scope"), self.given.number("pue")
        site = next((site for words, site in SITES if words in scope), energy.TYPICAL)
        with_pue = pue is not None and site.pue != 1 and "no PUE" not in scope
        return (
            energy.Site(server=site.server, network=site.network, pue=pue)
            if with_pue and pue is not None
            else site
        )

    def device_hours(self) -> Answer:
        return self.hours

    def step_time_s(self) -> Answer:
        return Guess(range=self.seconds, baselines=self.rules)

    def tokens_per_s_per_device(self) -> Answer:
        return self._rate(self.step.tokens / self.devices)

    def samples_per_s(self) -> Answer:
        return self._rate(self.step.batch)

    def mfu(self) -> Answer:
        return self._rate(self.step.work(False) / self.step.peak)

    def hfu(self) -> Answer:
        return self._rate(self.step.work(True) / self.step.peak)

    def achieved_tflops_per_device(self) -> Answer:
        kind = self.given.text("tflops_kind")
        circular = "circular" in kind or "chip-time" in kind
        if circular and self.whole:
            hours = self.hours
            scale = self.tokens * self.step.work(False) / self.step.tokens / HOUR / 1e12
            return Guess(
                range=per_time(hours.range, scale),
                baselines={name: scale / value for name, value in hours.baselines.items()},
            )
        if not (kind.startswith(("hardware", "model", "as reported")) or not kind):
            raise Unpredictable(f"tflops_kind does not say which FLOPs it counts: {kind!r}")
        # "As reported": what the device did, recomputation included.
        return self._rate(
            self.step.work(kind.startswith(("hardware", "as reported"))) / self.devices / 1e12
        )

    def peak_mem_gib(self) -> Answer:
        held = peak_memory.peak(self.given, self.step)
        return Guess(range=wider(held, *self.doubts).scaled(1 / GIB))

    def energy_mwh(self) -> Answer:
        used = energy.run(self.hours.range, device=self.device, site=self.site)
        watts = self.device.power_watts or 0.0
        rules = {
            f"{name}, stated power": value * HOUR * watts / MWH
            for name, value in self.hours.baselines.items()
        }
        return Guess(range=used.per(1).scaled(1 / MWH), baselines=rules)

    def avg_power_w_per_device(self) -> Answer:
        # Power is stated at the card or at the node, the building is never in it.
        site = energy.Site(server=self.site.server, network=self.site.network, pue=1)
        watts = energy.run(1, device=self.device, site=site).per(HOUR)
        stated = self.device.power_watts or float(watts.value)
        return Guess(range=watts, baselines={"stated power": stated})

    def tco2e(self) -> Answer:
        grams = self.given.number("grid_gco2_kwh")
        if grams is None or grams <= 0:
            raise Unpredictable("grid_gco2_kwh is not told")
        used = energy.run(self.hours.range, device=self.device, site=self.site)
        # g/kWh is kg/MWh
        return Guess(range=used.per(1).scaled(grams / MWH / 1e3))

    def cost_usd(self) -> Answer:
        price, note = hourly_usd(self.device)
        if price is None:
            raise Unpredictable(note)
        return Guess(range=self.hours.range.scaled(price))

    def _rate(self, amount: float) -> Guess:
        rules = {name: amount / value for name, value in self.rules.items()}
        return Guess(range=per_time(self.seconds, amount), baselines=rules)


def _usual_seq(model: Transformer) -> int:
    """Tokens of a sequence where none are told: those that `training` takes."""
    longest = int(np.max(model.max_positions))
    return min(SEQ, longest) if longest else SEQ
