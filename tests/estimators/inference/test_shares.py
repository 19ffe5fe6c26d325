"""What each device holds of a model with a latent cache, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators import parameters
from course_lib.estimators.inference import Machine, shares

DEEPSEEK, LLAMA = models["deepseek-v3"], models["llama-3-8b"]
RACK = "GB200 NVL72 (per GPU)"


def test_only_large_groups_in_one_rack_keep_sequences_apart() -> None:
    assert [shares.apart(DEEPSEEK, count, 72) for count in (8, 16, 72, 144)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert shares.apart(DEEPSEEK, 16, 8) is False
    assert shares.apart(LLAMA, 36, 72) is False
    assert shares.apart(DEEPSEEK, np.array([8, 36]), 72).tolist() == [False, True]


def test_apart_the_cache_is_split_and_attention_copied() -> None:
    """arXiv 2412.19437, section 3.4: attention of DeepSeek-V3 is data parallel in its layout."""
    machine = Machine(device=RACK, devices=36, format="bf16")
    assert machine.cache_bytes(DEEPSEEK, 36, 64) == pytest.approx(64 * 70_272)
    count = parameters.count(DEEPSEEK)
    copied = count.attention * (1 - 1 / 36)
    held = 2 * (count.total / 36 + copied)
    assert machine.weight_bytes(DEEPSEEK) == pytest.approx(held, rel=1e-3)
    together = Machine(device="H100", devices=8, format="bf16")
    assert together.weight_bytes(DEEPSEEK) == pytest.approx(2 * count.total / 8)


def test_few_rows_for_each_expert_fill_a_device_badly() -> None:
    """One token has two experts with one row each; 1000 have all eight with 250."""
    one, many = (
        shares.read(models["mixtral-8x7b"], "bf16", 1, False, tokens).rows for tokens in (1, 1000)
    )
    assert one == 1
    assert many == pytest.approx(250, rel=0.01)
    assert shares.read(LLAMA, "bf16", 1, False, 64).rows == 1
