"""What the call of bubblewrap shows to a student's code, and what it does not."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_lib.classroom.sandbox import walls
from course_lib.classroom.sandbox.limits import LIMITS
from tests.classroom.walls import needs_walls

ROOT = Path(__file__).parents[3]


def bound(words: list[str]) -> set[str]:
    """What the outside lends."""
    return {
        words[place + 1]
        for place, word in enumerate(words)
        if word.startswith(("--bind", "--ro-bind", "--dev-bind"))
    }


@needs_walls
def test_nothing_is_lent_for_writing_and_no_submission_at_all() -> None:
    words = walls.command(LIMITS, ["true"])
    assert not {"--bind", "--dev-bind", "--bind-try", "--share-net"} & set(words)
    assert "--unshare-all" in words and "--die-with-parent" in words
    for secret in (ROOT, ROOT / "source", ROOT / "solutions", Path.home(), Path("/etc"), Path("/")):
        assert str(secret) not in bound(words)
        assert not any(secret.is_relative_to(each) for each in bound(words) if secret != Path("/"))


@needs_walls
@pytest.mark.parametrize("place", ["source", "solutions", "exercises", "tests", "pyproject.toml"])
def test_the_course_beside_its_library_is_not_there(place: str) -> None:
    program = f"import os, sys; sys.exit(os.path.exists({str(ROOT / place)!r}))"
    words = walls.command(LIMITS, [sys.executable, "-c", program])
    assert subprocess.run(words, check=False).returncode == 0
    assert (ROOT / place).exists()


@needs_walls
def test_a_python_under_tmp_is_still_there(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tempfile.mkdtemp(dir="/tmp", prefix="course-test-")
    monkeypatch.setattr(walls, "_folders", lambda: [place])
    program = 'test -d "$0" && touch /tmp/x && test ! -e "$1"'
    words = walls.command(
        LIMITS, ["/bin/sh", "-c", program, place, str(tmp_path_factory.mktemp("x"))]
    )
    try:
        assert subprocess.run(words, check=False).returncode == 0
    finally:
        Path(place).rmdir()
