"""Makes the sample of gradients that the explorer of lesson 08 shows:
`python -m course_lib.demos.precision.gradient_sample --output FILE`, some seconds.

The tiny GPT of the lesson after 30 steps in fp32, one backward pass of 8 x 64 tokens, gradients at
the outputs of all linear layers; 64 stretches of 32 neighbours, drawn by chance.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.precision import mixed

STRETCHES, LENGTH = 64, 32


def sample(seed: int = 0) -> torch.Tensor:
    """Gradients, shape (`STRETCHES`, `LENGTH`): neighbours stand side by side."""
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=64))
    seen, unseen = corpus.split(corpus.tokens())
    test = next(corpus.batches(unseen, batch=8, seq=64, seed=1))
    trained = mixed.train(gpt, corpus.batches(seen, batch=4, seq=64), test)
    batch = next(corpus.batches(seen, batch=8, seq=64, seed=5))
    caught = mixed.activation_gradients(trained.gpt, batch)
    rows = mixed.joined(caught.values()).reshape(-1, LENGTH)
    picked = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))
    return rows[picked[:STRETCHES]]


def main() -> None:
    """Write the sample as TOML, a stretch a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    lines = [
        "# Gradients of a tiny GPT, by `python -m course_lib.demos.precision.gradient_sample`.",
        f'date = "{time.strftime("%Y-%m-%d")}"',
        f'versions = "PyTorch {torch.__version__}"',
        "gradients = [",
        *(f"    [{', '.join(f'{each:.3e}' for each in row)}]," for row in sample().tolist()),
        "]",
    ]
    given.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
