"""What `course measure` does: time the demos' work on this machine and keep it as a record to
share.

Design choices:
- Each result is printed as it comes, so that nobody stares at a still screen. Ctrl-C keeps what is
  done so far.
- The file is written beside its place and moved there, so that a killed run leaves no half of a
  record.
- The record names processor, cores, versions and date, and nobody: no host name, no user, no path.
"""

from __future__ import annotations

import json
import os
import platform
import re
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from course_lib.catalog.machines.record import Machine, Measurement, Record
from course_lib.catalog.records.source import Source
from course_lib.errors import CourseError

INTERRUPTED = 130


def run_measure(output: Path | None, device: str = "cpu") -> int:
    """Measure everything, print it line by line, write the record; 0, or 130 where Ctrl-C ended it
    early.

    Raises:
        CourseError: there is no such device here, or the first measurement was interrupted.
    """
    from course_lib.demos import measure_suite
    from course_lib.teaching.say.fmt import fmt

    check_device(device)
    pieces = list(measure_suite.suite(device))
    done: list[Measurement] = []
    code = 0
    try:
        for place, (name, measure) in enumerate(pieces, 1):
            print(f"[{place:>2}/{len(pieces)}] {name} ... ", end="", flush=True)
            done.append(measure())
            rate = (
                (done[-1].flops_per_second, "FLOP/s")
                if done[-1].flops
                else (done[-1].bytes_per_second, "B/s")
            )
            print(f"{fmt(*rate)} (slowest over fastest: {fmt(done[-1].spread, 'x')})", flush=True)
    except KeyboardInterrupt:
        print("\nstopped")
        code = INTERRUPTED
    if not done:
        raise CourseError("nothing was measured, so no record was written")
    record = Record(machine=machine(device), measurements=tuple(done))
    target = output or Path(f"{_key(record.machine.name)}.toml")
    write(record, target)
    print(f"wrote {len(done)} of {len(pieces)} measurements to {target}")
    return code


def check_device(device: str) -> None:
    """Raise CourseError, with a cure, where torch cannot compute on that device here."""
    import torch

    try:
        torch.ones(1, device=device)
    # torch raises an AssertionError where it was built without CUDA
    except (RuntimeError, AssertionError) as error:
        raise CourseError(
            f"torch cannot compute on {device!r} here; leave --device out to measure the CPU"
        ) from error


def machine(device: str = "cpu") -> Machine:
    """This machine, without anything that tells whose it is."""
    import torch

    from course_lib.commands.check import cores

    on_gpu = torch.device(device).type == "cuda"
    count = cores()
    processor = f"{processor_name()}, {count} core{'s' * (count != 1)}"
    threads = torch.get_num_threads()
    return Machine(
        name=torch.cuda.get_device_name(device)
        if on_gpu
        else f"{processor}, {threads} thread{'s' * (threads != 1)}",
        kind="machine",
        device=torch.device(device).type,
        cores=count,
        threads=threads,
        python=platform.python_version(),
        torch=torch.__version__,
        system=f"{platform.system()} {platform.machine()}",
        source=Source(
            text="course measure", date=date.today().isoformat(), kind="measured", evidence="read"
        ),
    )


def processor_name() -> str:
    """The processor's model as the system names it, without its clock and its core count."""
    name = ""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        match = re.search(r"^model name\s*:\s*(.+)$", text, flags=re.MULTILINE)
        name = match.group(1) if match else ""
    except OSError:  # not Linux
        name = platform.processor()
    return clean_name(name or platform.machine() or "unknown processor")


def clean_name(name: str) -> str:
    """A processor's name without marks, clock and filling words.

    >>> clean_name("Intel(R) Xeon(R) CPU @ 2.20GHz"), clean_name("AMD EPYC 7763 64-Core Processor")
    ('Intel Xeon', 'AMD EPYC 7763')
    """
    plain = re.sub(
        r"\((R|TM)\)|@.*|\bCPU\b|\d+-Core Processor|\bProcessor\b", " ", name, flags=re.IGNORECASE
    )
    return " ".join(plain.split()) or "unknown processor"


def write(record: Record, path: Path) -> None:
    """Write a record as TOML, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # in the same folder: a file cannot be moved in one step from one disk to another
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(as_toml(record))
        Path(temporary).chmod(0o644)  # `mkstemp` lets nobody else read it, but it is to be shared
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def as_toml(record: Record) -> str:
    """The record in the catalog's format: the machine first, then one entry for each
    measurement."""
    facts = asdict(record.machine)
    source = facts.pop("source")
    lines = [
        "# Measured by `course measure`. Times are seconds of one run; "
        "what the fields mean says machines/record.py."
    ]
    lines += ["", "[machine]", *_fields(facts), f"source = {{ {', '.join(_fields(source))} }}"]
    for each in record.measurements:
        lines += ["", f"[{_key(f'{each.work} {each.format} {each.size}')}]", *_fields(asdict(each))]
    return "\n".join(lines) + "\n"


def _fields(values: dict[str, object]) -> Iterable[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items()]


def _value(value: object) -> str:
    """A TOML value; seconds keep four digits, more would be noise."""
    if isinstance(value, float):
        return repr(int(value)) + ".0" if value.is_integer() and value < 1e15 else f"{value:.4g}"
    return json.dumps(value, ensure_ascii=False)  # a text or a whole number is the same in TOML


def _key(text: str) -> str:
    """A key of the catalog: small letters and digits joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
