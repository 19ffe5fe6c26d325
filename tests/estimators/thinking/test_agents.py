"""An agent's tokens, turn by turn, and against published traces."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import findings
from course_lib.estimators import thinking

PRICES = thinking.TokenPrices(read_usd=2.0, cached_usd=0.5, written_usd=8.0)


def turn_by_turn(turns: int, first: int, added: int, written: int) -> tuple[float, float]:
    """The price without a cache and with one."""
    plain = cached = 0.0
    known = 0
    for turn in range(turns):
        reads = first + turn * added
        plain += reads * 2.0 + written * 8.0
        cached += known * 0.5 + (reads - known) * 2.0 + written * 8.0
        known = reads
    return plain / 1e6, cached / 1e6


@pytest.mark.parametrize("case", [(1, 900, 0, 50), (4, 1000, 500, 100), (33, 12_000, 2242, 365)])
def test_the_price_turn_by_turn(case: tuple[int, int, int, int]) -> None:
    turns, first, added, written = case
    found = thinking.agent(turns=turns, first=first, added=added, written=written)
    plain, cached = turn_by_turn(*case)
    assert found.usd(PRICES, hit_rate=0) == pytest.approx(plain)
    assert found.usd(PRICES) == pytest.approx(cached)
    writing = turns * written * 8e-6
    assert found.written_share(PRICES, hit_rate=0) == pytest.approx(writing / plain)
    assert found.written_share(PRICES) == pytest.approx(writing / cached)


def test_an_agents_reading_grows_with_the_square_of_its_turns() -> None:
    found = thinking.agent(turns=[10, 100], first=500, added=1000, written=100)
    assert found.read_tokens.tolist() == [50_000, 5_000_000]
    assert found.written_tokens.tolist() == [1000, 10_000]


def test_the_published_traces() -> None:
    found = thinking.published_agent()
    assert found.read_to_written == pytest.approx(findings["r084"].value, rel=0.01)
    assert found.reuse.hit_rate == pytest.approx(findings["r085"].value, abs=0.01)
    assert found.read_tokens == pytest.approx(1.6e6, rel=0.02)  # as finding r083 tells
    last = 12_000 + 32 * 2242
    assert last == pytest.approx(findings["r082"].value, rel=0.06)  # the context at the end


def test_the_numbers_of_claim_d05() -> None:
    """Hardly a twentieth of the price without a cache, a quarter with one: far from nine tenths at
    any seller of the catalog."""
    found = thinking.published_agent()
    for key in ("openai-gpt-5-4", "openai-gpt-5", "google-gemini-2-5-pro", "xai-grok-4"):
        prices = thinking.listed(key)
        assert found.written_share(prices, hit_rate=0) < 0.06
        assert found.written_share(prices) < 0.5


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"turns": 0}, "turns must be at least 1"),
        ({"first": 0}, "first must be at least 1"),
        ({"added": -1}, "added must be at least 0"),
        ({"written": 0}, "written must be at least 1"),
        ({"written": 900}, "written must be at most added, got 900 and 500"),
    ],
)
def test_bad_arguments_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        thinking.agent(**({"turns": 3, "first": 1000, "added": 500, "written": 100} | changed))
    with pytest.raises(ValueError, match="hit_rate must be from 0 to 1"):
        thinking.published_agent().usd(PRICES, hit_rate=2)
