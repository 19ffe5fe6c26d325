"""Loads torch and a kernel once, and forks for each kernel that is asked for (`launch.py`).

Run as a script with the number of a socket. It runs nothing but imports before it forks: threads
of torch would not live on in a copy.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys

LOADED_ONCE = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipywidgets",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "torch._dynamo",  # loaded by the first optimizer
    "torch._meta_registrations",
    "torch.utils.flop_counter",
)
"""Other people's modules only, and none that asks for IPython when it is loaded, as pyplot does."""
LONGEST_PART = 1 << 16


def serve(orders: socket.socket) -> None:
    """Load, then fork for each order until nobody orders any more."""
    # Both are read when a module is loaded: whose end ends a kernel, and where it draws.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in LOADED_ONCE:
        importlib.import_module(name)
    gc.freeze()  # a collection would write to each page that is shared, and so copy it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels are forgotten at once
    while True:
        text, streams, *_ = socket.recv_fds(orders, LONGEST_PART, 3)
        if not text:
            return
        while not text.endswith(b"\n"):
            text += orders.recv(LONGEST_PART)
        connection, environment, folder = json.loads(text)
        if os.fork() == 0:
            os.setsid()  # before the answer: whoever asked sends its signals to this group
            orders.sendall(str(os.getpid()).encode())
            orders.close()
            become_kernel(connection, environment, folder, streams)
        for stream in streams:
            os.close(stream)


def become_kernel(
    connection: str, environment: dict[str, str], folder: str, streams: list[int]
) -> None:
    """In the copy: be what `python -m ipykernel_launcher -f connection` is. Never returns.

    Args:
        connection: file with the kernel's ports.
        environment: all its variables.
        folder: where it runs.
        streams: open files for its input, output and errors.
    """
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
            os.close(stream)
        os.environ.clear()
        os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
        os.chdir(folder)
        launcher = importlib.util.find_spec("ipykernel_launcher")
        sys.argv = [str(launcher and launcher.origin), "-f", connection]
        with contextlib.suppress(SystemExit):
            importlib.import_module("ipykernel.kernelapp").launch_new_instance()
        code = 0
    finally:
        os._exit(code)  # without the nursery's own ends


if __name__ == "__main__":
    del sys.path[0]  # this script's folder
    serve(socket.socket(fileno=int(sys.argv[1])))
