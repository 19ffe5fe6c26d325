"""The frame of a program that makes a record: what it reads, and what Ctrl-C does."""

from pathlib import Path

import pytest
import torch

from course_lib.demos.measure import scripts


@pytest.fixture(autouse=True)
def threads() -> object:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_file_and_machine_are_handed_on_and_one_thread_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[tuple[Path, str, int]] = []
    told = ["it", "--output", str(tmp_path / "made.toml"), "--machine", "a laptop"]
    monkeypatch.setattr("sys.argv", told)
    scripts.run_script(
        "words", Path("x"), lambda *got: given.append((*got, torch.get_num_threads()))
    )
    assert given == [(tmp_path / "made.toml", "a laptop", 1)]


def test_ctrl_c_ends_with_a_word_only_where_the_program_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(path: Path, machine: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["it"])
    scripts.run_script("words", Path("x"), stopped)
    assert "it goes on from here" in capsys.readouterr().out
    with pytest.raises(KeyboardInterrupt):
        scripts.run_script("words", Path("x"), stopped, resumes=False)


def test_a_record_names_the_machine_and_its_threads() -> None:
    told = scripts.made_here("a laptop")
    assert told["machine"] == f"a laptop, {torch.get_num_threads()} thread"
    assert torch.__version__ in told["versions"]
