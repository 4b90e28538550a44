"""Sealed words: the letter box now; reports, statements and moved items later."""
