"""Questions as files: Moodle XML, a QTI package, text for Anki, a page for paper."""

from course_lib.authoring.places import title
from course_lib.classroom.questions.exports.formats import FORMATS, Export

__all__ = ["FORMATS", "Export", "title"]
