"""What exercises are held to one after the other: each missing thing is found, as an error where it
binds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.authoring.cell import Cell
from course_lib.authoring.contract import fuller
from course_lib.authoring.contract.reading import Page
from course_lib.authoring.source import read

FOLDS = "".join(f"# <details><summary>{title}</summary>text</details>\n" for title in fuller.HINTS)
WRONG = "".join(
    f'# %% rate_wrong_{number} role="wrong" neutral=true\nrate = {number}\n' for number in range(8)
)
GOOD = (
    "# %% setup\nfrom course_lib.demos import measure as clock\nimport numpy as np\n"
    f"# %% [markdown]\n# ## rate: measure\n{FOLDS}"
    '# %% rate role="answer"\ndef rate(seconds: list[float]) -> float:\n'
    "    ### BEGIN SOLUTION\n    return 1 / seconds[0]\n    ### END SOLUTION\n"
    '# %% measured role="measured"\nseconds = clock.time_call(len)\nsay(f"{seconds}")\n'
    '# %% found role="measured"\nmy_rate = rate(seconds)\nprint(my_rate)\n'
    '# %% rate_check role="check" points=20\nassert my_rate\n'
    f'{WRONG}# %% rate_variant_a role="variant"\nrate = 1\n'
    '# %% rate_variant_b role="variant"\nx = 2\n'
)


def lacks(cells: list[Cell], name: str = "01_parameters") -> list[str]:
    cells = [replace(cell, home=name) for cell in cells]
    return [str(fault) for fault in fuller.faults(Page(None, f"exercises/{name}"), cells)]


def test_a_full_exercise_lacks_nothing(write_source: Callable[..., Path]) -> None:
    assert lacks(read(write_source(GOOD, "exercises"))) == []


BAD = {
    "hints": ("Hint 2: the next step", "Hint 2: the formula", "its folds are"),
    "wrong": ('# %% rate_wrong_7 role="wrong" neutral=true\nrate = 7\n', "", "7 answers with role"),
    "variant": ('# %% rate_variant_b role="variant"\nx = 2\n', "", "1 answers with role variant"),
    "silent": ("print(my_rate)", "", "cell found: measures and shows nothing"),
    "role": (
        'measured role="measured"\nseconds',
        "measured\nseconds",
        "cell measured: measures or trains: give it role measured",
    ),
    "mixed": (
        "seconds = clock.time_call(len)",
        "seconds = clock.time_call(rate)",
        "calls the learner's rate",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_each_thing_that_is_missing_is_found(what: str, write_source: Callable[..., Path]) -> None:
    old, new, message = BAD[what]
    assert GOOD.count(old) == 1
    cells = read(write_source(GOOD.replace(old, new), "exercises"))
    (line,) = lacks(cells)
    assert line.startswith("error: ") and message in line
    (line,) = lacks(cells, "99_later")
    assert line.startswith("warning: ") and "1 things lack" in line
