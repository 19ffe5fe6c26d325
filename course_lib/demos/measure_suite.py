"""Everything that `course measure` times, in order: the work of lessons 04 to 09 on one machine.

Design choices:
- A piece is a name and a function that measures, so that the list can be shown before anything
  runs.
- Steps in 16 bits and steps that recompute are the tiny GPT's of lessons 07 and 08; what is timed
  is a forward and a backward pass, so that they compare with the plain step beside them.
- The all-reduce runs in real processes: two on the processor (gloo), or one a GPU where there are
  several (nccl).
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


def suite(device: str = "cpu") -> Iterator[Piece]:
    """Every piece for a device.

    >>> names = [name for name, _ in suite()]
    >>> names[0], names[-1]
    ('product 64, fp32', 'all-reduce over 2 processes')
    """
    gpu = torch.device(device).type == "cuda"
    for format in hardware.formats(device):
        for side in (*hardware.SIDES, 2048, 4096, 8192) if gpu else hardware.SIDES:
            yield f"product {side}, {format}", _later(hardware.product, side, format, device)
        for sequences in hardware.BATCHES:
            yield f"batch {sequences}, {format}", _later(hardware.batch, sequences, format, device)
        yield f"ReLU, {format}", _later(hardware.relu, 2**24, format, device)
        yield f"attention, {format}", _later(hardware.attention, 1024, format, device)
        yield f"tiny GPT, training step, {format}", _later(training_step, format, device)
    for size in (*hardware.COPY_BYTES, GIB) if gpu else hardware.COPY_BYTES:
        yield f"copy {size} bytes", _later(hardware.copy, size, device)
    yield "tiny GPT, training step, recomputed in full", _later(recomputed_step, device)
    yield "tiny GPT, next token", _later(hardware.decoding_step, 64, device)
    ranks = torch.cuda.device_count() if gpu else 2
    if ranks > 1:
        yield f"all-reduce over {ranks} processes", _later(all_reduce, ranks)


def training_step(format: str = "fp32", device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time the forward and backward pass of the tiny GPT, its products in `format` by autocast.

    >>> training_step("bf16", repeats=1).work
    'training'
    """
    checks.one_of("format", format, tuple(hardware.FORMATS))
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
