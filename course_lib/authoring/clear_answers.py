"""nbgrader's step that takes answers out of an exercise, with a stub that fits each of them.

nbgrader picks a stub by the type of the cell, code or Markdown. Here words may stand in a code
cell, as a Python string, and code there would end up inside its quotes.
"""

from typing import Any

from nbgrader.preprocessors import ClearSolutions

from course_lib.authoring import markers


class ClearAnswers(ClearSolutions):
    """Replaces code by code and words by words, even where the words are a Python string."""

    def preprocess_cell(self, cell: Any, resources: dict, cell_index: int) -> Any:
        """Replace the answer of one cell; one that is graded by hand is an answer in words."""
        facts = cell.metadata.get("nbgrader", {})
        if not facts.get("solution"):
            return cell, resources
        stub = markers.TEXT_STUB if facts.get("grade") else markers.CODE_STUB
        self.code_stub, self.text_stub = {"python": stub}, markers.TEXT_STUB
        # An exercise is always Python, whatever its kernel is called.
        return super().preprocess_cell(cell, {**resources, "language": "python"}, cell_index)
