"""A room with a JupyterHub: a copy of the course for each student, and hand-in through nbgrader's
exchange."""
