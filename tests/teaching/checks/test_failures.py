"""Whatever goes wrong in a check becomes one sentence that names what was raised, where, and what
to do; no cause is made up."""

from typing import Any

import pytest

from course_lib.teaching.checks.failures import sentence

ANSWERS = """
def divide(value):
    return 1 / value

def misspelt(value):
    return valeu

def early(value):
    total = total + value
    return total

def helped(value):
    return divide(value)

def missing(value):
    return {"a": 1}[value]

def nothing(value):
    return None * 2

def endless(value):
    return endless(value)

def library(value):
    return sorted([1, "a"])

inner = lambda value: 1 / value
"""


def told(call: str, task: str = "divide", answers: str = ANSWERS) -> str:
    """What a learner reads of an error in a check, answers and check being cells of their own."""
    names: dict[str, Any] = {}
    exec(compile(answers, "<answers>", "exec"), names)
    try:
        exec(compile(call, "<check>", "exec"), names)
    except Exception as error:
        # as in the notebook: the check's own line is the outermost one
        assert error.__traceback__ is not None
        return sentence(error.with_traceback(error.__traceback__.tb_next), task)
    raise AssertionError("the check passed")


TOLD = {
    "divide(0)": "ZeroDivisionError (division by zero) in line 2 of your `divide`. What stands",
    "helped(0)": "ZeroDivisionError (division by zero) in line 2 of your `divide`. What stands",
    "misspelt(1)": "NameError (name 'valeu' is not defined) in line 2 of your `misspelt`. Is ",
    "early(1)": "in line 2 of your `early`. That name is used before it gets a value",
    "missing('b')": "KeyError ('b') in line 2 of your `missing`. There is no such entry",
    "nothing(1)": "in line 2 of your `nothing`. Something there is still None",
    "endless(1)": "in line 2 of your `endless`. The function calls itself",
    "library(1)": "TypeError ('<' not supported between instances of 'str' and 'int') in line 2 of",
    "inner(0)": "ZeroDivisionError (division by zero) in line 27. What stands",
    "divide(1)['x']": "`divide` cannot be used as the task asks: TypeError ('float' object",
    "divide": "`divide` is not right yet.",
}


@pytest.mark.parametrize("call", TOLD)
def test_an_error_is_told_in_one_sentence(call: str) -> None:
    said = told(call if call != "divide" else "assert divide(1) == 2")
    assert TOLD[call] in said
    assert "\n" not in said


def test_a_helper_of_the_check_is_not_the_learners() -> None:
    said = told("near = lambda value: abs(value - 1)\nnear(None)")
    assert said.startswith("`divide` cannot be used as the task asks: TypeError")


def test_a_name_without_a_value_is_not_answered() -> None:
    assert told("takeover", "takeover").startswith("`takeover` is not answered yet.")
    assert "`np` has no value: not answered yet, or its cell was not run" in told("np", "takeover")


def test_the_stub_of_a_function_is_told_of_return() -> None:
    stub = "def divide(value): ..."
    check = "assert divide(1) is not None, 'not answered yet'"
    assert "A function without `return` gives None" in told(check, answers=stub)
    value = "assert divide is not None, 'not answered yet'"
    assert "return" not in told(value, answers="divide = None")


def test_long_words_of_an_error_are_cut() -> None:
    assert len(sentence(ValueError("x" * 5000), "task")) < 400


def test_an_assertion_in_the_learners_code_speaks_for_itself() -> None:
    assert (
        told("own(1)", answers="def own(value):\n    assert value > 1, 'too small'") == "too small"
    )
