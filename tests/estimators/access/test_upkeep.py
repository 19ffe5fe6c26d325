"""A year's bill by hand."""

import numpy as np
import pytest

from course_lib.estimators.access import upkeep


def test_parts_add_up_to_the_total_by_hand() -> None:
    bill = upkeep.yearly(
        2e6, hosting=3e5, retrainings=2, retraining_share=0.25,
        post_trainings=4, post_training_share=0.01, evaluation_share=0.05,
    )  # fmt: skip
    assert bill.parts == {
        "retraining": 1e6,
        "post_training": 80_000,
        "hosting": 3e5,
        "evaluation": 1e5,
    }
    assert bill.total == sum(bill.parts.values())
    assert bill.share == pytest.approx(0.74)


def test_hosting_has_a_floor_and_grows_beyond_it() -> None:
    bills = upkeep.hosting_usd(
        np.array([1e3, 1e9, 2e9]), 0.5, ready_devices=1, usd_per_device_hour=3.0
    )
    assert bills[0] == 3.0 * 8766
    assert bills[1] == pytest.approx(500 * 365.25)
    assert bills[2] == pytest.approx(2 * bills[1])


def test_nothing_done_costs_nothing() -> None:
    assert upkeep.yearly(1e6, retrainings=0).total == 0


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="first_training_usd"):
        upkeep.yearly(0)
    with pytest.raises(ValueError, match="retrainings"):
        upkeep.yearly(1, retrainings=-1)
    with pytest.raises(ValueError, match="tokens_per_day"):
        upkeep.hosting_usd(-1, 1)


def test_a_year_of_nothing_said_is_one_whole_retraining() -> None:
    bill = upkeep.yearly(2e6)
    assert bill.parts == {"retraining": 2e6, "post_training": 0, "hosting": 0, "evaluation": 0}
    assert bill.share == 1
    assert upkeep.yearly(2e6, post_training_share=0.25).post_training == 5e5  # once a year
    assert upkeep.yearly(2e6, retraining_share=0.5).retraining == 1e6
    assert upkeep.yearly(2e6, retrainings=3).retraining == 6e6


def test_machines_that_stand_ready_are_paid_for_day_and_night() -> None:
    """Two devices at USD 1.5 for 24 x 365.25 hours against a million tokens a day."""
    assert upkeep.hosting_usd(1e6, 1.0) == 365.25
    assert upkeep.hosting_usd(0, 0, 2, 1.5) == 3 * 24 * 365.25
    assert upkeep.hosting_usd(1e6, 1.0, ready_devices=5) == 365.25  # of no price
    assert upkeep.hosting_usd(1e6, 1.0, usd_per_device_hour=5) == 365.25  # none stands ready
