"""The teacher's guide: a page a lesson, one that leads to them, and plans that are ready."""
