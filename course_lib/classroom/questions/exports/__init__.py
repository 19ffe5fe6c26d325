"""Questions as files: Moodle XML, a QTI package, text for Anki, a page for paper."""

from course_lib.classroom.questions.exports.formats import FORMATS, Export
from course_lib.classroom.questions.exports.titles import title

__all__ = ["FORMATS", "Export", "title"]
