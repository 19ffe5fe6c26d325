"""The families of each lesson, one module a topic; `bank.of_lesson` finds them."""
