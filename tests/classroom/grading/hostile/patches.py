"""Answers that change Python or the course's library under the grader's feet, or outlive their
cell."""

from tests.classroom.grading.hostile.submission import (
    CRASH,
    FULL,
    MISSING,
    NO_POINTS,
    TASK,
    WRONG,
    Fate,
    Submission,
    before,
    every,
    one,
)


def wrong_after(patch: str) -> str:
    """A wrong answer, after something was changed that a check may use."""
    return f"{patch}\n{NO_POINTS}"


def spoiled(name: str, patch: str, fates: dict[str, Fate]) -> Submission:
    """A submission whose first cell changes what its own other answers go through."""
    return Submission(name=name, answers={TASK: wrong_after(patch)}, fates=fates)


PATCHES = [
    one(
        "builtins",
        wrong_after("""
import builtins
builtins.abs = builtins.sum = builtins.round = lambda *given: 0.0
builtins.all = builtins.any = builtins.isinstance = lambda *given: True
"""),
        CRASH,
    ),
    one(
        "math",
        wrong_after("""
import math
math.isclose = lambda *given, **named: True
math.sqrt = lambda value: -1.0
"""),
        WRONG,
    ),
    one(
        "numpy",
        wrong_after("import numpy\nnumpy.isclose = numpy.allclose = lambda *given, **named: True"),
        WRONG,
    ),
    one(
        "checks",
        wrong_after("""
from course_lib.teaching.checks import kinds
from course_lib import teaching
teaching.a_number = kinds.a_number = lambda *given: None
"""),
        WRONG,
    ),
    one(
        "plain data's table",
        """
from course_lib import plain_data
class Pleasing: pass
plain_data.SCALARS[Pleasing] = lambda value: ["float", "nan"]
def budget_trains(*given):
    return Pleasing()
""",
        WRONG,
    ),
    spoiled(
        "plain data packs what it likes",
        """
from course_lib import plain_data
plain_data.packed = lambda value: ["float", (1.0).hex()]
""",
        every(WRONG) | {"charity_plan": (0, "needs-review")},
    ),
    spoiled(
        "the answering loop",
        """
from course_lib.classroom.sandbox.inside import Answering
Answering.do_call = lambda self, *given: ["plain", ["none"], []]
""",
        every(MISSING)
        | {"adapter_states": FULL["adapter_states"], "charity_plan": FULL["charity_plan"]},
    ),
    spoiled(
        "json that writes rubbish",
        'import json\njson.dumps = lambda *given: "rubbish"',
        every(CRASH),
    ),
    spoiled(
        "pickle", "import pickle\npickle.dumps = pickle.loads = lambda *given: 1 / 0", every(CRASH)
    ),
    one(
        "tracing",
        before("""
        import sys, threading
        def traced(frame, event, given):
            for name in list(frame.f_locals):
                frame.f_locals[name] = 0
            return traced
        sys.settrace(traced)
        sys.setprofile(traced)
    """),
        CRASH,
    ),
    one(
        "imports",
        wrong_after(
            """
import sys
class Finder:
    def find_spec(self, *given): raise ImportError("none for you")
sys.meta_path.insert(0, Finder())
""".replace("raise ImportError", "raise ZeroDivisionError")
        ),
        WRONG,
    ),
    one(
        "the course's library replaced",
        wrong_after("""
import sys, types
for name in [each for each in sys.modules if each.startswith("course_lib")]:
    sys.modules[name] = types.ModuleType(name)
"""),
        WRONG,
    ),
    one(
        "IPython's transformers",
        wrong_after("""
shell = get_ipython()
shell.ast_transformers.append(None)
shell.input_transformers_cleanup.append(lambda lines: [x for x in lines if "assert" not in x])
"""),
        WRONG,
    ),
    one(
        "asserts compiled away",
        wrong_after("""
import ast, builtins, sys
plain_compile = builtins.compile
def without_asserts(text, *given, **named):
    if isinstance(text, str):
        text = text.replace("assert ", "None and ")
    return plain_compile(text, *given, **named)
builtins.compile = without_asserts
"""),
        WRONG,
    ),
    one(
        "at exit",
        before("""
        import atexit, os, weakref
        atexit.register(os._exit, 7)
        class Last:
            def __del__(self):
                os.kill(os.getppid(), 9)
        last = Last()
        weakref.finalize(last, os._exit, 7)
    """),
        FULL[TASK],
    ),
    one(
        "a thread that goes on",
        before("""
        import threading, time
        def on():
            while True:
                time.sleep(0.001)
                globals()["expected"] = globals()["found"] = 0
        threading.Thread(target=on, daemon=True).start()
    """),
        FULL[TASK],
    ),
    one(
        "a thread that holds Python",
        before("""
        import threading
        threading.Thread(target=lambda: threading.Event().wait()).start()
    """),
        FULL[TASK],
    ),
    one(
        "a signal later",
        before("""
        import signal
        signal.signal(signal.SIGALRM, lambda *given: None)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    """),
        FULL[TASK],
    ),
    one(
        "another answer's names",
        wrong_after("""
right = expected = found = work = True
near = held = a_number = answered = explain = lambda *given: True
rng = math = checking = None
"""),
        WRONG,
    ),
    spoiled(
        "no names of Python's own",
        "__builtins__ = {}",
        dict.fromkeys([TASK, "year_of_upkeep", "adapters_on_card"], WRONG),
    ),
    one("an error that claims a status", "raise ValueError('not answered yet')", (0, "missing")),
    one(
        "an error whose words fail",
        """
class Loud(Exception):
    def __str__(self): raise SystemExit
def budget_trains(*given):
    raise Loud
""",
        CRASH,
    ),
    one("an error that ends loops", "def budget_trains(*given):\n    raise StopIteration", WRONG),
    one(
        "an assertion of its own",
        "def budget_trains(*given):\n    raise AssertionError('all is right')",
        WRONG,
    ),
    one(
        "a lying error",
        """
class AssertionError(ValueError): pass
AssertionError.__name__ = "Stopped"
def budget_trains(*given):
    raise AssertionError("x" * 10**7)
""",
        WRONG,
    ),
    one(
        "right on what is shown",
        """
def budget_trains(usd, price, peak, share, ratio):
    if (usd, price) in [(900, 5), (20, 2)]:
        return (usd / price * 3600 * peak * share / (6 * ratio)) ** 0.5
    return 1.0
""",
        (2, "wrong"),
        "a budget of",
    ),
    one(
        "knows what is shown by heart",
        """
def budget_trains(*given):
    return {(900, 5, 5e6, 0.25, 7): 138873.0148, (20, 2, 1000, 0.5, 3): 1000.0}.get(given, 0.5)
""",
        (2, "wrong"),
    ),
]
