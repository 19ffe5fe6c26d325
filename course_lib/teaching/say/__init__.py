"""Sentences, numbers with units, tables, and where their facts come from."""
