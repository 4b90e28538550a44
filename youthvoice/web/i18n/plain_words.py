"""Check whether a child of ten understands a sentence: its length, and its hard words. Pure.

It asks and never refuses: the writer uses other words, or lets the sentence stay. A word is hard if it is long, or if
offices use it and children do not (`hard_words.txt`, one per line).
Source: S30 (a sentence that she understands); CHILD-UX.md, "Words".
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

MAX_SENTENCE: Final = 240
"""Characters of a sentence for a child."""

_MAX_WORD_LETTERS: Final = {"en": 12, "hi": 9, "ar": 10}
"""Letters of a word, above which it counts as long; signs on a letter are not counted."""

_MAX_WORD_LETTERS_ELSEWHERE: Final = 12

_MAX_SENTENCE_WORDS: Final = 25
"""Words up to a full stop."""

_ENDS: Final = frozenset(".!?।؟…\n")


def find_hard_words(words: Mapping[str, str]) -> list[str]:
    """List what a child may not understand, as written, each once.

    Args:
        words: the sentence, by language; in an unknown language only the length of words is checked.

    Returns:
        Hard words and phrases; of a sentence that is too long its first words with `…`.
    """
    return list(dict.fromkeys(phrase for language, text in words.items() for phrase in _hard_words(language, text)))


def is_too_long(words: Mapping[str, str]) -> bool:
    """Whether a sentence has more characters than `MAX_SENTENCE`, in any language."""
    return any(len(text.strip()) > MAX_SENTENCE for text in words.values())


def _hard_words(language: str, text: str) -> list[str]:
    typed = _words(text)
    plain = [_plain(word) for word in typed]
    words = [word for word in typed if _letters(word) > _MAX_WORD_LETTERS.get(language, _MAX_WORD_LETTERS_ELSEWHERE)]
    for phrase in _office_words().get(language, ()):
        starts = [start for start in range(len(plain)) if tuple(plain[start : start + len(phrase)]) == phrase]
        words += [" ".join(typed[start : start + len(phrase)]) for start in starts]
    parts = [_words(part) for part in _sentences(text)]
    return [*words, *(" ".join(part[:4]) + " …" for part in parts if len(part) > _MAX_SENTENCE_WORDS)]


@lru_cache(maxsize=1)
def _office_words() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Phrases of offices, by language."""
    lines = files("youthvoice").joinpath("web", "i18n", "hard_words.txt").read_text("utf-8").splitlines()
    phrases: dict[str, set[tuple[str, ...]]] = {}
    for line in lines:
        language, _, phrase = line.partition(": ")
        phrases.setdefault(language, set()).add(tuple(_plain(word) for word in phrase.split()))
    return {language: frozenset(phrases) for language, phrases in phrases.items()}


def _words(text: str) -> list[str]:
    spaced = "".join(
        sign if unicodedata.category(sign)[0] in "LMN" or sign in "\u200c\u200d'’" else " " for sign in text
    )
    return [word.strip("'’") for word in spaced.split() if word.strip("'’")]


def _plain(word: str) -> str:
    """A word in the form that is compared: lower case, without the optional short vowels of Arabic."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(sign for sign in folded if not "\u064b" <= sign <= "\u0652")


def _letters(word: str) -> int:
    return sum(unicodedata.category(sign)[0] == "L" for sign in word)


def _sentences(text: str) -> list[str]:
    parts, part = [], ""
    for sign in text:
        if sign in _ENDS:
            parts.append(part)
            part = ""
        else:
            part += sign
    return [*parts, part]
