"""An nbgrader course of this course's exercises: masters, settings, rubrics for the marker.

Design choices:
- Rubrics lie beside `source`, never in it: nbgrader hands out whatever lies beside a master.
- Settings that are there already stay: a teacher's own lines are in them.
"""

from collections.abc import Sequence
from pathlib import Path

from course_lib.authoring import derive
from course_lib.authoring.build import jobs, write_notebook
from course_lib.authoring.places import write_whole
from course_lib.authoring.source import read

CONFIG = '''"""Settings of an nbgrader course with the exercises of Where the Compute Goes."""

from pathlib import Path

from nbgrader.converters.generate_assignment import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

from course_lib.authoring.clear_answers import ClearAnswers

c = get_config()  # noqa: F821  nbgrader defines it

# The name of the course in nbgrader's exchange. Students need the same one to fetch and submit.
c.CourseDirectory.course_id = "where_the_compute_goes"

# Scores lie in gradebook.db here. For a PostgreSQL server:
# c.CourseDirectory.db_url = "postgresql+psycopg2://USER:PASSWORD@HOST/DATABASE"

# Answers in words get a stub in words.
c.GenerateAssignment.preprocessors = [
    ClearAnswers if step is ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default_args[0]
]

# formgrader shows the rubric below an answer in words; what students get back holds none.
c.HTMLExporter.preprocessors = ["course_lib.classroom.gradebook.show_rubric.ShowRubric"]
c.ShowRubric.folder = str(Path(__file__).resolve().parent / "rubrics")

# Seconds that a cell may take where nbgrader itself runs a notebook.
c.Execute.timeout = 120
'''
"""nbgrader reads it in the course's folder."""

README = """# A course of nbgrader

`source/` holds the masters of the exercises, `rubrics/` what the marker goes by, and
`nbgrader_config.py` the settings. Both folders were made by `course build --masters`; make them
again after a change, and do not edit them here.

The commands from handing out to giving back stand in `docs/grading_nbgrader.md` of the course.
Keep this folder to yourself: it holds every answer.
"""

__all__ = ["CONFIG", "write_masters"]


def write_masters(root: Path, folder: Path, asked: Sequence[str] = ()) -> list[Path]:
    """Make `folder` a course of nbgrader, or make its masters and rubrics again.

    Args:
        root: this course's folder.
        folder: the folder of the nbgrader course; need not be there yet.
        asked: exercises by any name; all if none is named.

    Returns:
        What was written, in order; settings that were there already are not among it.

    Raises:
        UnknownLesson: an exercise that there is not.
        SourceError: a source that breaks a rule.
    """
    written: list[Path] = []
    for job in jobs(root, asked):
        if job.product != "exercises":
            continue
        name = job.source.stem
        master = folder / "source" / name / f"{name}.ipynb"
        write_notebook(derive.master(read(job.source)), master)
        written.append(master)
        rubric = root / "docs" / "rubrics" / f"{name}.md"
        if rubric.is_file():
            copy = folder / "rubrics" / rubric.name
            write_whole(copy, rubric.read_bytes())
            written.append(copy)
    for path, text in ((folder / "nbgrader_config.py", CONFIG), (folder / "README.md", README)):
        if not path.exists():
            write_whole(path, text)
            written.append(path)
    return written
