"""Models of the catalog whose configuration is at hand: the entry says what the file says."""

import json
from pathlib import Path

import pytest

from course_lib.catalog import Transformer, from_hf_config, models
from course_lib.estimators import flops, memory, parameters

FOLDER = Path(__file__).parents[2] / "truth" / "published"
FILES = [
    entry
    for path in sorted(FOLDER.glob("*.json"))
    for entry in json.loads(path.read_text(encoding="utf-8"))
]
ENTRIES = {
    name: entry
    for entry in FILES
    # One of the three files tells models by their file's name.
    for name in [entry.get("repo") or entry["file"].removesuffix(".json").replace("--", "/")]
    if name in models and isinstance(models[name], Transformer)
}


def test_many_entries_have_their_file() -> None:
    assert len(ENTRIES) > 25


@pytest.mark.parametrize("repo", ENTRIES)
def test_an_entry_counts_what_its_file_counts(repo: str) -> None:
    """The facts were written from such files once; a slip of either is seen here."""
    entry, ours = ENTRIES[repo], models[repo]
    theirs = from_hf_config(entry["config"])
    assert parameters.count(ours).total == int(entry["truth"]["params_total"])
    assert parameters.count(ours).active == parameters.count(theirs).active
    for attention in flops.ATTENTION:
        assert flops.forward(ours, 2, 77, attention) == flops.forward(theirs, 2, 77, attention)
    for full in (False, True):
        cache = memory.kv_cache(theirs, 3, 9_999, full=full)
        assert memory.kv_cache(ours, 3, 9_999, full=full) == cache
