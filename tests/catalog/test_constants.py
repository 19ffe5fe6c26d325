"""Constants and spreads, as estimators ask for them."""

from __future__ import annotations

import threading

import pytest

from course_lib.catalog import efficiency, spreads, touched
from course_lib.catalog.constants import constant, probing, spread, trying


def test_a_trial_ends_with_its_block() -> None:
    before = constant("link-reached")
    with trying({"link-reached": 0.5}):
        with trying({"link-reached": 0.25}):
            assert constant("link-reached") == 0.25
        assert constant("link-reached") == 0.5
    assert constant("link-reached") == before == efficiency["link-reached"].value


def test_a_trial_is_not_seen_by_another_thread() -> None:
    seen: list[float] = []
    with trying({"link-reached": 0.5}):
        thread = threading.Thread(target=lambda: seen.append(constant("link-reached")))
        thread.start()
        thread.join()
    assert seen == [efficiency["link-reached"].value]


def test_an_unknown_constant_is_refused() -> None:
    with pytest.raises(KeyError, match="no-such-constant"):
        constant("no-such-constant")
    with pytest.raises(KeyError), trying({"no-such-constant": 1.0}):
        pass
    with pytest.raises(ValueError), trying({"link-reached": -1.0}):
        pass


def test_a_key_without_an_entry_takes_the_wider_one() -> None:
    assert spread("step-told-in-full-detail") is spreads.peek("step-told")
    with pytest.raises(KeyError, match="weather-tomorrow"):
        spread("weather-tomorrow")


def test_a_probe_hears_every_question_and_ends_with_its_block() -> None:
    with probing(lambda key: (0.25, 4.0) if key == "step-told" else (1.0, 1.0)) as asked:
        assert (spread("step-told").low, spread("step-told").high) == (0.25, 4.0)
        assert spread("no-such-spread").high == 1.0
    assert asked == ["step-told", "step-told", "no-such-spread"]
    assert spread("step-told") is spreads.peek("step-told")


def test_trials_add_up_and_the_inner_one_goes_before() -> None:
    with trying({"link-reached": 0.5, "network-reached": 0.5}):
        with trying({"network-reached": 0.25, "half-side": 10}):
            found = [constant(key) for key in ("link-reached", "network-reached", "half-side")]
        assert constant("half-side") == efficiency["half-side"].value
    assert found == [0.5, 0.25, 10]


def test_a_trial_and_a_probe_end_with_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), trying({"link-reached": 0.5}):
        _ = 1 / 0
    with pytest.raises(ZeroDivisionError), probing(lambda key: (0.5, 2.0)):
        _ = 1 / 0
    assert constant("link-reached") == efficiency["link-reached"].value
    assert spread("step-told") is spreads.peek("step-told")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (-1e-9, ValueError), (float("nan"), ValueError), (float("inf"), ValueError),
        ("0.5", TypeError), (True, TypeError), (None, TypeError), ([0.5, 0.6], TypeError),
    ],
)  # fmt: skip
def test_what_is_no_single_number_is_not_tried(value: object, error: type[Exception]) -> None:
    with pytest.raises(error), trying({"half-side": 10, "link-reached": value}):  # type: ignore[dict-item]
        pass
    assert constant("half-side") == efficiency["half-side"].value


def test_nothing_is_a_value_as_well() -> None:
    with trying({"tensor-overlap": 0}):
        assert constant("tensor-overlap") == 0


def test_asking_is_not_touching() -> None:
    before = touched()
    constant("half-side"), spread("step-told-dense")
    with trying({"half-side": 1}):
        constant("half-side")
    assert touched() == before


def test_the_narrowest_entry_that_there_is_answers() -> None:
    with pytest.raises(KeyError, match="stairs"):
        spread("stairs-told")  # nothing is called so, nor "stairs"
    assert spread("step-told-dense-narrow-on-paper").low == spread("step-told-dense-narrow").low
