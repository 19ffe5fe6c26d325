"""A year of answers against training, by hand from the findings."""

from __future__ import annotations

import pytest

from course_lib.catalog import findings
from course_lib.estimators import thinking
from course_lib.estimators.ranges import Range
from course_lib.estimators.thinking import years


def test_a_year_by_hand() -> None:
    found = years.year_of_answers_flops(1e12, Range(low=1e9, value=2e9, high=4e9))
    assert found.ends == pytest.approx((2.4e22, 4.8e22, 9.6e22))
    half = years.year_of_answers_flops(1e12, 1e9, computed=0.5)
    assert half.value == pytest.approx(1.2e22)
    with pytest.raises(ValueError, match="tokens_a_month must be above zero"):
        years.year_of_answers_flops(0, 1e9)


def test_the_service_is_the_largest_of_the_catalog() -> None:
    monthly = {
        key: found.value
        for key, found in findings.items()
        if found.topic == "tokens_served" and found.unit == "tokens/month"
    }
    assert max(monthly, key=lambda key: monthly[key]) == years.SERVICE


def test_the_largest_run_is_the_published_one() -> None:
    assert years.largest_run_flops() == pytest.approx(3.8e25, rel=0.01)  # as its report says


def test_the_numbers_of_claim_d02() -> None:
    """3.2 x 10^15 tokens a month, 2 FLOPs each for 13 billion weights, over 3.8 x 10^25."""
    found = years.answers_over_training()
    assert found.value == pytest.approx(12 * 3.2e15 * 2 * 13.1e9 / 3.8e25, rel=0.01)
    # even with the smallest of these models, and all that a cache can save
    assert 12 * 3.2e15 * 2 * years.active_weights().low * 0.55 / 3.8e25 > 1
    assert found.low > 1


def test_weights_in_use_include_models_known_by_name() -> None:
    found = years.active_weights()
    assert found.low < 5.1e9 < found.value < 37e9 * 1.01  # gpt-oss 120B, DeepSeek-V3


def test_the_known_service_by_hand() -> None:
    """226.75 nodes of 8 for a year, over 2.79 million hours of training (its report)."""
    assert years.known_service() == pytest.approx(226.75 * 8 * 8766 / 2.788e6, rel=0.01)


def test_the_numbers_of_claim_d03() -> None:
    found = years.post_training()
    assert (found[0].share, found[-1].share) == (0.0018, 0.1)
    # the counts of hours behind one share: 147 336 of training of 2.788 million
    hours = sum(float(findings[key].value or 0) for key in ("r057", "r058", "r059"))
    assert hours / (hours + 2.788e6) == pytest.approx(found[1].share, abs=0.002)
    assert years.olmo_share() == pytest.approx(224 * 21 * 24 / 1.05e6)


def test_everything_of_the_door_is_there() -> None:
    assert all(hasattr(thinking, name) for name in thinking.__all__)
