"""How wide words are, as far as letters tell: a narrow tile writes a long name smaller instead of breaking it."""

import unicodedata


def widest(words: str) -> int:
    """Letters of the longest word; signs above, below and between letters do not count."""
    counted = (sum(not unicodedata.category(letter).startswith("M") for letter in word) for word in words.split())
    return max(counted, default=0)
