"""The programs of `programs` under torchrun, on one machine or on several, with gloo or NCCL.

    torchrun --standalone --nproc-per-node 4 -m course_lib.demos.parallelism.main
    torchrun --nnodes 2 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint HOST:29500 \\
        -m course_lib.demos.parallelism.main ddp zero3

torchrun starts the ranks and tells each one its place (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR);
the functions are those that the lesson runs. Rank 0 prints how far each program is from one
process, and how fast the ranks sum up gradients. `docs/several_machines.md` says what to set.

Design choices:
- The model grows with the number of ranks, so that heads, layers and batch always divide.
- A rank that overruns the deadline says where it stands and ends; torchrun then ends the others.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from collections.abc import Sequence

import torch
import torch.distributed as dist

from course_lib.demos.parallelism import case as ranks
from course_lib.demos.parallelism.case import Case
from course_lib.demos.parallelism.comparison import SHARED, compared
from course_lib.demos.parallelism.programs import train
from course_lib.demos.parallelism.worker import watch

ALLOWED_ERROR = 1e-3
ALL_REDUCED_BYTES = (10**4, 10**6, 10**8)
REPEATS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programs named on the command line, or all. 1 if one differs from one process."""
    parser = argparse.ArgumentParser(
        prog="course_lib.demos.parallelism.main",
        description="Shared training steps beside one process.",
    )
    parser.add_argument(
        "programs", nargs="*", metavar="PROGRAM", help=f"any of {', '.join(SHARED)}"
    )
    parser.add_argument(
        "--backend", choices=("gloo", "nccl"), help="nccl where there are GPUs, else gloo"
    )
    parser.add_argument(
        "--deadline", type=float, default=300.0, help="seconds after which a rank gives up"
    )
    options = parser.parse_args(arguments)
    programs = options.programs or list(SHARED)
    if unknown := [name for name in programs if name not in SHARED]:
        parser.error(f"no program {unknown[0]!r}: there are {', '.join(SHARED)}")
    with watch(options.deadline):
        join(options.backend)
        code = report(programs)
        dist.barrier()  # nobody closes its connections while another still uses them
        dist.destroy_process_group()
        return code


def join(backend: str | None) -> None:
    """Make the group that torchrun's environment variables describe.

    Raises:
        RuntimeError: this was not started by torchrun.
    """
    if "RANK" not in os.environ:
        raise RuntimeError(
            "no RANK in the environment: start this with torchrun, as the module's text shows"
        )
    torch.set_num_threads(1)  # several ranks share the cores of a machine
    backend = backend or (
        "nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    )
    if backend == "nccl":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group(backend, init_method="env://")


def report(programs: Sequence[str]) -> int:
    """Run the programs and print the comparison on rank 0; 1 if one of them is off."""
    case, size = fitting(ranks.size()), ranks.size()
    hosts: list[str] = [""] * size  # filled in place by the call below
    dist.all_gather_object(hosts, socket.gethostname())
    truth = train("one", case)  # on every rank: the others could only wait for rank 0
    _say(
        f"{size} ranks on {len(set(hosts))} host names, {dist.get_backend()}, {case.layers} layers"
    )
    worst = 0.0
    for program in programs:
        outcome = train(program, case)
        if ranks.rank() == 0:
            comparison = compared(program, [outcome], truth)
            worst = max(worst, comparison.error)
            held_bytes = ", ".join(
                f"{name} {number}" for name, number in comparison.held_bytes.items()
            )
            print(
                f"{program:<7} off by {comparison.error:.1e}, bytes on rank 0: {held_bytes}",
                flush=True,
            )
    for number in ALL_REDUCED_BYTES:
        rate = all_reduce_rate(number)
        _say(
            f"all-reduce of {number} bytes: {rate / 1e6:.3g} MB/s over each rank's link "
            "(bus bandwidth)"
        )
    _say(
        "equal to one process"
        if worst <= ALLOWED_ERROR
        else f"NOT equal to one process: off by {worst:.1e}"
    )
    return int(worst > ALLOWED_ERROR)


def fitting(size: int) -> Case:
    """A case that divides among `size` ranks: a head, a layer and two sequences each, or more.

    >>> fitting(6).n_heads, fitting(6).layers, fitting(6).batch
    (6, 6, 24)
    """
    heads = size * -(-4 // size)  # a multiple of `size`, at least 4: two minus signs round up
    return Case(
        layers=max(4, size),
        n_heads=heads,
        d_model=16 * heads,
        batch=4 * size,
        micro_batches=2 * size,
    )


def all_reduce_rate(size_bytes: int) -> float:
    """Bytes a second over each rank's link in an all-reduce of so many bytes: median of a few.

    Source of the convention: NVIDIA nccl-tests, doc/PERFORMANCE.md (bus bandwidth).
    """
    numbers = torch.ones(size_bytes // 4, device=ranks.device())
    seconds = []
    for _ in range(REPEATS + 1):
        numbers.fill_(1)  # the sums stay in the tensor, and would grow from round to round
        dist.barrier()
        start = time.perf_counter()
        dist.all_reduce(numbers)
        numbers[0].item()  # waits for a GPU
        seconds.append(time.perf_counter() - start)
    middle = sorted(seconds[1:])[REPEATS // 2]  # the first round sets up the connections
    return 2 * (ranks.size() - 1) / ranks.size() * size_bytes / middle


def _say(text: str) -> None:
    if ranks.rank() == 0:
        print(text, flush=True)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # at an ordinary end the threads of gloo now and then abort the process (seen in torch 2.13)
    os._exit(code)
