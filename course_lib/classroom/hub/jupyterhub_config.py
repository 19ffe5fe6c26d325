"""A JupyterHub for one room: `jupyterhub -f jupyterhub_config.py`, as root, so that each student's
server runs as that student. What a teacher sets stands at the top."""

import os
import sys
from pathlib import Path

from traitlets.config import Config

# JupyterHub puts `c` here before it runs this file; elsewhere there is none
c = globals().get("c", Config())

# ---------------------------------------------------------------- for you to set
COURSE = Path(os.environ.get("COURSE_ROOT", "/srv/course"))
"""The course's folder, which students may read but not write."""
EXCHANGE = Path(os.environ.get("COURSE_EXCHANGE", "/usr/local/share/nbgrader/exchange"))
"""Where nbgrader hands out and collects."""
COURSE_ID = os.environ.get("COURSE_ID", "where_the_compute_goes")
"""What nbgrader calls the course."""
AT_ONCE = int(os.environ.get("COURSE_STUDENTS", "30"))
"""Kernels that run at the same time, about."""
MEMORY_EACH = "3G"
"""Of each student's server. Only spawners with containers or systemd hold it."""
# -------------------------------------------------------------------------------

c.JupyterHub.bind_url = os.environ.get("COURSE_HUB", "http://127.0.0.1:8000")

# the start makes the student's copy and then becomes the student's server
c.Spawner.cmd = [sys.executable, "-m", "course_lib.classroom.hub.start"]
c.Spawner.notebook_dir = "~/where-the-compute-goes/workbook"
c.Spawner.default_url = "/lab/tree/lessons/00_start_here.ipynb"
c.Spawner.mem_limit = MEMORY_EACH
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# With a thread for each core in each kernel, thirty kernels stop each other.
THREADS = str(max(1, (os.cpu_count() or 1) // AT_ONCE))
LOOK = Path(__file__).parents[2] / "commands" / "lab_look"
c.Spawner.environment = {
    "COURSE_ROOT": str(COURSE),
    "COURSE_ID": COURSE_ID,
    "COURSE_EXCHANGE": str(EXCHANGE),
    "OMP_NUM_THREADS": THREADS,
    "MKL_NUM_THREADS": THREADS,
    # nbgrader's settings, and the look of the lessons
    "JUPYTER_CONFIG_PATH": os.pathsep.join([str(Path(__file__).parent / "settings"), str(LOOK)]),
}
# a kernel that nobody uses for an hour gives its memory back
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
]

# Everybody with an account on this machine may come in. For a room of guests, see JupyterHub's own
# authenticators.
c.Authenticator.allow_all = True
