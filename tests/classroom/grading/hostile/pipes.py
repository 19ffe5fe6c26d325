"""Answers that write into the grader's pipe by hand. They stand in the last task, so that what they
spoil is their own."""

from tests.classroom.grading.hostile.submission import FULL, Fate, Submission

WRITE = """
import fcntl, json, os, struct
def pipes():
    for number in range(3, 64):
        try:
            if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_WRONLY:
                yield number
        except OSError:
            pass
def write(content, length=None):
    for number in pipes():
        os.write(number, struct.pack(">Q", len(content) if length is None else length) + content)
def say(*reply):
    write(json.dumps(reply).encode())
"""
WORDS = "charity_plan = 'A text of seven words, said by hand.'"
NOTHING: Fate = (0, "needs-review")
CRASHED: Fate = (0, "crash")


def forged(name: str, attack: str, fate: Fate, says: str = "") -> Submission:
    """A submission whose last answer writes something into the pipe while its cell runs."""
    return Submission(
        name=name,
        answers={"charity_plan": f"{WRITE}\n{attack}\n{WORDS}"},
        fates={"charity_plan": fate},
        says=says,
    )


def forged_result(name: str, attack: str, fate: Fate) -> Submission:
    """A submission whose last function writes its own reply; `charity_plan` comes after it."""
    function = f"def adapters_on_card(*given):\n    {attack}\n    return 7"
    return Submission(
        name=name,
        answers={"adapters_on_card": f"{WRITE}\n{function}"},
        # the replies to each request of the last task are those to the one before
        fates={"adapters_on_card": fate, "charity_plan": CRASHED},
    )


PIPES = [
    forged(
        "no message",
        "for number in pipes(): os.write(number, b'rubbish without a length')",
        CRASHED,
    ),
    forged("too long a message", "write(b'', 2**63)", CRASHED, "more data"),
    forged("half a message", "write(b'[\"done\"', 1000)\nos._exit(0)", CRASHED),
    forged(
        "half a length", "for number in pipes(): os.write(number, b'123')\nos._exit(0)", CRASHED
    ),
    forged("no JSON", "write(b'rubbish')", CRASHED),
    forged("no UTF-8", "write(b'\\xff\\xfe\\xfd')", CRASHED),
    forged("deep JSON", "write(b'[' * 10**6 + b']' * 10**6)", CRASHED),
    forged("huge number in JSON", "write(b'[' + b'9' * 10**6 + b']')", CRASHED),
    forged("a number", "write(b'1')", CRASHED, "pipe"),
    forged("an empty list", "write(b'[]')", CRASHED),
    forged("an object", "write(b'{}')", CRASHED),
    forged("nothing at all", "write(b'')", CRASHED),
    forged("a list that begins with a list", "write(b'[[]]')", CRASHED),
    forged("values that are none", "say('done')\nsay('values', 1)", CRASHED),
    forged("values of nothing", "say('done')\nsay('values')", CRASHED),
    forged(
        "values with no content",
        "say('done')\nsay('values', {'charity_plan': ['plain']})",
        (0, "not-plain-data"),
    ),
    forged(
        "values of a wrong kind",
        "say('done')\nsay('values', {'charity_plan': ['plain', 7]})",
        (0, "not-plain-data"),
    ),
    forged(
        "values of an unknown kind",
        "say('done')\nsay('values', {'charity_plan': [['plain']]})",
        (0, "missing"),
    ),
    forged(
        "a function that is none",
        "say('done')\nsay('values', {'charity_plan': ['callable']})",
        NOTHING,
    ),
    forged(
        "a text by hand",
        "say('done')\nsay('values', {'charity_plan': ['plain', ['str', 'because']]})",
        NOTHING,
    ),
    forged(
        "no plain data and no words",
        "say('done')\nsay('values', {'charity_plan': ['not plain']})",
        (0, "not-plain-data"),
    ),
    forged("an error without words", "say('error')", CRASHED),
    forged("an error by hand", "say('error', 'ValueError', 'all is right')", CRASHED),
    forged("an error of 10 MB", "say('error', 'ValueError', 'x' * 10**7)", CRASHED),
    forged("an error that is a class", "say('error', 'BaseException', [1, 2])", CRASHED),
    forged("a crash without words", "say('crash')", CRASHED),
    forged(
        "an array of a billion empty rows",
        "say('done')\nsay('values', {'charity_plan': ['plain', ['array', [10**9, 0], []]]})",
        (0, "not-plain-data"),
    ),
    forged(
        "an array of one long text",
        "say('done')\nsay('values', {'charity_plan': ['plain', ['array', [100000], "
        "[['str', 'x' * 10**6]] + [['str', '']] * 99999]]})",
        (0, "not-plain-data"),
    ),
    forged_result("a result by hand", "say('plain', ['int', '0x7'], [])", (0, "wrong")),
    forged_result("a result without content", "say('plain')", (0, "not-plain-data")),
    forged_result("a result that is none", "say('plain', 7, 8, 9)", (0, "not-plain-data")),
    forged_result(
        "arguments by hand",
        "say('plain', ['int', '0x7'], [[0, ['int', '0x0']], [7, 7], [1.0, ['none']], "
        "[True, ['list', []]], 5, [[0], 1]])",
        (0, "wrong"),
    ),
    forged_result(
        "an answer that ends a loop", "say('error', 'StopIteration', 'the end')", (0, "wrong")
    ),
]
"""What is written, and what becomes of the last task; a wrong reply may end the process, never the
grader."""

assert FULL
