"""Each part of a diffusion transformer's FLOPs, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators.images import dit


def test_a_dit_part_by_part() -> None:
    """DiT-XL/2 on a latent picture of 32: 256 tokens of width 1152, 28 blocks, patches of 2 x 2."""
    d, tokens = 1152, 256
    found = dit.flops(models["DiT-XL/2"], 32)
    assert found.convolution == 2 * tokens * (4 * 4 * d + d * 4 * 8)  # 4 channels in, 8 out
    assert found.projections == 28 * 2 * tokens * (3 * d * d + d * d)
    assert found.self_attention == 28 * (2 + 2) * tokens**2 * d
    assert found.mlp == 28 * 2 * tokens * 2 * d * 4 * d
    time_and_label, modulation = 256 * d + d * d, 28 * 6 * d * d + 2 * d * d
    assert found.conditioning == 2 * (time_and_label + modulation)
    assert found.cross_attention == 0


def test_parameters_grow_by_what_is_added() -> None:
    """A class more is a row of width 1152; a patch twice as wide takes and gives four times as
    many numbers, and leaves a quarter of the positions."""
    xl, d = models["DiT-XL/2"], 1152
    assert dit.count(replace(xl, classes=1001)) - dit.count(xl) == d
    ends = (16 - 4) * 4 * d + d * (16 - 4) * 8 + (16 - 4) * 8  # in, out, and biases out
    assert dit.count(replace(xl, patch_size=4)) - dit.count(xl) == ends - (256 - 64) * d


def test_a_sweep_over_sides_equals_the_loop() -> None:
    swept = dit.flops(models["DiT-XL/2"], np.array([32, 64]))
    for place, side in enumerate((32, 64)):
        assert swept.total[place] == dit.flops(models["DiT-XL/2"], side).total


@pytest.mark.parametrize("missing", ["patch_size", "latent_size", "out_channels", "time_channels"])
def test_a_record_that_lacks_a_number_is_refused_by_its_name(missing: str) -> None:
    with pytest.raises(ValueError, match=f"does not state {missing}"):
        dit.sizes(replace(models["DiT-XL/2"], **{missing: None}))
