"""The cheapest card that keeps up, against a count over the cards."""

import pytest

from course_lib.catalog import models, prices
from course_lib.estimators import inference
from course_lib.estimators.access import hosting

LLAMA = models["llama-3-8b"]
SOME = ("rtx-4090", "t4", "l4", "h100-sxm-80gb")


def test_a_card_that_keeps_up_writes_twice_what_is_asked() -> None:
    """At 64 requests of 200 read and 400 written at once, in 16 bits, on a server's program."""
    one = inference.estimate(
        LLAMA, device="H100", batch=64, prompt=200, output=400, software="server"
    )
    most = float(one.tokens_per_second) * 86_400 / 2
    just, above = (hosting.cards(LLAMA, most * part, keys=SOME) for part in (0.99, 1.01))
    assert "h100-sxm-80gb" in {card.key for card in just}
    assert "h100-sxm-80gb" not in {card.key for card in above}


def test_the_cheapest_stands_first_and_its_year_is_its_hours() -> None:
    found = hosting.cards(LLAMA, 1e6, keys=SOME)
    years = [card.usd_a_year for card in found]
    assert years == sorted(years)
    rent = prices.rental(found[0].key)
    assert years[0] == pytest.approx(24 * 365.25 * rent.usd_per_device_hour)
    low, high = found[0].usd_range
    assert low <= years[0] <= high


def test_what_is_not_rented_yet_or_too_slow_is_left_out() -> None:
    assert hosting.cards(LLAMA, 1e12, keys=SOME) == []
    before = hosting.cards(LLAMA, 1e6, as_of="2023", keys=SOME)
    assert 0 < len(before) < len(hosting.cards(LLAMA, 1e6, keys=SOME))
    with pytest.raises(ValueError, match="tokens_a_day"):
        hosting.cards(LLAMA, -1)
