"""What a lesson calls besides its subject: predictions, figures, tables, quizzes, verdicts and
sources.

Nothing heavy is imported here: matplotlib and ipywidgets come with the first figure and the first
form.
"""

import course_lib.teaching.figures as figures
from course_lib.display.fmt import fmt
from course_lib.teaching.checks.attempt import attempt
from course_lib.teaching.checks.checking import checking
from course_lib.teaching.checks.kinds import a_choice, a_number, entries
from course_lib.teaching.checks.words import in_words
from course_lib.teaching.claims.claims import claim
from course_lib.teaching.claims.verdict import verdict
from course_lib.teaching.claims.verdict_table import case, verdicts
from course_lib.teaching.predictions import replay, room
from course_lib.teaching.predictions.ladder import ladder
from course_lib.teaching.predictions.orders_form import ask_orders, reveal_order
from course_lib.teaching.predictions.predict import predict, predict_choice, predict_ranking
from course_lib.teaching.progress import calibration
from course_lib.teaching.progress.bill import bill
from course_lib.teaching.progress.course_bill import whole_bill
from course_lib.teaching.quizzes.misconceptions import answered, explain
from course_lib.teaching.quizzes.quiz import quiz
from course_lib.teaching.say.results import compare, in_short, machine_card
from course_lib.teaching.say.say import say, table
from course_lib.teaching.say.shared import shared
from course_lib.teaching.say.sources import sources
from course_lib.teaching.say.validated import validated

__all__ = [
    "a_choice",
    "a_number",
    "answered",
    "ask_orders",
    "attempt",
    "bill",
    "calibration",
    "case",
    "checking",
    "claim",
    "compare",
    "entries",
    "explain",
    "figures",
    "fmt",
    "in_short",
    "in_words",
    "ladder",
    "machine_card",
    "predict",
    "predict_choice",
    "predict_ranking",
    "quiz",
    "replay",
    "reveal_order",
    "room",
    "say",
    "shared",
    "sources",
    "table",
    "validated",
    "verdict",
    "verdicts",
    "whole_bill",
]
