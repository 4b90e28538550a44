"""Whether a child of ten understands a sentence: how long it is, and which of its words are hard. Pure.

It asks, it never refuses by itself: who wrote the sentence says it in other words, or lets it stand. A word is hard
where it is long, or where offices use it and children do not (`hard_words.txt`, a line each).
Source: S30 (a sentence that she understands); CHILD-UX.md, "Words".
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

MAX_SENTENCE: Final = 240
"""Letters of a sentence for a child."""

_LONGEST: Final = {"en": 12, "hi": 9, "ar": 10}
"""Letters of the longest word that is not long; signs on a letter are not counted."""

_USUAL: Final = 12

_MOST_WORDS: Final = 25
"""Words of one sentence up to a full stop."""

_ENDS: Final = frozenset(".!?।؟…\n")


def find_hard_words(words: Mapping[str, str]) -> list[str]:
    """What a child may not understand, as it stands there, each once.

    Args:
        words: the sentence, by language; of a language that is not known only the length of words is looked at.

    Returns:
        Hard words and phrases; of a sentence that is too long its first words with `…`.
    """
    return list(dict.fromkeys(one for language, text in words.items() for one in _hard(language, text)))


def is_too_long(words: Mapping[str, str]) -> bool:
    """Whether a sentence has more letters than `MAX_SENTENCE`, in any language."""
    return any(len(text.strip()) > MAX_SENTENCE for text in words.values())


def _hard(language: str, text: str) -> list[str]:
    typed = _words(text)
    plain = [_plain(word) for word in typed]
    words = [word for word in typed if _letters(word) > _LONGEST.get(language, _USUAL)]
    for phrase in _office_words().get(language, ()):
        said = [at for at in range(len(plain)) if tuple(plain[at : at + len(phrase)]) == phrase]
        words += [" ".join(typed[at : at + len(phrase)]) for at in said]
    parts = [_words(part) for part in _sentences(text)]
    return [*words, *(" ".join(part[:4]) + " …" for part in parts if len(part) > _MOST_WORDS)]


@lru_cache(maxsize=1)
def _office_words() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """What offices say, by language."""
    lines = files("youthvoice").joinpath("web", "i18n", "hard_words.txt").read_text("utf-8").splitlines()
    found: dict[str, set[tuple[str, ...]]] = {}
    for line in lines:
        language, _, phrase = line.partition(": ")
        found.setdefault(language, set()).add(tuple(_plain(word) for word in phrase.split()))
    return {language: frozenset(phrases) for language, phrases in found.items()}


def _words(text: str) -> list[str]:
    spaced = "".join(
        sign if unicodedata.category(sign)[0] in "LMN" or sign in "\u200c\u200d'’" else " " for sign in text
    )
    return [word.strip("'’") for word in spaced.split() if word.strip("'’")]


def _plain(word: str) -> str:
    """A word as it is compared: small letters, without the short vowels that Arabic is written with and without."""
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
