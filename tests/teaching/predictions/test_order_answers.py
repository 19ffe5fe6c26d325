"""The ten answers: each computed, finite and positive, and near a figure worked out or published
elsewhere."""

import math

import numpy as np
import pytest

from course_lib.teaching.predictions import order_answers
from course_lib.teaching.predictions.orders import FILE, load

ELSEWHERE = {
    "training_flops": (3.8e25, 0.01),  # arXiv 2407.21783, section 3.2: "3.8 x 10^25 FLOPs"
    "reading_seconds": (15.6e12 * 3.94 / 6 / (250 / 60), 1e-9),
    "cache_bytes": (
        131_072 * 128_000,
        1e-9,
    ),  # 128 kiB a token: 2 x 32 layers x 8 heads x 128 wide x 2 bytes
    "card_seconds": (3000 * 365.25 * 86_400, 0.02),  # some 3 000 years
    "one_user_rate": (3350 / 16.06, 0.001),  # GB/s over GB
    "training_bytes": (128e9, 0.01),  # 16 bytes a parameter: arXiv 1910.02054, section 3.1
    "gradient_traffic_bytes": (2 * 7 / 8 * 16.06e9, 0.001),
    "olmo_watt_hours": (104e6, 1e-9),  # arXiv 2402.00838, table 6: 104 MWh
    "rent_usd": (1.3e6 * 3.00, 1e-9),
}


@pytest.mark.parametrize("order", load(FILE).values(), ids=lambda order: order.id)
def test_every_answer_is_computed_finite_and_positive(order: object) -> None:
    value = order.value()  # type: ignore[attr-defined]
    assert isinstance(value, float) and math.isfinite(value) and value > 0


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_answer_agrees_with_another_account(name: str) -> None:
    expected, tolerance = ELSEWHERE[name]
    assert order_answers.ANSWERS[name]() == pytest.approx(expected, rel=tolerance)


def test_counting_in_bf16_gets_stuck_there() -> None:
    """Rounded by hand: bf16 is the upper half of an fp32, ties to even."""

    def to_bf16(value: float) -> float:
        bits = int(np.float32(value).view(np.uint32))
        bits += 0x7FFF + ((bits >> 16) & 1)
        return float(np.uint32(bits & 0xFFFF0000).view(np.float32))

    count = 0.0
    while to_bf16(count + 1) != count:
        count = to_bf16(count + 1)
    assert order_answers.bf16_count() == count
