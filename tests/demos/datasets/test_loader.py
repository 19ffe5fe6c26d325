"""The small data loader: how many batches a second, and how they grow. No time is asserted."""

import multiprocessing
import subprocess
import sys
import zlib

import pytest

from course_lib.demos import loader_work
from course_lib.demos.datasets import loader


def test_throughput_has_a_rate_for_each_and_leaves_no_process() -> None:
    before = set(multiprocessing.active_children())
    found = loader.throughput(workers=(0, 2))
    assert found.workers == [0, 2]
    assert set(found.rates) == {"waiting", "computing"}
    assert all(rate > 0 for rates in found.rates.values() for rate in rates)
    assert found.gain("waiting")[0] == 1
    assert found.cores >= 1
    assert set(multiprocessing.active_children()) <= before


DEADLINE_SECONDS = 240
"""Several times what three numbers of workers take on a machine with nine other tasks at work."""


def test_throughput_comes_back_before_its_deadline() -> None:
    """In a process of its own, ended if it stands still: pools are left with tasks in flight."""
    code = (
        "import multiprocessing\n"
        "from course_lib.demos.datasets import loader\n"
        "if __name__ == '__main__':\n"
        "    print(loader.throughput([1, 3, 5]).workers, multiprocessing.active_children())\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_SECONDS
    )
    assert made.stdout.strip() == "[1, 3, 5] []", made.stderr


@pytest.mark.parametrize(("cores", "grows"), [(1, True), (2, False), (4, False), (64, False)])
def test_growth_is_judged_from_the_cores_on(cores: int, grows: bool) -> None:
    found = loader.Throughput(
        workers=[0, 1, 2, 4, 8], rates={"computing": [10, 10, 19, 20, 20]}, cores=cores
    )
    assert found.grows_past_cores("computing") is grows
    waiting = loader.Throughput(
        workers=[0, 1, 2, 4, 8], rates={"waiting": [10, 10, 20, 40, 80]}, cores=cores
    )
    assert waiting.grows_past_cores("waiting")


def test_a_worker_starts_without_torch() -> None:
    code = (
        "import sys, course_lib.demos.loader_work; "
        "print('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
        == "False"
    )


def test_computing_unpacks_what_was_packed() -> None:
    assert len(zlib.decompress(loader_work.packed())) == loader_work.BATCH_BYTES
    assert loader_work.compute(7) == 7


def test_decode_rate_is_a_rate() -> None:
    assert loader.decode_rate() > 0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="kinds must be one of waiting, computing, got 'guessing'"):
        loader.throughput(kinds=["guessing"])
    with pytest.raises(ValueError, match="workers must be at least 0, got -1"):
        loader.throughput(workers=[-1])
