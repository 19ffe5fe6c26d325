"""The house keeps its plan: floors, doors, no circles; and what reads the plan sees every way to
break it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.imports import House, circles, read

ROOT = Path(__file__).parents[1]
ROOMS = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in (ROOT / "course_lib").rglob("__init__.py")
)
FLOORS = {
    "units": 0,
    "plain_data": 0,
    "checks": 0,
    "errors": 0,
    "toml_files": 0,
    "display": 0,
    "catalog": 1,
    "estimators": 2,
    "demos": 3,
    "explorers": 3,
    "teaching": 4,
    "authoring": 5,
    "classroom": 5,
    "website": 5,
    "commands": 6,
    "cli": 7,
}
"""What may import what: a floor imports from its own and from those with a smaller number."""
MOST_DOORS = 20
TOO_HEAVY = {"torch", "matplotlib", "ipywidgets"}
"""What no estimator may need, neither itself nor through what it imports."""


@cache  # read when first asked for: other workers collect these tests and run none
def house() -> House:
    """Who imports what, in the whole library."""
    return read(ROOT / "course_lib")


def floor(module: str) -> str:
    """The floor a module stands on."""
    return module.split(".")[1] if "." in module else ""


def upward(house: House) -> list[str]:
    """Imports that go up a floor."""
    known = {module: FLOORS[floor(module)] for module in house.files if floor(module) in FLOORS}
    return sorted(
        f"{module} -> {other}"
        for module, wanted in house.inner.items()
        for other in wanted
        if module in known and other in known and known[other] > known[module]
    )


def doors(name: str) -> list[str]:
    """Rooms that open from a floor: its modules, and its folders."""
    return [room for room in house().rooms() if room.count(".") == 2 and floor(room) == name]


def test_nothing_stands_beside_the_floors() -> None:
    assert {floor(module) for module in house().files} - {""} <= FLOORS.keys()


def test_no_import_goes_up() -> None:
    assert upward(house()) == []


def test_no_modules_import_each_other() -> None:
    assert circles(house().modules()) == []


def test_no_rooms_import_each_other() -> None:
    assert circles(house().rooms()) == []


def test_estimators_need_nothing_heavy() -> None:
    heavy = {
        module: house().reached(module) & TOO_HEAVY
        for module in house().files
        if floor(module) == "estimators"
    }
    assert {module: found for module, found in heavy.items() if found} == {}


@pytest.mark.parametrize("name", ["catalog", "estimators", "demos", "teaching"])
def test_a_floor_can_be_walked(name: str) -> None:
    assert len(doors(name)) <= MOST_DOORS


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_only_hands_names_on(room: str) -> None:
    if room in (
        "course_lib.catalog",
        "course_lib.authoring.contract",
    ):  # these make something: catalogs, lists of rules
        return
    for node in ast.parse(house().files[room].read_text(encoding="utf-8")).body:
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        listed = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
            "__all__",
            "__version__",
        )
        assert told or listed or isinstance(node, ast.Import | ast.ImportFrom), ast.unparse(node)


@pytest.mark.parametrize("name", ["catalog", "estimators", "demos", "teaching", "commands"])
def test_tests_mirror_the_tree(name: str) -> None:
    folders = {
        path.name
        for path in (ROOT / "tests" / name).iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    rooms = {
        room.rsplit(".", 1)[1] for room in doors(name) if house().files[room].name == "__init__.py"
    }
    assert folders == rooms


NAMED_BY_THE_CALLER = {
    ("checks", "broadcast"),
    ("ranges", "spread"),
    ("quiz", "quiz"),
    ("questions", "get"),
    ("rewrite", "rewrite"),
    ("rewrite", "judge"),
    ("verdict", "verdict"),
    ("verdict", "judge"),
    ("verdict_table", "case"),
}
"""Functions whose keywords are names that only the caller knows: of a claim's numbers, of a
formula's inputs, of what a line of the bill counts."""


def test_keywords_are_shown_to_the_tab_key() -> None:
    """No public function takes `**choices`: neither the Tab key nor mypy would see them."""
    hidden = {
        (module.rsplit(".", 1)[1], node.name)
        for module, path in house().files.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.args.kwarg and not node.name.startswith("_")
    }
    # Of a configuration, inside one folder.
    parts = {("sizes", "decoder"), ("sizes", "experts"), ("table", "table")}
    assert hidden - parts == NAMED_BY_THE_CALLER


# The reader itself, on small packages that break the plan in every way.


def small(folder: Path, **texts: str) -> House:
    """A package `course_lib` of a few modules; "a__b" stands for the file a/b.py."""
    for name, text in texts.items():
        path = (folder / "course_lib" / name.replace("__", "/")).with_suffix(".py")
        if name.endswith("door"):
            path = path.with_name("__init__.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(folder / "course_lib")


@pytest.mark.parametrize(
    "late",
    [
        "from course_lib.estimators import two",
        "def f():\n    from course_lib.estimators.two import x",
        "def f():\n    import course_lib.estimators.two",
        "def f():\n    from importlib import import_module\n"
        "    import_module('course_lib.estimators.two')",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from course_lib.estimators.two import x",
        "from . import two",
        "from .two import x",
    ],
)
def test_a_circle_is_seen_however_it_is_written(tmp_path: Path, late: str) -> None:
    house = small(
        tmp_path, estimators__one=late, estimators__two="from course_lib.estimators.one import f"
    )
    assert circles(house.modules()) == [["course_lib.estimators.one", "course_lib.estimators.two"]]


def test_a_circle_of_rooms_through_their_doors_is_seen(tmp_path: Path) -> None:
    house = small(
        tmp_path,
        estimators__a__door="from course_lib.estimators.a.one import x",
        estimators__a__one="x = 1",
        estimators__a__two="from course_lib.estimators.b import y",
        estimators__b__door="from course_lib.estimators.b.three import y",
        estimators__b__three="from course_lib.estimators.a import x as y",
    )
    assert circles(house.modules()) == []
    assert circles(house.rooms()) == [["course_lib.estimators.a", "course_lib.estimators.b"]]


def test_an_upward_import_is_seen_though_it_comes_late(tmp_path: Path) -> None:
    house = small(
        tmp_path, catalog__one="def f():\n    from course_lib.teaching import say", teaching__say=""
    )
    small(tmp_path, teaching__door="")
    house = read(tmp_path / "course_lib")
    assert upward(house) == ["course_lib.catalog.one -> course_lib.teaching.say"]


def test_torch_is_seen_behind_another_module(tmp_path: Path) -> None:
    house = small(
        tmp_path,
        estimators__one="from course_lib.estimators.two import x",
        estimators__two="def x():\n    import torch.nn",
    )
    assert "torch" in house.reached("course_lib.estimators.one")
