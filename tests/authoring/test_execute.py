"""How cells are run, and how failing ones are reported."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from course_lib.authoring import execute
from course_lib.authoring.execute import kernel_environment, run
from course_lib.errors import BuildError


def notebook(**cells: str) -> Any:
    return v4.new_notebook(cells=[v4.new_code_cell(text, id=name) for name, text in cells.items()])


def test_the_kernel_is_this_python_in_the_shared_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_STATE", "elsewhere")
    shown = notebook(
        facts="import os, sys\nfrom pathlib import Path\nimport course_lib\n"
        "[sys.executable, os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'],"
        " os.environ['COURSE_STATE'], Path.cwd().name, course_lib.__file__]"
    )
    seen: list[str] = []
    timing = run(shown, "lessons/01_try.ipynb", tmp_path / "lessons", seen.append)
    executable, seed, threads, state, folder, package = eval(
        shown.cells[0].outputs[0].data["text/plain"]
    )
    import course_lib

    assert (Path(executable), seed, threads, folder) == (Path(sys.executable), "0", "1", "lessons")
    assert state != "elsewhere" and not Path(state).parent.exists()
    assert Path(package) == Path(str(course_lib.__file__))
    assert (seen, timing.slowest) == (["facts"], "facts")
    assert shown.cells[0].metadata == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def deep():\n    return 1 / 0\ndeep()", "ZeroDivisionError: division by zero"),
        ("import sys\nprint('careful', file=sys.stderr)", "writes to stderr:\n    careful"),
        ("import warnings\nwarnings.warn('old')", "UserWarning: old"),
        ("import os\nos._exit(1)", "the kernel died"),
    ],
)
def test_a_failing_cell_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"lessons/01_try\.ipynb, cell bad: ") as caught:
        run(notebook(good="x = 1", bad=text, never="x = 2"), "lessons/01_try.ipynb", tmp_path)
    assert message in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("taken", [1, 3])
def test_a_taken_port_is_tried_again(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = execute._client, []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def client(cells: Any) -> Any:
            made.append(make(cells))
            if len(made) <= taken:
                made[-1].km.cache_ports = False
                made[-1].km.shell_port = other.getsockname()[1]
            return made[-1]

        monkeypatch.setattr(execute, "_client", client)
        if taken < execute.KERNEL_STARTS:
            assert run(notebook(one="1"), "x", tmp_path).slowest == "one"
        else:
            with pytest.raises(BuildError, match="x: no kernel starts: Kernel died"):
                run(notebook(one="1"), "x", tmp_path)
    assert len(made) == min(taken + 1, execute.KERNEL_STARTS)


def test_an_error_shows_where_it_came_from(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        run(notebook(bad="def deep():\n    return 1 / 0\ndeep()"), "x", tmp_path)
    assert "return 1 / 0" in str(caught.value)


def test_surroundings_name_the_checkout_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(Path(__file__).resolve().parents[2])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["other", root]))
    environment = kernel_environment(tmp_path)
    assert environment["PYTHONPATH"].split(os.pathsep) == [root, "other"]
    assert Path(environment["COURSE_STATE"]).parent == tmp_path
    assert environment["CUDA_VISIBLE_DEVICES"] == ""
