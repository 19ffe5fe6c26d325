"""The wheels of a stick: resolved for each platform and Python, downloaded once.

Design choices:
- uv resolves, because it can do so for a system that it does not run on; pip downloads, because it
  knows the machine's own indexes and settings.
- On Linux torch comes without its GPU packages, which are four fifths of its size.
- All wheels lie in one folder: most fit every system, and pip takes those that fit. What is there
  is not loaded again, so an interrupted pack goes on.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from course_lib.classroom.pack.platforms import Platform
from course_lib.errors import CourseError

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""Where torch's builds without GPU packages lie."""
GPU_PACKAGES = re.compile(r"(nvidia|triton|cuda)\b", flags=re.IGNORECASE)
"""What torch's metadata asks for on Linux, and a build for processors has no use for."""
LONGEST_LINE = 300
"""Characters of each of a program's last words."""
PATCH = 9
"""Of each Python, the oldest release that is served: some packages have left older ones."""
OLDEST_MACOS = "14.0"
"""That torch still has wheels for."""
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")

__all__ = ["TORCH_INDEX", "build_own", "download", "resolved"]


def resolved(root: Path, platform: Platform, python: str) -> list[str]:
    """What must be installed, as `name==version`, on one platform and Python.

    Raises:
        CourseError: nothing can be resolved, with the resolver's last words.
    """
    constraints = root / "constraints-cpu.txt"
    said = _run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header"),
            *("--no-annotate", "--python-platform", platform.resolver),
            *("--python-version", f"{python}.{PATCH}", "--constraints", str(constraints)),
            str(root / "pyproject.toml"),
        ],
        f"no packages can be resolved for {platform.name} and Python {python}",
    )
    pins = [line.strip() for line in said.splitlines() if PIN.match(line.strip())]
    return [pin for pin in pins if platform.name != "linux" or not GPU_PACKAGES.match(pin)]


def download(
    pins: Sequence[str],
    platform: Platform,
    python: str,
    folder: Path,
    torch_index: str = TORCH_INDEX,
    on_step: Callable[[str], None] = lambda words: None,
) -> None:
    """Load the wheels of these packages into `folder`; those that lie there stay.

    Args:
        pins: as `resolved` gives them.
        platform: the system that they are for.
        python: the Python that they are for, such as "3.12".
        folder: where to.
        torch_index: where torch's builds without GPU packages lie; empty for pip's own index.
        on_step: told each step before it is done.

    Raises:
        CourseError: a package has no wheel for that system, or the network fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch = [pin for pin in pins if pin.startswith("torch==")]
    for part in (torch, [pin for pin in pins if pin not in torch]):
        on_step(f"loading {len(part)} packages for {platform.name}, Python {python}")
        own_index = bool(torch_index) and part is torch and platform.name == "linux"
        _run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--only-binary", ":all:", "--dest", str(folder)),
                *("--python-version", f"{python}.{PATCH}", "--implementation", "cp"),
                *("--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none"),
                *(word for tag in platform.tags for word in ("--platform", tag)),
                *(["--extra-index-url", torch_index] if own_index else []),
                *part,
            ],
            f"not all packages can be loaded for {platform.name} and Python {python}",
        )


def build_own(root: Path, folder: Path) -> Path:
    """Build the course's own wheel into `folder`; its path.

    Raises:
        CourseError: it cannot be built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--wheel-dir", str(folder), str(root)),
        ],
        "the course's own wheel cannot be built",
    )
    return max(folder.glob("where_the_compute_goes-*.whl"), key=lambda path: path.stat().st_mtime)


def _run(command: Sequence[str], problem: str) -> str:
    """What a program prints; its last words are the error's."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS},  # uv's own is older
    )
    if done.returncode:
        words = [line for line in done.stderr.splitlines() if line.strip()]
        said = " ".join(line[:LONGEST_LINE] for line in words[-3:])
        raise CourseError(f"{problem}: {said}")
    return done.stdout
