"""Times products and a training step on an NVIDIA card, for the record of `card`:
`python -m course_lib.demos.hardware.card_runs FILE`, in a few minutes."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import torch
from torch.autograd import DeviceType
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile

from course_lib.catalog import models
from course_lib.catalog.machines.record import Measurement
from course_lib.demos import measure, tiny_gpt
from course_lib.demos.hardware import devices, kernels, products
from course_lib.demos.hardware.card import MODEL, Batch, Record, Step, as_toml

WIDTH = 16_384
TOKENS = (1, 4, 16, 64, 128, 192, 256, 320, 384, 512, 768, 1024, 2048)
SQUARES = (2048, 4096, 8192)
COPY_BYTES = 2**30
TEXTS, SEQ = 64, 1024
VOCAB_ROWS = 50_304
"""GPT-2's 50 257, filled up to a multiple of 128, as programs do."""
TEXT_TOKENS = 50_000_000
REPEATS = 9
PROFILED_STEPS = 3
KINDS = (
    ("attention", re.compile(r"flash|fmha|sdpa|attention|cudnn::fusion")),
    ("product", re.compile(r"nvjet|gemm|cutlass|splitk|gemv|_mm_")),
)
"""Kinds of kernels by what their names hold; the first that fits counts. All else is other."""


def record(device: str = "cuda") -> Record:
    """Time everything on the card that there is."""
    devices.warm_up(device)
    squares = [products.product(side, "bf16", device, REPEATS) for side in SQUARES]
    batches = [kernels.batch(tokens, "bf16", device, WIDTH, REPEATS) for tokens in TOKENS]
    return Record(
        date=date.today().isoformat(),
        machine=torch.cuda.get_device_name(),
        versions=f"Python {platform.python_version()}, PyTorch {torch.__version__}",
        peak_flops=_short(max(each.flops_per_second for each in squares)),
        bytes_per_second=_short(kernels.copy(COPY_BYTES, device, REPEATS).bytes_per_second),
        step=step(device),
        batches=tuple(map(_batch, batches)),
    )


def kind(kernel: str) -> str:
    """What a kernel does, by its name: "product", "attention" or "other".

    >>> kind("nvjet_tst_128x256_64x4_1x2_h_bz_coopA_TNN"), kind("triton_poi_fused_gelu_3")
    ('product', 'other')
    """
    return next((word for word, names in KINDS if names.search(kernel.lower())), "other")


def by_kind(seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds of kernels, by name, summed for each kind.

    >>> by_kind({"sm90_gemm_a": 1.0, "sm90_gemm_b": 2.0, "flash_fwd": 4.0})
    {'attention': 4.0, 'product': 3.0, 'other': 0.0}
    """
    sums = {word: 0.0 for word, _ in KINDS} | {"other": 0.0}
    for name, spent in seconds.items():
        sums[kind(name)] += spent
    return sums


class Fused(tiny_gpt.Attention):
    """The tiny GPT's attention, by PyTorch's fused kernel."""

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        q, k, v = (self._by_head(part(x_BTD)) for part in (self.query, self.key, self.value))
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output(mixed.transpose(1, 2).flatten(2))


class Training:
    """GPT-2 on a card, compiled, with its optimizer and a text of random tokens."""

    def __init__(self, device: str, texts: int, seq: int) -> None:
        self.device, self.texts, self.seq = device, texts, seq
        model = replace(models[MODEL], vocab_rows=VOCAB_ROWS)
        self.gpt = tiny_gpt.TinyGPT(model)
        for block in self.gpt.blocks:
            block.attention = Fused(model)
        self.gpt = self.gpt.to(device)
        self.compiled = torch.compile(self._loss)
        self.optimizer = torch.optim.AdamW(self.gpt.parameters(), lr=1e-4, fused=True)
        self.text = torch.randint(VOCAB_ROWS, (TEXT_TOKENS,), dtype=torch.int32)

    def _loss(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        with torch.autocast(torch.device(self.device).type, torch.bfloat16):
            scores = self.gpt(inputs)
        return functional.cross_entropy(scores.flatten(0, 1).float(), targets.flatten())

    def prepare(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut a batch out of the text, and bring it to the card."""
        starts = torch.randint(len(self.text) - self.seq - 1, (self.texts,)).tolist()
        pieces = torch.stack([self.text[start : start + self.seq + 1] for start in starts])
        there = pieces.long().to(self.device)
        return there[:, :-1].contiguous(), there[:, 1:].contiguous()

    def step(self, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
        """Forward, loss, backward, update."""
        self.optimizer.zero_grad()
        self.compiled(*batch).backward()
        self.optimizer.step()


def step(device: str, texts: int = TEXTS, seq: int = SEQ) -> Step:
    """Time a training step and its parts."""
    training = Training(device, texts, seq)
    batch = training.prepare()
    timed = measure.time_call(lambda: training.step(batch), REPEATS, warm_ups=4)
    prepare = measure.time_call(training.prepare, REPEATS, warm_ups=2)
    parts = by_kind(kernel_seconds(lambda: training.step(batch), PROFILED_STEPS))
    return Step(
        texts=texts,
        seq=seq,
        median_seconds=_short(timed.median_seconds),
        fastest_seconds=_short(timed.fastest_seconds),
        slowest_seconds=_short(timed.slowest_seconds),
        repeats=timed.repeats,
        product_seconds=_short(parts["product"]),
        attention_seconds=_short(parts["attention"]),
        other_seconds=_short(parts["other"]),
        prepare_seconds=_short(prepare.median_seconds),
    )


def kernel_seconds(work: Callable[[], object], times: int) -> dict[str, float]:
    """Seconds of each kernel of one run of `work`, by name, over `times` runs."""
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as seen:
        for _ in range(times):
            work()
        measure.wait_for_accelerator()
    spent: dict[str, float] = {}
    for event in seen.events() or []:
        # an annotation spans kernels that stand in the list themselves
        if event.device_type == DeviceType.CUDA and not event.is_user_annotation:
            spent[event.name] = spent.get(event.name, 0) + event.device_time_total / 1e6 / times
    for name, seconds in sorted(spent.items(), key=lambda each: -each[1])[:40]:
        print(f"{kind(name):10} {1e3 * seconds:8.3f} ms  {name[:100]}", flush=True)
    return spent


def _batch(each: Measurement) -> Batch:
    print(f"{each.name:50} {each.median_seconds:.3e} s, spread {each.spread:.2f}", flush=True)
    return Batch(
        tokens=each.size,
        flops=each.flops,
        moved_bytes=each.moved_bytes,
        median_seconds=_short(each.median_seconds),
        fastest_seconds=_short(each.fastest_seconds),
        slowest_seconds=_short(each.slowest_seconds),
        repeats=each.repeats,
    )


def _short(value: float) -> float:
    """To four digits: a clock that is read from outside the card knows no more."""
    return float(f"{value:.4g}")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_toml(record()), encoding="utf-8")
