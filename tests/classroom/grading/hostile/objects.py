"""Answers that are objects of the student's making, made to please any check."""

from tests.classroom.grading.hostile.submission import (
    FULL,
    MISSING,
    NOT_PLAIN,
    TASK,
    WRONG,
    Submission,
    giving,
    one,
)

EQUAL = """
class Equal:
    def __eq__(self, other): return True
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __hash__(self): return 0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __index__(self): return 0
    def __call__(self, *given): return self
    def __getattr__(self, name): return self
    def __truediv__(self, other): return self
    __sub__ = __mul__ = __rtruediv__ = __rsub__ = __rmul__ = __truediv__
"""
REDUCED = """
import os
class Reduced:
    def __reduce__(self):
        return os.system, ("touch /tmp/unpickled",)
"""


def subclass(kind: str) -> str:
    """A class that is one of Python's own and compares as it likes."""
    return f"""
class Mine({kind}):
    def __eq__(self, other): return True
    def __abs__(self): return 0.0
    def __truediv__(self, other): return Mine()
    __sub__ = __rsub__ = __truediv__
    def __lt__(self, other): return True
    __hash__ = None
"""


def value(name: str, text: str, fate: tuple[int, str], says: str = "") -> Submission:
    """A submission whose second answer holds something else than three numbers."""
    rest = "adapter_bytes, full_bytes = 2929871360.0, 21.52e9"
    return Submission(
        name=name,
        answers={"adapter_states": f"{text}\n{rest}"},
        fates={"adapter_states": fate},
        says=says,
    )


OBJECTS = [
    one("always equal", giving("Equal()", EQUAL), NOT_PLAIN),
    one("always equal by its type", giving("Equal", EQUAL), NOT_PLAIN),
    one("always equal in a list", giving("[Equal()]", EQUAL), NOT_PLAIN),
    one("always equal in a dictionary", giving("{'a': Equal()}", EQUAL), NOT_PLAIN),
    one("always equal as a key", giving("{Equal(): 1.0}", EQUAL), NOT_PLAIN),
    one(
        "always equal in an array",
        giving("held", f"import numpy\n{EQUAL}\nheld = numpy.empty(1, object)\nheld[0] = Equal()"),
        NOT_PLAIN,
    ),
    one("unpickled", giving("Reduced()", REDUCED), NOT_PLAIN, "an object of type Reduced"),
    one("float of its own", giving("Mine(number)", subclass("float")), NOT_PLAIN, "Mine"),
    one("whole number of its own", giving("Mine(number)", subclass("int")), NOT_PLAIN),
    one("text of its own", giving("Mine()", subclass("str")), NOT_PLAIN),
    one("list of its own", giving("Mine()", subclass("list")), NOT_PLAIN),
    one("dictionary of its own", giving("Mine()", subclass("dict")), NOT_PLAIN),
    one(
        "array of its own",
        giving("numpy.zeros(2).view(Mine)", f"import numpy\n{subclass('numpy.ndarray')}"),
        NOT_PLAIN,
    ),
    one("array of objects", giving("numpy.array([None])", "import numpy"), NOT_PLAIN),
    one("record array", giving("numpy.zeros(2, [('a', 'f8')])", "import numpy"), NOT_PLAIN),
    one("generator", giving("(each for each in given)"), NOT_PLAIN, "generator"),
    one("lambda", giving("lambda: number"), NOT_PLAIN),
    one("module", giving("math"), NOT_PLAIN, "module"),
    one("itself", giving("budget_trains"), NOT_PLAIN),
    one("awaited", giving("awaited()", "async def awaited(): return 1"), NOT_PLAIN),
    one(
        "a class with a lying name",
        giving("Lying()", "class Lying: pass\nLying.__qualname__ = '=1+1'"),
        NOT_PLAIN,
    ),
    one("nan", giving("float('nan')"), WRONG),
    one("infinite", giving("float('inf')"), WRONG),
    one("complex", giving("complex(number)"), (2, "wrong")),
    one("true", giving("True"), WRONG),
    one("a text", giving("str(number)"), WRONG, "one number"),
    one("a list of one", giving("[number]"), WRONG, "one number"),
    one("none", giving("None"), MISSING, "not answered yet"),
    one("dots", giving("..."), MISSING),
    one("numpy scalar", giving("numpy.float64(number)", "import numpy"), FULL[TASK]),
    one(
        "numpy scalar of half the width",
        giving("numpy.float32(number)", "import numpy"),
        FULL[TASK],
    ),
    one(
        "numpy scalar of more width", giving("numpy.longdouble(number)", "import numpy"), FULL[TASK]
    ),
    one("numpy whole number", giving("numpy.int64(number)", "import numpy"), FULL[TASK]),
    one("fraction", giving("Fraction(number)", "from fractions import Fraction"), FULL[TASK]),
    one("a number that gives one", giving("Mine()", subclass("float")), NOT_PLAIN),
    value("always equal as a value", f"{EQUAL}\ntrained_weights = Equal()", WRONG),
    value(
        "generator as a value", "trained_weights = (1 for _ in range(3))", NOT_PLAIN, "generator"
    ),
    value("lambda as a value", "trained_weights = lambda: 14991360", WRONG),
    value("module as a value", "import math as trained_weights", NOT_PLAIN, "module"),
    value("nan that is equal", f"{subclass('float')}\ntrained_weights = Mine('nan')", NOT_PLAIN),
    value("none as a value", "trained_weights = None", MISSING),
    value("deleted", "trained_weights = 1; del trained_weights", MISSING),
    Submission(
        name="text of its own as words",
        answers={
            "charity_plan": "class Words(str):\n    def has(self, *words): return True\n"
            "charity_plan = Words('because')"
        },
        fates={"charity_plan": NOT_PLAIN},
    ),
    Submission(
        name="words that are a number",
        answers={"charity_plan": "charity_plan = 7"},
        fates={"charity_plan": (0, "needs-review")},
    ),
    Submission(
        name="words that are a function",
        answers={"charity_plan": "def charity_plan(): pass"},
        fates={"charity_plan": (0, "needs-review")},
    ),
]
