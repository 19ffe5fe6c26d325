"""Works timed in turn, and what a law misses, by hand. No time is asserted."""

import math

import pytest
import torch

from course_lib.catalog.machines import Measurement, Record, here
from course_lib.demos import measure
from course_lib.demos.hardware import in_turn
from course_lib.estimators import hardware


def timed(*runs: float) -> in_turn.Timed:
    return in_turn.Timed(work=hardware.Work(flops=6, moved_bytes=12), timing=measure.timing(runs))


def test_rates_are_those_of_the_middle_run() -> None:
    found = timed(1.0, 3.0, 2.0)
    assert (found.seconds, found.spread) == (2, 3)
    assert (found.flops_per_second, found.bytes_per_second) == (3, 6)


def test_a_batch_asks_for_what_the_formula_says() -> None:
    found = in_turn.batches([1, 3], width=8, repeats=3)
    assert list(found) == [1, 3]
    assert found[3].work.flops == 2 * 3 * 8 * 8
    assert found[3].work.moved_bytes == 4 * (3 * 8 + 8 * 8 + 3 * 8)
    assert found[1].timing.repeats == found[3].timing.repeats == 3


def test_the_relu_has_one_flop_for_each_result() -> None:
    found = in_turn.product_and_relu(tokens=4, width=8, repeats=3)
    assert found["product"].work.flops == 2 * 4 * 8 * 8
    assert (found["ReLU"].work.flops, found["ReLU"].work.moved_bytes) == (32, 2 * 4 * 32)


def test_works_take_turns() -> None:
    calls: list[str] = []
    work = hardware.product(1, 1, 1)
    works = {name: (work, lambda name=name: calls.append(name)) for name in "ab"}
    in_turn.timed_in_turn(works, repeats=3)  # type: ignore[arg-type]
    assert "".join(calls) == "ab" + "ba" + "ab" + "ba"  # one round warms up


def test_a_product_is_written_into_its_buffer() -> None:
    left, right = torch.ones(2, 3), torch.ones(3, 4)
    multiply = in_turn._multiply(left, right)
    assert multiply() is multiply()
    assert torch.equal(multiply(), torch.full((2, 4), 3.0))


def test_misses_are_means_of_logarithms() -> None:
    works = [timed(1.0, 2.0), timed(4.0, 4.0)]
    first, second = in_turn.misses(works, [2.0, 4.0])
    assert first == pytest.approx(math.log(2) / 2)  # twice too much, and right
    assert second == in_turn.LEAST_MISS  # both right


def test_a_law_twice_too_much_misses_as_far_as_one_twice_too_little() -> None:
    works = [timed(3.0, 5.0)]
    assert in_turn.misses(works, [6.0])[0] == pytest.approx(in_turn.misses(works, [1.5])[0])


def test_the_nearer_law_is_clearly_told() -> None:
    works = [timed(*(1 + 0.01 * n for n in range(7))), timed(*(2 + 0.01 * n for n in range(7)))]
    near, far = (in_turn.misses(works, law) for law in ([1.1, 2.2], [1.5, 3.0]))
    assert measure.clearly(near, far) == "faster"


def recorded(work: str, size: int, flops: float, moved: float, seconds: float) -> Measurement:
    ends = {"fastest_seconds": seconds, "slowest_seconds": seconds, "median_seconds": seconds}
    told = {"name": f"{work} {size}", "kind": "measurement", "work": work, "format": "fp32"}
    return Measurement(**told, size=size, flops=flops, moved_bytes=moved, **ends, repeats=1)


def machine(*more: Measurement) -> Record:
    """A machine of 10 FLOP/s whose products fetch 5 bytes a second, and which never overlaps."""
    square = recorded("product", 1, 10, 1, 1.0)
    small = recorded("batch", 2, 10, 5, 1 + 1)
    return Record(machine=here("mine"), measurements=(square, small, *more))


def test_a_machine_that_takes_turns_is_told_by_its_record() -> None:
    found = in_turn.laws_of_record(machine(recorded("batch", 4, 20, 5, 2 + 1)))
    assert found == {"longer": pytest.approx(2 / 3 - 1), "added": pytest.approx(0)}


def test_the_smallest_batch_alone_predicts_nothing() -> None:
    with pytest.raises(ValueError, match="two batches of several tokens in fp32, got 1"):
        in_turn.laws_of_record(machine(recorded("batch", 1, 5, 5, 1.0)))


def test_a_recorded_machine_tells_what_part_of_its_product_a_relu_takes() -> None:
    # 6 numbers of 4 bytes, read and written at 8 bytes/s: 6 s; 36 FLOP at 10 FLOP/s: 3.6 s
    found = in_turn.relu_of_record(machine(recorded("relu", 1, 1, 8, 1.0)), tokens=2, width=3)
    assert found == pytest.approx(6 / 3.6)
    with pytest.raises(ValueError, match="a ReLU in fp32, got none"):
        in_turn.relu_of_record(machine())


@pytest.mark.parametrize("law", [[1.0], [1.0, 2.0, 3.0]])
def test_a_law_says_a_time_for_each_work(law: list[float]) -> None:
    with pytest.raises(ValueError, match="law must hold a time for each of 2 works"):
        in_turn.misses([timed(1.0), timed(2.0)], law)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="sizes must be"):
        in_turn.batches([0], width=8)
    with pytest.raises(ValueError, match="works must hold"):
        in_turn.batches([], width=8)
    with pytest.raises(ValueError, match="format"):
        in_turn.batches([1], "fp12", width=8)
    with pytest.raises(ValueError, match="rounds"):
        in_turn.misses([timed(1.0), timed(2.0, 3.0)], [1.0, 2.0])
    with pytest.raises(ValueError, match="law"):
        in_turn.misses([timed(1.0)], [0.0])
