"""Lesson 04's panel: a matrix product climbs the roof of a card as its batch grows, beside that of
another card.

The product is the one of Llama 3 8B's MLP that widens: a batch of tokens, each a row, meets its
matrix. Activations keep 16 bits; the weights have what the control says, and are multiplied in the
format in which the card can (`inference.passes.ARITHMETIC`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course_lib.catalog import devices, models
from course_lib.checks import Number
from course_lib.estimators import hardware
from course_lib.estimators.inference.passes import ARITHMETIC
from course_lib.estimators.precision.formats import FORMAT_BITS
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, fmt, short
from course_lib.explorers.plot import SMALL, Frame, Scale, label
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "work"]

MODEL = "llama-3-8b"
FIRST, SECOND = "h100-sxm-80gb", "a100-sxm-80gb"
CARDS = {
    devices.peek(key).name: key
    for key in (SECOND, FIRST, "b200-sxm", "mi300x", "rtx-4090", "t4", "xeon-platinum-8480")
}
FORMATS = {"16 bits": "bf16", "8 bits": "fp8", "4 bits": "int4"}
BATCHES = (1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 320, 384, 512, 768, 1024, 2048, 4096)
INTENSITY = Scale(low=0.1, high=60_000, name="intensity (FLOP/byte)", log=True)
RATE = Scale(low=1e11, high=1e16, name="best rate (FLOP/s)", unit="FLOP/s", log=True)
GROUND = Frame(x=INTENSITY, y=RATE, height_px=320)
AIM = 3
"""How many times as fast the question wants the newer card."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Roof:
    """A card's roof, and where the product stands below it."""

    name: str
    """The card."""
    peak_flops: float
    """FLOP/s of its arithmetic in the weights' format."""
    bandwidth: float
    """Bytes/s of its memory."""
    intensity: float
    """FLOP/byte of the product."""

    @property
    def ridge(self) -> float:
        """FLOP/byte at which its memory and its arithmetic take equally long."""
        return float(hardware.ridge(self.peak_flops, self.bandwidth))

    @property
    def rate(self) -> float:
        """The product's best rate, in FLOP/s."""
        return float(hardware.attainable(self.intensity, self.peak_flops, self.bandwidth))

    @property
    def waits_for(self) -> str:
        """What sets its time."""
        return "memory" if self.intensity < self.ridge else "arithmetic"


def work(batch: Number, format: str = "bf16") -> hardware.Work:
    """What the product of a batch asks of a card.

    Args:
        batch: tokens at once, a whole number.
        format: of the weights, one of `ARITHMETIC`.

    >>> work(1).moved_bytes - work(1, "int4").moved_bytes == 1.5 * 4096 * 14336
    True
    """
    model = models[MODEL]
    wide = hardware.product(batch, model.d_model, model.d_ff)
    saved = model.d_model * model.d_ff * (2 - FORMAT_BITS[format] / 8)
    return hardware.Work(flops=wide.flops, moved_bytes=wide.moved_bytes - saved)


def find(*, card: str, other: str, batch: int, format: str) -> Found:
    """Where the product stands on two cards.

    Args:
        card: a name of the catalog of devices.
        other: the card to hold it against.
        batch: tokens at once.
        format: of the weights.

    >>> found = find(card="H100", other="A100 80GB", batch=1, format="bf16")
    >>> found.numbers["waits for"], 1.6 < found.amount("times as fast") < 1.7
    ('memory', True)
    """
    asked = work(batch, format)
    first, second = (_roof(name, float(asked.intensity), format) for name in (card, other))
    gain = first.rate / second.rate
    return Found(
        sentence=(
            f"Batch {fmt(batch, exact=True)}: {first.name} waits for {first.waits_for}, at "
            f"{fmt(first.rate / first.peak_flops, '%')} of its peak; {fmt(gain, 'x')} as fast as "
            f"{second.name}."
        ),
        values={
            "intensity (FLOP/byte)": Amount(asked.intensity),
            "best rate": Amount(first.rate, "FLOP/s"),
            "share of the peak": Amount(first.rate / first.peak_flops, "%"),
            "waits for": first.waits_for,
            "time of the product": Amount(asked.flops / first.rate, "s"),
            "ridge (FLOP/byte)": Amount(first.ridge),
            "times the peak of the other": Amount(first.peak_flops / second.peak_flops, "x"),
            "times as fast": Amount(gain, "x"),
        },
        draw=lambda axes: _draw(axes, first, second),
        ground=GROUND,
    )


def _roof(name: str, intensity: float, format: str) -> Roof:
    device = devices[name]
    return Roof(
        name=device.name,
        peak_flops=hardware.peak(device, ARITHMETIC[format]),
        bandwidth=hardware.bandwidth(device),
        intensity=intensity,
    )


def _draw(axes: Any, first: Roof, second: Roof) -> None:
    for roof, colour, dash, marker in (
        (second, COLOURS[1], "--", "s"),
        (first, COLOURS[0], "-", "o"),
    ):
        foot, top = INTENSITY.low * roof.bandwidth, roof.peak_flops
        ends = [INTENSITY.low, roof.ridge, INTENSITY.high]
        axes.plot(ends, [foot, top, top], color=colour, linestyle=dash, zorder=2)
        axes.plot([roof.intensity], [roof.rate], color=colour, marker=marker, markersize=10)
        axes.text(INTENSITY.high, top * 1.15, roof.name, color=colour, ha="right", fontsize=SMALL)
    level = [RATE.low, first.peak_flops]
    axes.plot([first.ridge] * 2, level, color=GREY, linestyle=":", linewidth=1.4)
    label(axes, first.ridge, RATE.low * 2.2, f"ridge at {short(round(first.ridge))}", "right")
    label(axes, first.intensity, first.rate, fmt(first.rate, "FLOP/s"), "above left")


def _answer() -> str:
    """The smallest batch of the slider that reaches the aim."""
    cards = {"card": FIRST, "other": SECOND, "format": "bf16"}
    found = {batch: find(batch=batch, **cards) for batch in BATCHES}
    first = next(b for b in BATCHES if found[b].amount("times as fast") >= AIM)
    return (
        f"Of those on the slider, from a batch of {fmt(first)} on. At a batch of 1 the card is "
        f"only {fmt(found[1].amount('times as fast'), 'x')} as fast: below the ridge the "
        "bandwidths decide, and only above it the peaks."
    )


def _question() -> str:
    peaks = [hardware.peak(devices.peek(key)) for key in (FIRST, SECOND)]
    names = [devices.peek(key).name for key in (FIRST, SECOND)]
    return (
        f"{names[0]} has {fmt(peaks[0] / peaks[1], 'x')} the FLOP/s of {names[1]}. From which "
        f"batch on is it at least {AIM} times as fast?"
    )


TOPIC = Topic(
    name="hardware",
    title="climb the roof",
    question=_question(),
    settings=(
        menu("card", "Card", CARDS, FIRST),
        menu("other", "Held against", CARDS, SECOND),
        slider("batch", "Batch (tokens at once)", BATCHES, 1),
        buttons("format", "A weight has", FORMATS, "bf16"),
    ),
    find=find,
    answer=_answer,
)
