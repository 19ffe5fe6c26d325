"""Everything that `course measure` times, in order: the work of lessons 04 to 10 on one machine.

Design choices:
- A piece is a name and a function that measures, so that the list can be shown before anything
  runs.
- Steps in 16 bits and steps that recompute are the tiny GPT's of lessons 08 and 09; what is timed
  is a forward and a backward pass, so that they compare with the plain step beside them.
- The all-reduce runs in real processes: two on the processor (gloo), or one a GPU where there are
  several (nccl).
- What a device lacks is found out when its piece runs, and told as an error (`hardware.NotHere`).
- The tiny GPT runs with a number of threads of its own: many threads slow down small matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
import torch.distributed as dist

from course_lib import checks
from course_lib.catalog.machines.record import Measurement
from course_lib.demos import corpus, hardware, measure, memory, tiny_gpt
from course_lib.demos.parallelism import case, launch
from course_lib.demos.precision import mixed
from course_lib.estimators import flops, parameters
from course_lib.estimators.hardware.roofline import Work
from course_lib.estimators.parallelism import collectives
from course_lib.units import GIB

Piece = tuple[str, Callable[[], Measurement]]
"""The name of a measurement, and what makes it."""
BATCH, SEQ = 8, 128
REDUCED_BYTES = 16 * 2**20
"""Gradients of four million weights in fp32."""
REPEATS = hardware.REPEATS
MORE_SIDES = {"cpu": (), "cuda": (2048, 4096, 8192, 16384), "mps": (2048, 4096)}
"""Sides of products beyond `hardware.SIDES`, by kind of device: a card's peak shows late."""
MORE_COPIES = {"cpu": (), "cuda": (GIB,), "mps": ()}
"""Bytes of copies beyond `hardware.COPY_BYTES`, by kind of device."""
LARGEST_FP32 = 8192
"""Side of the largest product of numbers of four bytes."""


def suite(device: str = "cpu", gpt_threads: int | None = None) -> Iterator[Piece]:
    """Every piece for a device.

    Args:
        device: torch's word for it.
        gpt_threads: threads for the tiny GPT on a processor; torch's own number if None.

    Raises:
        ValueError: an unknown device.

    >>> names = [name for name, _ in suite()]
    >>> names[0], names[-1]
    ('product 64, fp32', 'all-reduce over 2 processes')
    """
    kind = hardware.kind(device)
    yield from _products(device)
    for size in (*hardware.COPY_BYTES, *MORE_COPIES[kind]):
        yield f"copy {size} bytes", _later(hardware.copy, size, device)
    for format in hardware.formats(device):
        for sequences in hardware.BATCHES:
            yield f"batch {sequences}, {format}", _later(hardware.batch, sequences, format, device)
        yield f"ReLU, {format}", _later(hardware.relu, 2**24, format, device)
    yield from _attention(device)
    for name, work in _steps(device):
        yield name, _threaded(work, gpt_threads)
    ranks = {"cpu": 2, "mps": 1}.get(kind) or torch.cuda.device_count()
    if ranks > 1:
        yield f"all-reduce over {ranks} processes", _later(all_reduce, ranks)


def _products(device: str) -> Iterator[Piece]:
    for format in hardware.product_formats(device):
        for side in (*hardware.SIDES, *MORE_SIDES[hardware.kind(device)]):
            if side <= LARGEST_FP32 or format not in ("fp32", "tf32"):
                yield f"product {side}, {format}", _later(hardware.product, side, format, device)


def _attention(device: str) -> Iterator[Piece]:
    for format in hardware.formats(device):
        for seq in hardware.lengths(format, device):
            for backward, way in ((False, "forward"), (True, "forward and back")):
                name = f"attention over {seq} tokens, {way}, {format}"
                yield name, _later(hardware.attention, seq, format, device, REPEATS, backward)


def _steps(device: str) -> Iterator[Piece]:
    for format in hardware.formats(device):
        yield f"tiny GPT, training step, {format}", _later(training_step, format, device)
    yield "tiny GPT, training step, recomputed in full", _later(recomputed_step, device)
    yield "tiny GPT, next token", _later(hardware.decoding_step, 64, device)


def thread_trial() -> measure.Threads:
    """How many threads are quickest for the training step that is measured; nothing is changed."""
    gpt, (inputs, targets) = _gpt("cpu")
    return measure.quickest_threads(lambda: tiny_gpt.loss(gpt, inputs, targets).backward())


def training_step(format: str = "fp32", device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time the forward and backward pass of the tiny GPT, its products in `format` by autocast.

    >>> training_step("bf16", repeats=1).work
    'training'
    """
    checks.one_of("format", format, tuple(hardware.FORMATS))
    hardware.need(format, device)
    gpt, batch = _gpt(device)
    timing = mixed.step_time(gpt, batch, format, repeats)
    return _step(
        "training", f"tiny GPT, training step of {BATCH} x {SEQ} in {format}", format, gpt, timing
    )


def recomputed_step(device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time the same pass with every layer computed again on the way back.

    FLOPs are the model's, once.

    >>> recomputed_step(repeats=1).work
    'recomputation'
    """
    gpt, (inputs, targets) = _gpt(device)
    memory.recomputed(gpt, "full")
    timing = measure.time_call(lambda: tiny_gpt.loss(gpt, inputs, targets).backward(), repeats)
    return _step(
        "recomputation",
        f"tiny GPT, training step of {BATCH} x {SEQ}, recomputed",
        "fp32",
        gpt,
        timing,
    )


def all_reduce(
    ranks: int = 2, size_bytes: int = REDUCED_BYTES, repeats: int = REPEATS
) -> Measurement:
    """Time the sum of `size_bytes` of gradients over real processes; bytes as a ring sends."""
    with launch.Ranks(ranks) as processes:
        # a function of this module: a process cannot import a lambda
        timings = processes.run(reduce_here, size_bytes, repeats)
    # a collective operation is over when its slowest rank is done
    slowest = max(timings, key=lambda each: each.median_seconds)
    work = Work(
        flops=0, moved_bytes=collectives.traffic("all_reduce", size_bytes, ranks).sent_bytes
    )
    name = f"all-reduce of {size_bytes} bytes over {ranks} processes"
    return hardware.measurement("all-reduce", name, "fp32", size_bytes, work, slowest)


def reduce_here(size_bytes: int, repeats: int) -> measure.Timing:
    """What each rank does: sum a buffer with all others, several times."""
    gradients = torch.ones(size_bytes // 4, device=case.device())
    return measure.time_call(lambda: dist.all_reduce(gradients), repeats)


def _gpt(device: str) -> tuple[tiny_gpt.TinyGPT, mixed.Batch]:
    """The tiny GPT and one batch, on the device."""
    inputs, targets = (
        each.to(device) for each in next(corpus.batches(corpus.tokens(), BATCH, SEQ))
    )
    return tiny_gpt.TinyGPT(tiny_gpt.shape()).to(device), (inputs, targets)


def _step(
    work: str, name: str, format: str, gpt: tiny_gpt.TinyGPT, timing: measure.Timing
) -> Measurement:
    """A timed pass as a measurement; the bytes are the weights, read thrice."""
    done = flops.training_step(gpt.model, BATCH, SEQ)
    passed = Work(flops=done, moved_bytes=3 * 4 * parameters.count(gpt.model).total)
    return hardware.measurement(work, name, format, BATCH, passed, timing)


def _later(work: Callable[..., Measurement], *arguments: object) -> Callable[[], Measurement]:
    # a function of its own, so that each piece keeps its arguments; the loop's names would move on
    return lambda: work(*arguments)


def _threaded(work: Callable[[], Measurement], count: int | None) -> Callable[[], Measurement]:
    def run() -> Measurement:
        with measure.using_threads(count or torch.get_num_threads()):
            return work()

    return run
