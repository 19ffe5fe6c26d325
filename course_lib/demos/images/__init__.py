"""Lesson 07: pictures of letters (`glyphs`), and a tiny model that draws them out of noise."""

from course_lib.demos.images import glyphs
from course_lib.demos.images.diffusion import (
    GUIDANCE,
    NO_WORD,
    WORDS,
    Refiner,
    adequate,
    distances,
    judge,
    sample,
    trail,
    train,
    true_pictures,
    variety,
)

__all__ = [
    "GUIDANCE",
    "NO_WORD",
    "WORDS",
    "Refiner",
    "adequate",
    "distances",
    "glyphs",
    "judge",
    "sample",
    "trail",
    "train",
    "true_pictures",
    "variety",
]
