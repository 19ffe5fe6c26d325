"""A lesson as its teacher needs it: what the built notebook asks and answers, and what was written
for teachers by hand."""
