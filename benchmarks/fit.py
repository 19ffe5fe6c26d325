"""Fits the constants of the estimators: `python benchmarks/fit.py --data FOLDER [--only SET]`.

FOLDER holds the four files of published measurements that `course validate` knows. For each set of
constants (`benchmarks/fitting/sets.py`) it prints the best values beside those of the table
(`course_lib/catalog/facts/efficiency/`), the errors by group beside those of fits that left the
group's source out, and the ends of 80 % ranges by circumstance.

The table of constants is changed by hand: each must say how it was found. With `--write` the ends
of the ranges go into `course_lib/catalog/facts/spreads.toml`. Run that when the table holds the
best values, because a range is meant for the estimates that the table gives.

Ctrl-C stops it; what was reckoned is kept in a file, and the next run goes on from there.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Run as a script, only this file's own folder is on the path.
sys.path.insert(0, str(ROOT))

from benchmarks.fitting import circumstances, report, rows, search, sets, writing  # noqa: E402
from course_lib.catalog import efficiency, spreads  # noqa: E402
from course_lib.commands.validate.run import of_row  # noqa: E402

CACHE = ROOT / "benchmarks" / "fit.cache.jsonl"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for."""

    data: Path
    """The folder of measurements."""
    cache: Path
    """Where points are kept."""
    write: bool
    """Whether the spreads are written."""
    by_group: bool
    """Whether single groups are left out, not whole sources."""


def main(words: Sequence[str] | None = None) -> int:
    """Fit what was asked for; 0, 1 where the call is wrong, 130 where it was stopped."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the four files")
    parser.add_argument("--only", action="append", default=[], help="a set; may be given again")
    parser.add_argument("--write", action="store_true", help="write facts/spreads.toml")
    parser.add_argument("--by-group", action="store_true", help="leave out single groups")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--cache", type=Path, default=CACHE, help="file of reckoned points")
    given = parser.parse_args(words)
    asked = Options(data=given.data, cache=given.cache, write=given.write, by_group=given.by_group)
    try:
        chosen = sets.named(given.only)
        every = rows.load(asked.data)
        _run(asked, chosen, every, given.workers)
    except KeyboardInterrupt:
        print(f"\nstopped; what was reckoned is in {asked.cache}: run it again to go on")
        return 130
    except ValueError as error:  # a wrong name, a wrong file, constants without a range
        print(f"fit: {error}", file=sys.stderr)
        return 1
    return 0


def _run(
    asked: Options, chosen: Sequence[sets.FitSet], every: Sequence[rows.Keyed], workers: int
) -> None:
    for key in sets.homeless(efficiency):
        print(f"{key} is fitted, but no set has its module: see benchmarks/fitting/sets.py")
    if workers < 2:
        for one in chosen:
            _fit(one, asked, every, None)
        return
    # Ctrl-C reaches every process: only this one is to heed it.
    pool = ProcessPoolExecutor(workers, initializer=_deaf)
    try:
        for one in chosen:
            _fit(one, asked, every, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _fit(
    one: sets.FitSet,
    asked: Options,
    every: Sequence[rows.Keyed],
    pool: ProcessPoolExecutor | None,
) -> None:
    """Fit one set, print it, and write its spreads where that was asked for."""
    own = [each for each in every if each[0] in {sheet for sheet, _ in one.rows}]
    made = [each for _, row, earlier in own for each in of_row(row, earlier)]
    counting = rows.fit_for(one, made)
    print(f"\n=== {one.name}: {len(counting)} rows", flush=True)
    if not counting:
        return
    sources = {rows.name(each): sets.source(each) for each in counting}
    groups = {rows.name(each): each.group for each in counting}
    left = groups if asked.by_group else sources
    ids = {(each.sheet, each.id) for each in counting}
    needed = [each for each in own if (each[0], each[1].id) in ids]
    constants = sets.constants_of(one, efficiency)
    evaluate = rows.Evaluator(
        rows=needed,
        wanted=frozenset(sources),
        constants=list(constants),
        memory=rows.Memory(path=asked.cache, mark=rows.mark(asked.data, one.name, list(constants))),
        pool=pool,
        tell=_progress(one.name),
    )
    grids = [search.grid(each.low, each.high, each.value) for each in constants.values()]
    now = tuple(each.value for each in constants.values())
    found = search.fit(evaluate, grids, now, left, groups)
    fitted, left_out = evaluate([found.best])[0], search.left_out(found, evaluate)
    parts = [
        report.constants(constants, grids, now, found, evaluate, left),
        report.groups(fitted, left_out, groups),
    ]
    print("\n" + "\n\n".join("\n".join(lines) for lines in parts) + "\n")
    if asked.write and found.best != now:
        print("the table does not hold the best values: the spreads below are those of the best")
    heard = circumstances.circumstances(needed, sources)
    stands = {row: stand for row, stand in heard.items() if sets.owns(one, stand.key)}
    ends = circumstances.tables(left_out, sources, stands)
    held = circumstances.held(left_out, stands, ends, groups)
    print("\n".join(report.spreads(ends, stands, held, len(sources))))
    text = spreads.path.read_text(encoding="utf-8")
    kinds = {key.partition("-")[0] for key in ends}
    idle = [key for key in writing.keys(text) if key.partition("-")[0] in kinds and key not in ends]
    if idle:
        print(f"in the table, with too few rows or none to make them anew: {', '.join(idle)}")
    if asked.write and ends:
        today = date.today().strftime("%Y-%m")
        writing.write(spreads.path, writing.with_spreads(text, one, ends, stands.values(), today))
        print(f"wrote {', '.join(ends)} to {spreads.path.name}")


def _progress(name: str) -> search.Callable[[int], None]:
    """Says on a terminal, in one line, how many points were reckoned and how long that took."""
    start = time.monotonic()

    def tell(count: int) -> None:
        if sys.stderr.isatty() or count % 20 == 0:
            end = "\r" if sys.stderr.isatty() else "\n"
            took = time.monotonic() - start
            print(f"{name}: {count} points in {took:.0f} s", end=end, file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
