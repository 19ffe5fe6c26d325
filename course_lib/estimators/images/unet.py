"""The layers of a U-Net, one after the other: what each holds and what each computes.

The walk follows the code of Stable Diffusion (CompVis/stable-diffusion, ldm/modules:
diffusionmodules/openaimodel.py and attention.py): a first convolution; on the way down residual
blocks and attention at each level and a convolution of stride 2 between levels; a middle of block,
attention, block; on the way up one block more a level, each reading what the way down kept; a last
convolution.

Design choices:
- A layer knows its parameters and its FLOPs; sums over the walk give the model. No count stands in
  a table.
- `side` is the picture's side where a layer's output lies, so every FLOP count is a polynomial in
  it.
- Products and convolutions are 2mkn FLOPs; norms, activations, softmax, biases and additions are
  left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from course_lib.catalog.records.other_models import UNet
from course_lib.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageParts:
    """FLOPs of one pass by the part of the model that spends them. The parts add up to `total`."""

    convolution: Number = 0
    """Convolutions, those that halve and double the picture included; patches in and out of a
    transformer."""
    projections: Number = 0
    """Query, key, value and output of self-attention, and the maps into and out of a
    transformer."""
    self_attention: Number = 0
    """Scores and weighted sums between the picture's own positions: the part that grows with their
    square."""
    cross_attention: Number = 0
    """All of the attention to the text: its four matrices, scores and weighted sums."""
    mlp: Number = 0
    """MLPs of the transformer blocks."""
    conditioning: Number = 0
    """What the time step (and a label) costs: computed once a pass, whatever the picture's size."""

    @property
    def total(self) -> Number:
        """All parts together."""
        return sum(self.by_name().values())

    def by_name(self) -> dict[str, Number]:
        """The parts as a dictionary, in the order of the fields.

        >>> ImageParts(mlp=3).by_name()["mlp"]
        3
        """
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __add__(self, other: ImageParts) -> ImageParts:
        mine, theirs = self.by_name(), other.by_name()
        return ImageParts(**{name: mine[name] + theirs[name] for name in mine})

    def times(self, factor: Number) -> ImageParts:
        """Every part `factor` times."""
        return ImageParts(**{name: factor * flops for name, flops in self.by_name().items()})


@dataclass(frozen=True, kw_only=True, eq=False)
class Convolution:
    """A convolution with bias; `downsampling` is that of its output."""

    inputs: int
    """Channels in."""
    outputs: int
    """Channels out."""
    downsampling: float
    """Side of the model's input over side of this layer's output."""
    kernel: int = 3
    """Side of the kernel."""

    @property
    def parameters(self) -> int:
        """Kernel and bias."""
        return self.kernel**2 * self.inputs * self.outputs + self.outputs

    def flops(self, side: Number, tokens: Number = 0) -> ImageParts:
        """At every position of the output each kernel is multiplied with what lies under it."""
        positions = _positions(side, self.downsampling)
        return ImageParts(convolution=2 * positions * self.kernel**2 * self.inputs * self.outputs)


@dataclass(frozen=True, kw_only=True, eq=False)
class Residual:
    """Norm, convolution, norm, convolution, added to the input; in between, the time step."""

    inputs: int
    """Channels in."""
    outputs: int
    """Channels out."""
    downsampling: float
    """Side of the model's input over side of this layer."""
    time_channels: int = 0
    """Width of the time vector; 0 where there is none, as in a decoder of latents."""

    @property
    def parts(self) -> list[Convolution]:
        """Its convolutions: two, and a third of kernel 1 around them where the channels change."""
        sizes = [(self.inputs, self.outputs, 3), (self.outputs, self.outputs, 3)]
        # A list times True or False: once, or not at all.
        sizes += [(self.inputs, self.outputs, 1)] * (self.inputs != self.outputs)
        return [
            Convolution(inputs=i, outputs=o, kernel=k, downsampling=self.downsampling)
            for i, o, k in sizes
        ]

    @property
    def parameters(self) -> int:
        """Convolutions, two norms with scale and shift, and the map of the time vector."""
        time = (self.time_channels + 1) * self.outputs if self.time_channels else 0
        return (
            sum(part.parameters for part in self.parts) + 2 * self.inputs + 2 * self.outputs + time
        )

    def flops(self, side: Number, tokens: Number = 0) -> ImageParts:
        """Its convolutions and the map of the time vector."""
        time = ImageParts(conditioning=2 * self.time_channels * self.outputs)
        return sum((part.flops(side) for part in self.parts), time)


@dataclass(frozen=True, kw_only=True, eq=False)
class Transformer2d:
    """Blocks over a picture's positions: self-attention, attention to the text, a GEGLU MLP."""

    channels: int
    """Width of a position's vector."""
    blocks: int
    """Transformer blocks."""
    context_dim: int
    """Width of a text token."""
    downsampling: float
    """Side of the model's input over side of this layer."""

    @property
    def parameters(self) -> int:
        """Maps in and out with a norm, and the blocks'.

        A block has eight attention matrices, an MLP four times as wide, three norms.
        """
        c, text = self.channels, self.context_dim
        self_attention, cross_attention = 4 * c * c + c, 2 * c * c + 2 * c * text + c
        # GEGLU: the first matrix makes the inner width of 4 c twice, value and gate.
        mlp = (c + 1) * 8 * c + (4 * c + 1) * c
        return (
            2 * (c + 1) * c + 2 * c + self.blocks * (self_attention + cross_attention + mlp + 6 * c)
        )

    def flops(self, side: Number, tokens: Number = 0) -> ImageParts:
        """The work of all blocks on one picture and a text of `tokens`."""
        c, positions = self.channels, _positions(side, self.downsampling)
        text = (
            4 * positions * c * c + 4 * tokens * self.context_dim * c + 4 * positions * tokens * c
        )
        return ImageParts(
            # One map in, one out, and four matrices a block.
            projections=2 * positions * c * c * (2 + 4 * self.blocks),
            self_attention=self.blocks * 4 * positions * positions * c,
            cross_attention=self.blocks * text,
            # 8 c x c in, as value and gate, and 4 c x c out.
            mlp=self.blocks * 2 * positions * 12 * c * c,
        )


Layer = Convolution | Residual | Transformer2d


def layers(model: UNet) -> Iterator[Layer]:
    """The convolutions, residual blocks and transformers of a U-Net, in the order of a pass.

    >>> from course_lib.catalog import models
    >>> built = layers(models["SD 1.5"])
    >>> sum(isinstance(layer, Transformer2d) for layer in built)  # 6 down, 1 in the middle, 9 up
    16
    """
    channels = [model.model_channels * multiplier for multiplier in model.channel_multipliers]
    skips = [channels[0]]  # what the way up will read, as channels
    yield Convolution(inputs=model.latent_channels, outputs=channels[0], downsampling=1)
    now = channels[0]
    for level, wide in enumerate(channels):
        for _ in range(model.res_blocks):
            yield from _block(model, now, wide, level)
            now = wide
            skips.append(now)
        if level < len(channels) - 1:
            yield Convolution(inputs=now, outputs=now, downsampling=2 ** (level + 1))
            skips.append(now)
    yield from _middle(model, now)
    # The list is needed because an enumeration cannot be reversed.
    for level, wide in reversed(list(enumerate(channels))):
        for _ in range(model.res_blocks + 1):
            # What the way down kept last is read first; its channels stand beside the own ones.
            yield from _block(model, now + skips.pop(), wide, level)
            now = wide
        if level:
            yield Convolution(inputs=now, outputs=now, downsampling=2 ** (level - 1))
    yield Convolution(inputs=now, outputs=model.latent_channels, downsampling=1)


def time_parts(model: UNet) -> tuple[int, int]:
    """Parameters and FLOPs of the time step's two maps, and of the pooled text's, if any.

    >>> from course_lib.catalog import models
    >>> time_parts(models["SD 1.5"])  # 320 to 1280 to 1280, with biases
    (2050560, 4096000)
    """
    wide = 4 * model.model_channels
    inputs = [model.model_channels] + ([model.vector_dim] if model.vector_dim else [])
    entries = sum(width * wide + wide * wide for width in inputs)
    return entries + 2 * wide * len(inputs), 2 * entries


def _block(model: UNet, inputs: int, outputs: int, level: int) -> Iterator[Layer]:
    """A residual block and, on the levels that have it, attention."""
    scale = 2**level
    yield Residual(
        inputs=inputs, outputs=outputs, downsampling=scale, time_channels=4 * model.model_channels
    )
    if scale in model.attention_downsampling:
        yield _attention(model, outputs, level, model.transformer_depth[level])


def _middle(model: UNet, channels: int) -> Iterator[Layer]:
    """Block, attention, block at the coarsest level; the attention is as deep as that level's
    setting."""
    level = len(model.channel_multipliers) - 1
    block = Residual(
        inputs=channels,
        outputs=channels,
        downsampling=2**level,
        time_channels=4 * model.model_channels,
    )
    yield block
    yield _attention(model, channels, level, model.transformer_depth[-1])
    yield block


def _attention(model: UNet, channels: int, level: int, blocks: int) -> Transformer2d:
    return Transformer2d(
        channels=channels, blocks=blocks, context_dim=model.context_dim, downsampling=2**level
    )


def _positions(side: Number, downsampling: float) -> Number:
    """Positions of a square layer; whole, so that scalars stay exact."""
    edge = side // downsampling if downsampling >= 1 else side * round(1 / downsampling)
    # Floor division by a float downsampling gives a float, though a whole one.
    return edge * edge if not isinstance(edge, float) else int(edge) ** 2
