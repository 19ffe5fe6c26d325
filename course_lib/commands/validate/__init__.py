"""Predicts measurements of a file and scores the predictions: `course validate`."""

from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.run import predictions, run_validate, write
from course_lib.commands.validate.scoring import Score, scores

__all__ = ["Prediction", "Score", "predictions", "run_validate", "scores", "write"]
