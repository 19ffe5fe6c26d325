"""Kernels that start at once, where Jupyter asks for one: the asking side.

Half of what a notebook's test takes is the start of Python, Jupyter's kernel and torch. So each
worker keeps one nursery (`nursery.py`), a process that loads them once and forks when a kernel is
asked for. A kernel's own state is fresh: its folder, its variables, its streams, its modules of
`course_lib`.

Where that cannot be (no fork, another Python, other settings that Python or torch read when they
start), kernels start in the ordinary way.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import local_provisioner

MAY_DIFFER = {
    "COURSE_STATE",
    "IPYTHONDIR",
    "JPY_PARENT_PID",
    "PYTEST_CURRENT_TEST",
    "TORCHINDUCTOR_CACHE_DIR",  # torch sets it in a worker that has loaded its compiler
}
"""Environment variables that are read late enough to differ from the nursery's."""
START_SECONDS = 120.0

ordinary = local_provisioner.launch_kernel


def install() -> None:
    """Let Jupyter's clients in this process start their kernels here."""
    if hasattr(os, "fork") and hasattr(socket, "send_fds"):
        local_provisioner.launch_kernel = launch


def launch(cmd: list[str], **options: Any) -> Any:
    """Stands in for `jupyter_client.launcher.launch_kernel`, with its arguments.

    Returns:
        What knows the kernel's process: a `subprocess.Popen`, or a `Kernel`.
    """
    given = options.get("env")
    environment = dict(os.environ if given is None else given)
    usual = [sys.executable, "-m", "ipykernel_launcher", "-f"]
    if cmd[:-1] != usual or nursery.differences(environment):
        return ordinary(cmd, **options)
    return nursery.kernel(cmd[-1], environment, options.get("cwd"), options.get("stderr"))


class Kernel:
    """A forked kernel's process, as far as Jupyter asks a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """None while the kernel runs. How it ended is the nursery's to know, and not told."""
        if self.returncode is None:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the kernel has ended."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
            time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal, where the kernel still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks kernels. It starts with the first of them and ends with this process,
    when its socket closes."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.environment: dict[str, str] = {}

    def differences(self, environment: dict[str, str]) -> list[str]:
        """The variables for which a kernel with these could not be a copy."""
        if self.socket is None:
            self.environment = dict(os.environ)
        names = {*self.environment, *environment} - MAY_DIFFER
        return sorted(name for name in names if self.environment.get(name) != environment.get(name))

    def kernel(
        self, connection: str, environment: dict[str, str], cwd: str | None, stderr: Any
    ) -> Kernel:
        """A new kernel, for the ports in the file `connection`."""
        if self.socket is None:
            self.socket = self._start()
        order = json.dumps([connection, environment, str(cwd or Path.cwd())]).encode() + b"\n"
        with Path(os.devnull).open("r+b") as nothing:
            streams = [nothing.fileno(), 1, 2 if stderr is None else stderr.fileno()]
            sent = socket.send_fds(self.socket, [order], streams)
            self.socket.sendall(order[sent:])
        answer = self.socket.recv(64)
        if not answer:
            raise RuntimeError("The process that forks kernels has ended.")
        return Kernel(int(answer))

    def _start(self) -> socket.socket:
        mine, its = socket.socketpair()
        with its:
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("nursery.py")), str(its.fileno())],
                pass_fds=[its.fileno()],
                env=self.environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
            )
        mine.settimeout(START_SECONDS)
        return mine


nursery = Nursery()
