"""codecarbon, with a package made up for the test."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from course_lib.demos import meters


def fake_codecarbon(monkeypatch: pytest.MonkeyPatch, kwh: float | None) -> None:
    class OfflineEmissionsTracker:
        def __init__(self, **settings: object) -> None:
            assert settings["save_to_file"] is False

        def start(self) -> None:
            if kwh is None:
                raise RuntimeError("no such machine")

        def stop(self) -> None:
            self.final_emissions_data = SimpleNamespace(energy_consumed=kwh)

    module = ModuleType("codecarbon")
    module.OfflineEmissionsTracker = OfflineEmissionsTracker  # type: ignore[attr-defined]
    module.__spec__ = SimpleNamespace(name="codecarbon")  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "codecarbon", module)


def test_codecarbon_in_joules(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_codecarbon(monkeypatch, 2e-6)
    meter = meters.CodeCarbon.open()
    assert meter is not None
    meter.start()
    assert meter.stop() == pytest.approx(7.2)
    assert meter.kind == "mixed" and "model" in meter.method


def test_codecarbon_is_never_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_codecarbon(monkeypatch, None)
    assert meters.CodeCarbon.open() is None
    monkeypatch.setitem(sys.modules, "codecarbon", None)  # as if it were not installed
    assert meters.CodeCarbon.open() is None
