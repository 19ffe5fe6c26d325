"""The command line: what it says, where it says it, and with which exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import cli

HEAVY = (
    "torch",
    "numpy",
    "nbformat",
    "jupytext",
    "nbgrader",
    "nbclient",
    "IPython",
    "matplotlib",
    "rich",
    "psutil",
)


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command in this process and give its exit code."""
    monkeypatch.setattr(sys, "argv", ["course", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one source that has no mistakes, as the current folder."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "where-the-compute-goes"\n', encoding="utf-8"
    )
    (tmp_path / "source" / "lessons").mkdir(parents=True)
    (tmp_path / "source" / "lessons" / "01_small.py").write_text(
        "# %% one\n1 + 1\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['course', '--help']\nfrom course_lib.cli import main\n"
        "try: main()\nfinally: "
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "LOADED []" in done.stdout
    assert all(command in done.stdout for command in ("check", "lab", "build"))


def test_build_then_check_then_nothing_to_do(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "build", "--check") == 1
    assert "lessons/01_small.ipynb: missing" in capsys.readouterr().err
    assert call(monkeypatch, "build") == 0
    assert "lessons/01_small.ipynb  " in capsys.readouterr().out
    assert call(monkeypatch, "build", "--check") == 0
    assert call(monkeypatch, "build") == 0
    assert "nothing to build" in capsys.readouterr().out
    assert call(monkeypatch, "build", "small", "--all") == 0
    assert "1 built" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("build", "7"), 2, "no lesson is called '7'. There are: 01_small"),
        (("build", "smal"), 2, "did you mean 01_small?"),
        (("lab",), 1, "no lesson in"),
        (("frobnicate",), 2, "No such command 'frobnicate'"),
        (("build", "--frobnicate"), 2, "No such option"),
        (("check", "more"), 2, "unexpected extra argument"),
    ],
)
def test_bad_calls_get_one_message(
    words: tuple[str, ...],
    code: int,
    message: str,
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(monkeypatch, *words) == code
    errors = capsys.readouterr().err
    assert message in errors
    assert "Traceback" not in errors


def test_a_bad_source_is_one_line(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "source" / "lessons" / "01_small.py").write_text("# %%\n1 + 1\n", encoding="utf-8")
    assert call(monkeypatch, "build") == 1
    assert capsys.readouterr().err == (
        "course: lessons/01_small.py, line 1, cell (unnamed): "
        "a code cell needs a name in its marker: `# %% name`\n"
    )


def test_a_missing_extra_says_how_to_get_it(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jupytext", None)
    assert call(monkeypatch, "build") == 1
    assert 'jupytext is not installed: run `pip install -e ".[test]"`' in capsys.readouterr().err


def test_masters_are_written(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        '# %% why role="free_text" points=20\n"""\n### BEGIN SOLUTION\nx\n### END SOLUTION\n"""\n'
    )
    (course / "source" / "exercises").mkdir()
    (course / "source" / "exercises" / "01_small.py").write_text(text, encoding="utf-8")
    assert call(monkeypatch, "build", "--masters", "masters") == 0
    assert (course / "masters" / "source" / "01_small" / "01_small.ipynb").is_file()
    assert not (course / "lessons").exists()
