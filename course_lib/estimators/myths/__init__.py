"""What claims count: models of the articles' kind, cards compared in pairs, and claims that the
catalog alone decides, for any year."""

from course_lib.estimators.myths import high_end, pairs
from course_lib.estimators.myths.by_catalog import CLAIMS, lasting, numbers
from course_lib.estimators.myths.kind import decoders, full_runs, of_articles_kind

__all__ = [
    "CLAIMS",
    "decoders",
    "full_runs",
    "high_end",
    "lasting",
    "numbers",
    "of_articles_kind",
    "pairs",
]
