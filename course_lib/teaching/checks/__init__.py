"""What an exercise says of an answer: points where it is right, one short message where it is
not."""
