"""Each part of a layer's FLOPs against the PyTorch modules that spend it, and layers that take
arrays."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.catalog import models
from course_lib.demos.measure import count_flops, count_parameters
from course_lib.estimators.images import unet
from course_lib.estimators.images.unet import Convolution, ImageParts, Residual, Transformer2d
from tests.estimators.images.plain_images import Res, Spatial


def empty(*shape: int) -> torch.Tensor:
    """A tensor that has a shape and nothing else."""
    return torch.empty(*shape, device="meta")


@pytest.mark.parametrize(("inputs", "outputs"), [(8, 8), (8, 12)])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_residual_block_part_by_part(inputs: int, outputs: int, scale: int) -> None:
    layer = Residual(inputs=inputs, outputs=outputs, downsampling=scale, time_channels=20)
    with torch.device("meta"):
        plain = Res(inputs, outputs, 20)
    picture, time = empty(1, inputs, 16 // scale, 16 // scale), empty(1, 20)
    found, steered = layer.flops(16, tokens=5), count_flops(lambda: plain.time(time))
    assert layer.parameters == count_parameters(plain)
    assert found.conditioning == steered
    assert found.convolution == count_flops(lambda: plain(picture, time, time)) - steered
    assert found.total == found.convolution + found.conditioning
    bare = Residual(inputs=inputs, outputs=outputs, downsampling=scale)
    assert bare.flops(16).total == found.convolution
    assert bare.parameters == layer.parameters - sum(w.numel() for w in plain.time.parameters())


@pytest.mark.parametrize(("blocks", "scale", "tokens"), [(1, 1, 7), (3, 2, 77)])
def test_transformer_blocks_part_by_part(blocks: int, scale: int, tokens: int) -> None:
    layer = Transformer2d(channels=12, blocks=blocks, context_dim=20, downsampling=scale)
    with torch.device("meta"):
        plain = Spatial(12, 20, blocks)
    positions = (16 // scale) ** 2
    x, text, block = empty(1, positions, 12), empty(1, tokens, 20), plain.blocks[0]
    found = layer.flops(16, tokens)
    scores = 2 * 2 * positions**2 * 12  # queries with keys, and weights with values
    own = count_flops(lambda: block.own(x, x))
    assert layer.parameters == count_parameters(plain)
    assert found.self_attention == blocks * scores
    ends = count_flops(lambda: plain.out(plain.into(x)))
    assert found.projections == ends + blocks * (own - scores)
    assert found.cross_attention == blocks * count_flops(lambda: block.text(x, text))
    up, down = (
        count_flops(lambda: block.up(x)),
        count_flops(lambda: block.down(empty(1, positions, 48))),
    )
    assert found.mlp == blocks * (up + down)
    assert found.convolution == found.conditioning == 0


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_a_convolution_equals_pytorch(kernel: int) -> None:
    layer = Convolution(inputs=4, outputs=6, kernel=kernel, downsampling=2)
    with torch.device("meta"):
        plain = nn.Conv2d(4, 6, kernel, stride=2, padding=kernel // 2)
    assert layer.parameters == count_parameters(plain)
    assert layer.flops(16).total == count_flops(lambda: plain(empty(1, 4, 16, 16)))
    assert Convolution(inputs=4, outputs=6, downsampling=1).parameters == 9 * 4 * 6 + 6


def test_a_layer_may_lie_at_a_multiple_of_the_side() -> None:
    """A decoder's layer at four times the side: 16 times the positions, exact and for arrays."""
    wide = Convolution(inputs=2, outputs=3, kernel=1, downsampling=0.25)
    assert wide.flops(5).total == 2 * 20 * 20 * 2 * 3
    assert isinstance(wide.flops(5).total, int)
    assert wide.flops(np.array([5, 10])).total.tolist() == [2 * 400 * 6, 2 * 1600 * 6]


def test_the_time_step_by_pytorch() -> None:
    for name, model in (("SD 1.5", models["SD 1.5"]), ("SDXL", models["SDXL"])):
        widths = [320] + ([2816] if name == "SDXL" else [])  # SDXL: 2816 numbers of pooled text
        with torch.device("meta"):
            maps = [nn.Sequential(nn.Linear(w, 1280), nn.Linear(1280, 1280)) for w in widths]
        counted = sum(count_parameters(each) for each in maps)
        flops = sum(
            count_flops(lambda each=each, w=w: each(empty(1, w)))
            for each, w in zip(maps, widths, strict=True)
        )
        assert unet.time_parts(model) == (counted, flops)


def test_parts_add_up_and_multiply() -> None:
    names = list(ImageParts().by_name())
    first = ImageParts(**{name: 10**place for place, name in enumerate(names)})
    second = ImageParts(**dict.fromkeys(names, 3))
    assert first.total == 111_111
    assert (first + second).by_name() == {n: 10**p + 3 for p, n in enumerate(names)}
    assert first.times(7).total == 777_777
    assert ImageParts().total == 0
