"""The facts of 2025 and 2026: published numbers typed here a second time, counts by hand, and what
is announced only."""

from __future__ import annotations

import re

import pytest

from course_lib import catalog
from course_lib.catalog import cooling, devices, findings, grids, models, prices

ALL = tuple(each for each in vars(catalog).values() if isinstance(each, catalog.Catalog))


def test_facts_of_2025_and_2026() -> None:
    """Typed a second time from the tables they were gathered in."""
    b300, h100 = devices["B300"], devices["H100"]
    assert (b300.peak_flops["int8"], b300.peak_flops["fp4"]) == (153.5e12, 14e15)
    assert "4500" in b300.notes  # where sources contradict each other, both stay
    assert h100.usable_memory_bytes == pytest.approx(79.19 * 2**30, abs=1)
    assert h100.measured_fp8_matmul_flops == 1402.6e12
    assert devices["A100 SXM 80GB"].usable_memory_bytes is None
    assert (findings["s001"].value, findings["s001"].unit) == (608e9, "tokens/day")
    assert findings["t027"].value == 148 and "35.3%" in findings["t027"].notes
    assert (findings["r061"].value, findings["r062"].value) == (0.05, 0.1)
    assert findings["r051"].text == "exponentiated power law"
    assert grids["wind, onshore, life cycle"].grams_per_kwh == 11 < grids["wind"].grams_per_kwh
    assert cooling["Industry average (Uptime survey) 2007"].pue == 2.5
    assert prices["own-cost-h100"].category == "own_cost"
    assert prices["runpod-h100-sxm"].value == 2.69


def test_what_is_announced_says_so() -> None:
    announced = {key for key, device in devices.items() if device.status}
    assert announced == {"rubin-per-gpu", "mi455x", "ascend-950dt", "tpu-8t", "tpu-8i"}
    assert all(devices[key].status.startswith("announced") for key in announced)


def test_usable_memory_is_near_the_stated_one() -> None:
    """Gibibytes against gigabytes: the two differ by less than the 7.4 % between the units."""
    for key, device in devices.items():
        if device.usable_memory_bytes is not None:
            assert 0.9 < device.usable_memory_bytes / device.memory_bytes <= 2**30 / 1e9, key


def test_evidence_at_second_hand_is_told() -> None:
    for one in ALL:
        for key, record in one.items():
            if record.source.evidence == "read, second hand":
                assert re.search(
                    r"second hand|quot|told|report|list|copied| on ", record.source.text
                ), key


@pytest.mark.parametrize(
    ("key", "by_hand"),
    [  # parameters of all blocks by the rule of their kind, in units of d_model squared
        ("flux-2-dev", 8 * 26 + 48 * 13),
        ("qwen-image", 60 * 36),
        ("sd3-5-large", 38 * 36),
        ("hunyuanvideo", 20 * 36 + 40 * 15),
        ("hunyuanvideo-1-5", 54 * 36),
        ("wan2-1-t2v-1-3b", 30 * (8 + 2 * 8960 / 1536)),
        ("wan2-1-t2v-14b", 40 * (8 + 2 * 13824 / 5120)),
        ("wan2-2-ti2v-5b", 30 * (8 + 2 * 14336 / 3072)),
    ],
)
def test_counts_of_picture_and_video_models(key: str, by_hand: float) -> None:
    model = models[key]
    assert by_hand * model.d_model**2 == pytest.approx(model.published.total_params, rel=0.08)
    assert model.makes == ("video" if key.startswith(("hunyuan", "wan")) else "pictures")


@pytest.mark.parametrize("key", ["switch-c", "switch-xxl"])
def test_counts_of_the_switch_transformers(key: str) -> None:
    """Experts alone: two matrices each, three where gated, in every layer of both stacks."""
    model = models[key]
    each = (3 if model.gated_mlp else 2) * model.d_model * model.experts.d_ff
    experts = (model.encoder_layers + model.decoder_layers) * model.experts.count * each
    assert experts == pytest.approx(model.published.total_params, rel=0.025)
