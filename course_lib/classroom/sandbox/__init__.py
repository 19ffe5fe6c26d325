"""Where a student's code runs: another process, behind walls, that is asked for plain data only."""
