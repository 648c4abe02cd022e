"""Turns a table of trips into features for a model: the same CSV gives the same CSV."""
