"""Find names of people, phone numbers and hints of one child's safety in a text, such as for an agenda (S26). Pure.

The check of an agenda is the same for representatives and advocates. It asks and never refuses: the writer changes the
text, gives it to the advocates, or, as an advocate, lets it stay. A listed word in another sense costs one tap; a word
that is missing in the list is seen by the people who read the agenda.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal
from unicodedata import category, digit, normalize

from youthvoice.privacy.text_folding import name_parts

_TITLES: Final = frozenset(
    {"ms", "mr", "mrs", "miss", "dr", "sir", "madam", "mam", "didi", "bhai", "श्री", "श्रीमती", "सुश्री", "दीदी", "भाई"}
)

_SHORTEST: Final = 3  # letters of a name that is searched alone

_FEW: Final = 2
"""How many adults may share a part of a name; a part that more of them share identifies nobody."""

_BOUND_BEFORE: Final = "وبلفك"  # short Arabic words are joined with the next

_ARTICLE: Final = "ال"

_MARKS: Final = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640")
"""Short vowels and other signs that are optional in Arabic."""

_NUMBER: Final = re.compile(r"\d(?:[\s().+/\u00ad\u200b-\u200f\u2060\ufeff-]{0,2}\d){6,14}")
"""Seven digits or more, as of a telephone. A calendar day has at most eight, see `_DAY`."""

_DAY: Final = re.compile(r"\d{1,2}[\s./-]\d{1,2}[\s./-]\d{4}|\d{4}[\s./-]\d{1,2}[\s./-]\d{1,2}")

_ADDRESS: Final = re.compile(r"@|://|www\.")

NoticeKind = Literal["hurting", "name", "number"]


@dataclass(frozen=True, slots=True)
class ContentNotice:
    """One thing to check; `words` as they are in the text."""

    kind: NoticeKind
    words: str


def find_notices(texts: Iterable[str], nicknames: Collection[str], adults: Collection[str]) -> list[ContentNotice]:
    """List what in some texts may be about one person; each thing once, in the order of the text.

    Args:
        texts: of an agenda item, in any languages.
        nicknames: of every representative in office at the site.
        adults: names of the people who work there.
    """
    names, content_notices = _name_sequences(nicknames, adults), list[ContentNotice]()
    for text in texts:
        typed = _typed_words(text)
        placed = [(place, ContentNotice("name", words)) for place, words in _find_runs(typed, names)]
        placed += [(place, ContentNotice("hurting", words)) for place, words in _find_runs(typed, _safety_phrases())]
        content_notices += [notice for _place, notice in sorted(placed, key=lambda entry: entry[0])]
        content_notices += [ContentNotice("number", number) for number in _numbers_in(text)]
    return list(dict.fromkeys(content_notices))


def notice_code(words: Collection[str], nicknames: Collection[str], adults: Collection[str]) -> str:
    """The result of the check as one code.

    Args:
        words: as `texts` of `find_notices`.
        nicknames: likewise.
        adults: likewise.

    Returns:
        `safety`, `names`, or an empty text where the check finds nothing; a phone number counts as `names`.
    """
    kinds = {notice.kind for notice in find_notices(words, nicknames, adults)}
    return "safety" if "hurting" in kinds else "names" if kinds else ""


def contacts_in(text: str) -> set[str]:
    """What of a text leads to somebody: telephone numbers, as digits of one script, and addresses in small letters.

    An interpreter may add none to an adult's answer. The check of an agenda asks about the numbers alone.
    """
    numbers = {"".join(str(digit(sign)) for sign in number if sign.isdecimal()) for number in _numbers_in(text)}
    return numbers | set(filter(_ADDRESS.search, text.casefold().split()))


def _numbers_in(text: str) -> Iterator[str]:
    """The telephone numbers of a text, as written."""
    return (match[0] for match in _NUMBER.finditer(text) if not _DAY.fullmatch(match[0]))


def _name_sequences(nicknames: Collection[str], adults: Collection[str]) -> list[tuple[str, ...]]:
    sequences = [tuple(_plain_words(name)) for name in nicknames]
    full_names = [" ".join(typed for typed, _plain in name_parts(name)) for name in adults]
    parts = Counter(part for name in full_names for part in set(_plain_words(name)) if len(part) >= _SHORTEST)
    sequences += [(part,) for part, times in parts.items() if times <= _FEW]
    return [name for name in sequences if name and name[0] not in _TITLES]


@lru_cache(maxsize=1)
def _safety_phrases() -> tuple[tuple[str, ...], ...]:
    """Phrases about a child's safety, one per line of the file, in every language of the pages."""
    lines = files("youthvoice").joinpath("threads", "safety_words.txt").read_text("utf-8").splitlines()
    return tuple(tuple(_plain_words(line)) for line in lines if line.strip())


def _typed_words(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each word as written, with the forms under which it is searched."""
    spaced = "".join(sign if _in_word(sign) else " " for sign in normalize("NFC", text))
    pairs = ((word, next(_plain_words(word), "")) for word in spaced.split())
    return [(word, frozenset({plain, *_arabic_stems(plain)})) for word, plain in pairs if plain]


def _plain_words(text: str) -> Iterator[str]:
    """The words of a text in lower case, without optional signs; other signs on letters are kept."""
    plain = normalize("NFKC", text).casefold()
    signs = (sign if _in_word(sign) else " " for sign in plain if sign not in _MARKS and category(sign) != "Cf")
    return iter("".join(signs).split())


def _in_word(sign: str) -> bool:
    """Whether a sign is part of a word; one that is not seen ("Cf", such as a joiner) parts no word."""
    return category(sign)[0] in "LMN" or category(sign) == "Cf"


def _arabic_stems(word: str) -> Iterator[str]:
    """The forms of an Arabic word without joined words and the article."""
    rest = word[1:] if word[:1] and word[0] in _BOUND_BEFORE else word
    for form in (rest, rest.removeprefix(_ARTICLE)):
        if form != word and len(form) >= _SHORTEST:
            yield form


def _find_runs(
    typed_words: Sequence[tuple[str, frozenset[str]]], sequences: Iterable[tuple[str, ...]]
) -> Iterator[tuple[int, str]]:
    """Find every place where one of these word sequences occurs in a text."""
    for sequence in sequences:
        for start in range(len(typed_words) - len(sequence) + 1):
            run = typed_words[start : start + len(sequence)]
            if all(part in forms for part, (_typed_word, forms) in zip(sequence, run, strict=True)):
                yield start, " ".join(word for word, _forms in run)
