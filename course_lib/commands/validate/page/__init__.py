"""The validation page, its pictures, and its scores as facts: `course validate --page --facts`."""

from course_lib.commands.validate.page.facts import write_facts
from course_lib.commands.validate.page.observed import Observed, observed
from course_lib.commands.validate.page.page import write_page

__all__ = ["Observed", "observed", "write_facts", "write_page"]
