"""Plain rules by hand."""

from __future__ import annotations

import pytest

from course_lib.catalog import devices, models
from course_lib.commands.validate import baselines

GPT2, H100 = models["gpt-2-124m"], devices["H100"]


def test_training_by_six_flops_a_weight() -> None:
    found = baselines.training_seconds(models["llama-2-7b"], H100, 1e12, 8, None)
    work = 6 * 6_738_415_616 * 1e12
    assert found["6ND at 40 % MFU"] == pytest.approx(work / (0.4 * 8 * 989e12))
    assert found["constant 45 % MFU"] == pytest.approx(work / (0.45 * 8 * 989e12))


def test_attention_is_counted_where_the_length_is_known() -> None:
    short, long = (
        baselines.training_seconds(GPT2, H100, 1e9, 1, seq)["constant 45 % MFU"]
        for seq in (128, 1024)
    )
    assert short < long


@pytest.mark.parametrize(("format", "size"), [("fp16", 2), ("fp8", 1), ("int4", 0.5), (None, 2)])
def test_a_token_reads_the_weights_once(format: str | None, size: float) -> None:
    found = baselines.token_seconds(models["llama-2-7b"], H100, 2, format)
    assert found == pytest.approx(size * 6_738_415_616 / (2 * 3.35e12))
