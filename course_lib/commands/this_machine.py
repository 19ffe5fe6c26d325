"""What this machine is called in its record: processor or card, cores, versions, and nobody."""

from __future__ import annotations

import platform
import re
import subprocess
from datetime import date
from pathlib import Path

from course_lib.catalog.machines import Machine
from course_lib.catalog.records.source import Source
from course_lib.commands.check import cores
from course_lib.errors import CourseError


def check_device(device: str) -> None:
    """Raise CourseError, with a cure, where torch cannot compute on that device here."""
    import torch

    from course_lib.demos import hardware

    try:
        hardware.kind(device)
        torch.ones(1, device=device)
    # torch raises an AssertionError where it was built without CUDA
    except (RuntimeError, AssertionError, ValueError) as error:
        raise CourseError(
            f"torch cannot compute on {device!r} here; leave --device out to measure the CPU"
        ) from error


def machine(device: str = "cpu", quiet: str = "", gpt_threads: int | None = None) -> Machine:
    """This machine, without anything that tells whose it is.

    Args:
        device: torch's word for what was measured.
        quiet: how busy the machine was, in words.
        gpt_threads: threads of the tiny GPT, where they were chosen by a trial.
    """
    import torch

    from course_lib.demos import hardware

    return Machine(
        name=_name(device),
        kind="machine",
        device=hardware.kind(device),
        cores=cores(),
        threads=torch.get_num_threads(),
        python=platform.python_version(),
        torch=torch.__version__,
        system=f"{platform.system()} {platform.machine()}",
        software=hardware.software(device),
        memory_bytes=hardware.memory_bytes(device),
        quiet=quiet,
        gpt_threads=gpt_threads,
        source=Source(
            text="course measure", date=date.today().isoformat(), kind="measured", evidence="read"
        ),
    )


def _name(device: str) -> str:
    import torch

    from course_lib.demos import hardware

    kind = hardware.kind(device)
    if kind == "cuda":
        # ROCm has cards that it knows by their architecture alone
        return torch.cuda.get_device_name(device) or hardware.architecture(device)
    if kind == "mps":
        return f"{processor_name()}, GPU"
    count, threads = cores(), torch.get_num_threads()
    shown = f"{count} core{'s' * (count != 1)}, {threads} thread{'s' * (threads != 1)}"
    return f"{processor_name()}, {shown}"


def processor_name() -> str:
    """The processor's model as the system names it, without its clock and its core count."""
    if platform.system() == "Darwin":
        name = _said_by("sysctl", "-n", "machdep.cpu.brand_string")  # Python only says "arm"
    else:
        name = _in_cpuinfo() or platform.processor()
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


def _in_cpuinfo() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return ""
    match = re.search(r"^model name\s*:\s*(.+)$", text, flags=re.MULTILINE)
    return match.group(1) if match else ""


def _said_by(*words: str) -> str:
    """What a program of the system prints; empty where it cannot."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
