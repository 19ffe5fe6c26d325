"""Sums of two numbers as text, and the checker: it adds the two numbers itself.

A sum is written as `00347+00582=000929`, 18 tokens: five digits, a plus, five digits, an equals
sign (the prompt), six digits (the answer). Vocabulary: ten digits and two signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from course_lib import checks
from course_lib.demos.thinking import rules

DIGITS = 5
"""Places of a summand."""
PLUS, EQUALS, VOCABULARY = 10, 11, 12
PROMPT, ANSWER = 2 * DIGITS + 2, DIGITS + 1
LENGTH = PROMPT + ANSWER
"""Tokens of a whole sum."""
HELD_OUT = 10
"""One pair in so many is never trained on."""
UNTRAINED = -100
"""The target that torch's cross-entropy leaves out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Some sums."""

    a: torch.Tensor
    """First summands, int64 of shape (sums,)."""
    b: torch.Tensor
    """Second summands, likewise."""
    digits: torch.Tensor
    """Digits that both summands may have at most, likewise."""

    def __len__(self) -> int:
        return len(self.a)

    def __getitem__(self, which: torch.Tensor | slice) -> Sums:
        return Sums(a=self.a[which], b=self.b[which], digits=self.digits[which])

    @property
    def prompts(self) -> torch.Tensor:
        """Tokens up to the equals sign, shape (sums, 12)."""
        signs = torch.ones(len(self), 1, dtype=torch.int64)
        parts = (written(self.a, DIGITS), PLUS * signs, written(self.b, DIGITS), EQUALS * signs)
        return torch.cat(parts, dim=1)

    @property
    def answers(self) -> torch.Tensor:
        """Tokens of the true sums, shape (sums, 6)."""
        return written(self.a + self.b, ANSWER)

    def text(self, place: int) -> str:
        """One of the sums as it is read.

        >>> sums = Sums(a=torch.tensor([347]), b=torch.tensor([582]), digits=torch.tensor([3]))
        >>> sums.text(0)
        '00347+00582=000929'
        """
        tokens = [*self.prompts[place].tolist(), *self.answers[place].tolist()]
        return "".join("0123456789+="[token] for token in tokens)


def written(numbers: torch.Tensor, places: int) -> torch.Tensor:
    """Digits of whole numbers, the first one first: (sums,) -> (sums, places).

    >>> written(torch.tensor([929]), 6).tolist()
    [[0, 0, 0, 9, 2, 9]]
    """
    powers = 10 ** torch.arange(places - 1, -1, -1)
    return numbers[:, None] // powers % 10


def read(digits: torch.Tensor) -> torch.Tensor:
    """The numbers that digits stand for: (..., places) -> (...); -1 where a sign stands among them.

    >>> read(torch.tensor([[0, 0, 0, 9, 2, 9], [0, 0, 0, 9, 10, 9]])).tolist()
    [929, -1]
    """
    powers = 10 ** torch.arange(digits.shape[-1] - 1, -1, -1)
    numbers = (digits * powers).sum(-1)
    return torch.where((digits > 9).any(-1), -1, numbers)


def check(sums: Sums, numbers: torch.Tensor) -> torch.Tensor:
    """The checker: which answers are right. Whole numbers (sums, tries) -> bool of that shape.

    >>> three = Sums(a=torch.tensor([2]), b=torch.tensor([3]), digits=torch.tensor([1]))
    >>> check(three, torch.tensor([[5, 6, -1]])).tolist()
    [[True, False, False]]
    """
    return numbers == (sums.a + sums.b)[:, None]


def held_out(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Which pairs of summands are kept from all training: one in ten, by a fixed hash.

    >>> a = torch.arange(1000).repeat_interleave(1000)
    >>> round(float(held_out(a, torch.arange(1000).repeat(1000)).float().mean()), 2)
    0.1
    """
    mixed = a * 1_000_003 + b * 7_777_771
    mixed = (mixed ^ (mixed >> 7)) * 2_654_435_761 % 2**32
    return (mixed >> 13) % HELD_OUT == 0


def draw(count: int, weights: Sequence[float], random: torch.Generator, held: bool = False) -> Sums:
    """Sums of up to 1, 2, 3 ... digits, by their weights.

    Args:
        count: how many.
        weights: one for each length from one digit on, at most five.
        random: where chance comes from.
        held: True draws sums that are held out, False others.
    """
    wanted = checks.whole("count", count)
    every: list[Sums] = []
    while sum(map(len, every)) < wanted:
        # nine in ten are for training, so that one draw is mostly enough
        often = wanted * (HELD_OUT + 2 if held else 2)
        share = torch.tensor(list(weights), dtype=torch.float64)
        digits = torch.multinomial(share, often, replacement=True, generator=random) + 1
        a, b = (
            (torch.rand(often, generator=random, dtype=torch.float64) * 10**digits).long()
            for _ in range(2)
        )
        drawn = Sums(a=a, b=b, digits=digits)
        every.append(drawn[held_out(a, b) == held])
    joined = (torch.cat([getattr(some, name) for some in every]) for name in ("a", "b", "digits"))
    return Sums(**dict(zip(("a", "b", "digits"), joined, strict=True)))[slice(wanted)]


def only(*lengths: int) -> list[float]:
    """Weights for `draw` that give these lengths in equal shares.

    >>> only(2, 3)
    [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    for digits in lengths:
        checks.one_of("lengths", str(digits), [str(d) for d in range(1, DIGITS + 1)])
    return [float(digits in lengths) for digits in range(1, DIGITS + 1)]


def tasks(each: int = 50, lengths: Sequence[int] = rules.LENGTHS, seed: int = 0) -> Sums:
    """Held-out sums to judge models by: `each` of every length, the shortest first.

    >>> tasks(each=2).digits.tolist()
    [2, 2, 3, 3, 4, 4, 5, 5]
    """
    random = torch.Generator().manual_seed(checks.whole("seed", seed, at_least=0))
    parts = [draw(each, only(digits), random, held=True) for digits in lengths]
    names = ("a", "b", "digits")
    return Sums(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


def examples(sums: Sums, answers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and targets of a training step, both (sums, 17); of the targets only the answer's six
    count, the others are left out of the loss.

    >>> inputs, targets = examples(one := tasks(each=1)[slice(1)], one.answers)
    >>> (targets != UNTRAINED).sum().item(), targets[0, -6:].equal(one.answers[0])
    (6, True)
    """
    whole = torch.cat((sums.prompts, answers), dim=1)
    targets = whole[:, 1:].clone()
    targets[:, : PROMPT - 1] = UNTRAINED
    return whole[:, :-1], targets


def batches(seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Training sums without end, each with its true answer."""
    random = torch.Generator().manual_seed(seed)
    while True:
        some = draw(rules.BATCH, rules.MIX, random)
        yield examples(some, some.answers)
