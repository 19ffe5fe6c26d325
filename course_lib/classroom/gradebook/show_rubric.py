"""The rubric below an answer in words, on formgrader's page alone.

A preprocessor of nbconvert, named in `nbgrader_config.py`. formgrader and `generate_feedback` share
their settings, so it looks for what only formgrader says: which submission it shows.
"""

import re
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from traitlets import Unicode

from course_lib.authoring import rubric

HEADLINE = "### Rubric (students do not see it)"
FORMGRADER_ONLY = "submission_id"
"""Stands in the resources of formgrader's page and of no other."""

__all__ = ["ShowRubric"]


class ShowRubric(Preprocessor):
    """Puts the page of `docs/rubrics` below the answer it is for."""

    folder = Unicode("rubrics", help="Holds a rubric for each exercise, NN_name.md").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Add one text cell where formgrader shows an exercise that has a rubric."""
        path = Path(self.folder) / f"{resources.get('assignment_id', '')}.md"
        if FORMGRADER_ONLY not in resources or not path.is_file():
            return nb, resources
        from nbformat import v4

        page = path.read_text(encoding="utf-8")
        task = rubric.TITLE.match(page)
        for place, cell in enumerate(nb.cells):
            if task and cell.metadata.get("nbgrader", {}).get("grade_id") == task[1]:
                nb.cells.insert(place + 1, v4.new_markdown_cell(_lowered(page)))
                break
        return nb, resources


def _lowered(page: str) -> str:
    """A page with our headline, its own headings two levels down.

    >>> _lowered("# Rubric for `x`, exercise 01\\n## Poor: 1 of 3 points")
    '### Rubric (students do not see it)\\n#### Poor: 1 of 3 points'
    """
    _, _, below = page.partition("\n")
    return HEADLINE + "\n" + re.sub(r"^#", "###", below, flags=re.MULTILINE)
