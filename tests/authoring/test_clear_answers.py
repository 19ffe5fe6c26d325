"""nbgrader itself makes an exercise of our masters, in a course of its own."""

import subprocess
import sys
from pathlib import Path

import nbformat

from course_lib.authoring import markers
from course_lib.authoring.masters import write_masters

SOURCE = '''# %% [markdown] intro
# # A small exercise

# %% doubled role="answer"
def doubled(number):
    """Twice the number."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION

# %% doubled_check role="check" points=15
assert doubled(2) == 4

# %% why role="free_text" points=5
why = """
### BEGIN SOLUTION
Because two times two is four.
### END SOLUTION
"""
'''


def test_nbgrader_puts_words_where_words_were(tmp_path: Path) -> None:
    exercises = tmp_path / "project" / "source" / "exercises"
    exercises.mkdir(parents=True)
    (exercises / "01_small.py").write_text(SOURCE, encoding="utf-8")
    course = tmp_path / "class"
    write_masters(tmp_path / "project", course)
    call = [sys.executable, "-m", "nbgrader", "generate_assignment", "01_small", "--no-db"]
    done = subprocess.run(call, cwd=course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    released = course / "release" / "01_small" / "01_small.ipynb"
    cells = {cell.id: cell.source for cell in nbformat.read(released, as_version=4).cells}
    assert cells["why"] == f'why = """\n{markers.TEXT_STUB}\n"""'
    assert cells["doubled"].endswith(f"    {markers.CODE_STUB}")
    assert "two times two" not in released.read_text(encoding="utf-8")
