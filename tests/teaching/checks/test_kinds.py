"""An answer of another kind is told of in a sentence; every honest form of a number passes."""

import numpy as np
import pytest
import torch

from course_lib.teaching import a_choice, a_number, entries

NUMBERS = [0, 3, 2.5, -1.0, np.int64(3), np.float32(2), np.array(4), torch.tensor(2.0)]
OTHERS = ["3", True, [3], {}, float("nan"), float("inf"), np.array([1, 2]), len, 1j, np.bool_(True)]
OTHERS += [torch.tensor([1.0, 2.0]), 10**400]


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_numbers_pass(value: object) -> None:
    a_number(value)
    entries({"a": value}, "a")


@pytest.mark.parametrize("value", OTHERS, ids=lambda value: repr(value)[:20])
def test_anything_else_is_told_of(value: object) -> None:
    with pytest.raises(AssertionError, match=r"^`f` must be one number, without its unit"):
        a_number(value, "`f`")
    with pytest.raises(AssertionError, match=r'^"a" must be one number'):
        entries({"a": value}, "a")


@pytest.mark.parametrize("value", [None, ...])
def test_a_stub_is_not_answered(value: object) -> None:
    with pytest.raises(AssertionError, match=r"^not answered yet$"):
        a_number(value)
    with pytest.raises(AssertionError, match=r"^not answered yet$"):
        entries(value, "a")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, 'A dictionary with "a", "b" is asked for: yours is 3.'),
        ({"a": 1}, 'The dictionary lacks "b".'),
        ({"a": 1, "b": 2, "c": 3, 4: 4}, 'The dictionary holds "4", "c", not asked for.'),
        ({"a": 1, "b": None}, '"b" must be one number, without its unit: yours is None.'),
    ],
)
def test_a_dictionary_is_looked_at_entry_by_entry(value: object, said: str) -> None:
    with pytest.raises(AssertionError) as caught:
        entries(value, "a", "b")
    assert str(caught.value) == said


@pytest.mark.parametrize("value", [True, False, np.bool_(True), torch.tensor(False)], ids=repr)
def test_a_choice_passes_in_any_honest_form(value: object) -> None:
    a_choice(value, (True, False))


@pytest.mark.parametrize("value", ["yes", "True", 2, [True], np.array([True, False]), float("nan")])
def test_another_answer_is_told_of_as_one(value: object) -> None:
    with pytest.raises(AssertionError, match=r"^`fits` must be True or False: yours is ") as caught:
        a_choice(value, (True, False), "`fits`")
    assert "not answered" not in str(caught.value)


@pytest.mark.parametrize("value", [None, ..., "", " "])
def test_a_choice_that_is_not_made_is_asked_for(value: object) -> None:
    with pytest.raises(AssertionError) as caught:
        a_choice(value, ("few", "many", "both"), "`pays`")
    assert str(caught.value) == '`pays` is not answered yet: "few", "many" or "both"?'


def test_a_long_answer_is_cut() -> None:
    with pytest.raises(AssertionError) as caught:
        a_number("x" * 9999)
    assert len(str(caught.value)) < 200
