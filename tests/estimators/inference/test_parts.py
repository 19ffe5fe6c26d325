"""The parts of a pass: sums by hand, and what is said to set the time."""

import numpy as np
import pytest

from course_lib.estimators.inference.parts import Part, Pass


def _pass(products: Part, experts: Part, attention: Part, extra: float = 0.0) -> Pass:
    return Pass(
        bytes_moved=1.0, flops=1.0, products=products, experts=experts, attention=attention,
        extra_seconds=extra,
    )  # fmt: skip


def part(memory: float, arithmetic: float) -> Part:
    return Part(memory_seconds=memory, arithmetic_seconds=arithmetic)


NOTHING = part(0.0, 0.0)


def test_parts_come_one_after_the_other_and_each_takes_the_longer_of_two_times() -> None:
    found = _pass(part(1.0, 4.0), part(2.0, 3.0), part(6.0, 5.0), extra=0.5)
    # 4 + 3 + 6, where all bytes against all FLOPs would be max(9, 12).
    assert found.seconds == 13.5
    assert (found.memory_seconds, found.arithmetic_seconds) == (9.0, 12.0)


def test_stages_that_work_at_once_divide_the_whole_time() -> None:
    one = _pass(part(1.0, 4.0), NOTHING, NOTHING, extra=2.0)
    both = Pass(**{**vars(one), "overlap": 1.5})
    assert both.seconds == pytest.approx(6.0 / 1.5)


@pytest.mark.parametrize(
    ("products", "attention", "word"),
    [
        (part(3.0, 1.0), part(1.0, 2.9), "bandwidth"),  # 3.0 of 5.9 seconds wait for bytes
        (part(2.9, 1.0), part(1.0, 3.0), "compute"),
        # A third of the time is not enough, though a third of it were more than nothing.
        (part(2.0, 1.0), part(1.0, 3.0), "compute"),
        (part(2.0, 1.0), part(1.0, 2.0), "bandwidth"),  # half and half: the bytes set it
        (part(2.0, 2.0), NOTHING, "bandwidth"),  # and so where both take as long
    ],
)
def test_what_sets_the_time_is_what_most_of_it_waits_for(
    products: Part, attention: Part, word: str
) -> None:
    assert _pass(products, NOTHING, attention).bound == word


def test_arrays_get_an_array_of_words() -> None:
    products = Part(memory_seconds=np.array([3.0, 1.0]), arithmetic_seconds=np.array([1.0, 3.0]))
    found = _pass(products, NOTHING, NOTHING)
    assert found.bound.tolist() == ["bandwidth", "compute"]
    assert found.seconds.tolist() == [3.0, 3.0]
