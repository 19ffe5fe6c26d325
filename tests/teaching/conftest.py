"""What tests of the teaching layer share: a learner's file of their own, and what was displayed."""

import importlib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def learner_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's file that no other test sees."""
    file = tmp_path / "notes" / "learner.json"
    monkeypatch.setenv("COURSE_STATE", str(file))
    return file


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The bundles displayed so far, each with its metadata."""
    bundles: list[tuple[dict[str, Any], dict[str, Any]]] = []
    show = importlib.import_module("course_lib.teaching.say.show")
    monkeypatch.setattr(
        show, "publish", lambda bundle, metadata: bundles.append((bundle, metadata))
    )
    return bundles
