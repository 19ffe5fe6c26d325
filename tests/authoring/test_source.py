"""Sources are read as written, and every broken rule is refused with file, line and cell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.authoring.source import read
from course_lib.errors import SourceError

ANSWER = '# %% task role="answer"\n### BEGIN SOLUTION\ntask = 1\n### END SOLUTION\n'
CHECK = '# %% task_check role="check" points=20\nassert task == 1\n'


def test_cells_carry_what_their_markers_say(
    write_source: Callable[..., Path], exercise_text: str
) -> None:
    cells = {cell.name: cell for cell in read(write_source(exercise_text, "exercises"))}
    assert cells["kv_bytes"].role == "answer"
    assert cells["kv_bytes_check"].points == 5
    assert cells["kv_bytes_hidden"].owner == "kv_bytes"
    assert cells["kv_bytes_wrong_keys_only"].says == "keys and values"
    assert cells["setup"].role is None
    assert cells["why"].text.startswith('why = """')


def test_lines_are_those_of_the_file(write_source: Callable[..., Path], exercise_text: str) -> None:
    lines = exercise_text.splitlines()
    for cell in read(write_source(exercise_text, "exercises")):
        assert lines[cell.line - 1].startswith("# %%")
    check = next(
        cell
        for cell in read(write_source(exercise_text, "exercises"))
        if cell.name == "kv_bytes_check"
    )
    assert "kv_bytes_check" in lines[check.line - 1]


def test_the_longest_answer_name_owns(write_source: Callable[..., Path]) -> None:
    text = (
        ANSWER
        + ANSWER.replace("task", "task_more")
        + CHECK.replace("task_check", "task_more_check")
    )
    assert read(write_source(text, "exercises"))[-1].owner == "task_more"


def test_markdown_ids_are_slug_and_ordinal(write_source: Callable[..., Path]) -> None:
    text = (
        "# %% [markdown]\n# # 01 · Überblick\n\n"
        "# %% [markdown]\n# on\n\n# %% [markdown]\n# ## Recall\n"
    )
    assert [cell.name for cell in read(write_source(text))] == [
        "01-uberblick-1",
        "01-uberblick-2",
        "recall-1",
    ]


def test_magics_are_code(write_source: Callable[..., Path]) -> None:
    assert (
        read(write_source("# %% setup\n# %matplotlib inline\nx = 1\n"))[0].text
        == "%matplotlib inline\nx = 1"
    )


BAD_CELLS = {
    "x = 1\n": "needs a name",
    " setup\n": "is empty",
    " setup\nx = 1\n# %% setup\nx = 2": "taken by the cell at line 1",
    ' setup role="measure"\nx = 1': "unknown role 'measure'",
    ' setup rolle="measured"\nx = 1': "unknown attribute 'rolle'",
    " setup role=measured\nx = 1": "cannot read 'role=measured'",
    " setup role=3\nx = 1": "role must be a text",
    ' setup role="answer"\nx = 1': "does not belong in a lesson",
    ' [markdown] role="measured"\n# text': "needs a code cell",
    " Set-up\nx = 1": "lower-case",
    " [raw]\n# text": "neither code nor markdown",
    " setup points=2\nx = 1": "points belong on",
    ' setup says="x"\nx = 1': "belong on a wrong answer",
    " setup\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION": "SOLUTION markers belong",
    " setup\n### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS": "written by the build",
}


@pytest.mark.parametrize("text", BAD_CELLS)
def test_a_bad_cell_of_a_lesson_is_named(text: str, write_source: Callable[..., Path]) -> None:
    path = write_source("# %%" + (text if text.startswith(" ") else f"\n{text}"))
    with pytest.raises(SourceError, match=r"lessons/01_try\.py, line \d+, cell ") as caught:
        read(path)
    assert BAD_CELLS[text] in str(caught.value)


BAD_EXERCISES = {
    CHECK: "no answer owns it",
    ANSWER + CHECK.replace("20", "19"): "sum to 20, not 19",
    ANSWER + CHECK.replace(" points=20", ""): "needs points",
    ANSWER + CHECK.replace("20", "0"): "positive integer",
    ANSWER + CHECK.replace("20", "-2"): "positive integer",
    ANSWER + CHECK.replace("20", "true"): "positive integer",
    ANSWER + CHECK.replace("20", "2.5"): "positive integer",
    ANSWER.replace('"answer"', '"answer" points=20') + CHECK: "points belong on",
    ANSWER.replace("### BEGIN SOLUTION\n", "") + CHECK: "END SOLUTION without",
    ANSWER.replace("### END SOLUTION\n", "") + CHECK: "BEGIN SOLUTION without",
    ANSWER.replace("### END", "### BEGIN") + CHECK: "second ### BEGIN SOLUTION",
    '# %% task role="answer"\ntask = 1\n' + CHECK: "no SOLUTION markers",
    '# %% task role="free_text" points=20\ntask = 1\n': "no SOLUTION markers",
    ANSWER + CHECK + '# %% task_wrong role="wrong"\ntask = 2': "one of says=",
    ANSWER + CHECK + '# %% task_wrong role="wrong" neutral=false\ntask = 2': "one of says=",
    ANSWER + CHECK + '# %% task_wrong role="wrong" neutral=1\ntask = 2': "neutral must be true",
    ANSWER + CHECK + '# %% task_wrong role="wrong" says="a" neutral=true\nx = 2': "one of says=",
    ANSWER + CHECK + '# %% task_variant role="variant" neutral=true\nx = 2': "on a wrong answer",
    ANSWER + CHECK + '# %% other_variant role="variant"\nx = 2': "no answer owns it",
    ANSWER + CHECK.replace("task_check", "task_test"): "is called task_check",
    ANSWER.replace('"answer"', '"answer" part_of="more"') + CHECK: "no task is called 'more'",
    ANSWER + CHECK.replace("points", 'part_of="task" points'): "part_of belongs on an answer",
    ANSWER
    + CHECK
    + '# %% task_wrong role="wrong" says="a" misconception="b"\ntask = 2': "one of says=",
    ANSWER + CHECK + '# %% other_wrong role="wrong" says="a"\ntask = 2': "no answer owns it",
}


@pytest.mark.parametrize("text", BAD_EXERCISES)
def test_a_bad_exercise_is_named(text: str, write_source: Callable[..., Path]) -> None:
    with pytest.raises(SourceError, match=r"exercises/01_try\.py") as caught:
        read(write_source(text, "exercises"))
    assert BAD_EXERCISES[text] in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n# %% setup\ny = 2\n",
        '# %% setup\nx = """\n# %% inside\n"""\n',
        "# %% setup\nif True:\n    # %% x\n    y = 1\n",
    ],
)
def test_a_marker_in_the_wrong_place_is_refused(
    text: str, write_source: Callable[..., Path]
) -> None:
    with pytest.raises(SourceError, match=r"01_try\.py, line \d"):
        read(write_source(text))


def test_a_misconception_brings_its_remedy(write_source: Callable[..., Path]) -> None:
    from course_lib.teaching.quizzes import misconceptions

    text = (
        ANSWER + CHECK + '# %% task_wrong role="wrong" misconception="two-mlp-matrices"\ntask = 2'
    )
    wrong = read(write_source(text, "exercises"))[-1]
    assert wrong.expected_message() == misconceptions.get("two-mlp-matrices").remedy
