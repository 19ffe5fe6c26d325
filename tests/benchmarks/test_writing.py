"""Spreads go into their file, and nothing else of it changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

from benchmarks.fitting.circumstances import Circumstance, Ends
from benchmarks.fitting.sets import named
from benchmarks.fitting.writing import keys, with_spreads, write
from course_lib.catalog import Catalog, Spread

TEXT = """\
# Spreads.

# --- steps ---

[step-told]
name = "A step"
used = "parallelism.steps"
low = 0.5
high = 2.0
rows = 1
groups = 1
median_error = 1.0
within_quarter = 0.0
source = { text = "old", date = "2020", kind = "estimated", evidence = "read" }
notes = "Kept."

# --- others ---

[memory]
name = "Memory"
used = "memory"
low = 0.9
high = 1.1
rows = 2
groups = 1
median_error = 0.1
within_quarter = 1.0
source = { text = "old", date = "2020", kind = "estimated", evidence = "read" }
"""
ENDS = Ends(
    low=0.81234, high=1.34567, rows=30, groups=4, median_error=0.1234, within_quarter=0.5, pooled=()
)
TRAINING = named(["training"])[0]


def test_numbers_change_and_words_stay() -> None:
    made = with_spreads(TEXT, TRAINING, {"step-told": ENDS}, [], "2026-11")
    found = tomllib.loads(made)
    assert found["step-told"] == {
        "name": "A step", "used": "parallelism.steps", "low": 0.812, "high": 1.35, "rows": 30,
        "groups": 4, "median_error": 0.123, "within_quarter": 0.5, "notes": "Kept.",
        "source": {
            "text": "runs.csv, runs_mpt_throughput.csv, validation_2026.csv", "date": "2026-11",
            "kind": "estimated", "evidence": "read",
        },
    }  # fmt: skip
    assert found["memory"] == tomllib.loads(TEXT)["memory"]
    assert "# --- others ---" in made and made.startswith("# Spreads.")


def test_a_new_entry_is_added_with_who_asks_for_it(tmp_path: Path) -> None:
    where = [Circumstance(key="step-searched-deep", turned=False, asker="estimators.parallelism")]
    made = with_spreads(TEXT, TRAINING, {"step-searched": ENDS}, where, "2026-11")
    assert keys(made) == ["step-told", "memory", "step-searched"]
    path = tmp_path / "spreads.toml"
    write(path, made)
    found = Catalog("spreads", Spread, path)["step-searched"]
    assert (found.used, found.low, found.rows) == ("estimators.parallelism", 0.812, 30)


def test_written_twice_it_is_the_same() -> None:
    once = with_spreads(TEXT, TRAINING, {"step-told": ENDS, "step": ENDS}, [], "2026-11")
    assert with_spreads(once, TRAINING, {"step-told": ENDS, "step": ENDS}, [], "2026-11") == once
