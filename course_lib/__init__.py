"""Where the Compute Goes: facts, formulas and small runnable demos behind the lessons.

Floors, lowest first: `catalog` (published facts), `estimators` (formulas over them), `demos` (tiny
PyTorch programs that measure), `teaching` (what a lesson shows), `authoring` (how notebooks are
built). Nothing imports upwards.
"""
