"""The families of each lesson, one module a topic; `bank.families` finds them."""
