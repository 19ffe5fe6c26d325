"""The cheapest card that keeps up, against a count over all cards."""

import pytest

from course_lib.catalog import devices, models, prices
from course_lib.estimators import inference
from course_lib.estimators.access import hosting

LLAMA = models["llama-3-8b"]


def test_every_card_found_holds_the_model_and_keeps_up() -> None:
    found = {card.key for card in hosting.cards(LLAMA, 3e6)}
    for key in ("rtx-4090", "t4", "l4", "h100-sxm-80gb"):
        one = inference.estimate(LLAMA, device=key, prompt=512, output=256)
        keeps_up = bool(one.fits) and one.tokens_per_second * 86_400 >= 3e6
        assert (key in found) == keeps_up, key


def test_the_cheapest_stands_first_and_its_year_is_its_hours() -> None:
    found = hosting.cards(LLAMA, 1e6)
    years = [card.usd_a_year for card in found]
    assert years == sorted(years)
    rent = prices.rental(devices[found[0].key])
    assert years[0] == pytest.approx(24 * 365.25 * rent.usd_per_device_hour)
    low, high = found[0].usd_range
    assert low <= years[0] <= high


def test_an_impossible_load_finds_none_and_earlier_prices_know_fewer_cards() -> None:
    assert hosting.cards(LLAMA, 1e12) == []
    assert len(hosting.cards(LLAMA, 1e6, as_of="2023")) < len(hosting.cards(LLAMA, 1e6))
    with pytest.raises(ValueError, match="tokens_a_day"):
        hosting.cards(LLAMA, -1)
