"""Text encoder and decoder of Stable Diffusion against their published sizes."""

import pytest

from course_lib.catalog import models
from course_lib.catalog.transformer import Transformer
from course_lib.estimators import parameters
from course_lib.estimators.images import latents
from course_lib.estimators.images.unet import Convolution, Residual

STATED = models["SD 1.5"].companion_params


def test_the_text_encoder_has_the_stated_parameters() -> None:
    layers = Transformer(
        layers=12, d_model=768, n_heads=12, d_ff=3072, vocab_rows=49_408, max_positions=77
    )
    in_layers = parameters.count(layers).attention + parameters.count(layers).mlp
    biases_and_norms = 12 * (4 * 768 + 3072 + 768 + 4 * 768) + 2 * 768
    total = in_layers + biases_and_norms + (49_408 + 77) * 768
    assert total == pytest.approx(STATED["CLIP ViT-L/14 text encoder"], rel=1e-4)


def test_encoder_and_decoder_have_the_stated_parameters() -> None:
    """The encoder mirrors the decoder with two residual blocks a level, and makes mean and spread:
    8 channels."""
    now = 128
    layers: list[Convolution | Residual] = [Convolution(inputs=3, outputs=now, downsampling=1)]
    for level, multiplier in enumerate((1, 2, 4, 4)):
        for _ in range(2):
            layers.append(Residual(inputs=now, outputs=128 * multiplier, downsampling=1))
            now = 128 * multiplier
        if level < 3:
            layers.append(Convolution(inputs=now, outputs=now, downsampling=1))
    layers += [Residual(inputs=512, outputs=512, downsampling=1)] * 2
    layers += [Convolution(inputs=512, outputs=8, downsampling=1)]
    layers += [Convolution(inputs=8, outputs=8, kernel=1, downsampling=1)]
    encoder = sum(layer.parameters for layer in layers) + 4 * 513 * 512 + 2 * 512 + 2 * 512
    both = encoder + latents.decoder_parameters()
    assert both == 83_653_863
    assert both == pytest.approx(STATED["VAE"], rel=1e-4)


def test_the_decoder_ends_at_eight_times_the_side() -> None:
    last = list(latents.decoder_layers())[-1]
    assert last.flops(64).total == 2 * (8 * 64) ** 2 * 9 * 128 * 3


def test_one_layer_of_the_decoder_by_hand() -> None:
    first = list(latents.decoder_layers())[1]
    assert first.flops(10).total == 2 * 100 * 9 * 4 * 512
