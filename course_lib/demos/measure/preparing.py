"""Getting a machine ready to be measured: how quiet it is, and how many threads serve best."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from course_lib import checks
from course_lib.demos.measure.busy import Quiet, quiet
from course_lib.demos.measure.threads import ROUNDS, Threads, candidates, quickest_threads

FIRST_THREADS = torch.get_num_threads()
"""Threads that torch began with: a second trial may go back up to them."""
TOKENS, WIDTH, LAYERS = 256, 128, 2
"""Sizes of the small layers: some milliseconds on one quiet core."""
MUCH_FASTER = 2.0
"""How much faster another number of threads must seem on a busy machine, where nothing is clear."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A machine that was looked at, with torch's threads set."""

    looked: Quiet
    """How busy it was."""
    trial: Threads
    """What was tried."""
    seconds: float
    """How long looking and trying took."""

    @property
    def quiet(self) -> bool:
        """Whether a time measured now can be trusted."""
        return self.looked.quiet

    @property
    def threads(self) -> int:
        """Threads that torch uses from now on."""
        return chosen(self.trial, self.quiet)

    @property
    def words(self) -> str:
        """The same as one sentence, with its numbers."""
        most = max(self.trial.timings)
        used = f"torch uses {self.threads} of {most} threads"
        return f"{self.looked.words}; {used}" if most > 1 else self.looked.words


def prepare(work: Callable[[], object] | None = None, seconds: float = 1.0) -> Prepared:
    """Look how quiet the machine is, try numbers of threads, and let torch use the quickest.

    The number in use stays unless another is clearly faster (`chosen`). Sums over more or fewer
    threads round differently: losses trained afterwards may differ in their last digits.

    Args:
        work: what is tried; if None, forward and backward pass through a few small layers. Three
            runs with each number of threads should fit into `seconds`.
        seconds: about how long all of it may take on a quiet machine. On a busy one no round of the
            trial starts after twice as long.

    Raises:
        ValueError: seconds that are not above zero.

    >>> found = prepare(seconds=0.2)
    >>> found.threads == torch.get_num_threads(), found.words.startswith(found.looked.words)
    (True, True)
    """
    checks.positive("seconds", seconds)
    begun = time.perf_counter()
    looked = quiet(window_seconds=0.3 * seconds)
    trial = quickest_threads(
        small_layers() if work is None else work,
        # up to what torch began with: an earlier call may have gone down to one
        counts=candidates(max(FIRST_THREADS, torch.get_num_threads())),
        rounds=ROUNDS,
        budget_seconds=0.6 * seconds,
        limit_seconds=max(0.0, 2 * seconds - (time.perf_counter() - begun)),
    )
    torch.set_num_threads(chosen(trial, looked.quiet))
    return Prepared(looked=looked, trial=trial, seconds=time.perf_counter() - begun)


def chosen(trial: Threads, quiet: bool) -> int:
    """The number of threads that a trial speaks for.

    On a quiet machine it is the trial's own, by `clearly`. On a busy one runs scatter so much, and
    there is time for so few, that nothing may be clear, although the choice matters most there:
    then another number is taken, too, if its median is below half of the present number's.

    >>> from course_lib.demos.measure.timings import timing
    >>> trial = Threads(timings={1: timing([0.02, 0.5]), 2: timing([0.1, 0.9])}, present=2)
    >>> chosen(trial, quiet=True), chosen(trial, quiet=False)
    (2, 2)
    >>> trial = Threads(timings={1: timing([0.02, 0.2]), 2: timing([0.1, 0.9])}, present=2)
    >>> chosen(trial, quiet=True), chosen(trial, quiet=False)
    (2, 1)
    """
    if quiet or trial.chosen != trial.present:
        return trial.chosen
    medians = {count: timed.median_seconds for count, timed in trial.timings.items()}
    best = min(medians, key=lambda count: medians[count])
    return best if MUCH_FASTER * medians[best] < medians[trial.present] else trial.present


def small_layers() -> Callable[[], object]:
    """A piece of work like a tiny GPT's training step: products, GELU and softmax, there and back.

    >>> small_layers()().shape
    torch.Size([128, 128])
    """
    random = torch.Generator().manual_seed(0)
    x = torch.randn(TOKENS, WIDTH, generator=random)
    weights = [
        (torch.randn(WIDTH, WIDTH, generator=random) / WIDTH**0.5).requires_grad_()
        for _ in range(LAYERS)
    ]

    def work() -> torch.Tensor:
        y = x
        for weight in weights:
            y = torch.nn.functional.gelu(y @ weight).softmax(-1)
        return torch.autograd.grad(y.square().sum(), weights)[0]

    return work
