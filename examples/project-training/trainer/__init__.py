"""Trains a small model from records that carry a checksum each."""
