"""What each command of `course` does; `cli` reads its options."""
