"""Which meters are found: the built-in ones, and those of packages made up for the test."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from course_lib.demos import meters
from course_lib.demos.meters import finding

ROOT = Path(__file__).parents[3]


class WallPlug:
    """A meter of another package."""

    name = "wall-plug"
    kind: meters.Kind = "counter"
    covers: tuple[meters.Part, ...] = ("cpu", "gpu")
    method = "meter in the wall"
    factor = 1.02

    @classmethod
    def open(cls) -> Any:
        return cls()

    def start(self) -> None:
        pass

    def stop(self) -> float:
        return 42.0


class Guess(WallPlug):
    name, kind, method = "guess", "model", "model of a laptop by its age"


class HiddenGuess(WallPlug):
    name, kind, method = "hidden", "model", "very exact"


class NotHere(WallPlug):
    @classmethod
    def open(cls) -> Any:
        return None


class Broken(WallPlug):
    @classmethod
    def open(cls) -> Any:
        raise RuntimeError("unplugged")


class Half:
    kind: meters.Kind = "counter"
    covers: tuple[meters.Part, ...] = ("cpu",)

    @classmethod
    def open(cls) -> Any:
        return cls()


class Odd(WallPlug):
    kind = "oracle"  # type: ignore[assignment]


class CardOnly(WallPlug):
    covers: tuple[meters.Part, ...] = ("gpu",)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No built-in counter works, whatever this machine has."""
    for each in finding.BUILT_IN:
        monkeypatch.setattr(each, "open", classmethod(lambda cls: None))


def bring(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Entry points, as packages that are installed would bring them."""
    points = [EntryPoint(name, f"{__name__}:{name}", finding.GROUP) for name in names]
    found = {point.name: globals().get(point.name) for point in points}

    class Point(EntryPoint):
        def load(self) -> Any:
            if found[self.name] is None:
                raise ModuleNotFoundError(f"No module named {self.name!r}")
            return found[self.name]

    made = [Point(point.name, point.value, point.group) for point in points]
    monkeypatch.setattr(finding, "entry_points", lambda group: made)


def names(part: str = "cpu") -> list[str]:
    return [meter.name for meter in meters.find(part).meters]


def test_without_a_counter_the_model_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch)
    assert names() == names("gpu") == ["power model"]
    assert meters.best().kind == "model"


def test_a_plug_in_is_found_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "WallPlug")
    assert names() == names("gpu") == ["wall-plug", "power model"]
    assert meters.best().stop() == 42
    bring(monkeypatch, "CardOnly")
    assert names() == ["power model"] and names("gpu") == ["wall-plug", "power model"]


def test_counters_come_before_mixed_and_models(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in finding.BUILT_IN:
        monkeypatch.setattr(each, "open", classmethod(lambda cls: cls.__new__(cls)))
    bring(monkeypatch, "Guess", "WallPlug")
    assert names() == ["wall-plug", "rapl", "codecarbon", "guess", "power model"]
    assert names("gpu") == ["wall-plug", "nvml", "guess", "power model"]
    assert "codecarbon" not in [m.name for m in meters.find(codecarbon=False).meters]


def test_only_the_best_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "WallPlug")
    slow = classmethod(lambda cls: pytest.fail("was opened"))
    monkeypatch.setattr(meters.CodeCarbon, "open", slow)
    assert meters.best().name == "wall-plug"


def test_what_fails_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "Broken", "Missing", "Half", "HiddenGuess", "Odd", "NotHere", "WallPlug")
    found = meters.find()
    assert [meter.name for meter in found.meters] == ["wall-plug", "power model"]
    told = "\n".join(found.problems)
    assert len(found.problems) == 5
    for words in (
        "'Broken' is left out: unplugged",
        "'Missing' is left out: No module",
        "'Half' is left out: it lacks name, method, factor, start, stop",
        "'HiddenGuess' is left out: the method of a model must say so, got 'very exact'",
        "'Odd' is left out: kind must be one of counter, mixed, model, got 'oracle'",
    ):
        assert words in told


def test_the_courses_own_entry_points_are_the_list_of_built_in_meters() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"][finding.GROUP]
    assert tuple(declared) == finding.OWN_NAMES
    for name, value in declared.items():
        each = EntryPoint(name, value, finding.GROUP).load()
        assert each in (*finding.BUILT_IN, meters.PowerModel)
        assert each.name.replace(" ", "-") == name


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="part must be one of cpu, gpu, got 'tpu'"):
        meters.find("tpu")
    with pytest.raises(ValueError, match="part must be one of cpu, gpu, got 'tpu'"):
        meters.best("tpu")
