"""Image models: parameters and FLOPs against PyTorch, published numbers, and the laws of growth."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.catalog import models
from course_lib.catalog.records.other_models import DiffusionTransformer, UNet
from course_lib.demos.measure import count_flops, count_parameters
from course_lib.estimators import images
from tests.estimators.images.plain_images import DiT, PlainUNet

SD15, SDXL, DIT = models["SD 1.5"], models["SDXL"], models["DiT-XL/2"]
EXACT = [
    model
    for model in models.values()
    if isinstance(model, UNet | DiffusionTransformer) and model.published.total_kind == "exact"
]


def unet(**changes: Any) -> UNet:
    """A small U-Net of two levels."""
    sizes = {
        "model_channels": 32,
        "channel_multipliers": (1, 2),
        "attention_downsampling": (2,),
        "transformer_depth": (1, 2),
        "context_dim": 24,
        "latent_size": 8,
    }
    return replace(SD15, **{**sizes, **changes})


def dit(**changes: Any) -> DiffusionTransformer:
    """A small DiT."""
    sizes = {
        "single_layers": 2,
        "d_model": 48,
        "n_heads": 4,
        "head_dim": 12,
        "d_ff": 192,
        "latent_size": 8,
    }
    return replace(DIT, **{**sizes, "classes": 5, "time_channels": 16, **changes})


@pytest.mark.parametrize("model", EXACT, ids=lambda model: model.name)
def test_exact_published_counts_are_met(model: Any) -> None:
    assert images.parameters(model) == model.published.total_params


def test_there_are_three_models_with_an_exact_count() -> None:
    assert {model.name for model in EXACT} == {SD15.name, SDXL.name, DIT.name}


def test_a_pass_of_stable_diffusion_has_its_published_flops() -> None:
    assert images.pass_flops(SD15, side=64, tokens=77).total == pytest.approx(803.3e9, rel=1e-3)


@pytest.mark.parametrize(("side", "macs"), [(32, 118.64e9), (64, 524.60e9)])
def test_dit_has_its_published_multiply_adds(side: int, macs: float) -> None:
    """arXiv 2212.09748, tables 9 and 10, whose "Gflops" are multiply-adds."""
    assert images.pass_flops(DIT, side=side).total / 2 == pytest.approx(macs, rel=1e-3)


@pytest.mark.parametrize(
    "model",
    [
        unet(),
        unet(vector_dim=40, attention_downsampling=(1, 2)),
        unet(
            channel_multipliers=(1, 2, 2),
            transformer_depth=(1, 1, 3),
            attention_downsampling=(4, 2),
            res_blocks=1,
        ),
    ],
    ids=["two levels", "pooled text", "three levels"],
)
def test_unet_equals_pytorch(model: UNet) -> None:
    with torch.device("meta"):
        plain = PlainUNet(model)
        picture, text = torch.empty(2, 4, 16, 16), torch.empty(2, 7, model.context_dim)
        vector = torch.empty(2, model.vector_dim) if model.vector_dim else None
    assert images.parameters(model) == count_parameters(plain)
    counted = count_flops(lambda: plain(picture, text, vector))
    assert images.pass_flops(model, side=16, tokens=7, batch=2).total == counted


@pytest.mark.parametrize(
    "model", [dit(), dit(patch_size=4, out_channels=4), dit(d_ff=100, qkv_bias=False)]
)
def test_dit_equals_pytorch(model: DiffusionTransformer) -> None:
    with torch.device("meta"):
        plain = DiT(model)
        picture = torch.empty(3, model.latent_channels, 8, 8)
        labels = torch.zeros(3, dtype=torch.long)
    assert images.parameters(model) == count_parameters(plain)
    assert images.pass_flops(model, batch=3).total == count_flops(lambda: plain(picture, labels))


def test_whole_stable_diffusion_equals_pytorch() -> None:
    with torch.device("meta"):
        plain: nn.Module = PlainUNet(SD15)
        picture, text = torch.empty(1, 4, 64, 64), torch.empty(1, 77, 768)
    assert images.pass_flops(SD15).total == count_flops(lambda: plain(picture, text, None))


def test_twice_the_side_part_by_part() -> None:
    small, large = (images.pass_flops(SD15, side=side) for side in (64, 128))
    assert large.convolution == 4 * small.convolution
    assert large.mlp == 4 * small.mlp
    assert large.projections == 4 * small.projections
    assert large.self_attention == 16 * small.self_attention
    assert large.conditioning == small.conditioning
    assert 3 * small.cross_attention < large.cross_attention < 4 * small.cross_attention


@pytest.mark.parametrize("model", [SD15, SDXL, DIT])
def test_arrays_in_arrays_out(model: Any) -> None:
    sides = np.array([32, 64, 128])
    swept = images.pass_flops(model, side=sides)
    for name, found in swept.by_name().items():
        single = [images.pass_flops(model, side=int(side)).by_name()[name] for side in sides]
        assert np.broadcast_to(found, 3).tolist() == single
    assert isinstance(images.pass_flops(model, side=32).total, int)


def test_a_picture_is_steps_times_guidance_times_a_pass() -> None:
    one = images.pass_flops(SD15).total
    found = images.picture(SD15, steps=np.array([1, 50]))
    assert found.refining.tolist() == [2 * one, 100 * one]
    plain = images.picture(SD15, steps=50, guidance=False)
    assert plain.passes == 50
    assert found.text_encoder == 2 * plain.text_encoder
    assert found.decoder == plain.decoder > 0
    assert (found.total - found.refining).tolist() == [found.text_encoder + found.decoder] * 2


def test_what_is_not_counted_is_named() -> None:
    assert images.picture(SD15, steps=1).left_out == ()
    assert images.picture(SDXL, steps=1).left_out == ("text encoder",)
    assert images.picture(DIT, steps=1).left_out == ()
    assert images.picture(unet(name="another"), steps=1, side=16).left_out == (
        "text encoder",
        "decoder",
    )


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: images.pass_flops(SD15, side=60), ValueError, "side must be a multiple of 8"),
        (
            lambda: images.pass_flops(DIT, side=np.array([32, 33])),
            ValueError,
            "side must be a multiple of 2",
        ),
        (lambda: images.pass_flops(models["gpt-2-xl"]), TypeError, "model must be"),
        (
            lambda: images.parameters(models["SD3-medium"]),
            ValueError,
            "SD3-medium MMDiT cannot be counted",
        ),
        (
            lambda: images.pass_flops(replace(DIT, classes=None)),
            ValueError,
            "does not state classes",
        ),
        (lambda: images.picture(SD15, steps=0), ValueError, "steps must be at least 1"),
        (lambda: images.picture(SD15, steps=1, guidance=2), TypeError, "guidance"),
        (
            lambda: images.pass_flops(SD15, side=np.array([8, 16]), batch=np.ones(3)),
            ValueError,
            "broadcast",
        ),
    ],
)
def test_what_does_not_fit_is_named(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()
