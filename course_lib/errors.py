"""The errors that a command ends with in one line.

All share one base, so that the command line can tell a mistake of its user (one line, no traceback)
from a mistake of this library (a traceback). Each is also the built-in error it stands for.
"""


class CourseError(Exception):
    """A mistake that the reader of the message can mend."""


class SourceError(CourseError, ValueError):
    """A file of `source/` breaks a rule; the message names file, line and cell."""


class BuildError(CourseError, RuntimeError):
    """A notebook could not be built; the message names file and cell."""


class TrialError(CourseError, RuntimeError):
    """A cell that is not a check failed while an exercise was tried."""


class CallError(CourseError):
    """The call itself is wrong: options that are missing, or that contradict each other."""


class UnknownLesson(CallError, KeyError):
    """No notebook has that name; the message names the nearest and all there are."""

    def __str__(self) -> str:
        """Plain text: a bare `KeyError` would print its message in quotes."""
        return str(self.args[0])
