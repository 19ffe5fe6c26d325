"""What a learner has done, and the bill that grows with the lessons."""
