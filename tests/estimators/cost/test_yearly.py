"""A year's answers in three ways against sums by hand."""

import math

import pytest

from course_lib.catalog import devices, models, prices
from course_lib.estimators.cost import yearly

LLAMA = models["llama-3-8b"]


def card(rate: float) -> yearly.Host:
    """A card that writes `rate` tokens a second."""
    return yearly.Host(
        device=devices["H100"],
        format="bf16",
        batch=1,
        tokens_per_second=rate,
        reader_tokens_per_second=rate,
    )


def test_cards_are_whole() -> None:
    ten = card(10)  # 864 000 a day, half of it sold
    assert ten.tokens_per_day(0.5) == pytest.approx(432_000)
    assert [ten.cards(tokens) for tokens in (1, 432_000, 432_001, 4_320_000)] == [1, 1, 2, 10]
    assert ten.rent_usd(432_001, usd_per_hour=2.0) == pytest.approx(2 * 8766 * 2)
    usual = prices.rental("H100").usd_per_device_hour
    assert ten.rent_usd(1) == pytest.approx(8766 * usual)


def test_weights_take_two_bytes_where_they_fit() -> None:
    assert yearly.host(LLAMA, "RTX 4090").format == "bf16"
    assert yearly.host(LLAMA, "T4").format == "int8"  # 16 GB of weights do not fit into 16 GB
    large = models["llama-3-1-70b"]
    assert yearly.host(large, "H100").format in ("int8", "int4")
    with pytest.raises(ValueError, match="does not fit"):
        yearly.host(large, "RTX 4090")  # 35 GB in four bits, 24 GB of memory


def test_machines_are_bought_whole() -> None:
    server, desk = yearly.machine("H100"), yearly.machine("RTX 3090")
    assert server is not None and desk is not None
    assert [server.count(cards) for cards in (1, 8, 9)] == [1, 1, 2]
    assert server.year_usd(9) == pytest.approx(2 * server.year_usd(1))
    assert desk.year_usd(3) == pytest.approx(3 * desk.year_usd(1))
    assert yearly.machine("L4") is None


def test_a_card_meets_calls_where_both_cost_the_same() -> None:
    key = "mistral-ministral-8b-latest"
    at = yearly.crossing(1_000, 1e12, key)
    assert yearly.call_usd(key, at) == pytest.approx(1_000)
    # USD 0.1 a million both ways, half as many read: 365.25 x 0.15 a year for a million a day
    assert at == pytest.approx(1_000 / (365.25 * 0.15) * 1e6)
    assert math.isinf(yearly.crossing(1_000, at / 2, key))
