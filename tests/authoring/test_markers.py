"""SOLUTION markers come in pairs."""

import pytest

from course_lib.authoring.markers import fault, strip

PAIR = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def test_two_pairs_are_fine() -> None:
    text = PAIR.format("x = 1") + "\n" + PAIR.format("y = 2")
    assert fault(text) is None
    assert strip(text) == "x = 1\ny = 2"


@pytest.mark.parametrize(
    "text", [PAIR.format(PAIR), PAIR + "\n### END SOLUTION", "### BEGIN SOLUTION\n" + PAIR, ""]
)
def test_anything_else_is_not(text: str) -> None:
    assert fault(text)
