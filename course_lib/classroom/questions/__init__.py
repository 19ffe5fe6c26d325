"""Questions that compute themselves: families that draw their numbers from the catalog and let the
estimators answer, and exports to Moodle, QTI, Anki and paper."""

from course_lib.classroom.questions.bank import lessons, of_lesson
from course_lib.classroom.questions.drawing import draw, draw_set
from course_lib.classroom.questions.family import Family, Given
from course_lib.classroom.questions.question import Choice, Question

__all__ = ["Choice", "Family", "Given", "Question", "draw", "draw_set", "lessons", "of_lesson"]
