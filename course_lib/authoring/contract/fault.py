"""One thing amiss in a notebook."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """One rule of the contract that a notebook breaks."""

    severity: Literal["error", "warning"]
    """error: the rule binds; warning: a hint for the author."""
    notebook: str
    """The notebook, as folder/name."""
    cell: str
    """Id of the cell, or empty where the notebook as a whole is meant."""
    message: str
    """The rule, and what was found."""

    def __str__(self) -> str:
        """One line for a terminal."""
        where = f"{self.notebook}, cell {self.cell}" if self.cell else self.notebook
        return f"{self.severity}: {where}: {self.message}"
