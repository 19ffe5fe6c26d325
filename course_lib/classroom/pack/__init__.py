"""A course on a stick: all that a laptop needs to install and open it without a network."""
