"""Fold words for comparison: in any script, in lower case and without optional marks. Pure."""

import re
import unicodedata

Word = tuple[str, str]
"""A word as typed, and as it is compared."""


def split_words(text: str) -> list[Word]:
    """Each word as typed and as it is compared; letters with their signs, in any script."""
    parts = re.split(r"\s+", "".join(each if _belongs(each) else " " for each in text))
    return [(part, fold_word(part)) for part in parts if part]


def plain_words(text: str) -> list[str]:
    """Each word as it is compared."""
    return [word for _typed, word in split_words(text)]


def name_parts(name: str) -> list[Word]:
    """The words of an adult's name; without "of the" in "Vina Lobo, head of the village".

    In a name with capitals, words without a capital identify nobody; in scripts without capitals every word is kept.
    """
    parts = split_words(name)
    if name == name.lower():
        return parts
    return [each for each in parts if not each[0][:1].islower()]


def fold_word(word: str) -> str:
    """A word in lower case, without optional marks such as Arabic short vowels."""
    wide = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in wide if unicodedata.category(each) != "Mn") or wide


def _belongs(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"
