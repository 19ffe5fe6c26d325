"""Cards compared in pairs: who is sold for what, and what the jobs cost, by hand."""

from dataclasses import replace

import pytest

from course_lib.catalog import devices, models, prices
from course_lib.estimators.myths import pairs

LLAMA = models["llama-3-8b"]
CARD = replace(
    devices["H100"],
    peak_flops={"bf16": 1e15},
    memory_bytes=80e9,
    usable_memory_bytes=None,
    memory_bytes_per_second=2e12,
)
WEIGHTS, CACHE = 8_030_261_248, 2 * 32 * 8 * 128 * 2  # of Llama 3 8B; bytes a token
READ = WEIGHTS - 128_256 * 4096  # without the table that a token looks up one row of


def test_every_gpu_is_sold_for_what_its_maker_says() -> None:
    """Read off the makers' product pages: series for games, for desks, and the rest."""
    found: dict[str, set[str]] = {
        pairs.CONSUMER: set(),
        pairs.DESK: set(),
        pairs.DATA_CENTRE: set(),
    }
    for key, card in devices.items():
        if market := pairs.made_for(card):
            found[market].add(key)
    assert found[pairs.CONSUMER] == {
        "rtx-5090", "rtx-4090", "rtx-4080-16gb", "rtx-4070-ti", "rtx-3090", "rtx-3080-10gb",
        "rtx-3070", "rtx-3060-12gb", "rtx-2080-ti",
    }  # fmt: skip
    assert found[pairs.DESK] == {"rtx-6000-ada", "rtx-a6000", "arc-pro-b60"}
    assert {"h100-sxm-80gb", "t4", "l40s", "mi300x", "rtx-pro-6000-blackwell-server"} <= found[
        pairs.DATA_CENTRE
    ]


def test_what_is_no_gpu_is_in_no_pair() -> None:
    assert pairs.made_for(devices["TPU v4"]) is pairs.made_for(devices["EPYC 9654"]) is None


def test_every_pair_with_a_price_and_no_other() -> None:
    """Multiplied by hand: every priced data-centre card with every priced card for games."""
    found = pairs.pairs(devices)
    priced = {key for key in prices.rented() if not devices[key].status}
    centre = {key for key in priced if pairs.made_for(devices[key]) == pairs.DATA_CENTRE}
    assert sorted(found) == sorted(
        (first, second) for first in centre for second in ("rtx-3090", "rtx-4090", "rtx-5090")
    )
    assert not any("a10" in pair for pair in found)  # nobody is known to rent it
    assert pairs.pairs(devices, as_of="2021") == []


def test_cards_for_desks_come_in_where_they_are_asked_for() -> None:
    both = pairs.pairs(devices, consumer=(pairs.CONSUMER, pairs.DESK))
    more = {pair[1] for pair in both} - {pair[1] for pair in pairs.pairs(devices)}
    assert more == {"rtx-6000-ada", "rtx-a6000"}


def test_three_jobs_by_hand() -> None:
    usd = pairs.job_usd(LLAMA, {"card": CARD}, rents={"card": 3.6})  # a thousandth a second
    assert usd["training"]["card"] == pytest.approx(1e-3 * 6 * WEIGHTS * 1e9 / (0.4 * 1e15))
    assert usd["reader"]["card"] == pytest.approx(1e-3 * 2 * READ / 2e12, rel=0.01)
    readers = (0.9 * 80e9 - 2 * WEIGHTS) // (600 * CACHE)
    assert pairs.full_batch(LLAMA, CARD) == readers
    step = (2 * READ + readers * 400 * CACHE) / 2e12  # the bytes outlast the arithmetic
    assert usd["batch"]["card"] == pytest.approx(1e-3 * step / readers, rel=0.01)


def test_a_card_too_small_takes_as_many_as_it_needs() -> None:
    small = replace(CARD, memory_bytes=10e9)  # two hold the weights, 0.9 of each filled
    assert pairs.full_batch(LLAMA, small) == (2 * 9e9 - 2 * WEIGHTS) // (600 * CACHE)
    usd = pairs.job_usd(LLAMA, {"one": CARD, "small": small}, rents={"one": 1.0, "small": 1.0})
    assert usd["reader"]["one"] == pytest.approx(
        usd["reader"]["small"]
    )  # half the time, twice the cards
    assert usd["batch"]["one"] < usd["batch"]["small"]


def test_a_cheaper_hour_wins_more_pairs() -> None:
    cards = {key: devices[key] for key in ("h100-sxm-80gb", "rtx-4090")}
    compared = [("h100-sxm-80gb", "rtx-4090")]
    won = {
        hour: pairs.share_won(pairs.job_usd(LLAMA, cards, rents={"h100-sxm-80gb": hour}), compared)
        for hour in (0.01, 100.0)
    }
    assert set(won[0.01].values()) == {1} and set(won[100.0].values()) == {0}


def test_a_tie_is_no_win() -> None:
    assert pairs.share_won({"job": {"a": 1.0, "b": 1.0}}, [("a", "b")]) == {"job": 0}


def test_a_card_without_a_price_is_named() -> None:
    with pytest.raises(ValueError, match=r"cards must have a rental price as of .*, h20 has none"):
        pairs.job_usd(LLAMA, {"h20": devices["h20"]})
