"""How many parameters an image model has, and how many FLOPs a picture takes.

A picture is made by repeated passes through one network: steps, times two where guidance compares a
pass with the text and one without. Before the first pass a text encoder runs once, after the last
one a decoder turns latents into pixels.

Counting rule: products and convolutions are 2mkn FLOPs; norms, activations, softmax, biases and
additions are left out, as in PyTorch's FlopCounterMode. The rooms behind this one: `unet` (layers
of a U-Net), `dit` (a diffusion transformer), `mmdit` (one that reads picture and text side by
side), `latents` (text encoder and decoder of Stable Diffusion).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.other_models import DiffusionTransformer, UNet
from course_lib.checks import Number
from course_lib.estimators.images import dit, latents, mmdit, unet
from course_lib.estimators.images.unet import ImageParts

ImageModel = UNet | DiffusionTransformer
TOKENS = 77
"""Tokens of a prompt for Stable Diffusion: shorter ones are filled up, longer ones cut."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """FLOPs of one picture."""

    steps: Number
    """Refinement steps."""
    passes: Number
    """Passes through the network: steps, twice that with guidance."""
    refining: Number
    """FLOPs of all passes."""
    text_encoder: Number
    """FLOPs of reading the prompt, for the text and for the empty one of guidance; 0 where unknown
    or absent."""
    decoder: Number
    """FLOPs of turning latents into pixels; 0 where unknown."""
    left_out: tuple[str, ...]
    """Parts that exist and are not counted."""

    @property
    def total(self) -> Number:
        """All that is counted."""
        return self.refining + self.text_encoder + self.decoder


def parameters(model: ImageModel) -> int:
    """Parameters of the network that refines, without text encoder and decoder.

    Raises:
        TypeError: `model` is no U-Net and no diffusion transformer.
        ValueError: its record does not state enough to count.

    >>> from course_lib.catalog import models
    >>> parameters(models["SD 1.5"]), parameters(models["SDXL"]), parameters(models["DiT-XL/2"])
    (859520964, 2567463684, 675129632)
    """
    _check(model)
    if isinstance(model, DiffusionTransformer):
        return mmdit.count(model) if model.kind == "mmdit" else dit.count(model)
    last_norm = 2 * model.model_channels
    counts: list[int] = [layer.parameters for layer in unet.layers(model)]
    return unet.time_parts(model)[0] + last_norm + sum(counts)


def pass_flops(
    model: ImageModel,
    side: Number | None = None,
    tokens: Number | None = None,
    batch: Number = 1,
) -> ImageParts:
    """FLOPs of one pass, part by part.

    Args:
        model: the network.
        side: side of the latent picture, in latent pixels (an eighth of the picture's side for
            Stable Diffusion); the size the model was made for where it is left out. A multiple of
            the coarsest level's downsampling or of the patch.
        tokens: tokens of the text that the picture attends to; left out, as many as the model
            fills prompts up to (77 for Stable Diffusion, 512 for FLUX.1). A DiT has no text.
        batch: pictures in the pass.

    Raises:
        TypeError, ValueError: a size that does not fit, or a record that does not state enough.

    >>> from course_lib.catalog import models
    >>> flops = pass_flops(models["SD 1.5"], side=64, tokens=77)
    >>> round(flops.total / 1e9, 1)  # published: 803.3 GFLOP
    803.3
    """
    _check(model)
    side, batch = _side(model, side), checks.whole("batch", batch)
    tokens = checks.whole("tokens", _usual_tokens(model) if tokens is None else tokens)
    checks.broadcast(side=side, tokens=tokens, batch=batch)
    if isinstance(model, DiffusionTransformer):
        if model.kind == "mmdit":
            return mmdit.flops(model, side, tokens).times(batch)
        return dit.flops(model, side).times(batch)
    # The sum starts here, since `sum` would start with a plain 0.
    start = ImageParts(conditioning=unet.time_parts(model)[1])
    return sum((layer.flops(side, tokens) for layer in unet.layers(model)), start).times(batch)


def picture(
    model: ImageModel,
    steps: Number,
    guidance: bool = True,
    side: Number | None = None,
    tokens: Number | None = None,
) -> Picture:
    """FLOPs of one picture: steps x passes a step x one pass, and what runs once.

    `guidance` runs each step twice, with the text and without (classifier-free guidance, arXiv
    2207.12598); its two passes are counted in full. Text encoder and decoder are counted for Stable
    Diffusion 1.5, the decoder for SDXL, which has the same one; of other models `left_out` names
    them.

    >>> from course_lib.catalog import models
    >>> bill = picture(models["SD 1.5"], steps=50)
    >>> bill.passes, round(bill.refining / 1e12, 1), bill.left_out
    (100, 80.3, ())
    """
    steps = checks.whole("steps", steps)
    one_pass = pass_flops(model, side, tokens).total
    checks.broadcast(steps=steps, one_pass=one_pass)
    # True counts as 1, here and below: guidance reads and refines twice.
    passes = steps * (1 + checks.flag("guidance", guidance))
    known = latents.KNOWN.get(model.name, ())
    readings, read = 1 + guidance, _usual_tokens(model) if tokens is None else tokens
    return Picture(
        steps=steps,
        passes=passes,
        refining=passes * one_pass,
        text_encoder=readings * latents.text_encoder(read) if "text encoder" in known else 0,
        decoder=latents.decoder(_side(model, side)).total if "decoder" in known else 0,
        left_out=tuple(part for part in latents.beside(model) if part not in known),
    )


def _check(model: ImageModel) -> None:
    if not isinstance(model, UNet | DiffusionTransformer):
        raise TypeError(
            f"model must be a UNet or a DiffusionTransformer, got {type(model).__name__}"
        )


def _usual_tokens(model: ImageModel) -> int:
    """Tokens that the model fills prompts up to."""
    return mmdit.TOKENS if model.kind == "mmdit" else TOKENS


def _side(model: ImageModel, side: Number | None) -> Number:
    """The latent side, checked against what the network can halve or cut into patches."""
    if isinstance(model, DiffusionTransformer):
        room = mmdit if model.kind == "mmdit" else dit
        step = room.sizes(model)["patch_size"]
    else:
        # Each level but the last halves the side once.
        step = 2 ** (len(model.channel_multipliers) - 1)
    if side is None and model.latent_size is None:
        raise ValueError(f"side must be given: the record of {model.name} states no latent_size")
    side = checks.whole("side", model.latent_size if side is None else side)
    if np.any(side % step):
        raise ValueError(f"side must be a multiple of {step} for {model.name}, got {side}")
    return side
