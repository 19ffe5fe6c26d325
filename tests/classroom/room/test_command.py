"""The command `course room`."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from course_lib.classroom.room import addresses
from course_lib.cli import app
from course_lib.commands.room import run_room
from course_lib.errors import CallError, UnknownLesson

ROOT = Path(__file__).parents[3]


def test_its_help_names_every_option() -> None:
    told = CliRunner().invoke(app, ["room", "--help"], env={"COLUMNS": "200"}).output
    for option in ("LESSON", "--host", "--port", "--save", "--per-address"):
        assert option in told
    assert "127.0.0.1" in told  # what it is unless a host is given


def test_what_cannot_be_opened_is_said() -> None:
    with pytest.raises(UnknownLesson, match="no lesson"):
        run_room("99", "127.0.0.1", 0, None, 60)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CallError, match="name another --port"):
            run_room("05", "127.0.0.1", taken.getsockname()[1], None, 60)
    with pytest.raises(CallError, match="cannot listen at 203"):
        run_room("05", "203.0.113.7", 0, None, 60)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminate"])
def test_a_room_for_all_opens_at_the_networks_address_and_closes(end: signal.Signals) -> None:
    call = [sys.executable, "-m", "course_lib.cli", "room", "05", "--port", "0"]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*call, "--host", "0.0.0.0"], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            printed = ""
            for line in process.stdout:
                printed += line
                if "Ctrl-C" in line:
                    break
            found = re.search(r"the room: +http://(\S+):(\d+)/([A-Z2-9]{5})\n", printed)
            assert found is not None, printed
            host, port, code = found.groups()
            assert host == addresses.outward("0.0.0.0") and "Only this computer" not in printed
            for reached in (host, "127.0.0.1", "localhost"):
                with urlopen(f"http://{reached}:{port}/{code}", timeout=30) as page:
                    assert b"05 \xc2\xb7 Inference" in page.read()
            assert f"http://127.0.0.1:{port}/teacher#" in printed
            process.send_signal(end)
            assert "The room is closed." in process.stdout.read()
            assert process.wait(30) == 0
        finally:
            process.kill()
