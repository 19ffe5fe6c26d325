"""FLOPs of a clip: a picture whose tokens multiply.

A video model cuts the whole clip into tokens, and every token meets every other one, across space
and time. Its autoencoder keeps the first frame and then one for `FRAMES` frames; a token stands
for 16 x 16 pixels of a kept frame. Everything else is a diffusion transformer.

Two kinds of network are counted, by what the catalog states of them: MMDiT (HunyuanVideo), where
picture and text are one stream in attention, and DiT with attention to the text apart (Wan 2.1).
The shape of a token is read in arXiv 2502.04507 (117 frames of 1280 x 768 pixels are 30 x 48 x 80
tokens of HunyuanVideo) and in Wan's published configuration (vae_stride 4, 8, 8 and patches of
1, 2, 2). The tokens of the text are recalled: 256 and 512.
Counting rule: products are 2mkn FLOPs; norms, activations, biases, modulation, the maps into and
out of the network, text encoder and decoder are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.other_models import DiffusionTransformer
from course_lib.checks import Number
from course_lib.estimators.images.unet import ImageParts

SIDE, FRAMES = 16, 4
"""Pixels along each side of a token, and frames that it stands for."""
TEXT = {"HunyuanVideo": 256, "Wan2.1-T2V-1.3B": 512, "Wan2.1-T2V-14B": 512}
"""Models that can be counted, with the tokens of their text."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """FLOPs of one clip."""

    tokens: Number
    """Tokens of the clip in each pass, text left out."""
    passes: Number
    """Passes through the network: steps, twice that with guidance."""
    one_pass: ImageParts
    """FLOPs of a pass, part by part."""

    @property
    def total(self) -> Number:
        """FLOPs of all passes."""
        return self.passes * self.one_pass.total


def kept_frames(frames: Number) -> Number:
    """Frames that are left for the network: the first, and one for each further `FRAMES`.

    >>> kept_frames(1), kept_frames(117)
    (1, 30)
    """
    frames = checks.whole("frames", frames)
    if np.any((frames - 1) % FRAMES):
        raise ValueError(f"frames must be one more than a multiple of {FRAMES}, got {frames}")
    return 1 + (frames - 1) // FRAMES


def tokens(frames: Number, height: Number, width: Number) -> Number:
    """Tokens of a clip.

    Args:
        frames: one more than a multiple of 4; 1 is a single picture.
        height: pixels, a multiple of 16.
        width: likewise.

    Raises:
        ValueError: a size that cannot be cut evenly.

    >>> tokens(117, 768, 1280)  # 30 x 48 x 80
    115200
    """
    sides = {"height": checks.whole("height", height), "width": checks.whole("width", width)}
    for name, side in sides.items():
        if np.any(side % SIDE):
            raise ValueError(f"{name} must be a multiple of {SIDE} pixels, got {side}")
    kept = kept_frames(frames)
    checks.broadcast(frames=kept, **sides)
    return kept * (sides["height"] // SIDE) * (sides["width"] // SIDE)


def pass_flops(model: DiffusionTransformer, clip_tokens: Number) -> ImageParts:
    """FLOPs of one pass over a clip of so many tokens, by part.

    Raises:
        ValueError: a model that is not in `TEXT`.

    >>> from course_lib.catalog import models
    >>> parts = pass_flops(models["HunyuanVideo"], 115_200)
    >>> round(parts.self_attention / parts.total, 2)
    0.86
    """
    if model.name not in TEXT:
        raise ValueError(f"{model.name} cannot be counted: only {', '.join(TEXT)} can")
    seen, text, d = checks.whole("clip_tokens", clip_tokens), TEXT[model.name], model.d_model
    together = seen + text if model.kind == "mmdit" else seen
    parts = {
        # query, key, value and output are four matrices, scores and sums two products
        "projections": model.layers * 8 * together * d * d,
        "self_attention": model.layers * 4 * together * together * d,
        "mlp": model.layers * 4 * together * d * model.d_ff,
    }
    if model.cross_attention:
        # query and output for the clip, key and value for the text; each token meets all the text
        own, across = 4 * (seen + text) * d * d, 4 * seen * text * d
        parts["cross_attention"] = model.layers * (own + across)
    return ImageParts(**parts)


def clip(
    model: DiffusionTransformer,
    steps: Number,
    *,
    frames: Number,
    height: Number,
    width: Number,
    guidance: bool = False,
) -> Clip:
    """FLOPs of one clip: steps x passes a step x one pass.

    Args:
        model: one of `TEXT`.
        steps: refinement steps.
        frames: frames of the clip; 1 is a single picture.
        height: pixels.
        width: pixels.
        guidance: whether each step takes a second pass (Wan 2.1). HunyuanVideo was distilled to
            take the strength of guidance as an input, so one pass does.

    >>> from course_lib.catalog import models
    >>> size = {"frames": 117, "height": 768, "width": 1280}
    >>> found = clip(models["HunyuanVideo"], 50, **size)
    >>> round(found.total / 1e15)  # published: 574.16 PFLOP
    570
    """
    seen = tokens(frames, height, width)
    passes = checks.whole("steps", steps) * (1 + checks.flag("guidance", guidance))
    checks.broadcast(passes=passes, tokens=seen)
    return Clip(tokens=seen, passes=passes, one_pass=pass_flops(model, seen))
