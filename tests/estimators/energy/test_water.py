"""Water against the published figures of one run."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import quantities
from course_lib.estimators.energy import water


def test_worked_example_of_li() -> None:
    """arXiv 2304.03271: GPT-3's training in Microsoft's US data centres."""
    found = water.used(
        1287 * 3.6e9,
        pue=1.17,
        on_site_litres_per_kwh=quantities["microsoft-us-water-on-site"].value,
        source_litres_per_kwh=quantities["us-grid-water-li"].value,
    )
    assert found.on_site == pytest.approx(quantities["gpt-3-water-on-site"].value, rel=1e-3)
    assert found.source == pytest.approx(quantities["gpt-3-water-source"].value, rel=1e-3)
    assert found.total == pytest.approx(5_439_000, rel=1e-3)


def test_a_dry_site_moves_the_water_elsewhere() -> None:
    found = water.used(
        3.6e6, pue=[1.1, 1.5], on_site_litres_per_kwh=[1.8, 0.0], source_litres_per_kwh=2.0
    )
    assert np.allclose(found.on_site, [1.8, 0]) and np.allclose(found.source, [2.2, 3.0])


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match=r"pue must be at least 1, got 0\.5"):
        water.used(1, pue=0.5, on_site_litres_per_kwh=1, source_litres_per_kwh=1)
    with pytest.raises(ValueError, match="source_litres_per_kwh must be zero or more"):
        water.used(1, pue=1, on_site_litres_per_kwh=1, source_litres_per_kwh=-1)
