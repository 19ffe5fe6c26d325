"""The systems that a stick can serve: how their wheels are named, and what must be there."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.errors import CallError

PYTHONS = ("3.11", "3.12", "3.13")
"""Versions of Python that the course runs on."""

__all__ = ["PLATFORMS", "PYTHONS", "Platform", "chosen", "here", "versions"]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One kind of laptop."""

    name: str
    """What `--platform` calls it."""
    resolver: str
    """What the resolver calls it."""
    tags: tuple[str, ...]
    """Names of the platform in a wheel's file name, the newest first."""
    script: str
    """The script that a learner starts."""
    needs: str
    """What must be on the laptop, in words."""


def _numbered(pattern: str, numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(pattern.format(number) for number in numbers)


PLATFORMS = {
    each.name: each
    for each in (
        Platform(
            name="linux",
            resolver="x86_64-manylinux_2_28",
            tags=(*_numbered("manylinux_2_{}_x86_64", range(28, 4, -1)), "manylinux2014_x86_64"),
            script="start_linux.sh",
            needs="Linux on x86-64 with glibc 2.28 or newer, and Python {python} with venv "
            "(Debian, Ubuntu: python3-venv)",
        ),
        Platform(
            name="macos",
            resolver="aarch64-apple-darwin",
            tags=(
                *_numbered("macosx_{}_0_arm64", range(14, 10, -1)),
                *_numbered("macosx_{}_0_universal2", range(14, 10, -1)),
                *_numbered("macosx_10_{}_universal2", range(15, 8, -1)),
            ),
            script="start_macos.command",
            needs="macOS 14 or newer on Apple silicon, and Python {python} from python.org",
        ),
        Platform(
            name="windows",
            resolver="x86_64-pc-windows-msvc",
            tags=("win_amd64",),
            script="start_windows.bat",
            needs="Windows 10 or newer on x86-64, Python {python} from python.org, and the "
            "Visual C++ Redistributable, which torch needs",
        ),
    )
}


def chosen(names: Sequence[str]) -> list[Platform]:
    """The platforms of these names, each once; this machine's where none is named.

    Raises:
        CallError: a name is unknown, or this machine is none of them.
    """
    for name in names:
        if name not in PLATFORMS:
            raise CallError(f"--platform {name}: must be one of {', '.join(PLATFORMS)}")
    return [PLATFORMS[name] for name in dict.fromkeys(names or [here()])]


def here() -> str:
    """The name of this machine's platform.

    Raises:
        CallError: the course has no pack for it.
    """
    machine = platform.machine().lower()
    kind = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, "")
    fits = machine == "arm64" if kind == "macos" else machine in ("x86_64", "amd64")
    if not kind or not fits:
        raise CallError(
            f"this machine ({sys.platform}, {machine}) is none of {', '.join(PLATFORMS)}: name "
            "those that the stick is for with --platform"
        )
    return kind


def versions(names: Sequence[str]) -> list[str]:
    """The versions of Python that the stick is for, each once; this one where none is named.

    Raises:
        CallError: the course does not run on one of them.
    """
    for name in names:
        if name not in PYTHONS:
            raise CallError(f"--python {name}: must be one of {', '.join(PYTHONS)}")
    return list(dict.fromkeys(names or ["{}.{}".format(*sys.version_info)]))
