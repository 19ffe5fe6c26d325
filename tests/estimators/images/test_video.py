"""Clips against published FLOPs, sums by hand, and layers that PyTorch counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from course_lib.catalog import findings, models
from course_lib.estimators.images import video
from tests.estimators.images.plain_images import Attention

HUNYUAN, WAN = models["HunyuanVideo"], models["Wan2.1-T2V-1.3B"]
PUBLISHED = {"frames": 117, "height": 768, "width": 1280}


def test_the_clip_of_a_paper_takes_the_flops_that_it_states() -> None:
    """arXiv 2502.04507, tables 2 and 4: 50 steps, one pass each, maps into the network and all."""
    found = video.clip(HUNYUAN, 50, **PUBLISHED)
    assert found.tokens == 30 * 48 * 80
    assert found.total / 1e15 == pytest.approx(findings["v006"].value, rel=0.01)
    of_a_layer = found.one_pass.self_attention / HUNYUAN.layers
    assert of_a_layer / 1e12 == pytest.approx(findings["v008"].value, rel=0.002)


def test_a_mmdit_part_by_part() -> None:
    """Six tokens of a clip and 256 of a text, 60 blocks of width 3072, in one stream each."""
    found, both, d = video.pass_flops(HUNYUAN, 6), 6 + 256, 3072
    assert found.projections == 60 * 2 * both * 4 * d * d
    assert found.self_attention == 60 * 2 * 2 * both**2 * d
    assert found.mlp == 60 * 2 * both * 2 * d * 4 * d
    assert found.cross_attention == found.convolution == found.conditioning == 0


def test_a_layer_with_attention_to_the_text_is_what_pytorch_counts() -> None:
    """Width 32 and an MLP of 80, 10 tokens; the text has the 512 tokens of Wan."""
    d, inner, seen = 32, 80, 10
    with torch.device("meta"):
        own, across = Attention(d, d), Attention(d, d)
        up, down = torch.nn.Linear(d, inner), torch.nn.Linear(inner, d)
        x, text = torch.empty(1, seen, d), torch.empty(1, 512, d)
        with FlopCounterMode(display=False) as counter:
            down(up(across(own(x, x), text)))
    small = replace(WAN, d_model=d, d_ff=inner, single_layers=1, head_dim=32, n_heads=1)
    assert video.pass_flops(small, seen).total == counter.get_total_flops()


def test_one_frame_is_a_picture_and_frames_multiply_tokens() -> None:
    assert video.tokens(1, 768, 1280) == 48 * 80
    assert video.tokens(129, 720, 1280) == 33 * 45 * 80
    assert [video.kept_frames(frames) for frames in (1, 5, 81)] == [1, 2, 21]


def test_guidance_doubles_the_passes() -> None:
    size = {"frames": 81, "height": 480, "width": 832}
    once, twice = (video.clip(WAN, 50, guidance=each, **size) for each in (False, True))
    assert (once.passes, twice.passes) == (50, 100)
    assert twice.total == 2 * once.total == 100 * once.one_pass.total


def test_a_sweep_equals_the_loop() -> None:
    frames = np.array([1, 5, 81])
    swept = video.clip(WAN, 2, frames=frames, height=480, width=832).total
    for place, count in enumerate(frames.tolist()):
        assert swept[place] == video.clip(WAN, 2, frames=count, height=480, width=832).total


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ({"frames": 4}, "frames must be one more than a multiple of 4, got 4"),
        ({"height": 100}, "height must be a multiple of 16 pixels, got 100"),
        ({"width": 1}, "width must be a multiple of 16 pixels, got 1"),
        ({"frames": 0}, "frames must be at least 1"),
    ],
)
def test_sizes_that_cannot_be_cut_are_refused(size: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        video.tokens(**(PUBLISHED | size))


def test_other_models_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"FLUX.1-dev cannot be counted: only HunyuanVideo"):
        video.pass_flops(models["FLUX.1-dev"], 64)
