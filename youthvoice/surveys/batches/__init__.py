"""Closing what was asked: when a batch closes, its exact counts, and the end of its keys."""
