"""One submission and one exercise become a row a task."""
