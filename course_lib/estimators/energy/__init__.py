"""Lesson 12: joules of runs (here), of answers and pictures (`answers`), their carbon and water."""

from course_lib.estimators.energy import answers, carbon, draws, water
from course_lib.estimators.energy.runs import (
    CARDS_ALONE,
    MFU,
    NETWORK,
    PUE,
    SERVER,
    TYPICAL,
    Energy,
    Site,
    flops_per_joule,
    known,
    power,
    rebound,
    run,
    training,
)

__all__ = [
    "CARDS_ALONE",
    "MFU",
    "NETWORK",
    "PUE",
    "SERVER",
    "TYPICAL",
    "Energy",
    "Site",
    "answers",
    "carbon",
    "draws",
    "flops_per_joule",
    "known",
    "power",
    "rebound",
    "run",
    "training",
    "water",
]
