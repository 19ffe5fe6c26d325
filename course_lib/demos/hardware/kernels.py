"""The roofline of the reader's machine, measured: products, batches, an elementwise function,
copies.

Design choices:
- Each piece of work is timed after a warm-up, several times, into buffers made once
  (`measure.time_call`), and becomes a `Measurement` of the catalog's format: the same functions
  serve the lesson and `course measure`.
- Small pieces are done several times in one timing, so that the clock's own cost does not show.
- Weights of a batch are larger than most caches, so that they come from memory each time; a copy's
  size decides which level of memory it measures.
- `device` may be "cpu" or "cuda" ("cuda:1"). The formats of a processor are fp32 and bf16: many do
  fp16 by emulation. On cuda fp16 joins them. The cuda path could not be tried where this was
  written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch

from course_lib import checks
from course_lib.catalog.machines.record import Measurement
from course_lib.demos import corpus, measure, tiny_gpt
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
REPEATS = 7


def formats(device: str = "cpu") -> tuple[str, ...]:
    """The formats measured on a device.

    >>> formats("cpu")
    ('fp32', 'bf16')
    """
    return ("fp32", "bf16", "fp16") if torch.device(device).type == "cuda" else ("fp32", "bf16")


def product(
    side: int, format: str = "fp32", device: str = "cpu", repeats: int = REPEATS
) -> Measurement:
    """Time the product of two square matrices.

    >>> product(64, repeats=3).flops  # 2 x 64 x 64 x 64
    524288.0
    """
    work = hardware.product(side, side, side, _item_bytes(format))
    left, right, result = (
        torch.ones(side, side, dtype=FORMATS[format], device=device) for _ in range(3)
    )
    # into a buffer that is there: asking for memory would be timed, too
    run = lambda: torch.mm(left, right, out=result)  # noqa: E731
    return _timed(
        "product", f"product {side} x {side} in {format}", format, side, work, run, repeats
    )


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
    work = hardware.product(sequences, width, width, _item_bytes(format))
    tokens = torch.ones(sequences, width, dtype=FORMATS[format], device=device)
    weights = torch.ones(width, width, dtype=FORMATS[format], device=device)
    result = torch.empty(sequences, width, dtype=FORMATS[format], device=device)
    run = lambda: torch.mm(tokens, weights, out=result)  # noqa: E731
    name = f"{sequences} x weights of {width} x {width} in {format}"
    return _timed("batch", name, format, sequences, work, run, repeats)


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
    width = max(1, round((checks.whole("size_bytes", size_bytes) / _item_bytes(format)) ** 0.5))
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
    work = hardware.elementwise(numbers, 1, _item_bytes(format))
    source, target = (torch.ones(numbers, dtype=FORMATS[format], device=device) for _ in range(2))
    # torch's own relu takes no `out`, and would ask for memory each time
    run = lambda: torch.clamp_min(source, 0, out=target)  # noqa: E731
    return _timed(
        "relu", f"ReLU of {numbers} numbers in {format}", format, numbers, work, run, repeats
    )


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
    return _timed("copy", f"copy of {4 * numbers} bytes", "fp32", 4 * numbers, work, run, repeats)


def attention(
    seq: int, format: str = "fp32", device: str = "cpu", repeats: int = REPEATS
) -> Measurement:
    """Time fused causal attention of 8 heads of width 64, FLOPs as the mask lets through."""
    shape = (1, 8, checks.whole("seq", seq), 64)
    q, k, v = (torch.ones(shape, dtype=FORMATS[format], device=device) for _ in range(3))
    pairs = flops.pairs_seen(seq)
    # a pair takes 2 FLOPs a number for its score, 2 for the weighted sum; q, k and v are read, and
    # the result of the same size is written
    work = hardware.Work(flops=4 * 8 * 64 * pairs, moved_bytes=4 * q.numel() * _item_bytes(format))
    fused = torch.nn.functional.scaled_dot_product_attention
    run = partial(fused, q, k, v, is_causal=True)
    return _timed(
        "attention",
        f"fused attention over {seq} tokens in {format}",
        format,
        seq,
        work,
        run,
        repeats,
    )


def decoding_step(context: int = 64, device: str = "cpu", repeats: int = REPEATS) -> Measurement:
    """Time the tiny GPT's next token, without a cache: it reads all `context` tokens again."""
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape()).to(device)
    tokens = corpus.tokens()[None, : checks.whole("context", context)].long().to(device)
    count = parameters.count(gpt.model).total
    # only the weights are counted as moved: each once, 4 bytes
    work = hardware.Work(flops=flops.forward(gpt.model, 1, context), moved_bytes=4 * count)
    run = torch.no_grad()(lambda: gpt(tokens))
    return _timed(
        "decoding", f"tiny GPT, next token after {context}", "fp32", context, work, run, repeats
    )


def sweep(
    sizes: Sequence[int], work: Callable[..., Measurement], format: str = "fp32"
) -> list[Measurement]:
    """One kind of work (`product`, `batch` or `relu`) at every size, in a format, on the CPU."""
    return [work(size, format) for size in sizes]


def _item_bytes(format: str) -> int:
    checks.one_of("format", format, tuple(FORMATS))
    return FORMATS[format].itemsize


def _timed(
    kind: str,
    name: str,
    format: str,
    size: int,
    work: hardware.Work,
    run: Callable[[], object],
    repeats: int,
) -> Measurement:
    """Time `run`; short work is done several times within one reading."""
    # a byte is taken for ten FLOPs: a copy has no FLOPs, and takes time all the same
    times = max(1, int(SMALL_FLOPS // max(work.flops, 10 * work.moved_bytes)))

    def again() -> None:
        for _ in range(times):
            run()

    return measurement(kind, name, format, size, work, measure.time_call(again, repeats), times)


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
        repeats=timing.repeats,
    )
