"""What every test shares: the surroundings that notebooks are built in, so that nbval compares like
with like."""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule  # pytest has no other name for it
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from course_lib.authoring.execute import kernel_environment
from tests.kernels import launch

MOST_WORKERS = 4
"""Each worker may hold a kernel with torch (half a GiB) beside itself."""

SLOW_FIRST = (
    "lessons/",
    "solutions/",
    "tests/notebooks/",
    "tests/teaching/",
    "tests/commands/",
    "tests/authoring/",
    "tests/demos/",
)
"""Where the longest files lie. They start first, so that no worker is left with one at the end."""

STATES = tempfile.TemporaryDirectory(prefix="course-tests-", ignore_cleanup_errors=True)
os.environ.update(kernel_environment(Path(STATES.name)))
launch.install()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Workers for `--numprocesses=auto`: one more than cores, for many tests wait (a kernel starts,
    a page is loaded), but within reason."""
    return min(MOST_WORKERS, 1 + (os.cpu_count() or 1))


class ByFile(LoadFileScheduling):
    """A file goes to one worker as a whole."""

    def _reschedule(self, node: WorkerController) -> None:
        """Forget the files that a worker is done with, for after each test all that it has are
        gone through."""
        given = self.assigned_work[node]
        for file in [file for file, tests in given.items() if all(tests.values())]:
            del given[file]
        super()._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """How tests are given to workers."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; else the order stays."""
    rank = {folder: place for place, folder in enumerate(SLOW_FIRST)}
    items.sort(
        key=lambda item: next(
            (place for folder, place in rank.items() if item.nodeid.startswith(folder)), len(rank)
        )
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find the sanitize file from any folder that pytest is started in."""
    option = config.option.nbval_sanitize_with
    if option and not Path(option).is_absolute():
        config.option.nbval_sanitize_with = str(config.rootpath / option)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for doctests in the library only: tests have none, and looking takes seconds in each
    worker."""
    found = yield
    if not file_path.is_relative_to(parent.config.rootpath / "tests"):
        return found
    return [each for each in found if not isinstance(each, DoctestModule)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Look for doctests in the library only: scripts beside the tests may need what is not
    installed."""
    script = collection_path.suffix == ".py" and not collection_path.name.startswith("test_")
    return True if script and collection_path.is_relative_to(config.rootpath / "tests") else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each notebook a learner's file of its own, as the build does, just before its kernel
    starts."""
    parent = item.parent
    if parent is not None and hasattr(parent, "kernel") and parent.kernel is None:
        state = Path(tempfile.mkdtemp(dir=STATES.name))
        os.environ.update(kernel_environment(state))


def pytest_unconfigure() -> None:
    """Take the temporary folder away with the worker that made it."""
    STATES.cleanup()
