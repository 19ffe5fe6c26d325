"""What a configuration states and its family does not read: an error, or a note."""
