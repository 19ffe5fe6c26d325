"""The energy of a run, from the device up to the building. `answers` has tokens and pictures.

    energy = device hours x power of the device at its load x servers x network x cooling (PUE)

Design choices:
- A device draws its idle power plus a share of the rest: watts = stated power x (idle + load x (1 -
  idle)). `draws` says how large that share is by what the device does.
- A few devices state the power of a whole system, host included (TPU v3): no servers come on top.
- Servers (processors, memory, fans) and network are factors on top of the devices, cooling a factor
  on all of them.
- Every factor is a `Range` with a default; the product's range follows. `Site` holds them, and a
  measured or stated power takes their place.
- A published energy that is hours x stated power x PUE is the same formula with load 1 and no
  servers: reproducing it tests arithmetic, nothing else.

Where the defaults come from:
- Load and idle power: the table of constants ("power-...").
- SERVER: whole nodes of eight H100 drew 846 to 894 W a card from the wall in MLPerf 4.0 (the
  catalog's runs); OpenAI's V100 drew 330 W with all around them (arXiv 2104.10350, table 4).
- NETWORK: assumed. PUE: from the best fleets to the industry's average in the catalog.
- MFU: the catalog's full runs whose energy was not measured (10th, 50th and 90th percentile).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.catalog import devices as catalog_devices
from course_lib.catalog.constants import constant
from course_lib.checks import Number
from course_lib.estimators import flops, hardware
from course_lib.estimators.energy import draws
from course_lib.estimators.ranges import Range, inverse, product, ranged
from course_lib.units import HOUR

SERVER = Range(low=1.15, value=1.3, high=1.5)
"""Power of whole servers over that of their accelerators."""
NETWORK = Range(low=1.02, value=1.05, high=1.1)
"""Power with switches and cables between servers over that without."""
PUE = Range(low=1.08, value=1.2, high=1.56)
"""All energy of the building over that of the machines in it."""
MFU = Range(low=0.19, value=0.32, high=0.48)
"""Model FLOPs utilisation of a whole training run, restarts included."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Site:
    """What stands around the devices, as factors; 1 leaves a part out."""

    server: Range | Number = SERVER
    """Whole servers over their accelerators."""
    network: Range | Number = NETWORK
    """With the network over without."""
    pue: Range | Number = PUE
    """The building over its machines."""

    def __post_init__(self) -> None:
        for name in ("server", "network", "pue"):
            factor = ranged(name, getattr(self, name))
            if np.any(np.asarray(factor.low) < 1):
                raise ValueError(f"{name} must be at least 1, got {factor.low}")
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, factor)


TYPICAL = Site()
"""The defaults."""
CARDS_ALONE = Site(server=1, network=1, pue=1)
"""Nothing but the accelerators."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Energy:
    """Joules, part by part and in all."""

    devices: Number
    """Of the accelerators at work."""
    idle: Number
    """Of the accelerators while they wait."""
    servers: Number
    """Of processors, memory, disks and fans around them."""
    network: Number
    """Of switches and cables."""
    cooling: Number
    """Of the building: cooling and losses of supply."""
    total: Number
    """All parts together."""
    low: Number
    """Lower end of an 80 % range of `total`."""
    high: Number
    """Upper end of that range."""

    @property
    def machines(self) -> Number:
        """All but the building: what water on site and PUE are counted by."""
        return self.total - self.cooling

    def per(self, count: Number) -> Range:
        """The total and its range for each of `count` things: tokens, pictures, answers."""
        return Range(low=self.low, value=self.total, high=self.high).scaled(
            1 / checks.positive("count", count)
        )


def power(device: Device | str, load: Number | None = None, idle: Number | None = None) -> Number:
    """Watts of a device at its load: idle power, and the load's share of the rest.

    Args:
        device: a device, or its name in the catalog.
        load: share of the power between idle and stated, 0 (nothing to do) to 1 (stated power);
            None for that of training.
        idle: power with nothing to do, as a share of the stated power; None for "power-idle" of
            the table of constants.

    Raises:
        TypeError, ValueError: by the argument's name; the catalog states no power for the device.

    >>> round(power("H100", load=0.5)), round(power("H100", load=0))
    (385, 70)
    """
    device = known(device)
    if device.power_watts is None:
        raise ValueError(
            f"device must have its power stated in the catalog, got {device.name}; "
            "give watts instead"
        )
    load = checks.share("load", draws.training().value if load is None else load, zero=True)
    idle = checks.share("idle", constant("power-idle") if idle is None else idle, zero=True)
    checks.broadcast(load=load, idle=idle)
    return device.power_watts * (idle + load * (1 - idle))


def run(
    device_hours: Range | Number,
    *,
    device: Device | str | None = None,
    watts: Range | Number | None = None,
    load: Range | Number | None = None,
    site: Site = TYPICAL,
    idle_hours: Number = 0,
) -> Energy:
    """Energy of a run from its device hours.

    Args:
        device_hours: devices times hours of work, work lost to restarts included.
        device: what works; or
        watts: power of one device, measured or stated, in its place.
        load: share of the power between idle and stated, with `device` only; None for that of
            training.
        site: servers, network and cooling around.
        idle_hours: device hours of waiting, paid at idle power (a tenth of `watts` where these are
            given).

    Raises:
        TypeError, ValueError: by the argument's name; both or neither of `device` and `watts`.

    >>> site = Site(server=1, network=1, pue=1.1)
    >>> llama = run(82_432, watts=400, site=site)  # LLaMA-7B, arXiv 2302.13971
    >>> round(llama.total / 3.6e9)  # 82 432 h x 400 W x 1.1 = 36 MWh
    36
    """
    # Equal where both are given, or neither.
    if (device is None) == (watts is None):
        raise ValueError(
            f"device must be given exactly where watts is not, got {device!r} and {watts!r}"
        )
    checks.instance("site", site, Site)
    drawn, waiting = _drawn(device, watts, load)
    site = _around(device, site)
    worked, waited = (
        ranged("device_hours", device_hours),
        checks.positive("idle_hours", idle_hours, zero=True),
    )
    factors = {
        # Under the name of the argument it came by, for the error.
        "watts" if device is None else "load": drawn,
        "server": site.server,
        "network": site.network,
    }
    _fit(device_hours=worked, idle_hours=waited, **factors, pue=site.pue)
    seconds, idle = product(worked, HOUR), waiting * waited * HOUR
    whole = product(seconds, drawn, site.server, site.network, site.pue)
    return _parts(seconds.value * drawn.value, idle, whole, site)


def training(
    model: Transformer,
    tokens: Number,
    *,
    device: Device | str,
    mfu: Range | Number = MFU,
    seq: Number | None = None,
    load: Range | Number | None = None,
    site: Site = TYPICAL,
) -> Energy:
    """Energy of training a model: FLOPs make device hours by the utilisation, these make joules.

    `seq` counts the FLOPs exactly for sequences of that length; without it they are 6 a weight and
    token.

    >>> from course_lib.catalog import models
    >>> olmo = training(models["OLMo-7B"], 2e12, device="A100 SXM 40GB", seq=2048, site=CARDS_ALONE)
    >>> 70 < olmo.total / 3.6e9 < 120  # MWh; 104 were measured (arXiv 2402.00838, table 6)
    True
    """
    device = known(device)
    work = flops.training(model, tokens, seq)
    used = ranged("mfu", mfu)
    _fit(training_flops=work, mfu=used)
    hours = product(inverse(used), work / hardware.peak(device) / HOUR)
    return run(hours, device=device, load=load, site=site)


def flops_per_joule(device: Device | str) -> Number:
    """FLOPs that a device does for a joule at its dense 16-bit peak and stated power: a bound.

    >>> round(flops_per_joule("H100") / 1e12, 2)  # 989 TFLOP/s over 700 W
    1.41
    """
    device = known(device)
    return hardware.peak(device) / power(device, load=1)


def rebound(gain: Number, growth: Number) -> Number:
    """Total use over before, at `gain` times the efficiency and `growth` times the work.

    Growth equal to the gain cancels it.

    >>> rebound(gain=10, growth=4), rebound(gain=10, growth=10)
    (0.4, 1.0)
    """
    gain, growth = checks.positive("gain", gain), checks.positive("growth", growth)
    checks.broadcast(gain=gain, growth=growth)
    return growth / gain


def known(device: Device | str) -> Device:
    """The device itself, looked up where it is given by name.

    >>> known("H100").power_watts
    700
    """
    return (
        catalog_devices[device]
        if isinstance(device, str)
        else checks.instance("device", device, Device)
    )


def _fit(**factors: Range | Number) -> None:
    """Raise unless the shapes of ranges and numbers broadcast; a range has that of its three
    numbers together."""
    sums = {
        name: part.low + part.value + part.high if isinstance(part, Range) else part
        for name, part in factors.items()
    }
    checks.broadcast(**sums)


def _drawn(
    device: Device | str | None, watts: Range | Number | None, load: Range | Number | None
) -> tuple[Range, Number]:
    """Power at work, as a range, and power while waiting."""
    shares = draws.training() if load is None else ranged("load", load)
    checks.share("load", shares.high, zero=True)
    if device is None:
        stated = ranged("watts", watts)
        return stated, constant("power-idle") * stated.value
    ends = {name: power(device, getattr(shares, name)) for name in ("low", "value", "high")}
    return Range(**ends), power(device, 0)


def _around(device: Device | str | None, site: Site) -> Site:
    """The site without its servers where the device's stated power holds them already."""
    held = device is not None and "system power" in known(device).power_term
    return replace(site, server=1) if held else site


def _parts(working: Number, idle: Number, whole: Range, site: Site) -> Energy:
    """The parts of a sum whose range is that of the work in it."""
    server, network, pue = (
        ranged(name, getattr(site, name)).value for name in ("server", "network", "pue")
    )
    cards = working + idle
    total = cards * server * network * pue
    return Energy(
        devices=working,
        idle=idle,
        # Each factor adds to what the ones before it make, so that the parts sum up to the total.
        servers=cards * (server - 1),
        network=cards * server * (network - 1),
        cooling=cards * server * network * (pue - 1),
        total=total,
        # As wide in proportion as the range of the work; idle hours have none of their own.
        # The quotient first: it is exactly one where the work has no range.
        low=total * (whole.low / whole.value),
        high=total * (whole.high / whole.value),
    )
