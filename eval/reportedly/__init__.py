"""Reportedly: who reports what, on whose word? A corpus of conflict news and its scoring harness."""

__version__ = "0.1.0"
