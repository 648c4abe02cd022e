"""A model so small that it needs no weights."""
