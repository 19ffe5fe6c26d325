"""The model of power, and that it calls itself one."""

import pytest

from course_lib.demos import meters
from course_lib.demos.meters import model


def test_the_power_model_counts_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 3.5])
    monkeypatch.setattr(model.time, "process_time", lambda: next(clock))
    meter = meters.PowerModel(core_watts=4)
    meter.start()
    assert meter.stop() == 10
    assert "4 W" in meter.method


def test_a_model_is_called_a_model() -> None:
    meter = meters.PowerModel.open()
    assert (
        meter.kind == "model" and meter.method.startswith("power model") and "model" in meter.name
    )


@pytest.mark.parametrize("bad", [0, -1.0, float("nan")])
def test_watts_are_above_zero(bad: float) -> None:
    with pytest.raises(ValueError, match="core_watts"):
        meters.PowerModel(core_watts=bad)
