"""An MMDiT against the counts of PyTorch.

The numbers of the table were counted once with FlopCounterMode and `FluxTransformer2DModel` of
diffusers 0.42.1 on the meta device, at the default width of 3072.
"""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators import images
from course_lib.estimators.images import mmdit

FLUX = models["FLUX.1-dev"]


def test_parameters_are_those_of_the_published_code() -> None:
    assert images.parameters(FLUX) == 11_901_408_320
    assert images.parameters(replace(FLUX, guidance_vector=False)) == 11_891_178_560


@pytest.mark.parametrize(
    ("changes", "side", "tokens", "counted"),
    [
        ({}, 128, 512, 74_384_653_418_496),
        ({"guidance_vector": False}, 64, 77, 15_072_309_424_128),
        ({"double_layers": 2, "single_layers": 3}, 16, 7, 81_666_109_440),
    ],
)
def test_a_pass_is_what_pytorch_counts(changes: dict, side: int, tokens: int, counted: int) -> None:
    assert images.pass_flops(replace(FLUX, **changes), side, tokens).total == counted


def test_a_prompt_is_filled_up_to_the_usual_length() -> None:
    usual = images.pass_flops(FLUX).total
    assert usual == images.pass_flops(FLUX, side=128, tokens=512).total
    bill = images.picture(FLUX, steps=28, guidance=False)
    assert bill.refining == 28 * usual
    assert bill.text_encoder == bill.decoder == 0 and bill.left_out


def test_a_sweep_equals_the_loop() -> None:
    sides = np.array([[32], [64]])
    swept = images.pass_flops(FLUX, sides, np.array([77, 512]), batch=2).total
    for row, column in np.ndindex(2, 2):
        one = images.pass_flops(FLUX, int(sides[row, 0]), [77, 512][column], batch=2).total
        assert swept[row, column] == one


@pytest.mark.parametrize("missing", mmdit.NEEDED)
def test_a_record_that_lacks_a_number_is_refused_by_its_name(missing: str) -> None:
    with pytest.raises(ValueError, match=f"does not state {missing}"):
        images.pass_flops(replace(FLUX, **{missing: None}))


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="SD3-medium MMDiT cannot be counted: its record"):
        images.pass_flops(models["SD3-medium"])
    with pytest.raises(ValueError, match="side must be given"):
        images.pass_flops(replace(FLUX, latent_size=None))
    with pytest.raises(ValueError, match="side must be a multiple of 2"):
        images.pass_flops(FLUX, side=33)
