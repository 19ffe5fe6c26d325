"""Water of electricity and cooling: what evaporates on site, and what the power stations use.

Design choices:
- On site is counted by the energy of the machines (WUE, as The Green Grid defines it), at the
  source by all electricity of the building. The two are kept apart, because one is drawn where the
  building stands and the other is not.
- Consumption only: water that flows back is not counted. Making the chips is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.units import KWH


@dataclass(frozen=True, kw_only=True, eq=False)
class Water:
    """Litres of water that do not come back."""

    on_site: Number
    """Evaporated for cooling, where the building stands."""
    source: Number
    """Used by the power stations."""

    @property
    def total(self) -> Number:
        """Both."""
        return self.on_site + self.source


def used(
    machines_joules: Number,
    *,
    pue: Number,
    on_site_litres_per_kwh: Number,
    source_litres_per_kwh: Number,
) -> Water:
    """Water of a run.

    Args:
        machines_joules: energy of the machines, without the building.
        pue: all energy of the building over that of the machines, at least 1.
        on_site_litres_per_kwh: litres for a kilowatt hour of the machines (WUE).
        source_litres_per_kwh: litres for a kilowatt hour from the grid.

    Source: Li et al. 2023, arXiv 2304.03271, section 3.

    >>> litres = {"on_site_litres_per_kwh": 0.55, "source_litres_per_kwh": 3.142}
    >>> gpt3 = used(1287 * 3.6e9, pue=1.17, **litres)
    >>> round(gpt3.on_site / 1e6, 3), round(gpt3.source / 1e6, 3)  # million litres
    (0.708, 4.731)
    """
    energy, pue = (
        checks.positive("machines_joules", machines_joules, zero=True),
        checks.positive("pue", pue),
    )
    if np.any(np.asarray(pue) < 1):
        raise ValueError(f"pue must be at least 1, got {pue}")
    on_site = checks.positive("on_site_litres_per_kwh", on_site_litres_per_kwh, zero=True)
    source = checks.positive("source_litres_per_kwh", source_litres_per_kwh, zero=True)
    checks.broadcast(
        machines_joules=energy,
        pue=pue,
        on_site_litres_per_kwh=on_site,
        source_litres_per_kwh=source,
    )
    kwh = energy / KWH
    # On site by the machines alone, at the source by the building: only there the PUE counts.
    return Water(on_site=kwh * on_site, source=kwh * pue * source)
