"""What tests of several floors share: what was displayed."""

import importlib
from typing import Any

import pytest


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The bundles displayed so far, each with its metadata."""
    bundles: list[tuple[dict[str, Any], dict[str, Any]]] = []
    show = importlib.import_module("course_lib.display.show")
    monkeypatch.setattr(
        show, "publish", lambda bundle, metadata: bundles.append((bundle, metadata))
    )
    return bundles
