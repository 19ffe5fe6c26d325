"""torchrun on two machines, played by two network namespaces of this one. Opt-in: it needs root,
Linux and iproute2.

Run it with COURSE_TWO_MACHINES=1. Each namespace has its own network: what goes from one to the
other goes over a virtual cable, and the counters of the cable show that it did.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HOSTS = {f"course-{os.getpid()}-a": "10.77.0.1", f"course-{os.getpid()}-b": "10.77.0.2"}
PROGRAMS = ("ddp", "zero3", "tensor", "1f1b")
SECONDS = 90


def ip(*arguments: str) -> str:
    """Run `ip`; its output, or CalledProcessError."""
    return subprocess.run(
        ["ip", *arguments], capture_output=True, text=True, check=True, timeout=10
    ).stdout


@pytest.fixture
def hosts() -> Iterator[dict[str, str]]:
    if not os.environ.get("COURSE_TWO_MACHINES"):
        pytest.skip("opt-in: set COURSE_TWO_MACHINES=1")
    if shutil.which("ip") is None:
        pytest.skip("no `ip` command here (iproute2)")
    made = []
    try:
        try:
            for name in HOSTS:
                ip("netns", "add", name)
                made.append(name)
            names = list(HOSTS)
            ip(
                "link",
                "add",
                "eth-course",
                "netns",
                names[0],
                "type",
                "veth",
                "peer",
                "eth-course",
                "netns",
                names[1],
            )
            for name, address in HOSTS.items():
                ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth-course")
                ip("-n", name, "link", "set", "eth-course", "up")
                ip("-n", name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as problem:
            pytest.skip(f"`ip netns` cannot be used here: {problem.stderr.strip()}")
        yield HOSTS
    finally:
        for name in made:
            ip("netns", "del", name)


def start(name: str, node: int) -> subprocess.Popen[str]:
    """torchrun in a namespace, as it would be started on that machine."""
    first = next(iter(HOSTS.values()))
    command = [
        "ip",
        "netns",
        "exec",
        name,
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--nnodes",
        "2",
    ]
    command += [
        "--node-rank",
        str(node),
        "--master-addr",
        first,
        "--master-port",
        "29500",
        "--nproc-per-node",
        "2",
    ]
    command += ["-m", "course_lib.demos.parallelism.main", *PROGRAMS, "--deadline", str(SECONDS)]
    told = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "eth-course"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=os.environ | told
    )


def sent_bytes(name: str) -> int:
    """What has gone out of a namespace over the cable."""
    [link] = json.loads(ip("-n", name, "-s", "-j", "link", "show", "eth-course"))
    return int(link["stats64"]["tx"]["bytes"])


def test_two_machines_equal_one_process(hosts: dict[str, str]) -> None:
    nodes = [start(name, node) for node, name in enumerate(hosts)]
    try:
        said = [node.communicate(timeout=SECONDS)[0] for node in nodes]
        assert [node.returncode for node in nodes] == [0, 0], "\n".join(said)
        lines = said[0].splitlines()
        assert [line.split()[0] for line in lines if " off by " in line] == list(PROGRAMS)
        assert lines[-1] == "equal to one process"
        assert all(
            sent_bytes(name) > 100_000_000 for name in hosts
        )  # the largest all-reduce alone is 100 MB
    finally:
        for node in nodes:
            node.kill()
            node.wait()
