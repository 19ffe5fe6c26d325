"""The two comment lines around an answer, `### BEGIN SOLUTION` and `### END SOLUTION`.

Only these two are ever typed; nbgrader's other markers are written by `derive`. What a learner gets
in place of the answer is fixed here, so that the built exercise and its trials agree.
"""

BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"
BEGIN_HIDDEN = "### BEGIN HIDDEN TESTS"
END_HIDDEN = "### END HIDDEN TESTS"

CODE_STUB = "...  # your code here"
"""Stands where code is to be written: a function with only this body returns None, which the checks
can see."""

TEXT_STUB = "(your answer here)"
"""Stands where words are to be written."""


def fault(source: str) -> str | None:
    """What is wrong with the markers of one answer, or None: at least one pair, none nested, none
    left open.

    >>> fault("x = 1")
    'has no SOLUTION markers'
    >>> fault("### BEGIN SOLUTION") is None
    False
    """
    inside = False
    pairs = 0
    for line in source.splitlines():
        if BEGIN_SOLUTION in line:
            if inside:
                return f"has a second {BEGIN_SOLUTION} before {END_SOLUTION}"
            inside = True
        elif END_SOLUTION in line:
            if not inside:
                return f"has {END_SOLUTION} without {BEGIN_SOLUTION}"
            inside = False
            pairs += 1
    if inside:
        return f"has {BEGIN_SOLUTION} without {END_SOLUTION}"
    return None if pairs else "has no SOLUTION markers"


def strip(source: str) -> str:
    """An answer without its markers, as the solution notebook shows it.

    >>> strip("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
    'x = 1'
    """
    return "\n".join(
        line
        for line in source.split("\n")
        if BEGIN_SOLUTION not in line and END_SOLUTION not in line
    )
