"""What runs once a picture: the text encoder that reads the prompt, the decoder that turns latents
into pixels.

Stable Diffusion 1.5's are counted from their architecture: CLIP ViT-L/14's text half (arXiv
2103.00020, table 19: 12 layers, width 768, 12 heads) and the decoder of the KL-f8 autoencoder
(CompVis/stable-diffusion, ldm/modules/diffusionmodules/model.py: channels 128 x 1, 2, 4, 4, two
residual blocks a level, three on the way up). Both architectures are recalled; their parameters,
123 060 480 and 83 653 863, agree with the catalog's rounded ones, and a test holds them against it.
"""

from __future__ import annotations

from collections.abc import Iterator

from course_lib.catalog.records.other_models import DiffusionTransformer, UNet
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops
from course_lib.estimators.images.unet import Convolution, ImageParts, Residual

KNOWN = {
    "Stable-Diffusion-v1.5 UNet": ("text encoder", "decoder"),
    "SDXL-base UNet": ("decoder",),  # retrained, but built the same
    "DiT-XL/2": ("decoder",),  # Stable Diffusion's own
}
"""Parts beside the network that can be counted, by the model's name."""
CHANNELS, MULTIPLIERS, LATENT_CHANNELS = 128, (1, 2, 4, 4), 4


def beside(model: UNet | DiffusionTransformer) -> tuple[str, ...]:
    """The parts that work beside a model: a label needs no text encoder.

    >>> from course_lib.catalog import models
    >>> beside(models["DiT-XL/2"])
    ('decoder',)
    """
    reads_text = isinstance(model, UNet) or not model.classes
    return ("text encoder", "decoder") if reads_text else ("decoder",)


def text_encoder(tokens: Number) -> Number:
    """FLOPs of Stable Diffusion 1.5's text encoder for one prompt of `tokens`. It has no head.

    >>> text_encoder(77)
    13298503680
    """
    layers = Transformer(
        layers=12, d_model=768, n_heads=12, d_ff=3072, vocab_rows=49_408, max_positions=77
    )
    return flops.forward_parts(layers, batch=1, seq=tokens).layers


def decoder(side: Number) -> ImageParts:
    """FLOPs of turning a latent picture of `side` into one of 8 x `side` pixels.

    >>> round(decoder(64).total / 1e12, 2)  # three passes of Stable Diffusion 1.5's U-Net
    2.51
    """
    wide, positions = CHANNELS * MULTIPLIERS[-1], side * side
    attention = ImageParts(
        # Four matrices and two products between positions, 2 FLOPs each.
        projections=8 * positions * wide * wide,
        self_attention=4 * positions * positions * wide,
    )
    return sum((layer.flops(side) for layer in decoder_layers()), attention)


def decoder_layers() -> Iterator[Convolution | Residual]:
    """Convolutions and residual blocks of the decoder in order of a pass; attention is apart."""
    now = CHANNELS * MULTIPLIERS[-1]
    yield Convolution(inputs=LATENT_CHANNELS, outputs=LATENT_CHANNELS, kernel=1, downsampling=1)
    yield Convolution(inputs=LATENT_CHANNELS, outputs=now, downsampling=1)
    for _ in range(2):
        yield Residual(inputs=now, outputs=now, downsampling=1)
    for doublings, multiplier in enumerate(reversed(MULTIPLIERS)):
        if doublings:
            # Less than one: on the way up the layers are wider than the latent picture.
            yield Convolution(inputs=now, outputs=now, downsampling=0.5**doublings)
        for _ in range(3):
            yield Residual(inputs=now, outputs=CHANNELS * multiplier, downsampling=0.5**doublings)
            now = CHANNELS * multiplier
    yield Convolution(inputs=now, outputs=3, downsampling=0.5 ** (len(MULTIPLIERS) - 1))


def decoder_parameters() -> int:
    """Parameters of the decoder: its layers, one attention (four matrices, a norm), the last norm.

    >>> decoder_parameters()
    49490199
    """
    wide = CHANNELS * MULTIPLIERS[-1]
    # + 1 for the biases; a norm has a scale and a shift.
    attention = 4 * (wide + 1) * wide + 2 * wide
    return sum(layer.parameters for layer in decoder_layers()) + attention + 2 * CHANNELS
