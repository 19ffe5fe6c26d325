"""Rent or buy: what a machine costs its owner, what its hours cost a tenant, and after how many
hours the two are even.

Design choices:
- An owner pays for the calendar (loss of value, staff, a place in a rack, power of an idle machine)
  and for use (power under load). A tenant pays for use alone. So everything hangs on utilisation:
  used hours over all hours.
- Loss of value is straight: from the purchase to what it is sold for, over its life. Nothing is
  kept longer than that.
- Cooling is energy, too: what the building takes beyond the machine, PUE - 1 of the machine's own.
- Interest and taxes are left out. Every price is an argument; the catalog has them with their
  dates.
- A year has 8766 hours (365.25 days). All numbers may be arrays that broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.units import HOURS_A_YEAR, MONTHS_A_YEAR


@dataclass(frozen=True, kw_only=True, eq=False)
class Server:
    """A machine with one or more devices, and the prices that its owner pays.

    Raises:
        TypeError, ValueError: by the field's name.
    """

    purchase_usd: Number
    """Price of the whole machine, in US dollars."""
    busy_watts: Number = 0
    """Power at the socket under load, in watts."""
    idle_watts: Number = 0
    """Power at the socket without work, in watts, at most `busy_watts`."""
    pue: Number = 1
    """All energy of the building over that of the machines in it, at least 1."""
    usd_per_kwh: Number = 0
    """Price of electricity."""
    staff_usd_per_year: Number = 0
    """What those who look after it are paid for their time on it."""
    housing_usd_per_kw_month: Number = 0
    """Rent of a place in a data centre, by the kilowatt it may draw; without electricity."""
    life_years: Number = 5
    """Years after which it is sold or scrapped."""
    resale_share: Number = 0
    """What it is then sold for, as a share of the purchase, below 1."""

    def __post_init__(self) -> None:
        for field in fields(self):
            zero = field.name not in ("purchase_usd", "pue", "life_years")
            number = checks.positive(field.name, getattr(self, field.name), zero=zero)
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, field.name, number)
        checks.broadcast(**self.numbers())
        _check_pue(self.pue)
        if np.any(np.asarray(self.idle_watts) > self.busy_watts):
            got = f"idle_watts={self.idle_watts} and busy_watts={self.busy_watts}"
            raise ValueError(f"idle_watts must be at most busy_watts, got {got}")
        if np.any(np.asarray(self.resale_share) >= 1):
            raise ValueError(f"resale_share must be below 1, got {self.resale_share}")

    def numbers(self) -> dict[str, Number]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def resale_usd(self) -> Number:
        """What it is sold for at the end of its life."""
        return self.purchase_usd * self.resale_share

    def usd_per_calendar_hour(self) -> Number:
        """What an hour costs in which it stands idle, its loss of value apart."""
        housing = self.housing_usd_per_kw_month * self.busy_watts / 1000 * MONTHS_A_YEAR
        fixed = (self.staff_usd_per_year + housing) / HOURS_A_YEAR
        return fixed + energy_usd(self.idle_watts, 1, self.usd_per_kwh, self.pue)

    def usd_per_used_hour(self) -> Number:
        """What an hour of work costs more than an idle one."""
        return energy_usd(self.busy_watts - self.idle_watts, 1, self.usd_per_kwh, self.pue)


@dataclass(frozen=True, kw_only=True, eq=False)
class Bill:
    """What an owner has paid after some years, in US dollars."""

    value_lost: Number
    """Purchase less what the machine is still worth."""
    energy: Number
    """Electricity of the machine itself."""
    cooling: Number
    """Electricity of the building around it."""
    housing: Number
    """Its place in a data centre."""
    staff: Number
    """Those who look after it."""
    used_hours: Number
    """Hours in which it worked."""

    @property
    def running(self) -> Number:
        """All but the loss of value."""
        return self.energy + self.cooling + self.housing + self.staff

    @property
    def total(self) -> Number:
        """All of it."""
        return self.value_lost + self.running

    @property
    def usd_per_used_hour(self) -> Number:
        """What an hour of work has cost."""
        return self.total / self.used_hours


def energy_usd(watts: Number, hours: Number, usd_per_kwh: Number, pue: Number = 1) -> Number:
    """US dollars for electricity: power x hours x PUE x price.

    Raises:
        TypeError, ValueError: by the argument's name; a PUE below 1.

    >>> round(energy_usd(1000, hours=24, usd_per_kwh=0.10, pue=1.5), 2)
    3.6
    """
    watts, hours = (
        checks.positive("watts", watts, zero=True),
        checks.positive("hours", hours, zero=True),
    )
    price, pue = checks.positive("usd_per_kwh", usd_per_kwh, zero=True), _check_pue(pue)
    checks.broadcast(watts=watts, hours=hours, usd_per_kwh=price, pue=pue)
    return watts / 1000 * hours * pue * price


def own(server: Server, years: Number, utilisation: Number = 1.0) -> Bill:
    """What owning a server costs over `years`, at `utilisation`.

    Utilisation is used hours over all hours, above 0 and at most 1.

    Raises:
        ValueError: longer than the server lives, or by the argument's name.

    >>> server = Server(purchase_usd=10_000, resale_share=0.2, life_years=4, staff_usd_per_year=500)
    >>> bill = own(server, years=2)
    >>> bill.value_lost, bill.staff, bill.total
    (4000.0, 1000, 5000.0)
    """
    checks.instance("server", server, Server)
    years, utilisation = checks.positive("years", years), checks.share("utilisation", utilisation)
    checks.broadcast(**server.numbers(), years=years, utilisation=utilisation)
    if np.any(np.asarray(years > server.life_years)):
        raise ValueError(
            f"years must be at most the server's life of {server.life_years}, got {years}"
        )
    used = years * HOURS_A_YEAR * utilisation
    idle = years * HOURS_A_YEAR - used
    watt_hours = server.busy_watts * used + server.idle_watts * idle
    return Bill(
        value_lost=(server.purchase_usd - server.resale_usd) * years / server.life_years,
        # Watt hours are as many watts for one hour.
        energy=energy_usd(watt_hours, 1, server.usd_per_kwh),
        cooling=energy_usd(watt_hours, 1, server.usd_per_kwh) * (server.pue - 1),
        housing=server.housing_usd_per_kw_month * server.busy_watts / 1000 * MONTHS_A_YEAR * years,
        staff=server.staff_usd_per_year * years,
        used_hours=used,
    )


def spent(server: Server, hours: Number, utilisation: Number = 1.0) -> Number:
    """US dollars that have left the owner's pocket after `hours` of use.

    That is the purchase whole, and the running costs. What it will be sold for is taken off at
    once, since it is known from the start here.
    """
    checks.instance("server", server, Server)
    hours, utilisation = (
        checks.positive("hours", hours, zero=True),
        checks.share("utilisation", utilisation),
    )
    by_hour = server.usd_per_used_hour() + server.usd_per_calendar_hour() / utilisation
    return server.purchase_usd - server.resale_usd + by_hour * hours


def break_even_hours(
    server: Server, rent_usd_per_hour: Number, utilisation: Number = 1.0
) -> Number:
    """Hours of use after which owning costs what the rent would; infinite if never in its life.

    (purchase - resale) / (rent - power of a used hour - costs of a calendar hour / utilisation)

    Args:
        server: the machine.
        rent_usd_per_hour: rent of a whole machine like it.
        utilisation: used hours over all hours, above 0 and at most 1.

    >>> server = Server(purchase_usd=199_000)  # DGX A100 at list price
    >>> round(break_even_hours(server, 32.7726))  # AWS p4d.24xlarge
    6072
    >>> break_even_hours(server, 32.7726, utilisation=0.1)
    inf
    """
    checks.instance("server", server, Server)
    rent = checks.positive("rent_usd_per_hour", rent_usd_per_hour)
    utilisation = checks.share("utilisation", utilisation)
    checks.broadcast(**server.numbers(), rent_usd_per_hour=rent, utilisation=utilisation)
    saved = rent - server.usd_per_used_hour() - server.usd_per_calendar_hour() / utilisation
    paying = np.asarray(saved) > 0
    # 1 stands in where nothing is saved: no division by zero, and infinity takes its place below.
    hours = (server.purchase_usd - server.resale_usd) / np.where(paying, saved, 1.0)
    lived = server.life_years * HOURS_A_YEAR * utilisation
    even_hours = np.where(paying & (hours <= lived), hours, np.inf)
    return even_hours if even_hours.ndim else float(even_hours)


def break_even_by_sweep(
    server: Server, rent_usd_per_hour: float, utilisation: float = 1.0, step: float = 1.0
) -> float:
    """The same found by looking: the first hour, in steps of `step`, at which owning costs no more.

    >>> break_even_by_sweep(Server(purchase_usd=199_000), 32.7726)  # the first hour beyond 6072.2
    6073.0
    """
    step = checks.positive("step", step)
    hours = np.arange(
        0,
        # One step more, because `arange` leaves out its end.
        checks.share("utilisation", utilisation) * HOURS_A_YEAR * float(server.life_years) + step,
        step,
    )
    even = (
        spent(server, hours, utilisation)
        <= checks.positive("rent_usd_per_hour", rent_usd_per_hour) * hours
    )
    # argmax finds the first True, but gives 0 where there is none.
    return float(hours[np.argmax(even)]) if even.any() else float(np.inf)


def break_even_utilisation(server: Server, rent_usd_per_hour: Number) -> Number:
    """The share of its life that a server must work to cost no more than rent; above 1: never.

    >>> round(break_even_utilisation(Server(purchase_usd=87_660, life_years=1), 20.0), 3)
    0.5
    """
    checks.instance("server", server, Server)
    rent = checks.positive("rent_usd_per_hour", rent_usd_per_hour)
    checks.broadcast(**server.numbers(), rent_usd_per_hour=rent)
    lost = (server.purchase_usd - server.resale_usd) / (server.life_years * HOURS_A_YEAR)
    saved = rent - server.usd_per_used_hour()
    # 1 stands in for what would divide by zero; infinity takes its place below.
    share = (lost + server.usd_per_calendar_hour()) / np.where(np.asarray(saved) > 0, saved, 1.0)
    needed = np.where(np.asarray(saved) > 0, share, np.inf)
    return needed if needed.ndim else float(needed)


def _check_pue(pue: Number) -> Number:
    number = checks.positive("pue", pue)
    if np.any(np.asarray(number) < 1):
        raise ValueError(f"pue must be at least 1, got {pue}")
    return number
