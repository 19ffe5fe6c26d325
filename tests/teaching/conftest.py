"""What tests of the teaching layer share: a learner's file of their own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def learner_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's file that no other test sees."""
    file = tmp_path / "notes" / "learner.json"
    monkeypatch.setenv("COURSE_STATE", str(file))
    return file
