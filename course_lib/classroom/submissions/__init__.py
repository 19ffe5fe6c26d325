"""What students hand in: found in folders, read whatever its form, matched to the tasks."""
