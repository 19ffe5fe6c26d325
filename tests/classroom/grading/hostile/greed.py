"""Answers that take all the memory, disk, output or files there are."""

from tests.classroom.grading.hostile.submission import (
    CRASH,
    FULL,
    TASK,
    WRONG,
    Submission,
    before,
    giving,
    one,
    probe,
    within,
)

SHARED = """
import mmap, time
held = mmap.mmap(-1, 900 << 20)
for place in range(0, len(held), 4096):
    held[place] = 1
time.sleep(30)
"""
CHILDREN = """
import os, time
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        held = bytearray(b"x") * (220 << 20)
        time.sleep(1.5)
        os._exit(0)
    children.append(child)
ended = [os.waitpid(child, 0)[1] for child in children]
if any(ended):
    os._exit(1)
"""
FULL_DISK = """
import os
written = 0
for number in range(100):
    try:
        with open(f"/tmp/{number}", "wb") as file:
            for _ in range(100):
                written += file.write(bytes(1 << 20))
    except OSError:
        pass
for number in range(100):
    if os.path.exists(f"/tmp/{number}"):
        os.remove(f"/tmp/{number}")
if written > 200 << 20:
    got.append(written)
"""
PLACES = """
import os
places = ["/", "/dev", "/dev/shm", "/etc", "/usr", "/usr/lib", "/var/tmp", "/run", "/proc", "/sys"]
places += ["@HOME@", "@ROOT@", "@FOLDER@", "@OUTPUT@", os.path.dirname(os.__file__)]
for place in places:
    try:
        with open(os.path.join(place, "canary-was-here"), "w") as file:
            got.append(place)
    except OSError:
        pass
for file in ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/dev/mem",
             "/proc/sysrq-trigger", "/dev/sda", "/dev/kmsg", "@CANARY@"]:
    try:
        with open(file, "a") as opened:
            opened.write("0")
            got.append(file)
    except OSError:
        pass
"""

GREEDY = [
    one("20 GB at once", within("held = bytearray(20 * 10**9)"), CRASH, "more memory"),
    one(
        "memory step by step",
        before("held = []\nwhile True: held.append(bytearray(4 << 20))"),
        CRASH,
    ),
    one("memory in a list", within("held = [0]\nwhile True: held += held"), CRASH, "more memory"),
    one("memory shared with nobody", before(SHARED), CRASH),
    one("memory in children", before(CHILDREN), CRASH),
    one("20 MB of output", within("print('x' * 10**6)"), FULL[TASK]),
    one(
        "output past Python",
        before("""
        import os, subprocess
        for number in (1, 2):
            os.write(number, b"x" * 10**6)
        subprocess.run(["echo", "x"])
    """),
        FULL[TASK],
    ),
    one("full disk", probe(FULL_DISK), FULL[TASK]),
    one(
        "many files",
        before("""
        for number in range(5000):
            open(f"/tmp/file{number}", "w").close()
    """),
        FULL[TASK],
    ),
    one("writes everywhere", probe(PLACES), FULL[TASK]),
    one(
        "open files",
        before("""
        held = []
        try:
            while True:
                held.append(open("/dev/null"))
        except OSError:
            held.clear()
    """),
        FULL[TASK],
    ),
    one("a long answer", giving("'9' * 10**6"), WRONG),
    one(
        "a list of millions", giving("[0.5] * 3_000_000"), (0, "not-plain-data"), "too many entries"
    ),
    one(
        "a deep list",
        giving("deep", "deep = []\nfor _ in range(10_000): deep = [deep]"),
        (0, "not-plain-data"),
    ),
    one(
        "a list that holds itself",
        giving("ring", "ring = []\nring.append(ring)"),
        (0, "not-plain-data"),
    ),
    one("a huge number", giving("10**100_000"), (0, "not-plain-data"), "whole number"),
    one("a large number", giving("2**8000"), WRONG),
    one("a long text", giving("'x' * 2**20"), (0, "not-plain-data"), "a text of more than"),
    one("a reply of 60 MB", giving("['x' * 10**6] * 60"), CRASH, "more data"),
    Submission(
        name="a text of 30 MB",
        answers={"charity_plan": "charity_plan = 'adapter card USD 2026 year ' * 10**6"},
        fates={"charity_plan": (0, "not-plain-data")},
        says="yours is no plain data",
    ),
    Submission(
        name="a text of digits",
        answers={"charity_plan": "charity_plan = '9' * 999_999 + 'x'"},
        fates={"charity_plan": (0, "needs-review")},
    ),
]
