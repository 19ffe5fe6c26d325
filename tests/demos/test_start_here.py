"""Text on one line, and powers of ten as zeros."""

from course_lib.demos import start_here


def test_what_is_shown_is_plain_and_on_one_line() -> None:
    text = start_here.legible("The \x00\ufffdé\n\t  end ")
    assert text == "The ... end"
    assert text.isascii() and text.isprintable()


def test_zeros_of_a_trillion() -> None:
    assert start_here.zeros(1e12) == 12
