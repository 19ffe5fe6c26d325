"""Lesson 07: what a picture is made of, how it grows, and who shares what."""

from __future__ import annotations

from typing import Any

from course_lib.classroom.questions.family import Family, fact, model, pick
from course_lib.estimators import images

PICTURES = model("stable-diffusion-v1-5-unet", "sdxl-base-unet", "dit-xl-2")

flops_of_a_picture = Family(
    id="07-flops-of-a-picture",
    text="{model} draws a picture in {steps} steps, each with guidance. One pass of its network "
    "takes {one_pass}, the decoder {decoder}; the rest is too small to count. How much work is the "
    "picture?",
    given={
        "model": PICTURES,
        "steps": pick(4, 8, 10, 20, 25, 30, 50),
        "one_pass": fact(lambda q: images.pass_flops(q.model).total, "FLOP"),
        "decoder": fact(lambda q: images.picture(q.model, 1).decoder, "FLOP"),
    },
    unit="FLOP",
    answer=lambda q: (
        images.picture(q.model, q.steps).refining + images.picture(q.model, q.steps).decoder
    ),
    wrong={
        "guidance-is-free": lambda q: q.steps * q.one_pass + q.decoder,
        "decoder-every-step": lambda q: q.steps * (2 * q.one_pass + q.decoder),
        "once-parts-forgotten": lambda q: 2 * q.steps * q.one_pass,
    },
    why="Two passes a step, with the text and without it, and the decoder once at the end.",
)

multiply_adds = Family(
    id="07-multiply-adds",
    text="A paper states {macs} multiply-adds for one pass of a network. A picture takes {steps} "
    "steps with guidance; text encoder and decoder add {once} once. How many FLOPs are that?",
    given={
        "macs": pick(3e11, 4e11, 6e11, 1.5e12, 3e12),
        "steps": pick(10, 20, 30, 50),
        "once": pick(5e11, 1e12, 2.5e12, unit="FLOP"),
    },
    unit="FLOP",
    answer=lambda q: 2 * q.steps * 2 * q.macs + q.once,
    wrong={
        "multiply-adds-for-flops": lambda q: 2 * q.steps * q.macs + q.once,
        "guidance-is-free": lambda q: q.steps * 2 * q.macs + q.once,
        "decoder-every-step": lambda q: q.steps * (2 * 2 * q.macs + q.once),
    },
    apart=1.05,
    why="A multiply-add is two FLOPs, and guidance makes two passes of each step.",
)

larger_side = Family(
    id="07-larger-side",
    text="Of a pass over a picture, {scores} goes into scores between positions, {fixed} into what "
    "does not depend on the size, and the rest into layers that treat each position alone. The "
    "side becomes {times} times as long. How many times as much does a pass take?",
    given={
        "scores": pick(0.05, 0.1, 0.15, 0.2, 0.3, unit="%"),
        "fixed": pick(0.05, 0.1, 0.2, unit="%"),
        "times": pick(1.5, 2, 3, 4),
    },
    unit="x",
    answer=lambda q: q.fixed + (1 - q.fixed - q.scores) * q.times**2 + q.scores * q.times**4,
    wrong={
        "cost-follows-the-side": lambda q: q.times,
        "all-parts-grow-fourfold": lambda q: q.times**2,
        "all-parts-grow-sixteenfold": lambda q: q.times**4,
        "fixed-part-grows": lambda q: (1 - q.scores) * q.times**2 + q.scores * q.times**4,
    },
    why="Positions grow with the square of the side, pairs of positions with its fourth power, and "
    "the fixed part stays.",
)

clip = Family(
    id="07-clip",
    text="A network that draws pictures is made to draw clips. On one picture {scores} of a pass "
    "goes into scores between positions, the rest into layers that treat each position alone. A "
    "clip has {frames} times as many positions. How many times as much does a pass take?",
    given={
        "scores": pick(0.03, 0.05, 0.1, 0.15, 0.2, unit="%"),
        "frames": pick(8, 13, 16, 21, 33),
    },
    unit="x",
    answer=lambda q: (1 - q.scores) * q.frames + q.scores * q.frames**2,
    wrong={
        "frames-are-more-pictures": lambda q: q.frames,
        "all-of-a-clip-squares": lambda q: q.frames**2,
    },
    why="Layers that treat each position alone grow with the frames, scores with their square: "
    "positions of different frames meet, too.",
)

energy_of_a_page = Family(
    id="07-energy-of-a-page",
    text="A card writes for {readers} readers at once. Each step reads the weights in {read} ms "
    "for all of them and takes {own} ms more for each reader. The card draws {watts}. How much "
    "energy does a page of {tokens} take for one reader?",
    given={
        "readers": pick(8, 16, 32, 64),
        "read": pick(4, 5, 8, 12),
        "own": pick(0.1, 0.2, 0.3),
        "watts": pick(300.0, 400.0, 500.0, unit="W"),
        "tokens": pick(400, 500, 600, unit="tokens"),
    },
    unit="J",
    answer=lambda q: q.watts * q.tokens * _reader_seconds(q),
    wrong={
        "work-is-time-in-a-batch": lambda q: q.watts * q.tokens * (q.read + q.own) / 1000,
        "each-reader-free": lambda q: q.watts * q.tokens * (q.read + q.own) / q.readers / 1000,
        "watt-is-energy": lambda q: q.watts,
    },
    why="A reader's part of a step is a share of the reading and all of the own time; times tokens "
    "and watts.",
)

enough_steps = Family(
    id="07-enough-steps",
    text="Mean distance to the true pictures, over many seeds: {table}. Differences of less than "
    "{tolerance} do not count. How many steps are enough?",
    given={
        "table": pick(
            "5 steps 0.61, 10 steps 0.34, 20 steps 0.235, 50 steps 0.22, 100 steps 0.224",
            "4 steps 0.48, 8 steps 0.30, 16 steps 0.215, 32 steps 0.205, 64 steps 0.21",
            "2 steps 0.90, 5 steps 0.52, 10 steps 0.415, 25 steps 0.405, 60 steps 0.412",
            "10 steps 0.44, 15 steps 0.31, 25 steps 0.266, 40 steps 0.25, 80 steps 0.258",
            "6 steps 0.71, 12 steps 0.46, 24 steps 0.352, 48 steps 0.336, 96 steps 0.339",
        ),
        "tolerance": pick(0.02, 0.025, 0.03),
    },
    unit="steps",
    whole=True,
    answer=lambda q: min(
        steps for steps, mean in _rows(q) if mean <= min(m for _, m in _rows(q)) + q.tolerance
    ),
    wrong={
        "more-steps-are-better": lambda q: _rows(q)[-1][0],
        "tolerance-unused": lambda q: min(_rows(q), key=lambda row: row[1])[0],
        "cost-without-quality": lambda q: _rows(q)[0][0],
    },
    why="The fewest steps whose mean is within the tolerance of the best mean.",
)


def _reader_seconds(q: Any) -> float:
    """One reader's part of a step: a share of the reading, and the reader's own time."""
    return float(q.read / q.readers + q.own) / 1000


def _rows(q: Any) -> list[tuple[int, float]]:
    """The table of `enough_steps` as numbers: steps and mean."""
    parts = (row.split() for row in q.table.split(", "))
    return [(int(steps), float(mean)) for steps, _, mean in parts]


FAMILIES = (
    flops_of_a_picture,
    multiply_adds,
    larger_side,
    clip,
    energy_of_a_page,
    enough_steps,
)
