"""Times attention on an NVIDIA card, for the record of `card`:
`python -m course_lib.demos.attention.card_runs FILE`, in a few minutes."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from course_lib.catalog import Transformer, models
from course_lib.demos import measure
from course_lib.demos.attention.card import MODEL, WINDOW, Record, Timed, as_toml
from course_lib.demos.attention.ways import fused, naive
from course_lib.demos.tiny_gpt import sizes

REPEATS = 9
KERNEL_LENGTHS = (1024, 2048, 4096, 8192, 16_384)
"""Longer ones would write out more than a card holds."""
WINDOW_LENGTHS = (4096, 8192, 16_384, 32_768)
LAYER_LENGTHS = (4096, 8192, 16_384, 32_768, 65_536, 131_072)

Work = Callable[[], object]


def record() -> Record:
    """Time everything on the card that there is."""
    model = models[MODEL]
    with torch.no_grad():
        runs = [*_kernels(model), *_windows(model), *_layers(model)]
    return Record(
        date=date.today().isoformat(),
        machine=torch.cuda.get_device_name(),
        versions=f"Python {platform.python_version()}, PyTorch {torch.__version__}",
        window=WINDOW,
        runs=tuple(runs),
    )


def by_flash_2(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Causal attention by FlashAttention-2, as PyTorch holds it: older than the kernel of its
    choice."""
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        return fused(q, k, v, causal=True)


def _timed(works: dict[str, Work], seq: int) -> Iterator[Timed]:
    for name, found in measure.time_rounds(works, REPEATS, warm_ups=2).items():
        print(f"{name:32} {seq:7} {found.seconds:.6f} s, spread {found.spread:.2f}", flush=True)
        low, middle, high = found.fastest_seconds, found.seconds, found.slowest_seconds
        yield Timed(
            way=name,
            seq=seq,
            # four digits: a clock that is read from outside the card knows no more
            median_seconds=float(f"{middle:.4g}"),
            fastest_seconds=float(f"{low:.4g}"),
            slowest_seconds=float(f"{high:.4g}"),
            repeats=found.repeats,
        )


def _inputs(model: Transformer, seq: int) -> list[torch.Tensor]:
    """Random queries, keys and values."""
    heads, width = sizes(model, "n_heads", "head_dim")
    return [
        torch.randn(1, heads, seq, width, device="cuda", dtype=torch.bfloat16) for _ in range(3)
    ]


def _kernels(model: Transformer) -> Iterator[Timed]:
    """The whole square written out, and fused."""
    for seq in KERNEL_LENGTHS:
        q, k, v = _inputs(model, seq)
        buffers = (q @ k.mT, q @ k.mT)
        written = partial(naive, q, k, v, buffers=buffers)
        yield from _timed({"written out": written, "fused": partial(fused, q, k, v)}, seq)
        del q, k, v, buffers, written


def _windows(model: Transformer) -> Iterator[Timed]:
    """A window whose other tiles are skipped, against the whole causal triangle."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    compiled: Any = torch.compile(flex_attention)

    def near(batch: Any, head: Any, query: Any, key: Any) -> Any:
        return (query >= key) & (query - key < WINDOW)

    for seq in WINDOW_LENGTHS:
        q, k, v = _inputs(model, seq)
        tiles = create_block_mask(near, None, None, seq, seq, device="cuda")
        works: dict[str, Work] = {
            "fused causal": partial(fused, q, k, v, causal=True),
            "window": partial(compiled, q, k, v, block_mask=tiles),
        }
        yield from _timed(works, seq)


def _layers(model: Transformer) -> Iterator[Timed]:
    """One layer's core, and all the rest of it."""
    rest = torch.compile(_Rest(model))
    for seq in LAYER_LENGTHS:
        q, k, v = _inputs(model, seq)
        x = torch.randn(seq, *sizes(model, "d_model"), device="cuda", dtype=torch.bfloat16)
        works: dict[str, Work] = {
            "layer, core": partial(fused, q, k, v, causal=True),
            "layer, core by FlashAttention-2": partial(by_flash_2, q, k, v),
            "layer, rest": partial(rest, x),
        }
        yield from _timed(works, seq)


class _Rest:
    """A layer of Llama's kind without scores and sums: queries stand for what attention returns."""

    def __init__(self, model: Transformer) -> None:
        names = ("d_model", "d_ff", "head_dim", "n_heads", "n_kv_heads")
        self.width, inner, self.head, heads, kv_heads = sizes(model, *names)
        sides = {"q": heads * self.head, "k": kv_heads * self.head, "v": kv_heads * self.head}
        sides |= {"o": self.width, "gate": inner, "up": inner}
        self.matrix = {name: _matrix(self.width, side) for name, side in sides.items()}
        self.matrix["down"] = _matrix(inner, self.width)

    def __call__(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        normed = functional.rms_norm(x, (self.width,))
        q, k = (self._turned(normed @ self.matrix[name]) for name in "qk")
        v = normed @ self.matrix["v"]
        x = x + q @ self.matrix["o"]
        normed = functional.rms_norm(x, (self.width,))
        gate = functional.silu(normed @ self.matrix["gate"])
        x = x + (gate * (normed @ self.matrix["up"])) @ self.matrix["down"]
        return x, k, v

    def _turned(self, rows: torch.Tensor) -> torch.Tensor:
        """Rotary angles: each pair of numbers of a head is turned by the token's place."""
        place = torch.arange(len(rows), device=rows.device)[:, None]
        pair = torch.arange(self.head // 2, device=rows.device)
        angle = place * torch.pow(500_000.0, -pair / (self.head // 2))
        cos, sin = angle.cos()[:, None].to(rows.dtype), angle.sin()[:, None].to(rows.dtype)
        one, other = rows.unflatten(-1, (-1, self.head)).chunk(2, dim=-1)
        return torch.cat((one * cos - other * sin, other * cos + one * sin), dim=-1).flatten(1)


def _matrix(rows: int, columns: int) -> torch.Tensor:
    return torch.randn(rows, columns, device="cuda", dtype=torch.bfloat16) / rows**0.5


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_toml(record()), encoding="utf-8")
