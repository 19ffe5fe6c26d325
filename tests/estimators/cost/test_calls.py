"""Calls by their parts against sums by hand, and what must be refused."""

import numpy as np
import pytest

from course_lib.catalog import prices
from course_lib.estimators.cost import calls

PRICE = calls.Asked(input=2.0, cached=0.5, written=8.0)


def test_four_kinds_of_tokens_by_hand() -> None:
    found = calls.call(PRICE, fresh=4_000, cached=6_000, thinking=1_000, written=3_000)
    assert found.fresh == pytest.approx(0.008) and found.cached == pytest.approx(0.003)
    assert found.thinking == pytest.approx(0.008) and found.written == pytest.approx(0.024)
    assert found.total == pytest.approx(0.043)


def test_arrays_broadcast_and_nothing_costs_nothing() -> None:
    found = calls.call(PRICE, fresh=0, written=np.array([0, 1e6]))
    assert list(found.total) == [0, 8]


def test_list_prices_are_the_catalogs() -> None:
    asked = calls.asked("openai-gpt-5")
    listed = [prices[f"openai-gpt-5-{end}"].value for end in ("input", "cached-input", "output")]
    assert [asked.input, asked.cached, asked.written] == listed
    with pytest.raises(KeyError, match="nearest"):
        calls.asked("no-such-model")


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="thinking"):
        calls.call(PRICE, fresh=1, written=1, thinking=-1)
    with pytest.raises(TypeError, match="price"):
        calls.call({"input": 1}, fresh=1, written=1)
