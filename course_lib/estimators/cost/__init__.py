"""What machines cost to own and to rent (here), for a job (`jobs`), by the token
(`token_price`), by the call (`calls`) and by the year (`yearly`)."""

from course_lib.estimators.cost import calls, jobs, token_price, yearly
from course_lib.estimators.cost.offers import ON_DEMAND, rent_usd, rental
from course_lib.estimators.cost.owning import (
    Bill,
    Server,
    break_even_by_sweep,
    break_even_hours,
    break_even_utilisation,
    energy_usd,
    own,
    spent,
)

__all__ = [
    "ON_DEMAND",
    "Bill",
    "Server",
    "break_even_by_sweep",
    "break_even_hours",
    "break_even_utilisation",
    "calls",
    "energy_usd",
    "jobs",
    "own",
    "rent_usd",
    "rental",
    "spent",
    "token_price",
    "yearly",
]
