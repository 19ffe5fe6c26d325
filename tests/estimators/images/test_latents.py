"""Text encoder and decoder of Stable Diffusion against their published sizes."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from course_lib.catalog import models
from course_lib.catalog.records.transformer import Transformer
from course_lib.demos.measure import count_flops, count_parameters
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


class Block(nn.Module):
    """Norm, convolution, norm, convolution; a third convolution around where channels change."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.before, self.after = nn.GroupNorm(32, inputs), nn.GroupNorm(32, outputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.around = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.first(functional.silu(self.before(x)))
        return self.around(x) + self.second(functional.silu(self.after(hidden)))


class Attention(nn.Module):
    """One head over all positions, four convolutions of kernel 1."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width)
        self.query, self.key, self.value, self.out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normed = self.norm(x)
        query, key, value = (part(normed).flatten(2) for part in (self.query, self.key, self.value))
        mixed = value @ (query.mT @ key).softmax(-1).mT
        return x + self.out(mixed.unflatten(2, x.shape[2:]))


class Doubling(nn.Module):
    """Twice the side, then a convolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(functional.interpolate(x, scale_factor=2))


def plain_decoder() -> nn.Sequential:
    """The decoder of the KL-f8 autoencoder, written out: 512, 512, 256 and 128 channels at 1, 2, 4
    and 8 times the side."""
    return nn.Sequential(
        nn.Conv2d(4, 4, 1),
        nn.Conv2d(4, 512, 3, padding=1),
        *(Block(512, 512), Attention(512), Block(512, 512)),
        *(Block(512, 512), Block(512, 512), Block(512, 512), Doubling(512)),
        *(Block(512, 512), Block(512, 512), Block(512, 512), Doubling(512)),
        *(Block(512, 256), Block(256, 256), Block(256, 256), Doubling(256)),
        *(Block(256, 128), Block(128, 128), Block(128, 128)),
        *(nn.GroupNorm(32, 128), nn.SiLU(), nn.Conv2d(128, 3, 3, padding=1)),
    )


@pytest.mark.parametrize("side", [4, 10, 64])
def test_the_decoder_equals_pytorch(side: int) -> None:
    with torch.device("meta"):
        plain, latent = plain_decoder(), torch.empty(1, 4, side, side)
    assert plain(latent).shape == (1, 3, 8 * side, 8 * side)
    found = latents.decoder(side)
    assert found.total == count_flops(lambda: plain(latent))
    assert latents.decoder_parameters() == count_parameters(plain)
    attention = plain[3]
    inside = torch.empty(1, 512, side, side, device="meta")
    assert found.projections + found.self_attention == count_flops(lambda: attention(inside))
    assert found.self_attention == 2 * 2 * side**4 * 512  # scores and weighted sums


def test_the_decoder_takes_arrays() -> None:
    swept = latents.decoder(np.array([8, 16, 64])).total
    assert swept.tolist() == [latents.decoder(side).total for side in (8, 16, 64)]


@pytest.mark.parametrize("tokens", [1, 10, 77])
def test_the_text_encoder_equals_pytorch(tokens: int) -> None:
    """Twelve layers of width 768, an MLP four times as wide; heads change no FLOPs."""

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.out = nn.Linear(768, 3 * 768), nn.Linear(768, 768)
            self.up, self.down = nn.Linear(768, 3072), nn.Linear(3072, 768)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            query, key, value = self.qkv(x).chunk(3, -1)
            x = x + self.out((query @ key.mT).softmax(-1) @ value)
            return x + self.down(functional.gelu(self.up(x)))

    with torch.device("meta"):
        layers, text = nn.Sequential(*(Layer() for _ in range(12))), torch.empty(1, tokens, 768)
    assert latents.text_encoder(tokens) == count_flops(lambda: layers(text))
