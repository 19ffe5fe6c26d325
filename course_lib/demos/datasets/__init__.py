"""Lesson 02: cleaning text, feeding a machine (`loader`), and tiny training runs (`scaling`)."""
