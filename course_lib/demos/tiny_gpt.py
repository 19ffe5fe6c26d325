"""A GPT small enough to train while you watch, and plain enough to read in one sitting.

It is built from the same `Transformer` record that the estimators take, so every count can be
checked against it. Choices: norms before each part, learned positions, no biases, an ungated MLP, a
head tied to the embedding table. Attention is written out as two matrix products, so that PyTorch's
counter sees their FLOPs on every device. Letters for shapes: B sequences, T tokens, D model width,
N heads, H head width, F inner width, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.nn import functional

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import measure


def shape(layers: int = 4, d_model: int = 128, n_heads: int = 4, context: int = 128) -> Transformer:
    """The architecture as a record: byte vocabulary, inner width 4 times the model's.

    >>> shape(layers=2).d_ff
    512
    """
    return Transformer(
        name=f"tiny GPT, {layers} x {d_model}",
        layers=layers,
        d_model=d_model,
        n_heads=n_heads,
        d_ff=4 * checks.whole("d_model", d_model),
        vocab_rows=256,
        position_rows=checks.whole("context", context),
        tied_embeddings=True,
    )


def sizes(model: Transformer, *names: str) -> list[int]:
    """Sizes of one architecture as ints, in the order of their names.

    Parts are built of ints, where the record may hold arrays.

    Raises:
        TypeError: the architecture is a sweep; the message names the array.

    >>> sizes(shape(layers=2), "layers", "d_model")
    [2, 128]
    """
    return [checks.single_whole(name, getattr(model, name), at_least=0) for name in names]


class Attention(nn.Module):
    """Every token asks (query), every earlier one answers (key) and hands over its value."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        d_model, self.heads, head_dim = sizes(model, "d_model", "n_heads", "head_dim")
        width = self.heads * head_dim
        self.query, self.key, self.value = (nn.Linear(d_model, width, bias=False) for _ in range(3))
        self.output = nn.Linear(width, d_model, bias=False)

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        q_BNTH, k_BNTH, v_BNTH = (
            self._by_head(part(x_BTD)) for part in (self.query, self.key, self.value)
        )
        scores_BNTT = q_BNTH @ k_BNTH.transpose(-2, -1) / math.sqrt(q_BNTH.shape[-1])
        # above the diagonal: a token sees itself and what came before
        future_TT = torch.ones(scores_BNTT.shape[-2:], dtype=torch.bool, device=x_BTD.device).triu(
            1
        )
        weights_BNTT = scores_BNTT.masked_fill(future_TT, -math.inf).softmax(-1)
        return self.output((weights_BNTT @ v_BNTH).transpose(1, 2).flatten(2))

    def _by_head(self, x_BTW: torch.Tensor) -> torch.Tensor:
        return x_BTW.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class MLP(nn.Module):
    """Each token on its own: widen, bend, narrow."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        d_model, d_ff = sizes(model, "d_model", "d_ff")
        self.up = nn.Linear(d_model, d_ff, bias=False)
        self.down = nn.Linear(d_ff, d_model, bias=False)

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        return self.down(functional.gelu(self.up(x_BTD)))


class Block(nn.Module):
    """One layer: attention, then MLP, each added to what came in."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        (d_model,) = sizes(model, "d_model")
        self.attention_norm, self.mlp_norm = nn.RMSNorm(d_model), nn.RMSNorm(d_model)
        self.attention, self.mlp = Attention(model), MLP(model)

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        x_BTD = x_BTD + self.attention(self.attention_norm(x_BTD))
        return x_BTD + self.mlp(self.mlp_norm(x_BTD))


class TinyGPT(nn.Module):
    """Tokens in, a score for every possible next token out: (B, T) int64 -> (B, T, V)."""

    def __init__(self, model: Transformer, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.model = model
        layers, d_model, vocab_rows = sizes(model, "layers", "d_model", "vocab_rows")
        (self.context,) = sizes(model, "position_rows")
        self.tokens = nn.Embedding(vocab_rows, d_model)
        self.positions = nn.Embedding(self.context, d_model)
        self.blocks = nn.ModuleList(Block(model) for _ in range(layers))
        self.norm = nn.RMSNorm(d_model)
        self.head = nn.Linear(d_model, vocab_rows, bias=False)
        self.head.weight = self.tokens.weight  # one matrix, two uses
        # torch begins an embedding with numbers near 1: as a head it would be sure from the start
        for weight in (self.tokens.weight, self.positions.weight):
            nn.init.normal_(weight, std=0.02)

    def forward(self, tokens_BT: torch.Tensor) -> torch.Tensor:
        x_BTD = self.tokens(tokens_BT) + self.positions.weight[: tokens_BT.shape[1]]
        for block in self.blocks:
            x_BTD = block(x_BTD)
        return self.head(self.norm(x_BTD))


def weights_by_part(gpt: TinyGPT) -> dict[str, int]:
    """Weights that PyTorch holds in each part, under the names of `parameters.count`."""
    parts: dict[str, list] = {"embedding": [gpt.tokens, gpt.positions]}
    parts["attention"] = [block.attention for block in gpt.blocks]
    parts["mlp"] = [block.mlp for block in gpt.blocks]
    parts["norm"] = [gpt.norm] + [
        norm for block in gpt.blocks for norm in (block.attention_norm, block.mlp_norm)
    ]
    return {
        part: sum(weight.numel() for weight in nn.ModuleList(modules).parameters())
        for part, modules in parts.items()
    }


def loss(gpt: nn.Module, inputs_BT: torch.Tensor, targets_BT: torch.Tensor) -> torch.Tensor:
    """Cross-entropy in nats: the mean of -log(probability given to the token that really came)."""
    return functional.cross_entropy(gpt(inputs_BT).flatten(0, 1), targets_BT.flatten())


def train(
    gpt: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    steps: int,
    learning_rate: float = 2e-3,
    progress: Callable[[int, float], None] = lambda step, step_loss: None,
) -> list[float]:
    """Train for `steps` steps (forward, loss, backward, AdamW). Returns their losses, in nats."""
    optimizer = torch.optim.AdamW(gpt.parameters(), lr=learning_rate, betas=(0.9, 0.95), fused=True)
    losses: list[float] = []
    # the range stands first: it ends the loop before another batch is taken out
    for step, (inputs_BT, targets_BT) in zip(
        measure.track(range(checks.whole("steps", steps)), "training steps"),
        batches,
        strict=False,
    ):
        # up within twenty steps, and from the middle on down to zero
        optimizer.param_groups[0]["lr"] = learning_rate * min(
            1.0, (step + 1) / 20, (steps - step) / steps * 2
        )
        step_loss = loss(gpt, inputs_BT, targets_BT)
        optimizer.zero_grad()
        step_loss.backward()
        optimizer.step()
        losses.append(step_loss.item())
        progress(step, losses[-1])
    return losses


@torch.no_grad()
def write(gpt: TinyGPT, prompt: str, tokens: int, temperature: float = 0.8, seed: int = 0) -> str:
    """Continue `prompt`, one byte after the other; the whole text is read anew for each."""
    generator = torch.Generator().manual_seed(seed)
    text = list(prompt.encode("utf-8"))
    for _ in measure.track(range(checks.whole("tokens", tokens)), "tokens written"):
        scores_V = gpt(torch.tensor([text[-gpt.context :]]))[0, -1]
        text.append(
            int(torch.multinomial((scores_V / temperature).softmax(-1), 1, generator=generator))
        )
    # bytes drawn by chance are often no valid UTF-8
    return bytes(text).decode("utf-8", errors="replace")


def pick_threads(
    batch: int = 8, seq: int = 64, rounds: int = 7, budget_seconds: float = 2.0
) -> measure.Threads:
    """Set torch to the number of threads with which a training step is quickest here, by a trial.

    Torch's own number stays unless another is clearly faster (`measure.clearly`), so that a machine
    on which nothing is clear behaves as without a trial. It is never done unasked: sums over more
    or fewer threads round differently, and a trained loss then differs in its last digits.

    Args:
        batch: sequences of the step.
        seq: tokens of each, at most 128.
        rounds: how often each number is tried.
        budget_seconds: no further round starts after this time, but five are made in any case.

    >>> pick_threads(batch=1, seq=8, rounds=3).chosen == torch.get_num_threads()
    True
    """
    gpt = TinyGPT(shape())
    tokens_BT = torch.zeros(
        checks.whole("batch", batch), checks.whole("seq", seq), dtype=torch.long
    )
    trial = measure.quickest_threads(
        lambda: loss(gpt, tokens_BT, tokens_BT).backward(),
        rounds=rounds,
        budget_seconds=budget_seconds,
    )
    torch.set_num_threads(trial.chosen)
    return trial
