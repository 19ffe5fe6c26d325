"""Lesson 07's panel: a picture or a clip beside a page, in FLOPs, seconds of the card and Wh.

One H100. The page is 500 tokens of Llama 3 8B, written for so many users at the same time; its
seconds are its share of the card. A picture or a clip has the card to itself: what it takes does
not depend on the users. Times and energy are those of `inference.estimate` and `energy.answers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from course_lib.catalog import models
from course_lib.catalog.records.other_models import DiffusionTransformer
from course_lib.estimators import flops, images, inference
from course_lib.estimators.energy import answers
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.ladders import Ladder, Ladders
from course_lib.explorers.look import COLOURS, fmt
from course_lib.explorers.settings import Topic, buttons, menu, slider
from course_lib.units import DAY, HOUR

__all__ = ["TOPIC", "drawn", "find", "written"]

CARD, WRITER, TOKENS = "h100-sxm-80gb", "llama-3-8b", 500
VIDEO = "hunyuanvideo"
MODELS = {
    models.peek(key).name.removesuffix(" UNet"): key
    for key in ("stable-diffusion-v1-5-unet", "sdxl-base-unet", VIDEO)
}
LATENT = 8
"""Pixels along a side of a latent position."""
STEPS = (1, 2, 4, 8, 16, 25, 50, 100)
SIDES = (256, 512, 768, 1024)
FRAMES = (1, 17, 33, 65, 129)
USERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
FEW = 4
"""Steps of a distilled model, in the panel's question."""


LADDERS = Ladders(
    rows=(
        Ladder("work", "FLOP", 11, (1e12, 1e14, 1e16, 1e18)),
        Ladder("time", "s", -3, (0.01, 1, 60, HOUR, DAY)),
        Ladder("energy", "Wh", -4, (1e-3, 0.1, 10, 1e3)),
    ),
    decades=9,
    height_px=260,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Thing:
    """What a page, a picture or a clip costs."""

    flops: float
    seconds: float
    """Of the card; a page's share of them."""
    wh: float

    @property
    def rungs(self) -> tuple[float, float, float]:
        """Its amounts, in the order of the ladders."""
        return self.flops, self.seconds, self.wh


@cache
def written(users: int) -> Thing:
    """A page, written for each of so many users at the same time.

    >>> written(1).flops == written(64).flops, written(1).seconds > 40 * written(64).seconds
    (True, True)
    """
    case: dict[str, Any] = {"device": CARD, "batch": users, "prompt": 1, "output": TOKENS}
    token = answers.token(models[WRITER], **case)
    found = inference.estimate(models[WRITER], **case)
    hours = TOKENS / HOUR  # joules of a token to watt-hours of the page
    work = flops.decode(models[WRITER], batch=1, context=np.arange(float(TOKENS)))
    return Thing(
        flops=float(np.sum(work)),
        seconds=float(found.request_seconds) / users,
        wh=float(token.value) * hours,
    )


@cache
def drawn(model: str, steps: int, guidance: bool, side: int, frames: int) -> Thing:
    """A square picture, or a clip of them; the arguments are those of `find`.

    >>> once, twice = (drawn("sdxl-base-unet", 4, each, 1024, 1) for each in (False, True))
    >>> 1.5 < twice.flops / once.flops < 2  # the decoder runs once
    True
    """
    known = models[model]
    if isinstance(known, DiffusionTransformer):
        size = {"frames": frames, "height": side, "width": side}
        work = float(images.video.clip(known, steps, guidance=guidance, **size).total)
    else:
        work = float(images.picture(known, steps, guidance, side // LATENT).total)
    joules = answers.diffusion(work, device=CARD)
    return Thing(
        flops=work,
        seconds=float(answers.diffusion_seconds(work, device=CARD).value),
        wh=float(joules.value) / HOUR,
    )


def find(*, model: str, steps: int, guidance: bool, side: int, frames: int, users: int) -> Found:
    """A picture or a clip beside a page.

    Args:
        model: what draws, a name of the catalog of models.
        steps: refinement steps.
        guidance: whether each step takes a second pass.
        side: pixels along each side.
        frames: frames of the clip; 1 is a picture.
        users: users whose pages are written at the same time.

    >>> begin = {"model": "sdxl-base-unet", "steps": 50, "guidance": True, "side": 1024}
    >>> find(**begin, frames=1, users=64).amount("energy over the page's") > 10
    True
    """
    name = models[model].name.removesuffix(" UNet")
    if frames > 1 and model != VIDEO:
        return problem(
            f"{name} draws single pictures. Choose {models.peek(VIDEO).name} for {frames} frames."
        )
    page, thing = written(users), drawn(model, steps, guidance, side, frames)
    what = "picture" if frames == 1 else "clip"
    ratios = [mine / other for mine, other in zip(thing.rungs, page.rungs, strict=True)]
    crowd = "a lone reader" if users == 1 else f"each of {users} readers"
    return Found(
        sentence=(
            f"The {what} takes {_against(ratios[0])} FLOPs of the page, "
            f"{_against(ratios[1])} seconds and {_against(ratios[2])} energy, "
            f"with a page for {crowd}."
        ),
        values={
            f"FLOPs, {what}": Amount(thing.flops, "FLOP"),
            "FLOPs, page": Amount(page.flops, "FLOP"),
            f"card time, {what}": Amount(thing.seconds, "s"),
            "card time, page": Amount(page.seconds, "s"),
            f"energy, {what}": Amount(thing.wh, "Wh"),
            "energy, page": Amount(page.wh, "Wh"),
            "energy over the page's": Amount(ratios[2], "x"),
        },
        draw=lambda axes: _draw(axes, thing, page, what),
        ground=LADDERS,
    )


def _against(ratio: float) -> str:
    return f"{fmt(ratio, 'x')} the"


def _draw(axes: Any, thing: Thing, page: Thing, what: str) -> None:
    """Two dots on each ladder: a square for what is drawn, a circle for the page."""
    for row, (mine, other) in enumerate(zip(thing.rungs, page.rungs, strict=True)):
        level = LADDERS.level(row)
        at = [LADDERS.place(row, amount) for amount in (mine, other)]
        axes.plot(at, [level] * 2, color="#BBBBBB", linewidth=3)
        axes.plot(at[:1], [level], "s", color=COLOURS[1], markersize=11)
        axes.plot(at[1:], [level], "o", color=COLOURS[0], markersize=11)
        for place, name, amount, colour in (
            (at[0], what, mine, COLOURS[1]),
            (at[1], "page", other, COLOURS[0]),
        ):
            ends = "left" if place == max(at) else "right"
            text = {"ha": ends, "va": "bottom", "weight": "bold", "color": colour}
            axes.text(place, level + 9, f"{name} {fmt(amount, LADDERS.rows[row].unit)}", **text)


def _flip(**chosen: Any) -> int | None:
    """The fewest users of the slider with whom the page takes less energy than what is drawn."""
    chosen = {key: value for key, value in chosen.items() if key != "users"}
    energy = drawn(**chosen).wh
    return next((n for n in USERS if written(n).wh < energy), None)


def _answer() -> str:
    """From how many users on the order flips, for the usual picture and for a few steps."""
    begin = TOPIC.defaults()
    few = begin | {"model": "sdxl-base-unet", "steps": FEW, "guidance": False, "side": 1024}
    usual, distilled = _flip(**begin), _flip(**few)
    told = [
        f"from {n} users on" if n else "with no crowd of the slider" for n in (usual, distilled)
    ]
    return (
        f"The picture takes more {told[0]}, the one of SDXL in {FEW} steps {told[1]}. A crowd "
        "makes only the page cheaper: the picture takes as much as before."
    )


TOPIC = Topic(
    name="images",
    title="a picture beside a page",
    question=(
        "Alone, the page takes more energy than the picture. From how many users on is it the "
        f"other way round? And with a picture of SDXL at 1 024 pixels in {FEW} steps, without "
        "guidance, as a distilled model draws it?"
    ),
    settings=(
        menu("model", "Drawn by", MODELS, "stable-diffusion-v1-5-unet"),
        slider("steps", "Steps", STEPS, 50),
        buttons("guidance", "Guidance", {"off: one pass": False, "on: two passes": True}, True),
        slider("side", "Side (pixels)", SIDES, 512),
        slider("frames", "Frames", FRAMES, 1),
        slider("users", "Users of the page's card", USERS, 1),
    ),
    find=find,
    answer=_answer,
)
