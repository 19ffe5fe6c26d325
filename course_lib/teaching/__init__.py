"""What a lesson calls besides its subject: predictions, figures, tables, quizzes, verdicts and
sources.

Nothing heavy is imported here: matplotlib and ipywidgets come with the first figure and the first
form.
"""

import course_lib.teaching.figures as figures
from course_lib.teaching.claims.claims import claim
from course_lib.teaching.claims.verdict import verdict
from course_lib.teaching.predictions import replay
from course_lib.teaching.predictions.orders import ask_orders, reveal_order
from course_lib.teaching.predictions.predict import predict, predict_choice, predict_ranking
from course_lib.teaching.progress import calibration, course_bill
from course_lib.teaching.progress.bill import bill
from course_lib.teaching.quizzes.misconceptions import answered, explain
from course_lib.teaching.quizzes.quiz import quiz
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.say import say, table
from course_lib.teaching.say.sources import sources
from course_lib.teaching.say.validated import validated

__all__ = [
    "answered",
    "ask_orders",
    "bill",
    "calibration",
    "claim",
    "course_bill",
    "explain",
    "figures",
    "fmt",
    "predict",
    "predict_choice",
    "predict_ranking",
    "quiz",
    "replay",
    "reveal_order",
    "say",
    "sources",
    "table",
    "validated",
    "verdict",
]
