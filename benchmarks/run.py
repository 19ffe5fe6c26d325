"""Speed, as ratios within one run: `python benchmarks/run.py [--quick]`.

Prints, each beside its limit where it has one: the import of the library against numpy's own, a
sweep of 100 000 configurations, the seconds of each notebook, and the seconds of the whole test
command. `--quick` leaves the last out. Nothing here is a test: a slow or busy machine makes a bad
figure, not a failure.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from course_lib.authoring import execute
from course_lib.catalog import Experts, Recurrent, Transformer, devices, models
from course_lib.estimators import flops, memory, parallelism, parameters
from course_lib.estimators.cost import offers
from course_lib.estimators.layout import Layout

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 7
CONFIGURATIONS = 100_000


def main() -> None:
    """Run every benchmark and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the whole test command")
    quick = parser.parse_args().quick
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, numpy {np.__version__}")
    imports()
    sweep()
    plans()
    notebooks()
    if not quick:
        test_command()


def imports() -> None:
    """A fresh interpreter that imports numpy, against one that imports the library, in turns."""
    library = "import course_lib.catalog, course_lib.estimators.flops"
    pairs = [(_start_seconds("import numpy"), _start_seconds(library)) for _ in range(REPEATS)]
    bare = statistics.median(_start_seconds("pass") for _ in range(REPEATS))
    numpy_seconds, library_seconds = (
        statistics.median(column) - bare for column in zip(*pairs, strict=True)
    )
    ratio = library_seconds / numpy_seconds
    print(
        f"import of catalog and estimators.flops: {ratio:.2f}x numpy's own "
        f"{numpy_seconds:.3f} s (limit 2x)"
    )


KINDS: dict[str, dict[str, Any]] = {
    "mamba": {
        "attention": False,
        "mlp": False,
        "recurrent": Recurrent(kind="mamba2", heads=64, head_dim=64, key_dim=128, kernel=4),
    },
    "near": {"sliding_window": 1024},
    "experts": {"experts": Experts(count=64, active=4, d_ff=1024)},
    "far": {"n_kv_heads": 1},
}
"""A model of layers of four kinds, which must not take longer than one of a single kind may."""
PATTERN = ("mamba", "mamba", "near", "experts", "mamba", "far")


def sweep() -> None:
    """Parameters and FLOPs of many configurations, each in one call: layers alike, and mixed."""
    random = np.random.default_rng(0)
    sizes = {
        "layers": random.integers(1, 129, CONFIGURATIONS),
        "d_model": random.integers(64, 16_385, CONFIGURATIONS),
        "n_heads": random.integers(1, 65, CONFIGURATIONS),
        "head_dim": 128,
        "d_ff": random.integers(64, 65_537, CONFIGURATIONS),
        "vocab_rows": random.integers(256, 256_001, CONFIGURATIONS),
        "gated_mlp": True,
    }
    seq = random.integers(1, 8193, CONFIGURATIONS)
    for name, mixture in (("", {}), ("mixed ", {"kinds": KINDS, "pattern": PATTERN})):
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            # Made anew: what a model knows of its kinds of layers is kept with it.
            model = Transformer(**sizes, **mixture)
            parameters.count(model)
            flops.training_step(model, batch=8, seq=seq, attention="causal")
            seconds.append(time.perf_counter() - start)
        what = f"parameters and FLOPs of {CONFIGURATIONS} {name}configurations"
        print(f"{what}: {_times(seconds)} (limit 0.3 s)")


def plans() -> None:
    """Memory, step time and cost of many ways to lay a model out, together: layers alike, and
    mixed."""
    random, key = np.random.default_rng(0), "h100-sxm-80gb"
    layout = Layout(
        data=2 ** random.integers(0, 8, CONFIGURATIONS),
        tensor=2 ** random.integers(0, 4, CONFIGURATIONS),
        pipeline=2 ** random.integers(0, 5, CONFIGURATIONS),
        micro_batch=2 ** random.integers(0, 3, CONFIGURATIONS),
        zero=random.integers(0, 4, CONFIGURATIONS),
        sequence_parallel=True,
        recompute="selective",
    )
    price = offers.rental(key)
    assert price is not None and price.usd_per_device_hour is not None
    plain = models["llama-3-70b"]
    for name, model in (("", plain), ("mixed ", replace(plain, kinds=KINDS, pattern=PATTERN))):
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            memory.training(model, layout, seq=8192)
            step = parallelism.step(
                model, layout, devices[key], batch=2048, seq=8192, attention="causal"
            )
            offers.rent_usd(price.usd_per_device_hour, step.seconds, step.devices)
            seconds.append(time.perf_counter() - start)
        what = f"memory, step time and cost of {CONFIGURATIONS} {name}configurations"
        print(f"{what}: {_times(seconds)} (limit 1 s)")


def _times(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s"


def notebooks() -> None:
    """Each lesson and solution from top to bottom, in a kernel as tests start it."""
    for path in sorted([*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]):
        name = path.relative_to(ROOT).as_posix()
        timing = execute.run(nbformat.read(path, as_version=4), name, path.parent)
        slowest = f"slowest cell {timing.slowest} {timing.slowest_seconds:.1f} s"
        print(f"{name}: {timing.seconds:.1f} s (limit 30 s), {slowest}")


def test_command() -> None:
    """The README's test command, as it stands."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = result.stdout.strip().splitlines()[-1:] or ["no output"]
    print(f"pytest: {time.perf_counter() - start:.0f} s ({last[0].strip('= ')})")


def _start_seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
