"""No names on an agenda, no numbers to call, nothing of one child's safety (S26): what in words looks so. Pure.

One check for whoever puts words on an agenda, a representative or an advocate. It asks, it never refuses by itself:
who wrote the words changes them, gives them to the advocates, or lets them stand as an advocate. A word of the list in
another sense costs one tap; one that is missing is caught by whoever reads an agenda.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from youthvoice.privacy.text_folding import name_parts

_TITLES: Final = frozenset(
    {"ms", "mr", "mrs", "miss", "dr", "sir", "madam", "mam", "didi", "bhai", "श्री", "श्रीमती", "सुश्री", "दीदी", "भाई"}
)

_SHORTEST: Final = 3  # letters of a name that is looked for by itself

_FEW: Final = 2
"""Adults who share a part of a name; what more of them bear tells of nobody."""

_BOUND_BEFORE: Final = "وبلفك"  # short Arabic words are written together with the next

_ARTICLE: Final = "ال"

_MARKS: Final = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640")
"""Short vowels and the like, which Arabic words are written with and without."""

_NUMBER: Final = re.compile(r"\d(?:[\s().+/-]{0,2}\d){6,14}")
"""Seven digits and more, as a telephone's: a day of the calendar has no more than eight, see `_DAY`."""

_DAY: Final = re.compile(r"\d{1,2}[\s./-]\d{1,2}[\s./-]\d{4}|\d{4}[\s./-]\d{1,2}[\s./-]\d{1,2}")

NoticeKind = Literal["hurting", "name", "number"]


@dataclass(frozen=True, slots=True)
class ContentNotice:
    """One thing to look at; `words` as they stand there."""

    kind: NoticeKind
    words: str


def find_notices(texts: Iterable[str], nicknames: Collection[str], adults: Collection[str]) -> list[ContentNotice]:
    """What in some words may be about one person; each thing once, in the order in which it stands there.

    Args:
        texts: of an item, in any languages.
        nicknames: of everybody in office at the site.
        adults: names of those who work there.
    """
    names, content_notices = _looked_for(nicknames, adults), list[ContentNotice]()
    for text in texts:
        typed = _typed(text)
        at = [(place, ContentNotice("name", said)) for place, said in _held(typed, names)]
        at += [(place, ContentNotice("hurting", said)) for place, said in _held(typed, _safety())]
        content_notices += [notice for _place, notice in sorted(at, key=lambda one: one[0])]
        content_notices += [
            ContentNotice("number", match[0]) for match in _NUMBER.finditer(text) if not _DAY.fullmatch(match[0])
        ]
    return list(dict.fromkeys(content_notices))


def notice_code(words: Collection[str], nicknames: Collection[str], adults: Collection[str]) -> str:
    """What some words look like, as one code.

    Args:
        words: as of `notices`.
        nicknames: likewise.
        adults: likewise.

    Returns:
        `safety`, `names`, or an empty text where they look like neither; a number to call is somebody's name.
    """
    kinds = {notice.kind for notice in find_notices(words, nicknames, adults)}
    return "safety" if "hurting" in kinds else "names" if kinds else ""


def _looked_for(nicknames: Collection[str], adults: Collection[str]) -> list[tuple[str, ...]]:
    looked_for = [tuple(_words(name)) for name in nicknames]
    named = [" ".join(typed for typed, _plain in name_parts(name)) for name in adults]
    parts = Counter(part for name in named for part in set(_words(name)) if len(part) >= _SHORTEST)
    looked_for += [(part,) for part, times in parts.items() if times <= _FEW]
    return [name for name in looked_for if name and name[0] not in _TITLES]


@lru_cache(maxsize=1)
def _safety() -> tuple[tuple[str, ...], ...]:
    """What tells of one child's safety, a line each, in the languages that pages speak."""
    lines = files("youthvoice").joinpath("threads", "safety_words.txt").read_text("utf-8").splitlines()
    return tuple(tuple(_words(line)) for line in lines if line.strip())


def _typed(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each word as it stands there, and the forms under which it is looked for."""
    spaced = "".join(sign if _belongs(sign) else " " for sign in unicodedata.normalize("NFC", text))
    found = ((word, next(_words(word), "")) for word in spaced.split())
    return [(word, frozenset({plain, *_without(plain)})) for word, plain in found if plain]


def _words(text: str) -> Iterator[str]:
    """The words of a text, in small letters; signs on letters belong to them, but for those that people leave out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    signs = (sign if _belongs(sign) else " " for sign in plain if sign not in _MARKS and sign not in "\u200c\u200d")
    return iter("".join(signs).split())


def _belongs(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or sign in "\u200c\u200d"


def _without(word: str) -> Iterator[str]:
    """What is left of an Arabic word without what is bound to it."""
    rest = word[1:] if word[:1] and word[0] in _BOUND_BEFORE else word
    for form in (rest, rest.removeprefix(_ARTICLE)):
        if form != word and len(form) >= _SHORTEST:
            yield form


def _held(
    said: Sequence[tuple[str, frozenset[str]]], looked_for: Iterable[tuple[str, ...]]
) -> Iterator[tuple[int, str]]:
    """Where some of these words, one after the other, stand in a text."""
    for name in looked_for:
        for at in range(len(said) - len(name) + 1):
            run = said[at : at + len(name)]
            if all(part in forms for part, (_typed_word, forms) in zip(name, run, strict=True)):
                yield at, " ".join(word for word, _forms in run)
