"""The tiny diffusion model: what it computes, that it learns, that more steps help, and how it is
judged."""

from typing import Any

import pytest
import torch

from course_lib.demos import images
from course_lib.demos.images import glyphs
from course_lib.demos.measure import count_flops


class Knows(images.Refiner):
    """Always guesses the third glyph of the word, whatever the noise."""

    def forward(self, x_BSS: torch.Tensor, t_B: torch.Tensor, word_B: torch.Tensor) -> torch.Tensor:
        words = torch.cat([images.true_pictures(), torch.zeros(1, 8, glyphs.SIDE, glyphs.SIDE)])
        return words[word_B, 2]


@pytest.fixture(scope="module")
def trained() -> images.Refiner:
    """A model trained a little, once for this file."""
    refiner = images.Refiner()
    losses = images.train(refiner, steps=250)
    assert sum(losses[-20:]) < sum(losses[:20]) / 3
    return refiner


@pytest.mark.parametrize("guidance", [1.0, 1.5])
@pytest.mark.parametrize("steps", [1, 7])
def test_the_cost_is_steps_times_passes_times_a_pass(steps: int, guidance: float) -> None:
    refiner, number = images.Refiner(), 3
    matrices = [
        weight
        for weight in refiner.parameters()
        if weight.ndim == 2 and weight is not refiner.word.weight
    ]
    one_pass = 2 * number * sum(weight.numel() for weight in matrices)
    passes = steps * (1 if guidance == 1 else 2)
    counted = count_flops(lambda: images.sample(refiner, "digit", steps, number, guidance))
    assert counted == passes * one_pass


def test_one_step_is_far_and_more_steps_are_nearer(trained: images.Refiner) -> None:
    found = images.judge(trained, [1, 16], seeds=range(2))
    assert min(found[1]) > 1.5 * max(found[16])


def test_training_and_drawing_repeat() -> None:
    losses = [images.train(images.Refiner(), steps=3) for _ in range(2)]
    assert losses[0] == losses[1]
    first, again = (images.sample(images.Refiner(), "letter", 2, 4, seed=5) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, images.sample(images.Refiner(), "letter", 2, 4, seed=6))


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_last_step_lands_on_the_guess(steps: int) -> None:
    drawn = images.sample(Knows(), "letter", steps, 2, guidance=1.0)
    torch.testing.assert_close(drawn, images.true_pictures()[1, 2].expand(2, -1, -1))
    assert images.distances(drawn, "letter").max() < 1e-6
    assert images.variety(drawn, "letter") == 1


def test_guidance_goes_along_the_line_from_the_guess_without_the_word() -> None:
    raw = images.trail(Knows(), "digit", 1, 1, guidance=2.0)[-1]
    torch.testing.assert_close(raw[0], 2 * images.true_pictures()[0, 2])


def test_a_trail_starts_with_noise_and_has_every_step() -> None:
    kept = images.trail(Knows(), "digit", 4, pictures=50)
    assert len(kept) == 5
    assert kept[0].std() == pytest.approx(1, abs=0.05)


def test_distance_is_that_of_ink_to_paper() -> None:
    assert images.distances(-images.true_pictures()[0], "digit").min() > 0.5
    half_way = images.true_pictures()[0, :1] * 0.9
    expected = half_way.square().mean().sqrt() / 0.9 * 0.1 / 2
    assert images.distances(half_way, "digit").item() == pytest.approx(expected.item(), rel=1e-4)


def test_the_smallest_adequate_count() -> None:
    found = {1: [0.9], 4: [0.2, 0.4], 16: [0.1, 0.3], 200: [0.2, 0.25]}
    assert [images.adequate(found, tolerance) for tolerance in (0.0, 0.11, 1.0)] == [16, 4, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: images.sample(images.Refiner(), "colour", 1), "word"),
        (lambda: images.sample(images.Refiner(), "digit", 0), "steps must be at least 1"),
        (lambda: images.train(images.Refiner(), steps=0), "steps must be at least 1"),
        (lambda: images.distances(images.true_pictures()[0], "colour"), "word"),
    ],
)
def test_what_does_not_fit_is_named(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
