"""Every notebook of the course keeps the lesson contract. Warnings are shown, errors fail."""

import warnings
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest

from course_lib.authoring import contract
from course_lib.authoring.build import NotebookJob, jobs
from course_lib.authoring.source import read

ROOT = Path(__file__).resolve().parents[2]
JOBS = {job.label: job for job in jobs(ROOT)}


def faults(job: NotebookJob) -> Iterable[contract.Fault]:
    """What the contract says of one notebook."""
    name = job.source.stem
    notebook = nbformat.read(job.target, as_version=4)
    if job.product == "lessons":
        exercise = ROOT / "source" / "exercises" / f"{name}.py"
        return contract.lesson_faults(notebook, name, read(exercise) if exercise.is_file() else ())
    if job.product == "solutions":
        return contract.solution_faults(notebook, name)
    return contract.exercise_faults(notebook, name, read(job.source))


@pytest.mark.parametrize("label", JOBS)
def test_it_keeps_the_contract(label: str) -> None:
    found = list(faults(JOBS[label]))
    for fault in found:
        if fault.severity == "warning":
            warnings.warn(str(fault), stacklevel=1)
    assert [str(fault) for fault in found if fault.severity == "error"] == []
