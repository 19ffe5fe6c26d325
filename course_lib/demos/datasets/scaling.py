"""Tiny GPTs trained on more or less text: what does the next bit of text, or of width, buy?

Design choices:
- The text is Python's own source code: some 10 MB, so that every run reads text it has not read
  before. The last part is kept unseen; its loss is the one that counts. Losses are in nats a byte
  (a token here is one byte).
- A run is named by two integers, width and tokens; everything else stays. Two runs of equal FLOPs
  compare fairly.
- `RECORD` holds a longer sweep with its date and machine. `python -m
  course_lib.demos.datasets.scaling` makes it again, in some fifteen minutes; a lesson draws it
  beside runs made live, and says which is which.
- `reread` gives the same few bytes again and again, and watches what that does to unseen text.
"""

from __future__ import annotations

import platform
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import torch

from course_lib import checks
from course_lib.demos import corpus, tiny_gpt
from course_lib.estimators import flops, parameters

RECORD = Path(__file__).with_name("scaling_record.toml")
BATCH, SEQ, LAYERS = 16, 64, 4
LEARNING_RATE = 4e-3
CHECK_BATCHES = 12
WIDTHS = (16, 32, 64, 128)
STEPS = (125, 250, 500, 1000, 2000)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One tiny GPT, trained."""

    width: int
    """Numbers a token is turned into, d_model."""
    params: int
    """Weights that are multiplied for each token: layers and head."""
    tokens: int
    """Tokens read in training; a token is one byte."""
    train_flops: int
    """FLOPs of training, counted: forward and backward."""
    loss: float
    """Loss on unseen text, in nats a byte."""
    train_loss: float
    """Mean loss of the last tenth of the training steps, in nats a byte."""
    seconds: float
    """Seconds the training took."""
    seed: int = 0
    """Seed of the weights and of the order of the text."""


def run(width: int, tokens: int, seed: int = 0) -> Trained:
    """Train one tiny GPT of `width` on `tokens` tokens of code, and read unseen code with it.

    `tokens` is rounded down to whole steps of 1024 (16 pieces of 64). No random numbers but the
    seed's are used.
    """
    tokens_per_step = BATCH * SEQ
    steps = checks.whole("tokens", tokens, at_least=tokens_per_step) // tokens_per_step
    model = tiny_gpt.shape(layers=LAYERS, d_model=width, context=SEQ)
    gpt = tiny_gpt.TinyGPT(model, seed=seed)
    seen, unseen = _parts()
    start = time.perf_counter()
    losses = tiny_gpt.train(gpt, corpus.batches(seen, BATCH, SEQ, seed=seed), steps, LEARNING_RATE)
    seconds = time.perf_counter() - start
    last = losses[-max(1, steps // 10) :]  # at least one: [-0:] would be all
    return Trained(
        width=width,
        params=int(parameters.count(model, embeddings=False).total),
        tokens=steps * tokens_per_step,
        train_flops=steps * int(flops.training_step(model, BATCH, SEQ)),
        loss=unseen_loss(gpt, unseen),
        train_loss=sum(last) / len(last),
        seconds=seconds,
        seed=seed,
    )


@lru_cache(maxsize=1)
def _parts() -> tuple[torch.Tensor, torch.Tensor]:
    """The code to train on and the code kept unseen; made once."""
    return corpus.split(corpus.tokens("code"))


@torch.no_grad()
def unseen_loss(gpt: tiny_gpt.TinyGPT, unseen: torch.Tensor) -> float:
    """Mean loss on fixed pieces of a text that was not trained on, in nats a token."""
    pieces = corpus.batches(unseen, BATCH, gpt.context, seed=1)  # the same for all models
    losses = [tiny_gpt.loss(gpt, *next(pieces)).item() for _ in range(CHECK_BATCHES)]
    return sum(losses) / len(losses)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A look at a model that reads one short text again and again."""

    readings: int
    """How often it has read the text."""
    train_loss: float
    """Loss on that text, in nats a byte."""
    loss: float
    """Loss on code it has never read, in nats a byte."""


def reread(
    unique_tokens: int = 2048, readings: Sequence[int] = (1, 25, 50, 100, 150, 200), width: int = 32
) -> list[Reading]:
    """Read the same `unique_tokens` tokens again and again; both losses after each of `readings`.

    One reading is one training step on all of the text at once.
    """
    checks.whole("unique_tokens", unique_tokens, at_least=SEQ + 1)
    seen, unseen = _parts()
    # windows of SEQ + 1, one place of overlap: a piece's last target is the next one's first input
    pieces = seen[: unique_tokens + 1].long().unfold(0, SEQ + 1, SEQ)
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=LAYERS // 2, d_model=width, context=SEQ))
    looks = []

    def look(step: int, train_loss: float) -> None:
        if step + 1 in readings:
            looks.append(
                Reading(readings=step + 1, train_loss=train_loss, loss=unseen_loss(gpt, unseen))
            )

    same_text = repeat((pieces[:, :-1], pieces[:, 1:]))
    tiny_gpt.train(gpt, same_text, max(readings), LEARNING_RATE, progress=look)
    return looks


@dataclass(frozen=True, kw_only=True)
class Record:
    """A sweep made earlier, with what is needed to make it again."""

    date: str
    """Day it was made."""
    machine: str
    """Processor, cores and threads used."""
    versions: str
    """Versions of Python and PyTorch."""
    text: str
    """What was read, and how much of it there was."""
    runs: tuple[Trained, ...]
    """The runs, narrowest and shortest first."""

    @property
    def lengths(self) -> list[int]:
        """Tokens read, shortest first."""
        return sorted({run.tokens for run in self.runs})

    def at(self, tokens: int) -> list[Trained]:
        """The runs that read so many tokens."""
        return [run for run in self.runs if run.tokens == tokens]


def record(path: Path = RECORD) -> Record:
    """The committed sweep.

    >>> sorted({run.width for run in record().runs})
    [16, 32, 64, 128]
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(**{**table, "runs": tuple(Trained(**run) for run in table["runs"])})


def write(runs: Iterable[Trained], path: Path, machine: str) -> None:
    """Keep runs in a TOML file, with today's date, the versions and the size of the text."""
    seen, unseen = _parts()
    text = (
        f"source code of Python's standard library, {len(seen)} bytes to train on "
        f"and {len(unseen)} kept unseen"
    )
    head = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{machine}, {torch.get_num_threads()} thread",
        "versions": f"Python {platform.python_version()}, PyTorch {torch.__version__}",
        "text": text,
    }
    lines = [
        "# Tiny GPTs trained by `python -m course_lib.demos.datasets.scaling`; "
        "what the fields mean says scaling.py.",
        "",
    ]
    lines += [f'{name} = "{value}"' for name, value in head.items()]
    for run_ in runs:  # the underscore: `run` is a function here
        fields = asdict(run_) | {
            name: round(getattr(run_, name), 4) for name in ("loss", "train_loss", "seconds")
        }
        lines += ["", "[[runs]]", *(f"{name} = {value}" for name, value in fields.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(path: Path = RECORD) -> None:
    """Make the record again: every width at every length, one after the other."""
    torch.set_num_threads(1)  # seconds that do not depend on how many cores are free
    runs = []
    for width in WIDTHS:
        for steps in STEPS:
            runs.append(run(width, steps * BATCH * SEQ))
            print(runs[-1])
    write(runs, path, platform.processor() or platform.machine())


if __name__ == "__main__":
    main()
