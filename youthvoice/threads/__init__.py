"""Sealed words: the letter box and threads; wraps, child codes, replies to a child."""
