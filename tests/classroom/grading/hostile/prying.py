"""Answers that look for the checks, the right numbers, other people's work or a way out."""

from tests.classroom.grading.hostile.submission import FULL, TASK, one, probe

FRAMES = """
import gc, sys
here = sys._getframe()
halves = [
    ("a budget", " of {budget}"), ("budget_trains_hid", "den"), ("BEGIN SOL", "UTION"),
    ("the model that", " you give"),
]
def looked_at(found):
    for text in list(found):
        if type(text) is str and any(first + second in text for first, second in halves):
            got.append(text[:80])
while here is not None:
    for names in (here.f_locals, here.f_globals):
        looked_at([*names, *names.values()])
    here = here.f_back
for each in gc.get_objects():
    if type(each) is dict:
        looked_at([*each, *each.values()])
    elif type(each) in (list, tuple, set):
        looked_at(each)
"""
READS = """
import os
files = ["@ROOT@/source/exercises/14_access.py", "@ROOT@/solutions/14_access.ipynb",
         "@ROOT@/exercises/14_access.ipynb", "@ROOT@/pyproject.toml", "@ROOT@/.git/HEAD",
         "@OUTPUT@/20.csv", "@OUTPUT@/20.jsonl", "@CANARY@", "@HOME@/canary.txt", "/etc/passwd",
         "@HOME@", "@FOLDER@", "@OUTPUT@", "@FOLDER@/within 20 seconds/honest/14_access",
         "/etc/shadow", "/etc/hostname", "/var/log", "/run", "/mnt", "/sys", "/tmp/.X11-unix"]
got += [file for file in files if os.path.exists(file)]
for folder in ["@FOLDER@", "@OUTPUT@", "@HOME@", "@ROOT@"]:
    try:
        names = os.listdir(folder)
    except OSError:
        continue
    # the course's library is there; nothing that lies beside it is
    got += [name for name in names if name not in ("course_lib", "env", "usr") and folder != "/"]
"""
WALKS = """
import os, sys
shown = [sys.prefix, sys.base_prefix, "/usr", "/proc", "/dev"]
shown += [each for each in sys.path if "packages" in each]
for folder, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(folder, each) not in shown]
    got += [file for file in files if file.endswith((".ipynb", ".csv", ".jsonl", ".pem", ".netrc"))]
    got += [each for each in folders if each in ("source", "solutions", ".git", ".ssh")]
"""
PROCESSES = """
import os
mine = [each for each in os.listdir("/proc") if each.isdigit()]
if len(mine) > 3:
    got.append(mine)
for each in mine:
    for file in ("environ", "cmdline"):
        try:
            with open(f"/proc/{each}/{file}", "rb") as opened:
                text = opened.read()
        except OSError:
            continue
        if any(word in text for word in (b"COURSE_TEST_SECRET", b"pytest", b"course grade")):
            got.append(text)
    try:
        got += [name for name in os.listdir(f"/proc/{each}/fd")
                if os.readlink(f"/proc/{each}/fd/{name}").startswith(("/work", "/home", "socket"))]
    except OSError:
        pass
    for file in ("root", "cwd"):
        try:
            if "@HOME@" in os.listdir(f"/proc/{each}/{file}/"):
                got.append(file)
        except OSError:
            pass
"""
ENVIRONMENT = """
import os
got += [name for name in os.environ if "SECRET" in name or "TOKEN" in name or "PYTEST" in name]
got += [name for name in ("USER", "LOGNAME", "SSH_AUTH_SOCK") if name in os.environ]
"""
SOCKETS = """
import socket
def connected(family, kind, address):
    try:
        with socket.socket(family, kind) as plug:
            plug.settimeout(0.2)
            plug.connect(address)
            plug.send(b"an answer")
            got.append(address)
    except OSError:
        pass
connected(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@TCP@")))
connected(socket.AF_UNIX, socket.SOCK_STREAM, "@FOLDER@/socket")
connected(socket.AF_UNIX, socket.SOCK_STREAM, "\\0@ABSTRACT@")
connected(socket.AF_UNIX, socket.SOCK_STREAM, "/run/dbus/system_bus_socket")
connected(socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 53))
connected(socket.AF_INET, socket.SOCK_DGRAM, ("1.1.1.1", 53))
connected(socket.AF_INET6, socket.SOCK_STREAM, ("2606:4700:4700::1111", 53))
try:
    got += [socket.getaddrinfo("example.org", 80)]
except OSError:
    pass
"""
DATAGRAM = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
    try:
        plug.sendto(b"an answer", ("127.0.0.1", int("@UDP@")))  # nobody hears it: the test looks
    except OSError:
        pass
"""
NETLINK = """
import socket, struct
got += [name for _, name in socket.if_nameindex() if name != "lo"]
try:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as plug:
        # take the interface down
        plug.send(struct.pack("=LHHLLBBHiII", 32, 16, 5, 1, 0, 0, 0, 0, 1, 0, 1))
        if struct.unpack("=i", plug.recv(4096)[16:20])[0] == 0:
            got.append("netlink")
except OSError:
    pass
for family, protocol in [(socket.AF_INET, 1), (socket.AF_PACKET, 3)]:
    try:
        socket.socket(family, socket.SOCK_RAW, protocol).close()
        got.append(family)
    except OSError:
        pass
"""
HANDLES = """
import os, stat
for number in range(64):
    try:
        facts = os.fstat(number)
    except OSError:
        continue
    place = os.readlink(f"/proc/self/fd/{number}")
    if not stat.S_ISFIFO(facts.st_mode) and place != "/dev/null":
        got.append((number, place))
"""
GROUPS = """
import os
with open("/proc/self/mountinfo") as file:
    got += [line for line in file if "cgroup" in line]
with open("/proc/self/status") as file:
    facts = dict(line.rstrip().split(":", 1) for line in file)
got += [name for name in ("CapEff", "CapPrm", "CapBnd") if int(facts[name], 16)]
got += ["privileges"] if facts["NoNewPrivs"].strip() != "1" else []
got += ["root"] if os.getuid() == 0 else []
"""

PRYING = [
    one(name, probe(text), FULL[TASK])
    for name, text in {
        "frames": FRAMES,
        "reads files": READS,
        "walks the disk": WALKS,
        "other processes": PROCESSES,
        "environment": ENVIRONMENT,
        "sockets": SOCKETS,
        "a datagram": DATAGRAM,
        "netlink": NETLINK,
        "open handles": HANDLES,
        "groups and rights": GROUPS,
    }.items()
]
"""All fetch nothing: an answer is right only where they do."""
