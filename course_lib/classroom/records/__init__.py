"""What a run of the grader leaves: the record it goes on from, and the table of grades."""
