"""A diffusion model small enough to train while you watch: it turns noise into digits or letters,
step by step.

Design choices:
- The pictures are 16 glyphs of two words, "digit" and "letter". Asked for a digit, the model may
  draw any of eight, so one step can do no better than their average: a blur.
- Noise is mixed in along a straight line: x = (1 - t) picture + t noise, t from 0 to 1 (flow
  matching, arXiv 2210.02747). The network sees x, t and the word, and guesses the clean picture. A
  sampling step of size 1 / steps moves x towards that guess (Euler's method); the last step lands
  on it.
- One word in ten is hidden in training, so that the same network also guesses without a word.
  Guidance takes both guesses and goes from the one without to the one with the word, and beyond
  (arXiv 2207.12598): two passes a step.
- A multilayer perceptron in place of a U-Net: at this size it learns much more in a second.
Letters for shapes: B pictures, S side of a picture, H inner width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from course_lib import checks
from course_lib.demos import measure
from course_lib.demos.images import glyphs

WORDS = tuple(glyphs.WORDS)
NO_WORD = len(WORDS)  # one number, and one row of the embedding, beyond those of the words
FREQUENCIES = 32
GUIDANCE = 1.5
"""How far guidance goes along the line from the guess without the word (0) to the one with it
(1)."""
PER_WORD = 24
"""Pictures drawn of each word where quality is judged."""


class Refiner(nn.Module):
    """Noisy pictures, times and word numbers in, guesses at the clean pictures out.

    Shapes: (B, S, S), (B,) and (B,) in, (B, S, S) out.
    """

    def __init__(self, width: int = 192, layers: int = 2, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        pixels = glyphs.SIDE**2
        self.pixels, self.out = nn.Linear(pixels, width), nn.Linear(width, pixels)
        self.time, self.word = nn.Linear(2 * FREQUENCIES, width), nn.Embedding(NO_WORD + 1, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width),
                nn.Linear(width, 2 * width),
                nn.GELU(),
                nn.Linear(2 * width, width),
            )
            for _ in range(layers)
        )

    def forward(self, x_BSS: torch.Tensor, t_B: torch.Tensor, word_B: torch.Tensor) -> torch.Tensor:
        h_BH = self.pixels(x_BSS.flatten(1)) + self.time(waves(t_B)) + self.word(word_B)
        for block in self.blocks:
            h_BH = h_BH + block(h_BH)
        return self.out(h_BH).view_as(x_BSS)


def waves(t_B: torch.Tensor) -> torch.Tensor:
    """A time as sines and cosines of many frequencies: (B, 64).

    So a linear map can tell close times apart.

    >>> waves(torch.zeros(1)).sum().item()  # 32 cosines of 0
    32.0
    """
    # frequencies from 1000 down to about 1, each the same factor below the last
    angles = (
        1000 * torch.exp(-math.log(1000) * torch.arange(FREQUENCIES) / FREQUENCIES) * t_B[:, None]
    )
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def true_pictures() -> torch.Tensor:
    """All glyphs, by word: (words, 8, S, S), from -1 (paper) to 1 (ink)."""
    return (
        torch.stack([torch.from_numpy(pictures) for pictures in glyphs.all_pictures().values()]) * 2
        - 1
    )


def train(refiner: Refiner, steps: int = 900, batch: int = 128, seed: int = 0) -> list[float]:
    """Train on glyphs with noise (AdamW, mean squared error). Returns the loss of each step."""
    generator = torch.Generator().manual_seed(seed)
    truth, rate = true_pictures(), 3e-3
    optimizer = torch.optim.AdamW(
        refiner.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True
    )
    losses: list[float] = []
    for step in measure.track(range(checks.whole("steps", steps)), "training steps"):
        # up within twenty steps, and from the middle on down to zero
        optimizer.param_groups[0]["lr"] = rate * min(
            1.0, (step + 1) / 20, (steps - step) / steps * 2
        )
        loss = _loss(refiner, truth, batch, generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def trail(
    refiner: Refiner,
    word: str,
    steps: int,
    pictures: int = PER_WORD,
    guidance: float = GUIDANCE,
    seed: int = 0,
) -> list[torch.Tensor]:
    """Draw `pictures` of `word`; keep the noise and what each step made of it, (pictures, S, S).

    Args:
        refiner: the network.
        word: one of `WORDS`.
        steps: refinement steps.
        pictures: how many are drawn at once.
        guidance: 1 takes the word as it is, in one pass a step; any other value needs two.
        seed: of the noise that everything starts from.
    """
    number = WORDS.index(checks.one_of("word", word, WORDS))
    steps, pictures = checks.whole("steps", steps), checks.whole("pictures", pictures)
    generator = torch.Generator().manual_seed(seed)
    x_BSS = torch.randn(pictures, glyphs.SIDE, glyphs.SIDE, generator=generator)
    states = [x_BSS]
    with torch.no_grad():
        for step in range(steps):
            guess = _guess(refiner, x_BSS, 1 - step / steps, number, guidance)
            # the share of the way left that one step is: all of it at the last
            x_BSS = x_BSS + (guess - x_BSS) / (steps - step)
            states.append(x_BSS)
    return states


def sample(
    refiner: Refiner,
    word: str,
    steps: int,
    pictures: int = PER_WORD,
    guidance: float = GUIDANCE,
    seed: int = 0,
) -> torch.Tensor:
    """The finished pictures of `trail`: (pictures, S, S), from -1 to 1."""
    return trail(refiner, word, steps, pictures, guidance, seed)[-1].clamp(-1, 1)


def distances(pictures: torch.Tensor, word: str) -> torch.Tensor:
    """How far each picture is from the nearest true glyph of `word`.

    Root mean square over pixels, 0 to 1.

    >>> distances(true_pictures()[0], "digit").max().item()
    0.0
    """
    return _apart(pictures, word).min(dim=1).values


def variety(pictures: torch.Tensor, word: str) -> int:
    """How many different glyphs of `word` the pictures come nearest to.

    >>> variety(true_pictures()[1], "letter")
    8
    """
    return len(_apart(pictures, word).argmin(dim=1).unique())


def judge(
    refiner: Refiner,
    steps: Sequence[int],
    seeds: Sequence[int] = range(5),
    guidance: float = GUIDANCE,
) -> dict[int, list[float]]:
    """Mean distance to the true glyphs by step count, one number a seed."""
    return {
        count: [_mean_distance(refiner, count, guidance, seed) for seed in seeds]
        for count in measure.track(steps, "numbers of steps tried")
    }


def adequate(found: dict[int, list[float]], tolerance: float) -> int:
    """The smallest step count whose mean distance is at most `tolerance` above the best mean.

    >>> adequate({1: [0.5, 0.5], 4: [0.11, 0.12], 16: [0.1, 0.1]}, tolerance=0.02)
    4
    """
    means = {count: sum(values) / len(values) for count, values in found.items()}
    return min(count for count, mean in means.items() if mean <= min(means.values()) + tolerance)


def _loss(
    refiner: Refiner, truth: torch.Tensor, batch: int, generator: torch.Generator
) -> torch.Tensor:
    word_B = torch.randint(len(WORDS), (batch,), generator=generator)
    # a word and a glyph number for each picture: two index tensors pick one picture a pair
    clean = truth[word_B, torch.randint(truth.shape[1], (batch,), generator=generator)]
    t_B, noise = (
        torch.rand(batch, generator=generator),
        torch.randn(clean.shape, generator=generator),
    )
    t_B11 = t_B[:, None, None]
    hidden = torch.rand(batch, generator=generator) < 0.1
    guess = refiner((1 - t_B11) * clean + t_B11 * noise, t_B, torch.where(hidden, NO_WORD, word_B))
    return functional.mse_loss(guess, clean)


def _guess(
    refiner: Refiner, x_BSS: torch.Tensor, t: float, number: int, guidance: float
) -> torch.Tensor:
    """The clean pictures as the network sees them now, drawn towards the word by guidance."""
    t_B, word_B = torch.full((len(x_BSS),), t), torch.full((len(x_BSS),), number)
    with_word = refiner(x_BSS, t_B, word_B)
    if guidance == 1:
        return with_word
    without = refiner(x_BSS, t_B, torch.full_like(word_B, NO_WORD))
    return without + guidance * (with_word - without)


def _mean_distance(refiner: Refiner, steps: int, guidance: float, seed: int) -> float:
    """The distance of one run's pictures, averaged over the words."""
    drawn = {word: sample(refiner, word, steps, guidance=guidance, seed=seed) for word in WORDS}
    return sum(distances(pictures, word).mean().item() for word, pictures in drawn.items()) / len(
        WORDS
    )


def _apart(pictures: torch.Tensor, word: str) -> torch.Tensor:
    """Distance of every picture to every glyph of the word; -1 to 1 is a range of two, so half of
    it."""
    truth = true_pictures()[WORDS.index(checks.one_of("word", word, WORDS))]
    return (pictures[:, None] - truth).square().mean(dim=(-1, -2)).sqrt() / 2
