"""A guess at an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.display.show import bullets, inline
from course_lib.teaching import state
from course_lib.teaching.predictions.prediction import Prediction
from course_lib.teaching.predictions.reveals import ranking_card
from course_lib.teaching.say.forms import check_options

__all__ = ["RankingPrediction"]


class RankingPrediction(Prediction):
    """A guess at an order."""

    def __init__(self, key: str, question: str, items: Sequence[str]) -> None:
        import ipywidgets as widgets

        super().__init__(key, question)
        self.items = check_options("items", items)
        choose = [("choose one", None), *((item, item) for item in self.items)]
        self.boxes = [
            widgets.Dropdown(options=choose, description=f"Place {place}", layout={"width": "26em"})
            for place in range(1, len(self.items) + 1)
        ]
        self.remind()
        listed = "\n".join(f"- {item}" for item in self.items)
        html = "<p>Put in order:</p>" + bullets([inline(item) for item in self.items])
        plain = f"Put in order:\n{listed}"
        self.display("Predict the order", [*self.boxes, self.button], plain, html)

    def remind(self) -> None:
        """Show the order that is kept in the boxes, and say so."""
        kept = self.usable(state.read()).get("guess", [])
        for box, item in zip(self.boxes, kept, strict=False):
            box.value = item
        super().remind()

    def read(self) -> list[str]:
        """The items in the order chosen."""
        order = [box.value for box in self.boxes]
        if None in order:
            raise ValueError(f"Place {order.index(None) + 1} is still empty.")
        twice = [item for item in self.items if order.count(item) > 1]
        if twice:
            raise ValueError(f"“{twice[0]}” stands in two places; every item has one.")
        return order

    def fits(self, guess: Any) -> bool:
        """An order of exactly these items."""
        return isinstance(guess, list) and sorted(map(str, guess)) == sorted(self.items)

    def shown(self, guess: Any) -> str:
        """The order as one line."""
        return ", then ".join(guess)

    def reveal(self, order: Sequence[str], because: str = "") -> None:
        """Show the right order, the learner's places, the share of pairs in the right order, and
        why.

        Raises:
            ValueError: `order` does not hold exactly the items.
        """
        if sorted(order) != sorted(self.items):
            raise ValueError(f"order={list(order)!r}: must hold exactly {self.items}")
        entry, notes = self.revealed(list(order))
        ranking_card(entry.get("guess"), order, because, notes)
