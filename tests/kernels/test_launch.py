"""A forked kernel is like an ordinary one in all that a notebook can see, and is alone."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import local_provisioner

from tests.kernels import launch

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kernels are forked on POSIX only")

LOOK = """
import json, os, signal, sys
given = ("JPY_PARENT_PID", "PYTEST_CURRENT_TEST")
seen = sorted(name for name in sys.modules if name.split(".")[0] in ("course_lib", "tests"))
import matplotlib, torch
print(json.dumps({
    "folder": os.getcwd(),
    "path": sys.path,
    "arguments": sys.argv[:2],
    "environment": {k: v for k, v in os.environ.items() if k not in given},
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "children": str(signal.getsignal(signal.SIGCHLD)),
    "leads": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    "backend": matplotlib.get_backend(),
    "threads": torch.get_num_threads(),
    "names": sorted(set(globals()) - {"seen", "given", "json", "signal", "sys"}),
    "ours": seen,
    "main": sys.modules["__main__"].__name__,
}))
"""


class ThisPython(KernelSpecManager):
    """Kernels of the Python that runs the tests."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class Started:
    """A kernel, and what it answers."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.manager = KernelManager(kernel_spec_manager=ThisPython())
        self.manager.start_kernel(cwd=str(folder), **options)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        heard = False
        while not heard:  # what is printed before the client listens is lost
            self.client.kernel_info()
            with contextlib.suppress(Empty):
                self.client.get_iopub_msg(timeout=1)
                heard = True

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process

    def run(self, code: str) -> tuple[str, str]:
        """What a cell prints, and the name of its error."""
        printed: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            printed.append(message["content"].get("text", ""))

        reply = self.client.execute_interactive(code, timeout=60, output_hook=hear)
        return "".join(printed), reply["content"].get("ename", "")

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Iterator[Started]:
    started = Started(folder)
    yield started
    started.stop()


def test_it_sees_what_an_ordinary_kernel_sees(
    kernel: Started, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(kernel.process, launch.Kernel), launch.nursery.differences(dict(os.environ))
    forked = json.loads(kernel.run(LOOK)[0])
    monkeypatch.setattr(local_provisioner, "launch_kernel", launch.ordinary)
    ordinary = Started(folder)
    assert isinstance(ordinary.process, subprocess.Popen)
    try:
        assert forked == json.loads(ordinary.run(LOOK)[0])
    finally:
        ordinary.stop()
    assert forked["ours"] == [] and forked["folder"] == str(folder)


def test_a_second_one_knows_nothing_of_the_first(kernel: Started, tmp_path: Path) -> None:
    kernel.run("import torch; torch.course_mark = found = 1")
    second = Started(tmp_path)
    try:
        assert second.run("found")[1] == "NameError"
        assert second.run("import torch; torch.course_mark")[1] == "AttributeError"
    finally:
        second.stop()


def test_an_interrupt_stops_its_cell_and_it_goes_on(kernel: Started, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    sent = kernel.client.execute(f"import time; open({str(begun)!r}, 'w'); time.sleep(60)")
    while not begun.exists():
        time.sleep(0.01)
    kernel.manager.interrupt_kernel()
    while (reply := kernel.client.get_shell_msg(timeout=30))["parent_header"]["msg_id"] != sent:
        pass  # a late answer to an earlier question
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("print(6 * 7)")[0] == "42\n"


def test_it_trains_and_starts_processes_of_its_own(kernel: Started) -> None:
    trains = "import torch; w = torch.ones(64, 64, requires_grad=True); (w @ w).sum().backward()"
    assert kernel.run(f"{trains}\nprint(float(w.grad[0, 0]))") == ("128.0\n", "")
    starts = "import subprocess, sys; print(subprocess.call([sys.executable, '-c', 'exit(7)']))"
    assert kernel.run(starts) == ("7\n", "")


def test_it_ends_when_told_and_its_own_complaints_go_where_they_were_sent(tmp_path: Path) -> None:
    with (tmp_path / "stderr.txt").open("w+b") as file:
        started = Started(tmp_path, stderr=file)
        process = started.process
        started.run("import os; os.write(2, b'from below')")
        assert process.poll() is None
        started.stop()
        assert process.wait(timeout=30) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)
        file.seek(0)
        assert b"from below" in file.read()


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "PYTHONHASHSEED", "A_NEW_ONE"])
def test_a_setting_that_is_read_at_the_start_gets_an_ordinary_kernel(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(launch, "ordinary", lambda cmd, **options: asked.append(options["env"]))
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "file"]
    launch.launch(command, env=os.environ | {name: "3"})
    assert [env[name] for env in asked] == ["3"]


def test_another_python_gets_its_own_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(launch, "ordinary", lambda cmd, **options: asked.append(cmd))
    other = ["/elsewhere/python", "-m", "ipykernel_launcher", "-f", "file"]
    launch.launch(other)
    launch.launch([sys.executable, "-m", "another_kernel", "-f", "file"])
    assert [cmd[0] for cmd in asked] == ["/elsewhere/python", sys.executable]
