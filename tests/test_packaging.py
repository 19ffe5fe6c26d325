"""What stands around the package says what the package is: citation, forms, container, guides.

Every file is held to `pyproject.toml`, to the tree or to the README, so that a new version, lesson
or folder cannot leave one of them behind.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml  # JupyterLab's server needs it, so it is there wherever the course is
from jupyter_server.serverapp import DEFAULT_JUPYTER_SERVER_PORT

from course_lib import cli
from course_lib.commands import lab

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LESSONS = sorted(path.stem for path in (ROOT / "source" / "lessons").glob("[0-9][0-9]_*.py"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
PAGES = ("README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", ".github/pull_request_template.md")
FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```$", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")


def text(path: str) -> str:
    """A file of the course."""
    return (ROOT / path).read_text(encoding="utf-8")


def without_comments(jsonc: str) -> str:
    """JSON without its `//` comments; what looks like one inside a string stays."""
    parts = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*')
    return parts.sub(lambda match: match.group(1) or "", jsonc)


# Citation


def test_the_citation_is_the_projects() -> None:
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert citation["message"] and citation["abstract"].startswith(
        PROJECT["description"].rstrip(".")
    )
    assert citation["version"] == PROJECT["version"]
    assert citation["title"].lower().replace(" ", "-") == PROJECT["name"]
    assert f"# {citation['title']}\n" in text("README.md")
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert " AND ".join(citation["license"]) == PROJECT["license"]
    assert citation["keywords"] == PROJECT["keywords"]


def test_the_changelogs_newest_version_is_the_projects() -> None:
    released = re.findall(r"^## \[?v?(\d+\.\d+\S*?)\]?(?:\s|$)", text("CHANGELOG.md"), re.MULTILINE)
    assert released[:1] in ([], [PROJECT["version"]])


# Forms


@pytest.mark.parametrize(
    "form", [path for path in FORMS if path.stem != "config"], ids=lambda path: path.stem
)
def test_an_issue_form_is_one_that_github_takes(form: Path) -> None:
    stated = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert all(isinstance(stated[key], str) and stated[key] for key in ("name", "description"))
    assert stated.keys() <= {"name", "description", "title", "labels", "assignees", "body"}
    fields = [part for part in stated["body"] if part["type"] != "markdown"]
    assert any(part.get("validations", {}).get("required") for part in fields)
    for part in fields:
        assert part.keys() <= {"type", "id", "attributes", "validations"}
        assert part["type"] in ("input", "textarea", "dropdown")
        assert re.fullmatch(r"[\w-]+", part["id"])
        assert set(part.get("validations", {}).values()) <= {True, False}
        options = part["attributes"].get("options", [])
        assert bool(options) == (part["type"] == "dropdown")
        # An unquoted yes or no is no text, and GitHub keeps "None" for itself.
        assert all(isinstance(one, str) and one.lower() != "none" for one in options)
        assert len(set(options)) == len(options)
    for unique in (
        [part["id"] for part in fields],
        [part["attributes"]["label"] for part in fields],
    ):
        assert len(set(unique)) == len(unique)


def test_there_is_a_form_for_each_kind_of_report() -> None:
    stems = {path.stem for path in FORMS}
    assert stems == {"wrong_number", "stuck_in_a_lesson", "bug", "idea", "config"}
    chooser = yaml.safe_load(text(".github/ISSUE_TEMPLATE/config.yml"))
    assert chooser == {"blank_issues_enabled": True}


def test_the_form_offers_every_lesson() -> None:
    stated = yaml.safe_load(text(".github/ISSUE_TEMPLATE/stuck_in_a_lesson.yml"))
    lesson = next(part for part in stated["body"] if part.get("id") == "lesson")
    assert lesson["attributes"]["options"] == LESSONS


# The container, and the lines that install


@pytest.fixture
def container() -> dict[str, Any]:
    return json.loads(without_comments(text(".devcontainer/devcontainer.json")))


def test_comments_go_and_addresses_stay() -> None:
    jsonc = '// first\n{"a": "https://x \\" // y", // last\n "b": 1}'
    assert json.loads(without_comments(jsonc)) == {"a": 'https://x " // y', "b": 1}


def test_the_container_types_the_readmes_lines(container: dict[str, Any]) -> None:
    readme = text("README.md")
    blocks = [block.strip() for block in FENCE.findall(readme) if "pip install" in block]
    install, test = blocks[0], blocks[-1]
    torch, *rest = container["postCreateCommand"].split(" && ")
    assert torch in CODE.findall(readme)
    assert readme.index(torch) < readme.index(install)
    opened = container["postAttachCommand"]
    assert [*rest, opened.removesuffix(" --no-browser --ip=0.0.0.0")] == install.split(" && ")
    assert f"//   {test}\n" in text(".devcontainer/devcontainer.json")
    assert test in text("CONTRIBUTING.md")


def test_the_containers_port_and_python(container: dict[str, Any]) -> None:
    assert container["forwardPorts"] == [DEFAULT_JUPYTER_SERVER_PORT]
    assert list(container["portsAttributes"]) == [str(DEFAULT_JUPYTER_SERVER_PORT)]
    image, _, version = container["image"].rpartition(":")
    assert image == "mcr.microsoft.com/devcontainers/python"
    assert f">={version}" == PROJECT["requires-python"]


def test_the_containers_options_reach_jupyterlab(
    container: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[list[str], bool]] = []
    monkeypatch.setattr(lab, "run_lab", lambda words, fresh: calls.append((words, fresh)))
    monkeypatch.setattr("sys.argv", container["postAttachCommand"].split())
    with pytest.raises(SystemExit):
        cli.main()
    assert calls == [(["--no-browser", "--ip=0.0.0.0"], False)]


@pytest.mark.parametrize(
    "path", ["README.md", "CONTRIBUTING.md", ".devcontainer/devcontainer.json"]
)
def test_torch_is_named_with_the_projects_range(path: str) -> None:
    wanted = next(need for need in PROJECT["dependencies"] if need.startswith("torch"))
    named = re.findall(r'pip install [\\"]*(torch[^\s"\\]*)', text(path))
    assert named and set(named) == {wanted}


def test_a_newer_torch_stays_where_all_else_is_named() -> None:
    """Without torch's own name, pip leaves the one that is there."""
    wanted = [re.split(r"[<>=]", need)[0] for need in PROJECT["dependencies"]]
    wanted.remove("torch")
    lines = re.findall(r"pip install (ipykernel[\w ]*)", text("README.md"))
    assert len(lines) == 2 and all(line.split() == wanted for line in lines)
    assert text("README.md").count("pip install --no-deps -e .") == 2


# The paths that pages name

NOT_OURS = re.compile(r"https?:|-|\.venv|workbook/|FILE\.|config\.json|__init__\.py")
"""What looks like a path of the course and is none: addresses, options, the reader's own files,
and the door that every folder has."""
SUFFIXES = r"\.(py|toml|md|json|ipynb|yml|cff|txt|cfg)"


def words_of(cell: str) -> Iterator[str]:
    """Words of a text's inline code and links that look like a path."""
    links = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", cell)]
    for word in [*" ".join(CODE.findall(cell)).split(), *links]:
        bare = re.sub(r"^[A-Z]+=", "", word).strip("[]().,;:")  # a variable set to a path
        if word.startswith("."):  # a dot in front belongs to the name
            bare = f".{bare}"
        if not NOT_OURS.match(bare) and ("/" in bare or re.search(rf"{SUFFIXES}$", bare)):
            yield bare


def paths_of(page: str) -> Iterator[str]:
    """Every path that a page names, fenced code left out; in a table, the folder in a column's
    heading stands before the column's paths."""
    folders: list[str] = []
    for above, line in pairwise(["", *FENCE.sub("", page).splitlines()]):
        if not line.startswith("|"):
            yield from words_of(line)
            continue
        cells = line.strip("|").split("|")
        if not above.startswith("|"):
            headings = [list(words_of(cell)) for cell in cells]
            folders = [found[0] if found else "" for found in headings]
        else:
            for folder, cell in zip(folders, cells, strict=True):
                yield from (folder + word for word in words_of(cell))
    for module in re.findall(r"python -m (course_lib[\w.]*\w)", page):
        yield f"{module.replace('.', '/')}.py"


def patterns(path: str) -> list[str]:
    """A path with its placeholders as globs: NN, NAME, <topic>, {one,other}."""
    path = re.sub(r"<\w+>|\bNAME\b", "*", re.sub(r"\bNN_", "[0-9][0-9]_", path))
    if choice := re.search(r"\{([^}]+)\}", path):
        return [path.replace(choice[0], one) for one in choice[1].split(",")]
    return [path]


def missing(page: str, root: Path = ROOT) -> list[str]:
    """Paths that a page names and that do not exist."""
    return [
        path
        for path in dict.fromkeys(paths_of(page))
        for pattern in patterns(path)
        if not any(found.is_dir() or not path.endswith("/") for found in root.glob(pattern))
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    assert missing(text(page)) == []


def test_a_path_that_is_not_there_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "01_one.py").touch()
    there = "`a/`, `a/NN_<topic>.py`, `run a/*.py`, [x](a/01_one.py#y), https://no/where `/`-free"
    assert missing(there.replace("`/`", ""), tmp_path) == []
    assert missing("`a/NAME.toml`, `a/{01_one,02_two}.py`, `a/01_one.py/`", tmp_path) == [
        *("a/NAME.toml", "a/{01_one,02_two}.py", "a/01_one.py/")
    ]
    assert missing("[x](gone.md) and `python -m course_lib.gone`", tmp_path) == [
        *("gone.md", "course_lib/gone.py")
    ]
    table = "| lesson | demo: `a/` |\n| --- | --- |\n| one | `01_one.py` `02_two.py` |"
    assert missing(table, tmp_path) == ["a/02_two.py"]


# The table of lessons

GUIDE = text("CONTRIBUTING.md")


def test_every_lesson_has_its_row_and_its_texts() -> None:
    rows = re.findall(r"^\| (\d\d_\w+) \|.*\| `(\w+)\.toml` \|", GUIDE, re.MULTILINE)
    assert rows == [(lesson, lesson) for lesson in LESSONS]


@pytest.mark.parametrize("floor", ["estimators", "demos"])
def test_every_room_is_in_the_guide(floor: str) -> None:
    named = {path.rstrip("/") for path in paths_of(GUIDE)}
    rooms = [
        room.relative_to(ROOT).as_posix()
        for room in (ROOT / "course_lib" / floor).iterdir()
        if not room.name.startswith("__") and (room.is_dir() or room.suffix == ".py")
    ]
    assert [room for room in sorted(rooms) if room not in named] == []
