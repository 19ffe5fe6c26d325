"""The record of a card: read as it was written, and its crossing against the law it follows."""

from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.demos.attention import card


def _timed(way: str, seq: int, seconds: float) -> card.Timed:
    ends = {"fastest_seconds": seconds / 1.1, "slowest_seconds": seconds * 1.1}
    return card.Timed(way=way, seq=seq, median_seconds=seconds, **ends, repeats=3)


def _record(lengths: tuple[int, ...] = (1000, 2000, 4000, 8000)) -> card.Record:
    """A square of n^2 and a line of 3000 n: they cross at 3000."""
    square = [_timed("square", seq, seq**2 * 1e-9) for seq in lengths]
    line = [_timed("line", seq, seq * 3000 * 1e-9) for seq in lengths]
    told = {"date": "2026-01-01", "machine": "a card", "versions": "none"}
    return card.Record(**told, window=8, runs=(*square, *line))


def test_a_square_crosses_a_line_where_algebra_says() -> None:
    assert _record().crossing("square", "line") == pytest.approx(3000)


def test_ratio_and_spread_are_those_of_the_runs() -> None:
    assert _record().ratio("square", "line", 2000) == pytest.approx(2 / 3)
    assert _record().timed("line", 1000).spread == pytest.approx(1.21)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    record = _record()
    file = tmp_path / "record.toml"
    file.write_text(card.as_toml(record), encoding="utf-8")
    assert card.recorded(file) == record


def test_runs_of_the_course_are_in_order() -> None:
    for run in card.recorded().runs:
        assert 0 < run.fastest_seconds <= run.median_seconds <= run.slowest_seconds


def test_the_core_grows_with_the_square_and_the_rest_with_the_line() -> None:
    record = card.recorded()
    lengths = record.lengths("layer, core")[-3:]
    for way, power in (("layer, core", 2), ("layer, rest", 1)):
        first, last = (record.timed(way, seq).median_seconds for seq in (lengths[0], lengths[-1]))
        assert last / first == pytest.approx((lengths[-1] / lengths[0]) ** power, rel=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda record: record.lengths("wave"), "way must be one of line, square"),
        (lambda record: record.timed("line", 1001), "seq must be one of 1000, 2000, 4000, 8000"),
        (lambda record: record.crossing("line", "line"), "must overtake"),
        (
            lambda record: replace(record, runs=_record((4000, 8000)).runs).crossing(
                "square", "line"
            ),
            "must overtake",
        ),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(_record())  # type: ignore[operator]
