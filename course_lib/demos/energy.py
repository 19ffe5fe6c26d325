"""The energy of work on this machine, by the best means it has, and what batching does to it.

The means are `meters`, best first; a measurement always says which it used, and of what kind:
- the processor's own counters (RAPL, read from Linux's powercap files, where they may be read);
- the GPUs' own counters (NVML), for work on a GPU;
- counters that other packages bring (entry points of the group `course_lib.meters`);
- codecarbon (the extra `energy`), offline: it too reads counters where there are some, and works
  with a model otherwise;
- a power model: seconds of processor time x watts of a busy core. It is a guess within a factor of
  two or three.
Design choices:
- Counters count everything that runs at the same time. The power model counts this process alone.
- Work is repeated until it has taken a set time: counters tick some ten times a second or slower.
- What is to be compared is measured in rounds, forwards and backwards, as times are
  (`measure.time_rounds`): a machine that slows down for a while slows all of it.
- Energy of a token: one step of the tiny GPT for many texts at once, over the texts. No text has a
  past, so that steps differ in nothing but the batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from course_lib import checks
from course_lib.demos import meters
from course_lib.demos.measure import track, wait_for_accelerator
from course_lib.demos.measure.timings import turn
from course_lib.demos.meters import CORE_WATTS, GUESS, Kind, Meter
from course_lib.demos.tiny_gpt import TinyGPT

HOW = {
    "counter": "A counter in the chip was read.",
    "mixed": "The package codecarbon was asked: counters where it finds some, else assumed watts.",
    "model": (
        f"No meter: processor time, times {CORE_WATTS:g} W assumed for a busy core. A guess, "
        f"within {GUESS:g} times."
    ),
}
"""What to say of each kind of measurement."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """Energy of a piece of work, and how it was found."""

    joules: float
    """Energy."""
    seconds: float
    """Time it took."""
    low: float
    """Lower end: the truth is between this and `high`, if the method is what it claims to be."""
    high: float
    """Upper end."""
    runs: int
    """How often the work was done."""
    method: str
    """How the energy was found."""
    kind: Kind
    """"counter" for a reading, "model" for an energy worked out from watts that were assumed,
    "mixed" for a package that does the one or the other."""

    @property
    def watts(self) -> float:
        """Mean power."""
        return self.joules / self.seconds

    @property
    def joules_each(self) -> float:
        """Energy of one run of the work."""
        return self.joules / self.runs

    @property
    def how(self) -> str:
        """How the energy was found, in a sentence: what only counts processor time says so."""
        return HOW[self.kind]


def meter(device: str = "cpu", *, codecarbon: bool = True) -> Meter:
    """The best meter of this machine for work on `device`, "cpu" or "cuda".

    Raises:
        ValueError: another device.
    """
    on_gpu = checks.one_of("device", device, ("cpu", "cuda")) == "cuda"
    return meters.best("gpu" if on_gpu else "cpu", codecarbon=codecarbon)


def measure(
    work: Callable[[], object], seconds: float = 1.0, using: Meter | None = None
) -> Measured:
    """Energy of `work()`, repeated for at least `seconds` after one run that does not count.

    >>> quick = measure(lambda: sum(range(1000)), seconds=0.01, using=meters.PowerModel())
    >>> quick.low < quick.joules < quick.high, quick.kind
    (True, 'model')
    """
    checks.positive("seconds", seconds)
    using = using or meter()
    work()
    wait_for_accelerator()  # a GPU works on after the call returns
    using.start()
    begun, runs = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds or not runs:  # at least one run
        work()
        runs += 1
    wait_for_accelerator()
    taken = time.perf_counter() - begun
    joules = using.stop()
    ends = (joules / using.factor, joules * using.factor)
    return Measured(
        joules=joules,
        seconds=taken,
        low=ends[0],
        high=ends[1],
        runs=runs,
        method=using.method,
        kind=using.kind,
    )


@torch.no_grad()
def by_batch(
    gpt: TinyGPT,
    batches: Sequence[int],
    seconds: float = 0.4,
    using: Meter | None = None,
    device: str = "cpu",
) -> dict[int, Measured]:
    """Energy of one step of `batch` texts at once, a token for each, for each of `batches`."""
    using = using or meter(device)
    gpt = gpt.to(device)
    energies = {}
    for batch in track(batches, "batches measured"):
        tokens_B1 = torch.zeros(checks.whole("batch", batch), 1, dtype=torch.long, device=device)
        energies[batch] = measure(partial(gpt, tokens_B1), seconds, using)
    return energies


@torch.no_grad()
def in_turn(
    gpt: TinyGPT,
    batches: Sequence[int],
    rounds: int = 5,
    seconds: float = 0.08,
    using: Meter | None = None,
) -> dict[int, list[Measured]]:
    """Energy of one step of `batch` texts at once, each of `batches` measured once a round.

    Args:
        gpt: the model; each text has one token and no past.
        batches: texts at once.
        rounds: measurements of each, made forwards and backwards in turn.
        seconds: least length of one measurement.
        using: the meter; None for the best of this machine.

    >>> from course_lib.demos import tiny_gpt
    >>> small = TinyGPT(tiny_gpt.shape(layers=1, d_model=16, n_heads=2, context=16))
    >>> found = in_turn(small, [1, 4], rounds=3, seconds=1e-3, using=meters.PowerModel())
    >>> {batch: len(runs) for batch, runs in found.items()}
    {1: 3, 4: 3}
    """
    using = using or meter()
    texts = {
        checks.whole("batch", batch): torch.zeros(batch, 1, dtype=torch.long) for batch in batches
    }
    found: dict[int, list[Measured]] = {batch: [] for batch in texts}
    for done in track(range(checks.whole("rounds", rounds)), "rounds measured"):
        for batch in turn(list(texts), done):
            found[batch].append(measure(partial(gpt, texts[batch]), seconds, using))
    return found


def training(
    gpt: TinyGPT, batch: int = 16, seq: int = 64, seconds: float = 1.0, using: Meter | None = None
) -> Measured:
    """Energy of a training step (loss, gradients, descent) on random bytes; `runs` counts steps."""
    device = next(gpt.parameters()).device
    sizes = (checks.whole("batch", batch), checks.whole("seq", seq) + 1)
    tokens_BT = torch.randint(256, sizes, generator=torch.Generator().manual_seed(0)).to(device)

    def step() -> None:
        scores_BTV = gpt(tokens_BT[:, :-1])
        loss = torch.nn.functional.cross_entropy(
            scores_BTV.flatten(0, 1), tokens_BT[:, 1:].flatten()
        )
        weights = list(gpt.parameters())
        with torch.no_grad():  # weights that want a gradient are changed outside the graph only
            for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
                weight.sub_(1e-3 * gradient)

    return measure(step, seconds, using)
