"""Writing with a tiny GPT, with and without a cache, and what large weights cost that a tiny model
hides.

Design choices:
- The cached pass is written out here beside `tiny_gpt`, on the same weights, so that both can be
  read and compared. Its cache is one block of memory made before the first token: nothing is copied
  when it grows.
- The most likely token is taken each time, so that both ways must write the same text.
- The tiny model's weights fit into the processor's own cache. `Weights` holds some 256 MB of
  matrices that do not, so that each pass has to fetch them from memory, as a large model's are.
- int8 weights have one scale for each row. PyTorch multiplies them by bf16 numbers without
  unpacking them in memory.
Letters for shapes: B sequences, T new tokens, P tokens in the cache before, D model width, N heads,
H head width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from course_lib import checks
from course_lib.demos import measure
from course_lib.demos.measure import Timing
from course_lib.demos.tiny_gpt import Attention, TinyGPT, sizes

WIDTH = 2048
"""Sides of the matrices that are streamed."""
FORMATS = ("fp32", "bf16", "int8")
BUDGET_SECONDS = 3.0
"""No further timed run of a piece starts after so long; three are made in any case."""


class Cache:
    """Keys and values of every layer, for the tokens read so far."""

    def __init__(self, gpt: TinyGPT, batch: int) -> None:
        layers, heads, head_dim = sizes(gpt.model, "layers", "n_heads", "head_dim")
        batch = checks.single_whole("batch", batch)
        self.held = torch.zeros(layers, 2, batch, heads, gpt.context, head_dim)
        self.length = 0

    @property
    def bytes_in_use(self) -> int:
        """Bytes of the keys and values held so far."""
        return self.held[..., : self.length, :].numel() * self.held.element_size()


@torch.no_grad()
def cached_pass(gpt: TinyGPT, tokens_BT: torch.Tensor, cache: Cache) -> torch.Tensor:
    """Scores after the last new token: (B, T) int64 -> (B, V). Keys and values go to the cache.

    Raises:
        ValueError: more tokens than the model has positions.
    """
    start, stop = cache.length, cache.length + tokens_BT.shape[1]
    if stop > gpt.context:
        raise ValueError(f"tokens must fit into {gpt.context} positions, got {stop}")
    x_BTD = gpt.tokens(tokens_BT) + gpt.positions.weight[start:stop]
    block: Any  # torch types the parts of a module as tensors or modules
    for block, layer_cache in zip(gpt.blocks, cache.held, strict=True):
        normed_BTD = block.attention_norm(x_BTD)
        x_BTD = x_BTD + _attend(block.attention, normed_BTD, layer_cache, start)
        x_BTD = x_BTD + block.mlp(block.mlp_norm(x_BTD))
    cache.length = stop
    return gpt.head(gpt.norm(x_BTD[:, -1]))


def _attend(
    attention: Attention, x_BTD: torch.Tensor, layer_cache: torch.Tensor, start: int
) -> torch.Tensor:
    """Attention of the new tokens to all so far; `layer_cache` is (2, B, N, positions, H)."""
    q_BNTH, k_BNTH, v_BNTH = (
        attention._by_head(part(x_BTD))
        for part in (attention.query, attention.key, attention.value)
    )
    new = k_BNTH.shape[2]
    layer_cache[0, :, :, start : start + new], layer_cache[1, :, :, start : start + new] = (
        k_BNTH,
        v_BNTH,
    )
    keys, values = layer_cache[:, :, :, : start + new]
    scores_BNTP = q_BNTH @ keys.transpose(-2, -1) / math.sqrt(q_BNTH.shape[-1])
    if new > 1:
        # a new token stands `start` places further on than its row says
        future = torch.ones(new, start + new, dtype=torch.bool).triu(start + 1)
        scores_BNTP = scores_BNTP.masked_fill(future, -math.inf)
    return attention.output((scores_BNTP.softmax(-1) @ values).transpose(1, 2).flatten(2))


@dataclass(frozen=True, kw_only=True, eq=False)
class Written:
    """What was written, and how."""

    tokens: torch.Tensor
    """Prompt and answer, int64 of shape (B, prompt + answer)."""
    passes: int
    """Passes of the whole model."""

    def text(self, sequence: int = 0) -> str:
        """One of the texts."""
        return bytes(self.tokens[sequence].tolist()).decode("utf-8", errors="replace")


@torch.no_grad()
def write(gpt: TinyGPT, prompt_BT: torch.Tensor, tokens: int, *, cached: bool = True) -> Written:
    """Continue each prompt by `tokens` tokens, always the most likely one.

    Args:
        gpt: the model; prompt and answer must fit into its positions.
        prompt_BT: int64, shape (B, T).
        tokens: how many to write.
        cached: False reads the whole text anew for each token.
    """
    text_BT, cache = prompt_BT, Cache(gpt, len(prompt_BT))
    new_BT = prompt_BT
    for _ in measure.track(range(checks.whole("tokens", tokens)), "tokens written"):
        scores_BV = cached_pass(gpt, new_BT, cache) if cached else gpt(text_BT)[:, -1]
        new_BT = scores_BV.argmax(-1, keepdim=True)
        text_BT = torch.cat((text_BT, new_BT), dim=1)
    return Written(tokens=text_BT, passes=tokens)


def prompt(text: str) -> torch.Tensor:
    """One text as bytes, ready for `write`: int64 of shape (1, bytes).

    >>> prompt("ab")
    tensor([[97, 98]])
    """
    return torch.tensor([list(text.encode("utf-8"))])


def right_share(gpt: TinyGPT, inputs_BT: torch.Tensor, targets_BT: torch.Tensor) -> float:
    """Part of the next tokens that the model guesses right."""
    with torch.no_grad():
        return float((gpt(inputs_BT).argmax(-1) == targets_BT).float().mean())


def time_writing(
    gpt: TinyGPT, lengths: Sequence[int], *, cached: bool, repeats: int = 3
) -> list[Timing]:
    """Seconds to write each of `lengths` tokens after a prompt of one; long texts timed once."""
    start = torch.zeros(1, 1, dtype=torch.long)

    def once(length: int) -> Timing:
        often = repeats if cached or length <= 128 else 1
        # a run that is timed once is too long for a warm-up
        return measure.time_call(
            lambda: write(gpt, start, length, cached=cached), often, warm_ups=int(often > 1)
        )

    return [once(length) for length in measure.track(lengths, "lengths timed")]


def time_steps(
    gpt: TinyGPT, batches: Sequence[int], context: int = 64, repeats: int = 15
) -> list[Timing]:
    """Seconds of one more token for `batches` sequences at once, `context` tokens in the cache."""

    def step(batch: int) -> Callable[[], object]:
        cache, token = Cache(gpt, batch), torch.zeros(batch, 1, dtype=torch.long)
        cache.length = checks.whole("context", context)

        def work() -> None:
            cached_pass(gpt, token, cache)
            cache.length = context  # the next run writes its token to the same place

        return work

    return [
        measure.time_call(step(batch), repeats, warm_ups=3, budget_seconds=BUDGET_SECONDS)
        for batch in measure.track(batches, "batches timed")
    ]


class Weights:
    """Square matrices in a chain, in one format: what a large model multiplies a token by."""

    def __init__(
        self, total_bytes: float = 256e6, format: str = "fp32", width: int = WIDTH
    ) -> None:
        """Make as many matrices as fill `total_bytes` in fp32; other formats hold the same numbers
        in fewer bytes."""
        self.format = checks.one_of("format", format, FORMATS)
        count = max(
            1,
            round(
                checks.positive("total_bytes", total_bytes)
                / (4 * checks.whole("width", width) ** 2)
            ),
        )
        weight_OI = torch.randn(
            width, width, generator=torch.Generator().manual_seed(0)
        ) / math.sqrt(width)
        stored_OI, self.scales = _stored(weight_OI, format)
        # equal numbers, but each in memory of its own
        self.matrices = [stored_OI.clone() for _ in range(count)]

    @property
    def bytes(self) -> int:
        """Bytes of the matrices; the scales of int8 rows, one in two thousand, are left out."""
        return sum(matrix.numel() * matrix.element_size() for matrix in self.matrices)

    def inputs(self, batch: int) -> torch.Tensor:
        """A vector for each of `batch` users, always the same: shape (batch, width)."""
        x_BI = torch.randn(
            batch, self.matrices[0].shape[1], generator=torch.Generator().manual_seed(1)
        )
        return x_BI if self.format == "fp32" else x_BI.bfloat16()

    def run(self, x_BI: torch.Tensor) -> torch.Tensor:
        """Multiply by every matrix in turn: shape (batch, width) in and out."""
        for matrix_OI in self.matrices:
            if self.format == "int8":
                x_BI = torch.ops.aten._weight_int8pack_mm(x_BI, matrix_OI, self.scales)
            else:
                x_BI = x_BI @ matrix_OI.T
        return x_BI


def time_stream(weights: Weights, batches: Sequence[int] = (1,), repeats: int = 7) -> list[Timing]:
    """Seconds of one pass over all the weights, for each number of users."""
    inputs = [weights.inputs(batch) for batch in batches]
    return [
        measure.time_call(partial(weights.run, x_BI), repeats, budget_seconds=BUDGET_SECONDS)
        for x_BI in measure.track(inputs, "batches timed")
    ]


def read_rate(total_bytes: float = 256e6, repeats: int = 7) -> tuple[float, Timing]:
    """Bytes a second at which this machine reads memory, adding up `total_bytes`; the timing."""
    # ones, not `empty`: pages that were never written to need not be in memory at all
    numbers = torch.ones(round(checks.positive("total_bytes", total_bytes) / 4))
    timing = measure.time_call(numbers.sum, repeats, budget_seconds=BUDGET_SECONDS)
    return 4 * len(numbers) / timing.median_seconds, timing


def _stored(weight_OI: torch.Tensor, format: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The matrix in its format, and for int8 the scale of each row."""
    if format != "int8":
        return weight_OI.to(torch.float32 if format == "fp32" else torch.bfloat16), torch.ones(1)
    scales_O = weight_OI.abs().amax(1) / 127
    return (weight_OI / scales_O[:, None]).round().to(torch.int8), scales_O.bfloat16()
