"""What can go wrong in a rank. Functions that another process can import."""

import os
import signal
import sys
import time

import torch
import torch.distributed as dist


def pids() -> int:
    return os.getpid()


def add(first: int, second: int) -> int:
    return first + second + dist.get_rank()


def summed() -> float:
    total = torch.full((3,), float(dist.get_rank() + 1))
    dist.all_reduce(total)
    return total[0].item()


def raises(rank: int) -> None:
    if dist.get_rank() == rank:
        raise ValueError(f"rank {rank} has had enough")
    dist.barrier()


def leaves(rank: int) -> None:
    if dist.get_rank() == rank:
        print("goodbye from", rank, file=sys.stderr, flush=True)
        os._exit(7)
    dist.barrier()


def killed(rank: int) -> None:
    if dist.get_rank() == rank:
        os.kill(os.getpid(), signal.SIGKILL)
    dist.barrier()


def hangs(rank: int) -> None:
    if dist.get_rank() == rank:
        time.sleep(300)
    dist.barrier()


def stopped(rank: int) -> None:
    """A frozen process: not even its own watch runs."""
    if dist.get_rank() == rank:
        os.kill(os.getpid(), signal.SIGSTOP)


def unpicklable() -> object:
    return lambda: 1
