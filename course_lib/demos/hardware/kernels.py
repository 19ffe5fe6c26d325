"""The roofline of the reader's machine, measured: batches, an elementwise function, copies; and how
a piece of work is timed on any device.

Design choices:
- Each piece of work is timed after a warm-up, several times, into buffers made once
  (`measure.time_call`), and becomes a `Measurement` of the catalog's format: the same functions
  serve the lesson and `course measure`.
- Small pieces are done several times in one timing, so that the clock's own cost does not show.
- Weights of a batch are larger than most caches, so that they come from memory each time; a copy's
  size decides which level of memory it measures.
- On an accelerator a launch returns at once, so a reading holds as many launches as take some
  milliseconds, and ends when the device has done them.
- Numbers are random: equal ones switch fewer wires, and a card that draws less power runs faster.
- `device` is torch's word (`devices`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch

from course_lib import checks
from course_lib.catalog.machines.record import Measurement
from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.demos.hardware import devices
from course_lib.estimators import flops, hardware, parameters

FORMATS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
SIDES = (64, 128, 256, 512, 1024)
BATCHES = (1, 4, 16, 64, 256)
WIDTH = 4096
WEIGHT_BYTES = 48_000_000
"""Weights that show the bandwidth of products: more than most caches hold, less than a batch's own
matrix."""
COPY_BYTES = (2**18, 2**20, 2**22, 2**24, 2**26, 2**27)
SMALL_FLOPS = 2e7
"""Work below this is repeated within one timing."""
READING_SECONDS = 0.005
"""What one reading on an accelerator should take at least."""
MOST_TIMES = 1000
"""Most launches within one reading."""
BUDGET_SECONDS = 5.0
"""No further reading of a piece starts after so long; three are made in any case."""
REPEATS = 7


def batch(
    sequences: int,
    format: str = "fp32",
    device: str = "cpu",
    width: int = WIDTH,
    repeats: int = REPEATS,
) -> Measurement:
    """Time one weight matrix, width x width, applied to `sequences` tokens at once.

    >>> batch(2, width=64, repeats=3).flops  # 2 x 2 x 64 x 64
    16384.0
    """
    work = hardware.product(sequences, width, width, item_bytes(format))
    devices.need(format, device)
    tokens = random((sequences, width), FORMATS[format], device)
    weights = random((width, width), FORMATS[format], device, seed=1)
    result = torch.empty(sequences, width, dtype=FORMATS[format], device=device)
    run = lambda: torch.mm(tokens, weights, out=result)  # noqa: E731
    name = f"{sequences} x weights of {width} x {width} in {format}"
    return timed("batch", name, format, sequences, work, run, repeats, device)


def weight_bandwidths(
    peak_flops: float, format: str = "fp32", size_bytes: int = WEIGHT_BYTES
) -> dict[str, float]:
    """Bytes/s at which products take in their weights: for one token alone, and for a few together.

    The two differ, because different programs do them: one token needs no more than a reading pass,
    while a program for several first rearranges the weights. The matrix is square, of about
    `size_bytes` in every format.

    >>> sorted(weight_bandwidths(1e15, size_bytes=2**18))
    ['few tokens', 'one token']
    """
    width = max(1, round((checks.whole("size_bytes", size_bytes) / item_bytes(format)) ** 0.5))
    bandwidths = {}
    for name, sequences in (("one token", 1), ("few tokens", 2)):
        timed = batch(sequences, format, width=width)
        work = hardware.Work(flops=timed.flops, moved_bytes=timed.moved_bytes)
        bandwidths[name] = float(hardware.reached_bandwidth(work, timed.median_seconds, peak_flops))
    return bandwidths


def relu(
    numbers: int, format: str = "fp32", device: str = "cpu", repeats: int = REPEATS
) -> Measurement:
    """Time one comparison with zero for each number: 1 FLOP each, read once and written once.

    >>> relu(1000, repeats=3).moved_bytes
    8000.0
    """
    work = hardware.elementwise(numbers, 1, item_bytes(format))
    devices.need(format, device)
    source, target = (random((numbers,), FORMATS[format], device) for _ in range(2))
    # torch's own relu takes no `out`, and would ask for memory each time
    run = lambda: torch.clamp_min(source, 0, out=target)  # noqa: E731
    name = f"ReLU of {numbers} numbers in {format}"
    return timed("relu", name, format, numbers, work, run, repeats, device)


def copy(size_bytes: int, device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time a copy of `size_bytes`; each byte counts twice, once read and once written.

    >>> copy(4096, repeats=3).moved_bytes
    8192.0
    """
    numbers = checks.whole("size_bytes", size_bytes, at_least=4) // 4
    # both filled: a system hands out pages only when they are first written to
    source, target = (torch.ones(numbers, device=device) for _ in range(2))
    work = hardware.Work(flops=0, moved_bytes=8 * numbers)
    run = lambda: target.copy_(source)  # noqa: E731
    size = 4 * numbers
    return timed("copy", f"copy of {size} bytes", "fp32", size, work, run, repeats, device)


def decoding_step(context: int = 64, device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time the tiny GPT's next token, without a cache: it reads all `context` tokens again."""
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape()).to(device)
    tokens = corpus.tokens()[None, : checks.whole("context", context)].long().to(device)
    count = parameters.count(gpt.model).total
    # only the weights are counted as moved: each once, 4 bytes
    work = hardware.Work(flops=flops.forward(gpt.model, 1, context), moved_bytes=4 * count)
    run = torch.no_grad()(lambda: gpt(tokens))
    name = f"tiny GPT, next token after {context}"
    return timed("decoding", name, "fp32", context, work, run, repeats, device)


def sweep(
    sizes: Sequence[int], work: Callable[..., Measurement], format: str = "fp32"
) -> list[Measurement]:
    """One kind of work (`product`, `batch` or `relu`) at every size, in a format, on the CPU."""
    return [work(size, format) for size in measure.track(sizes, "sizes timed")]


def item_bytes(format: str) -> int:
    checks.one_of("format", format, tuple(FORMATS))
    return FORMATS[format].itemsize


def random(
    shape: tuple[int, ...], dtype: torch.dtype, device: str = "cpu", seed: int = 0
) -> torch.Tensor:
    """Random numbers around zero, on the device.

    >>> random((2, 3), torch.bfloat16).shape
    torch.Size([2, 3])
    """
    # a generator of its own: to measure must not move the random numbers of a lesson
    generator = torch.Generator(device).manual_seed(seed)
    return torch.randn(shape, device=device, generator=generator).to(dtype)


def timed(
    kind: str,
    name: str,
    format: str,
    size: int,
    work: hardware.Work,
    run: Callable[[], object],
    repeats: int,
    device: str = "cpu",
) -> Measurement:
    """Time `run`; short work is done several times within one reading.

    Args:
        kind: one of the record's `WORK`.
        name: what is done, in words.
        format: number format.
        size: what the record calls size.
        work: FLOPs and bytes of one run.
        run: the work.
        repeats: readings; fewer where they would take more than `BUDGET_SECONDS`.
        device: where it runs.
    """
    if devices.kind(device) == "cpu":
        # a byte is taken for ten FLOPs: a copy has no FLOPs, and takes time all the same
        times = max(1, int(SMALL_FLOPS // max(work.flops, 10 * work.moved_bytes)))
    else:
        first = measure.time_call(run, repeats=1, warm_ups=2).seconds
        times = min(MOST_TIMES, math.ceil(READING_SECONDS / first))

    def again() -> None:
        for _ in range(times):
            run()

    timing = measure.time_call(again, repeats, budget_seconds=BUDGET_SECONDS)
    return measurement(kind, name, format, size, work, timing, times)


def measurement(
    kind: str,
    name: str,
    format: str,
    size: int,
    work: hardware.Work,
    timing: measure.Timing,
    times: int = 1,
) -> Measurement:
    """A timing in the catalog's format; the work was done `times` times within each reading."""
    return Measurement(
        name=name,
        kind="measurement",
        work=kind,
        format=format,
        size=size,
        flops=float(work.flops),
        moved_bytes=float(work.moved_bytes),
        median_seconds=timing.median_seconds / times,
        fastest_seconds=timing.fastest_seconds / times,
        slowest_seconds=timing.slowest_seconds / times,
        low_seconds=timing.low_seconds / times,
        high_seconds=timing.high_seconds / times,
        repeats=timing.repeats,
    )
