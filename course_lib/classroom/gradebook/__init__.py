"""nbgrader's gradebook: scores go in, a person marks, totals come out for Moodle and Canvas."""
