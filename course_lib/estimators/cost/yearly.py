"""A year of a model's answers in three ways: on rented cards, on cards of one's own, by calls to an
API.

Design choices:
- Cards are whole, and a card that stands ready is paid for whether it is asked or not. What a card
  can write goes by a server's rates (`token_price`), at as many requests at once as it holds, 64 at
  most.
- Requests do not come evenly. `utilisation` is the share of what its cards could write that a
  service plans to sell; the rest is kept for its busy hours.
- Machines are bought whole, too: H100s by the server of eight, cards for games one by one, each in
  a computer of its own. What a machine lives, how much of a person it takes and what the computer
  around a card costs is published nowhere: assumed, and named here.
- Whoever rents pays nobody for the machine; those who look after the program are left out in all
  three ways.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from course_lib import checks
from course_lib.catalog import Device, Transformer, cooling, devices, prices
from course_lib.estimators import inference
from course_lib.estimators.cost import calls, offers
from course_lib.estimators.cost.owning import Server, own
from course_lib.units import DAY, DAYS_A_YEAR, HOURS_A_YEAR

READ, WRITTEN = 200, 400
"""Tokens of an answer: the course's own."""
MOST = 64
"""Requests at once, at most."""
WIDTHS = ("bf16", "int8", "int4")
"""Formats of the weights, in the order in which they are tried."""
SERVER_CARDS, SERVER_WATTS, SERVER_IDLE_WATTS = 8, 10_200, 2_000
"""Cards of a server, its power under load (the price's own note) and idle (assumed)."""
SERVER_PEOPLE = 0.1
"""Share of one person who looks after a server: assumed."""
COMPUTER_USD, COMPUTER_WATTS, COMPUTER_IDLE_WATTS = 1_500, 150, 80
"""The computer around a card for games: assumed."""
COMPUTER_PEOPLE = 0.016
"""Share of one person who looks after it, four days a year: assumed."""
SERVER_YEARS, COMPUTER_YEARS, RESALE = 5, 4, 0.1
"""Years in use, and the share of the price that is then got back: assumed."""

__all__ = ["READ", "WRITTEN", "Host", "Machine", "call_usd", "crossing", "host", "machine"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Host:
    """A kind of card that serves a model."""

    device: Device
    """The card."""
    format: str
    """Format of the weights: the widest that fits."""
    batch: int
    """Requests at once."""
    tokens_per_second: float
    """Tokens that a busy card writes in a second, for all its requests."""
    reader_tokens_per_second: float
    """Tokens that each reader sees in a second then."""

    def cards(self, tokens_per_day: float, utilisation: float = 0.5) -> int:
        """Whole cards that write so many tokens a day.

        Raises:
            TypeError, ValueError: by the argument's name.
        """
        asked = checks.positive("tokens_per_day", tokens_per_day)
        return max(1, math.ceil(asked / self.tokens_per_day(utilisation)))

    def tokens_per_day(self, utilisation: float = 0.5) -> float:
        """Tokens that one card sells in a day."""
        return self.tokens_per_second * DAY * float(checks.share("utilisation", utilisation))

    def rent_usd(
        self, tokens_per_day: float, utilisation: float = 0.5, usd_per_hour: float | None = None
    ) -> float | None:
        """A year's rent; None where nobody rents the card out.

        Args:
            tokens_per_day: tokens written in a day.
            utilisation: share of what the cards could write that is sold.
            usd_per_hour: price of an hour of a card; the catalog's if None.

        >>> from course_lib.catalog import models
        >>> card = host(models["llama-3-8b"], "RTX 3090")
        >>> round(card.rent_usd(1e6, usd_per_hour=0.5))  # one card, 8 766 hours
        4383
        """
        price = offers.rental(self.device) if usd_per_hour is None else None
        hour = price.usd_per_device_hour if price else usd_per_hour
        if hour is None:
            return None
        return self.cards(tokens_per_day, utilisation) * HOURS_A_YEAR * hour


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """What is bought: a machine with one card or more."""

    server: Server
    """Its price and what it goes on costing."""
    cards: int
    """Cards in it."""

    def count(self, cards: int) -> int:
        """Whole machines that hold so many cards."""
        return math.ceil(cards / self.cards)

    def year_usd(self, cards: int, utilisation: float = 0.5) -> float:
        """What so many cards cost their owner in a year."""
        return self.count(cards) * float(own(self.server, 1, utilisation).total)


@lru_cache(maxsize=128)
def host(model: Transformer, device: str, *, most: int = MOST) -> Host:
    """How a card serves a model: the widest format and the largest batch that fit.

    Args:
        model: the architecture.
        device: a name of the catalog of devices.
        most: requests at once, at most.

    Raises:
        KeyError: no such device.
        ValueError: the model does not fit in any format tried.

    >>> from course_lib.catalog import models
    >>> small, large = (host(models["llama-3-8b"], name) for name in ("T4", "H100"))
    >>> (small.format, large.format), (small.batch, large.batch)
    (('int8', 'bf16'), (64, 64))
    """
    card = devices[device]
    for width in WIDTHS:
        batch = checks.whole("most", most)
        while batch >= 1:
            found = inference.estimate(
                model,
                device=card,
                batch=batch,
                prompt=READ,
                output=WRITTEN,
                format=width,
                software="server",
            )
            if found.fits:
                return Host(
                    device=card,
                    format=width,
                    batch=batch,
                    tokens_per_second=float(found.tokens_per_second),
                    reader_tokens_per_second=float(1 / found.token_seconds),
                )
            batch //= 2
    raise ValueError(f"model must fit on the device, {model.name} does not fit on {card.name}")


def machine(device: str) -> Machine | None:
    """The machine in which a card is bought; None where the catalog has no price for one.

    >>> machine("H100").cards, machine("RTX 3090").cards, machine("T4") is None
    (8, 1, True)
    """
    key = devices.key(device)
    wage = prices["sysadmin-wage-us-2024"].value * prices["staff-overhead-high"].value
    if f"{key}-card-launch" in prices:
        card = devices[key]
        return Machine(
            server=Server(
                purchase_usd=prices[f"{key}-card-launch"].value + COMPUTER_USD,
                busy_watts=(card.power_watts or 0) + COMPUTER_WATTS,
                idle_watts=COMPUTER_IDLE_WATTS,
                usd_per_kwh=prices["electricity-us-residential"].value,
                staff_usd_per_year=COMPUTER_PEOPLE * wage,
                life_years=COMPUTER_YEARS,
                resale_share=RESALE,
            ),
            cards=1,
        )
    if key != "h100-sxm-80gb":
        return None
    ends = [prices[f"h100-server-8-{end}"].value for end in ("low", "high")]
    return Machine(
        server=Server(
            purchase_usd=sum(ends) / 2,
            busy_watts=SERVER_WATTS,
            idle_watts=SERVER_IDLE_WATTS,
            pue=cooling["industry-average-uptime-survey-2023"].pue,
            usd_per_kwh=prices["electricity-us-commercial"].value,
            housing_usd_per_kw_month=prices["colocation-us-2024-h2"].value,
            staff_usd_per_year=SERVER_PEOPLE * wage,
            life_years=SERVER_YEARS,
            resale_share=RESALE,
        ),
        cards=SERVER_CARDS,
    )


def call_usd(key: str, tokens_per_day: float) -> float:
    """A year of calls: so many tokens written a day, and for each two half as many read.

    >>> round(call_usd("openai-gpt-4-1-nano", 1e6), 2)  # 365.25 x (0.4 + 0.1 / 2)
    164.36
    """
    written = float(checks.positive("tokens_per_day", tokens_per_day)) * DAYS_A_YEAR
    price = calls.asked(key)
    return float(calls.call(price, fresh=written * READ / WRITTEN, written=written).total)


def crossing(usd_per_year: float, tokens_per_day: float, key: str) -> float:
    """Tokens a day from which one card or machine costs less than calls; infinite if it cannot
    write so many.

    Args:
        usd_per_year: what it costs, used or not.
        tokens_per_day: the most that it sells in a day.
        key: the model behind an API.

    >>> crossing(164.36, 2e6, "openai-gpt-4-1-nano") / 1e6 > 0.99
    True
    >>> crossing(164.36, 0.5e6, "openai-gpt-4-1-nano")
    inf
    """
    paid = float(checks.positive("usd_per_year", usd_per_year))
    at = paid / call_usd(key, 1.0)
    return at if at <= float(checks.positive("tokens_per_day", tokens_per_day)) else math.inf
