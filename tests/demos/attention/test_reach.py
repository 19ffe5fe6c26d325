"""How far the gradient reaches, against the estimator."""

import pytest

from course_lib.demos import attention as demo
from course_lib.estimators import attention


@pytest.mark.parametrize(("layers", "window"), [(1, 1), (1, 9), (3, 5), (4, 16)])
def test_the_gradient_reaches_exactly_as_far_as_the_estimate(layers: int, window: int) -> None:
    strength = demo.influence(layers, window, seq=90)
    back = attention.reach(layers, window)
    assert (strength[90 - 1 - back :] > 0).all() and (strength[: 90 - 1 - back] == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demo.influence(0, 4, 9), "layers must be at least 1"),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
