"""Cards that read and cards that write, against published counts."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import findings, models
from course_lib.estimators.serving.apart import pools, transfer_bytes
from course_lib.units import DAY

RATES: dict[str, Any] = {
    "input_tokens_per_second": 3000,
    "output_tokens_per_second": 1000,
    "prefill_rate": 1500,
    "decode_rate": 250,
}


def test_by_hand() -> None:
    found = pools(**RATES)
    assert (found.prefill_cards, found.decode_cards, found.cards, found.ratio) == (2, 4, 6, 0.5)
    longer = pools(**RATES | {"input_tokens_per_second": [3000, 6000]})
    assert longer.ratio.tolist() == [0.5, 1.0]


def test_one_day_of_a_service_needs_the_published_machines() -> None:
    """DeepSeek, February 2025: tokens of a day and rates of a machine, and 226.75 machines."""
    found = pools(
        input_tokens_per_second=findings["s001"].value / DAY,
        output_tokens_per_second=findings["s004"].value / DAY,
        prefill_rate=findings["s008"].value,
        decode_rate=findings["s009"].value,
    )
    assert found.cards == pytest.approx(findings["s005"].value, rel=0.002)
    assert found.ratio == pytest.approx(0.727, abs=0.001)


def test_the_cache_of_a_prompt_is_the_published_one() -> None:
    """DistServe: 1.13 (binary) GB for 512 tokens of OPT-66B, 90 Gbit/s for ten a second."""
    found = transfer_bytes(models["opt-66b"], 512)
    assert found == 2 * 64 * 9216 * 2 * 512
    assert found / 2**30 == pytest.approx(findings["s112"].value, abs=0.006)
    bits = 8 * 10 * found / 2**30  # as the paper counts: binary gigabytes, decimal gigabits
    assert bits == pytest.approx(findings["s113"].value, abs=0.5)
    assert transfer_bytes(models["opt-66b"], 512, "fp8") == found / 2
    assert transfer_bytes(models["opt-66b"], [512, 1024]).tolist() == [found, 2 * found]


@pytest.mark.parametrize("name", list(RATES))
def test_bad_rates_are_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be above zero"):
        pools(**RATES | {name: 0})
    with pytest.raises(ValueError, match="shapes must broadcast"):
        pools(**RATES | {"prefill_rate": [1, 2], "decode_rate": [1, 2, 3]})
    with pytest.raises(ValueError, match="prompt must be at least 1"):
        transfer_bytes(models["opt-66b"], 0)
