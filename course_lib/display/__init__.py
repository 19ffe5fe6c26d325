"""How anything of the course looks on a page: numbers, tables, cards, the style of figures, and the
one door to the notebook. It knows nothing of lessons."""
