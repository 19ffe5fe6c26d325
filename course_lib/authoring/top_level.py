"""What one cell gives the cells below it, and what it takes from those above: names at the top
level, and no function's own."""

import symtable
from collections.abc import Iterator

__all__ = ["names_given", "names_taken"]


def names_given(text: str) -> set[str]:
    """Names that a cell binds for the whole notebook.

    Raises:
        SyntaxError: it is no Python.

    >>> sorted(names_given("import numpy as np\\ndef f(x):\\n    y = x\\n    return y\\na = 1"))
    ['a', 'f', 'np']
    """
    symbols = symtable.symtable(text, "<cell>", "exec").get_symbols()
    return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}


def names_taken(text: str) -> set[str]:
    """Names that a cell, or a function in it, reads without having bound them.

    Raises:
        SyntaxError: it is no Python.

    >>> sorted(names_taken("def f(x):\\n    return g(x) + x\\na = [i * b for i in range(3)]"))
    ['b', 'g', 'range']
    """
    top = symtable.symtable(text, "<cell>", "exec")
    return set(_read(top)) - names_given(text)


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that a scope, and each scope in it, reads from the notebook or from Python itself."""
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_top or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _read(inner)
