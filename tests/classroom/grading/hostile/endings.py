"""Answers that never come back, and answers that end Python, the grader or the machine."""

from tests.classroom.grading.hostile.submission import (
    CRASH,
    FULL,
    TASK,
    TIMEOUT,
    WRONG,
    Submission,
    before,
    every,
    one,
    probe,
    within,
)

SWALLOWS = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
THREAD_BOMB = """
import threading
forever = threading.Event()
while True:
    threading.Thread(target=forever.wait, daemon=True).start()
"""
STOPS_ANSWERING = """
import fcntl, json, os, struct, time
for number in range(3, 32):
    try:
        if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_WRONLY:
            text = json.dumps(["done"]).encode()
            os.write(number, struct.pack(">Q", len(text)) + text)
    except OSError:
        pass
time.sleep(600)
"""
"""Says by hand that it is done, and reads no request any more."""
LONG = "# " + "an honest answer under a long remark " * 4000

ENDLESS = [
    one("loop", "while True:\n    pass", TIMEOUT, "no result within"),
    one("loop that swallows all", SWALLOWS, TIMEOUT),
    one("loop in a function", within("while True: pass"), TIMEOUT),
    one("loop in C", within("sum(iter(int, 1))"), TIMEOUT),
    one("regular expression", before('import re; re.match("(a+)+$", "a" * 60 + "b")'), TIMEOUT),
    one("sleep", before("import time; time.sleep(600)"), TIMEOUT),
    one(
        "lock",
        before("import threading; threading.Lock().__enter__(); threading.Event().wait()"),
        TIMEOUT,
    ),
    one("stops itself", before("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"), TIMEOUT),
    one("endless output", before("while True: print('x' * 4096)"), TIMEOUT),
    Submission(
        name="fork bomb",
        answers={TASK: before(FORK_BOMB)},
        fates={TASK: TIMEOUT},
        # without a control group, memory that processes share is counted for each
        or_else={TASK: CRASH},
    ),
    one(
        "deaf to signals",
        before("""
            import signal, time
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            time.sleep(600)
        """),
        TIMEOUT,
    ),
    one("slow on all hidden numbers", within("import time; time.sleep(0.15)"), (2, "timeout")),
    Submission(
        name="reads no request any more",
        # the next answer is longer than a pipe holds
        answers={TASK: STOPS_ANSWERING, "adapter_states": LONG},
        fates=every(TIMEOUT),
    ),
]
"""What is graded with a second for each task."""

KILLS = [
    one("exit", "import sys\nsys.exit()", CRASH, "stops Python itself"),
    one("exit in a function", within("raise SystemExit"), CRASH),
    one("interrupt", within("raise KeyboardInterrupt"), CRASH),
    one("a base exception of its own", "class Out(BaseException): pass\nraise Out", CRASH),
    one("hard exit", "import os\nos._exit(0)", CRASH, "ends Python"),
    one("hard exit in a function", within("import os; os._exit(0)"), CRASH),
    one("abort", before("import os; os.abort()"), CRASH),
    one("segmentation fault", before("import ctypes; ctypes.string_at(0)"), CRASH),
    one("kills itself", before("import os; os.kill(os.getpid(), 9)"), CRASH),
    one("kills its group", before("import os; os.killpg(0, 9)"), CRASH),
    one("another program", before('import os; os.execv("/bin/true", ["true"])'), CRASH),
    one("kills the first process", before("import os; os.kill(1, 9)"), FULL[TASK]),
    one("kills its parent", before("import os; os.kill(os.getppid(), 9)"), FULL[TASK]),
    one("kills all", before("import os\ntry: os.kill(-1, 9)\nexcept OSError: pass"), FULL[TASK]),
    one(
        "kills by number",
        before("""
            import os
            for number in range(2, 70_000):
                try:
                    if number != os.getpid():
                        os.kill(number, 9)
                except OSError:
                    pass
        """),
        FULL[TASK],
    ),
    one("thread bomb", THREAD_BOMB, WRONG, "RuntimeError"),
    one(
        "a child that goes on",
        before("""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
        """),
        FULL[TASK],
    ),
    one(
        "endless recursion",
        "def budget_trains(*given):\n    return budget_trains(*given)",
        WRONG,
        "RecursionError",
    ),
    one(
        "recursion",
        """
def budget_trains(usd, price, peak, share, ratio, deep=400):
    if deep:
        return budget_trains(usd, price, peak, share, ratio, deep - 1)
    return (usd / price * 3600 * peak * share / (6 * ratio)) ** 0.5
""",
        FULL[TASK],
    ),
    one("slow but in time", within("import time; time.sleep(0.01)"), FULL[TASK]),
    one("reads from the keyboard", within("input()"), WRONG, "EOFError"),
    Submission(
        name="ends Python in each task",
        answers=dict.fromkeys(FULL, "import os\nos._exit(1)"),
        # what is no answer of the right name is taken as words
        fates=every(CRASH) | {"charity_plan": (0, "needs-review")},
    ),
    one(
        "traces its parent",
        before("import ctypes; ctypes.CDLL(None).ptrace(16, 1, 0, 0)"),
        FULL[TASK],
    ),
    one(
        "is mounted, unshared, another user",
        probe("""
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            tries = {
                "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
                "remount": lambda: libc.mount(None, b"/", None, 32, None),
                "unmount": lambda: libc.umount2(b"/tmp", 2),
                "unshare": lambda: libc.unshare(0x10000000),
                "setuid": lambda: libc.setuid(0),
                "chroot": lambda: libc.chroot(b"/tmp"),
                "sethostname": lambda: libc.sethostname(b"x", 1),
                "reboot": lambda: libc.reboot(0x1234567),
                "mknod": lambda: libc.mknod(b"/tmp/disk", 0o60666, 0x0700),
                "swapoff": lambda: libc.swapoff(b"/dev/sda1"),
                "pivot": lambda: libc.syscall(155, b"/tmp", b"/tmp"),
                "nice": lambda: libc.nice(-5) if os.nice(0) == 0 else -1,
            }
            got += [name for name, attempt in tries.items() if attempt() != -1]
        """),
        FULL[TASK],
    ),
]
