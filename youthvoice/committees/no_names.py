"""No names on an agenda, and nothing of one child's safety (S26): what in an item's words looks like that. Pure.

It asks, it never refuses by itself: whoever wrote the words changes them, or gives them to the advocates. A word of the
list in another sense costs a child one tap; one that is missing is caught by whoever reads an agenda.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from youthvoice.privacy.plain_words import parts_of

_TITLES: Final = frozenset(
    {"ms", "mr", "mrs", "miss", "dr", "sir", "madam", "mam", "didi", "bhai", "श्री", "श्रीमती", "सुश्री", "दीदी", "भाई"}
)
_SHORTEST: Final = 3  # letters of a name that is looked for by itself
_FEW: Final = 2
"""Adults who share a part of a name; what more of them bear tells of nobody."""

_BOUND_BEFORE: Final = "وبلفك"  # short Arabic words are written together with the next
_ARTICLE: Final = "ال"


def why(words: Collection[str], nicknames: Collection[str], adults: Collection[str]) -> str:
    """What some words look like.

    Args:
        words: of an item, in any languages.
        nicknames: of everybody in office at the site.
        adults: names of those who work there.

    Returns:
        `safety`, `names`, or an empty text where they look like neither.
    """
    said = [_bare(list(_words(text))) for text in words]
    if any(_holds(text, phrase) for text in said for phrase in _safety()):
        return "safety"
    looked_for = [tuple(_words(name)) for name in nicknames]
    named = [" ".join(typed for typed, _plain in parts_of(name)) for name in adults]
    parts = Counter(part for name in named for part in set(_words(name)) if len(part) >= _SHORTEST)
    looked_for += [(part,) for part, times in parts.items() if times <= _FEW]
    asked = [name for name in looked_for if name and name[0] not in _TITLES]
    return "names" if any(_holds(text, name) for text in said for name in asked) else ""


@lru_cache(maxsize=1)
def _safety() -> tuple[tuple[str, ...], ...]:
    """What tells of one child's safety, a line each, in the languages that pages speak."""
    lines = (files("youthvoice.committees") / "safety_words.txt").read_text("utf-8").splitlines()
    return tuple(tuple(_words(line)) for line in lines if line.strip())


def _words(text: str) -> Iterator[str]:
    """The words of a text, in small letters; signs on letters belong to them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain if sign not in "\u200c\u200d")
    return iter("".join(kept).split())


def _bare(said: Sequence[str]) -> list[str]:
    """Words, and after each Arabic one what is left of it without what is bound to it."""
    return [form for word in said for form in (word, *_without(word))]


def _without(word: str) -> Iterator[str]:
    rest = word[1:] if word[:1] and word[0] in _BOUND_BEFORE else word
    for form in (rest, rest.removeprefix(_ARTICLE)):
        if form != word and len(form) >= _SHORTEST:
            yield form


def _holds(said: Sequence[str], name: Sequence[str]) -> bool:
    length = len(name)
    return any(tuple(said[at : at + length]) == tuple(name) for at in range(len(said) - length + 1))
