"""What `course measure` does: time the demos' work on this machine and keep it as a record to
share.

Design choices:
- A machine that is not quiet is refused, unless told otherwise; then the record says so.
- Each result is printed as it comes, so that nobody stares at a still screen, and the record is
  written anew after each: whatever ends a run, what it measured is in the file, and what it did not
  reach is listed there with the reason.
- A piece that this device cannot do is told, written down and passed over. One missing format must
  not cost the others.
- On an accelerator a run ends after `LIMIT_SECONDS`: machines with one are lent by the minute.
- The record names processor, cores, versions and date, and nobody: no host name, no user, no path.
- It runs without the rest of the command line, too (`python -m course_lib.commands.measure`): on a
  machine that has torch and no more.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from course_lib.catalog.machines import Measurement, Record, Skipped
from course_lib.commands import record_file
from course_lib.commands.record_file import key, write
from course_lib.commands.this_machine import check_device, machine
from course_lib.errors import CourseError

INTERRUPTED = 130
WILD_SPREAD = 2.0
"""Slowest over fastest run from which on a time says more about its machine's day than about the
machine."""
LIMIT_SECONDS = 210.0
"""No further piece starts after this time on an accelerator: with start and end, under four
minutes."""


@dataclass(kw_only=True)
class _Run:
    """A run of the suite: what there is to do, and what is done."""

    pieces: Sequence[tuple]
    """Name of each piece, and what measures it."""
    done: list[Measurement] = field(default_factory=list)
    """Results so far."""
    failed: list[Skipped] = field(default_factory=list)
    """What was tried and could not be measured."""
    reached: int = 0
    """Pieces that were tried."""

    def skipped(self, reason: str) -> tuple[Skipped, ...]:
        """What failed, and everything that was not reached, for that reason."""
        rest = [
            Skipped(name=name, kind="skipped", reason=reason)
            for name, _ in self.pieces[self.reached :]
        ]
        return (*self.failed, *rest)


def run_measure(output: Path | None, device: str = "cpu", anyway: bool = False) -> int:
    """Measure everything, print it line by line, write the record; 0, or 130 where Ctrl-C (or the
    system) ended it early.

    Args:
        output: where to write; a name made of the machine's if None.
        device: torch's word for it.
        anyway: whether to measure on a machine that is not quiet.

    Raises:
        CourseError: there is no such device here, the machine is not quiet, or nothing could be
            measured.
    """
    from course_lib.demos import hardware, measure, measure_suite

    check_device(device)
    record_file.check(output or Path("here.toml"))
    before = measure.quiet()
    print(f"this machine is {before.words}", flush=True)
    if not (before.quiet or anyway):
        raise CourseError(
            "a busy machine gives wrong times: wait until it is quiet, "
            "or add --anyway and the record will say so"
        )
    on_cpu = hardware.kind(device) == "cpu"
    threads = _threads() if on_cpu else None
    run = _Run(pieces=list(measure_suite.suite(device, threads)))
    facts = machine(device, f"before: {before.words}", threads)
    target = output or Path(f"{key(facts.name)}.toml")

    def save(reason: str) -> None:
        skipped = run.skipped(reason)
        write(Record(machine=facts, measurements=tuple(run.done), skipped=skipped), target)

    code, reason = 0, "the run ended before it"
    try:
        with _ended_like_ctrl_c():
            hardware.warm_up(device)
            for _ in _each(run, None if on_cpu else LIMIT_SECONDS):
                if run.done:
                    save(reason)
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        code, reason = INTERRUPTED, "the run was stopped before it"
    if not run.done:
        raise CourseError("nothing was measured, so no record was written")
    after = measure.quiet()
    facts = machine(device, f"before: {before.words}; after: {after.words}", threads)
    save(reason)
    print(f"wrote {len(run.done)} of {len(run.pieces)} measurements to {target}")
    if left := run.skipped(reason):
        print(f"{len(left)} are not in it; the file says why")
    for line in _doubts(run.done, before.quiet, after.quiet):
        print(line)
    return code


def _doubts(done: Sequence[Measurement], before: bool, after: bool) -> list[str]:
    """What speaks against sharing a record, and what to do; nothing where nothing does.

    Args:
        done: what was measured.
        before: whether the machine was quiet before it.
        after: whether it was afterwards.
    """
    from course_lib.display.fmt import fmt

    found = []
    if not (before and after):
        when = "before and after" if not (before or after) else "after" if before else "before"
        found.append(f"the machine was not quiet {when} the run")
    wild = sorted(
        (each for each in done if each.spread > WILD_SPREAD), key=lambda each: -each.spread
    )
    if wild:
        worst = f"{wild[0].work} {wild[0].format} {wild[0].size}"
        found.append(
            f"{len(wild)} of {len(done)} times vary by more than {WILD_SPREAD:g}x, most of all "
            f"{worst}: slowest over fastest {fmt(wild[0].spread, 'x')}"
        )
    if not found:
        return []
    return [
        "before you share this record:",
        *(f"- {each}" for each in found),
        "close what else runs here and measure again; other people will take it for the machine",
    ]


def _threads() -> int:
    """Threads for the tiny GPT, by a trial that takes some seconds."""
    from course_lib.demos import measure_suite

    print("threads for the tiny GPT ... ", end="", flush=True)
    chosen = measure_suite.thread_trial().chosen
    print(chosen, flush=True)
    return chosen


def _each(run: _Run, limit_seconds: float | None) -> Iterator[None]:
    """Try one piece after the other and yield after each, until the time is over."""
    begun, total = time.monotonic(), len(run.pieces)
    for place, (name, work) in enumerate(run.pieces, 1):
        if limit_seconds is not None and time.monotonic() - begun > limit_seconds:
            print(f"{limit_seconds:g} s are over", flush=True)
            return
        print(f"[{place:>{len(str(total))}}/{total}] {name} ... ", end="", flush=True)
        try:
            run.done.append(work())
        except Exception as error:  # of torch, or of a driver: the other pieces can still work
            why = _first_line(error)
            run.failed.append(Skipped(name=name, kind="skipped", reason=why))
            print(f"skipped: {why}", flush=True)
        else:
            print(_told(run.done[-1]), flush=True)
        run.reached = place
        yield


def _told(result: Measurement) -> str:
    from course_lib.display.fmt import fmt

    by_flops = (result.flops_per_second, "FLOP/s")
    rate = by_flops if result.flops else (result.bytes_per_second, "B/s")
    return f"{fmt(*rate)} (slowest over fastest: {fmt(result.spread, 'x')})"


def _first_line(error: Exception) -> str:
    """What an error says, in one line of a record that tells nothing of the machine's owner."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    # a path would name a user's folder
    return " ".join("..." if "/" in word[:-1] or "\\" in word else word for word in text.split())


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let the system's polite way to end a program (SIGTERM) do what Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # only the main thread may ask for that
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(words: Sequence[str] | None = None) -> int:
    """The same from `python -m course_lib.commands.measure`, with the options of `course measure`.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="course measure", description="Measure this machine.")
    parser.add_argument("--output", type=Path, metavar="FILE.toml")
    parser.add_argument("--device", default="cpu", help="cpu, cuda (NVIDIA and AMD) or mps (Apple)")
    parser.add_argument("--anyway", action="store_true", help="measure on a busy machine, too")
    asked = parser.parse_args(words)
    try:
        return run_measure(asked.output, asked.device, asked.anyway)
    except (CourseError, OSError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
