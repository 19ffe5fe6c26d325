"""A lesson on a busy machine: it runs to its end, says what it could not see clearly, and keeps no
verdict from noise. `benchmarks/busy.py` does the same for all lessons, with their times.
"""

from typing import Any

import pytest

from benchmarks import busy
from course_lib.teaching.claims.decided import MIME

LESSON = "03_attention"
"""It measures, compares, and decides a claim by a time."""


@pytest.fixture(scope="module")
def ran() -> busy.Ran:
    """The lesson, run once with two busy processes beside it."""
    with busy.busy(2):
        return busy.run(busy.ROOT / "lessons" / f"{LESSON}.ipynb")


def verdicts(ran: busy.Ran) -> list[dict[str, Any]]:
    """The records of all verdicts shown."""
    found = [output[MIME] for output in ran.outputs if MIME in output]
    return [each for one in found for each in (one if isinstance(one, list) else [one])]


def test_every_cell_runs(ran: busy.Ran) -> None:
    assert ran.seconds and ran.errors == {}


def test_it_says_that_the_machine_is_not_quiet(ran: busy.Ran) -> None:
    shown = " ".join("".join(output.get("text/plain", "")) for output in ran.outputs)
    assert "not quiet" in shown


def test_a_verdict_that_is_not_clear_is_not_kept(ran: busy.Ran) -> None:
    assert verdicts(ran)
    for record in verdicts(ran):
        kept = record["claim"] in ran.kept.get("verdicts", {})
        assert kept == record["clear"], record
