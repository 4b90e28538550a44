"""What a text looks like: texts that a reader cannot tell apart have one skeleton. Pure.

In the manner of UTS 39 (Unicode Security Mechanisms), cut down to what a questionnaire or a name can hold: what is not
seen is dropped, and letters that look like those of another alphabet become these. A text in plain letters is its own
skeleton.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

# A letter and the Latin one it looks like; small and large, since not every pair has a pair in the other case.
_PAIRS: Final = (
    # Cyrillic
    "аa еe оo рp сc уy хx іi јj ѕs ӏl һh ԁd ԛq ԝw ѵv ԍg АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ӀI ԚQ ԜW "
    "ѴV ԌG ҮY үy ΡP "
    # Greek
    "αa γy ιi κk νv οo ρp υu χx ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΤT ΥY ΧX ϹC ͿJ "
    # Armenian, Cherokee, Lisu
    "օo ոn սu հh ցg զq ԱU ՍU ՕO ՏS ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
    "ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO ꓴU "
    # Latin itself: phonetic letters and small capitals
    "ɑa ɡg ıi ɩi ȷj ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ᴊj ᴋk ʟl ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ǀl"
)

_LATIN: Final = {pair[0]: pair[1] for pair in _PAIRS.split()}

_SMALL_OF_LARGE: Final = {"в": "b", "к": "k", "м": "m", "н": "h", "т": "t", "ӏ": "l", "η": "h", "τ": "t", "μ": "m"}

# Letters and sequences of one alphabet that look the same.
_SAME: Final = (
    ("ی", "ي"), ("ى", "ي"), ("ک", "ك"), ("ہ", "ه"), ("ھ", "ه"), ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"),
    ("ـ", ""), ("अा", "आ"), ("अो", "ओ"), ("अौ", "औ"), ("अॉ", "ऑ"), ("आे", "ओ"), ("आै", "औ"), ("एे", "ऐ"), ("ाे", "ो"),
    ("ाै", "ौ"),
)  # fmt: skip

_UNSEEN: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_MARKS_MAY_LACK: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "ARMENIAN"})

_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"})

_NO_ALPHABET: Final = frozenset({"MODIFIER", "MASCULINE", "FEMININE", "DIGIT", "COMBINING"})


class MixedWord(NamedTuple):
    """A word with letters of two alphabets."""

    word: str
    one: str
    other: str


@lru_cache(4096)  # the words of a few dozen questionnaires: views compare theirs with every round before
def text_skeleton(text: str, language: str = "") -> str:
    """Small letters, digits and vowel signs, words parted by one space.

    Args:
        text: any text.
        language: of the text; in English accents do not count.
    """
    seen = without_unseen(unicodedata.normalize("NFKC", text))
    if language == "en":
        apart = unicodedata.normalize("NFD", seen)
        seen = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn" or not _latin(letter))
    for one, other in _SAME:
        seen = seen.replace(one, other)
    words = "".join(letter if letter.isalnum() or _is_mark(letter) else " " for letter in _attached(seen)).split()
    return " ".join(filter(None, (_plain(word) for word in words)))


def without_unseen(text: str) -> str:
    """The text without signs that nobody sees, joiners too: soft hyphens, zero-width spaces, fillers."""
    if text.isascii():
        return text
    return "".join(letter for letter in _UNSEEN.sub("", text) if unicodedata.category(letter) != "Cf")


def mixed_words(text: str) -> Iterator[MixedWord]:
    """The words whose letters come from two alphabets, as no word does that somebody can read."""
    if text.isascii():
        return
    for word in re.findall(r"[^\W_]+", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))):
        known = dict.fromkeys(alphabet for letter in word if (alphabet := _alphabet(letter)))
        if len(known) > 1 and not set(known) <= _TOGETHER:
            one, other = list(known)[:2]
            yield MixedWord(word, one.title(), other.title())


def edit_distance(one: str, other: str, most: int) -> int:
    """How many letters must change, come or go between two texts; `most` + 1 where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at]
        for to, wanted in enumerate(other, start=1):
            row.append(min(above[to] + 1, row[-1] + 1, above[to - 1] + (letter != wanted)))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _latin(mark: str) -> bool:
    """A mark that belongs to no alphabet of its own, such as an accent."""
    return unicodedata.name(mark, "").startswith("COMBINING")


@lru_cache(4096)  # the letters of the languages of one installation
def _alphabet(letter: str) -> str:
    if letter.isascii() and not letter.isalpha():
        return ""
    named = unicodedata.name(letter, "").split(" ", 1)[0]
    return "" if named in _NO_ALPHABET else named


def _attached(text: str) -> str:
    """The text without marks that belong to no letter before them, or only say again how a letter is spoken."""
    kept, base = [], ""
    for letter in text:
        if not _is_mark(letter):
            base = _alphabet(letter) if letter.isalpha() else ""
        elif not base or base in _MARKS_MAY_LACK or _alphabet(letter) != base:
            continue
        kept.append(letter)
    return "".join(kept)


def _plain(word: str) -> str:
    """One word in small letters, its look-alikes folded."""
    if any(letter.isalpha() for letter in word):
        word = re.sub(r"(?<=[^\W\d_])0|0(?=[^\W\d_])", "o", word)
        word = re.sub(r"(?<=[a-z])[1I|]|1(?=[a-z])", "l", word)
    if any(letter.isascii() and letter.isalpha() for letter in word):
        return "".join(_LATIN.get(letter, letter) for letter in word).casefold()
    small = word.casefold()
    looks = [
        _LATIN.get(letter) or _SMALL_OF_LARGE.get(letter) or ("" if letter.isalpha() else letter) for letter in small
    ]
    return "".join(looks) if all(looks) else small
