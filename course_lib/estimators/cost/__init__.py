"""What machines cost to own and to rent (here), for a job (`jobs`), and by the token
(`token_price`)."""

from course_lib.estimators.cost import jobs, token_price
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
    "energy_usd",
    "jobs",
    "own",
    "rent_usd",
    "rental",
    "spent",
    "token_price",
]
