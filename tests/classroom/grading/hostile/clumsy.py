"""Honest answers in clumsy clothes: all deserve their points."""

from tests.classroom.grading.hostile.submission import FULL, RIGHT, TASK, Submission, one, solutions

PLAIN = solutions()[TASK]
LATE = f"{RIGHT}\nbudget_trains = right\n"


def clumsy(name: str, answer: str) -> Submission:
    """A submission whose first answer is right, however it is written."""
    return one(name, answer, FULL[TASK])


CLUMSY = [
    clumsy("cell magic", f"%%time\n{PLAIN}"),
    clumsy("line magic", f"%timeit 1 + 1\n%matplotlib inline\n{PLAIN}"),
    clumsy("shell line", f"!pip install nothing\n{PLAIN}\n!ls"),
    clumsy("question", f"?print\nprint?\n{PLAIN}".replace("print?\n", "")),
    clumsy("magic with a bracket", f"%config A = (1,\n{PLAIN}"),
    clumsy("tabs", PLAIN.replace("    ", "\t")),
    clumsy("lines of Windows", PLAIN.replace("\n", "\r\n")),
    clumsy("lines of an old Mac", PLAIN.replace("\n", "\r")),
    clumsy("form feed", f"\f\n{PLAIN}\f"),
    clumsy("from the future", f"from __future__ import annotations\n{PLAIN}"),
    clumsy(
        "from the future of another cell", f"# a remark\nfrom __future__ import division\n{PLAIN}"
    ),
    clumsy("tries it out", f"{PLAIN}\nprint(budget_trains(20, 2, 1000, 0.5, 3))\nassert True"),
    clumsy("tries it out, and that fails", f"{PLAIN}\nprint(budget_trains(0))"),
    clumsy("asserts that fail", f"{PLAIN}\nassert budget_trains(1, 1, 1, 1, 1) == 5"),
    clumsy(
        "a check of its own copied in",
        f"{PLAIN}\nwith checking('budget_trains_check', points=2, of=4):\n    pass",
    ),
    clumsy("a plot", f"import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n{PLAIN}"),
    clumsy(
        "a class with a call",
        f"""{RIGHT}
class Trains:
    def __call__(self, *given):
        return right(*given)
budget_trains = Trains()
""",
    ),
    clumsy(
        "a partial function", f"{RIGHT}\nimport functools\nbudget_trains = functools.partial(right)"
    ),
    clumsy("a wrapped function", f"import functools\n@functools.lru_cache\n{PLAIN}"),
    clumsy("a lambda", f"{RIGHT}\nbudget_trains = lambda *given: right(*given)"),
    clumsy(
        "a data class",
        f"""{RIGHT}
from dataclasses import dataclass
@dataclass
class Budget:
    usd: float
def budget_trains(usd, *given):
    return right(Budget(usd).usd, *given)
""",
    ),
    clumsy("warnings", f"import warnings\nwarnings.warn('old', DeprecationWarning)\n{PLAIN}"),
    clumsy("a random number", f"import random\nrandom.seed(1)\n{PLAIN}"),
    clumsy("writes a file", f"open('note.txt', 'w').write('x')\n{PLAIN}"),
    clumsy("logs", f"import logging\nlogging.basicConfig(level=0)\nlogging.error('x')\n{PLAIN}"),
    clumsy("only imports what it needs itself", f"from math import *\nimport numpy as np\n{PLAIN}"),
    clumsy("display", f"from IPython.display import display\ndisplay(3)\n{PLAIN}"),
    Submission(
        name="words as a text cell",
        answers={
            "charity_plan": solutions()["charity_plan"].split('"""')[1],
        },
    ),
    Submission(
        name="words in one line",
        answers={
            "charity_plan": "charity_plan = " + repr(solutions()["charity_plan"].split('"""')[1]),
        },
    ),
]
