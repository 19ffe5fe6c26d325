"""What grades are for: a page for each student, and for the teacher what to teach again."""
