"""Cleaning by rules that can be checked by eye."""

from course_lib.demos.cost import cleaning


def test_a_repeated_line_is_kept_once_however_it_is_written() -> None:
    lines = ["Read more here.", "Something new", "read more HERE", "", "Something new"]
    assert list(cleaning.clean(lines)) == ["Read more here.", "Something new"]


def test_lines_that_differ_in_numbers_alone_count_as_the_same() -> None:
    assert list(cleaning.clean(["Page 12 of 99 in all of it", "Page 13 of 99 in all of it"])) == [
        "Page 12 of 99 in all of it"
    ]


def test_what_is_hardly_language_is_dropped() -> None:
    assert list(cleaning.clean(["{'a': [1, 2, 3]}, 0x00ff;", "über die Brücke"])) == [
        "über die Brücke"
    ]


def test_the_measurement_loses_some_and_keeps_some() -> None:
    found = cleaning.measured(limit=50_000, repeats=1)
    assert 0 < found.kept_bytes < found.raw_bytes <= 60_000
    assert found.bytes_per_second > 0
